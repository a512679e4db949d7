"""The page of one announcement: numbers, words, a test copy, its time, stopping."""

import httpx

from tests.conftest import SITE
from tests.reminders.announced import copies, drafted
from tests.reminders.test_pages.test_announcements import ROOT, signed_in
from tests.reminders.test_queries.test_segments import dead
from training.base.database import execute
from training.base.work import Works
from training.reminders.jobs import send_announcements
from training.reminders.rules.announcements import Group


async def test_whom_it_reaches_and_how_it_reads(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    draft = await drafted(works, scene, Group.ENROLLED, Group.WAITLISTED, partner_ids=(scene.partner_id,))
    shown = await client.get(f"{ROOT}/{draft.id}")
    assert "4 people get a copy." in shown.text
    assert "Northern Line" in shown.text
    assert "Hello Mona," in shown.text
    assert '<a href="https://example.org/map"' in shown.text
    assert "will fail" not in shown.text
    await dead("northern-line-1@example.org")
    assert "Mail does not reach the address of 1 of them" in (await client.get(f"{ROOT}/{draft.id}")).text
    html = await client.get(f"{ROOT}/{draft.id}/html")
    assert "sandbox" in html.headers["content-security-policy"]
    assert "Bring a pen." in html.text
    assert f'href="{SITE.base_url}/account/mail"' in html.text
    assert "/unsubscribe/" not in html.text


async def test_tried_scheduled_stopped_and_sent(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    draft = await drafted(works, scene)
    page = f"{ROOT}/{draft.id}"
    assert "Nobody has looked at a test copy yet" in (await client.get(page)).text
    assert (await client.post(f"{page}/test")).status_code == 303
    assert "Nobody has looked" not in (await client.get(page)).text
    later = {"how": "later", "local_time": "2026-05-04T12:00", "zone": "Dublin", "version": "1"}
    assert (await client.post(f"{page}/schedule", data=later)).status_code == 303
    assert "It waits for its time" in (await client.get(page)).text
    edit = await client.get(f"{page}/edit")
    assert (edit.status_code, edit.headers["location"]) == (303, page), "no form that could only be refused"
    stale = await client.post(f"{page}/schedule", data=later)
    assert stale.status_code == 409
    assert (await client.post(f"{page}/test")).status_code == 303
    assert (await client.post(f"{page}/stop")).status_code == 303
    assert (await client.post(f"{page}/schedule", data={"how": "now", "version": "3"})).status_code == 303
    await send_announcements(works)
    shown = await client.get(page)
    assert "Stop the rest" in shown.text
    assert f'href="/manage/messages?announcement={draft.id}"' in shown.text
    assert "Going out" in shown.text
    assert "Going out" in (await client.get(ROOT)).text, "the list says the same"
    assert '"Going out","Enrolled"' in (await client.get(f"{ROOT}/export/csv")).text
    assert "copies waiting" in shown.text
    assert (await client.post(f"{page}/stop")).status_code == 303
    assert await copies(draft.id) == []
    shown = await client.get(page)
    assert "copies taken back" in shown.text
    assert "before any copy left: nobody got it." in shown.text
    assert "It went out" not in shown.text
    assert (await client.post(f"{page}/stop")).status_code == 303


async def test_a_time_that_cannot_be_used_is_told_beside_it(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    page = f"{ROOT}/{(await drafted(works, scene)).id}"
    for local, zone, told in (
        ("2026-05-03T12:00", "UTC", "This time is past."),
        ("", "UTC", "Please enter a date and a time."),
        ("2027-03-28T02:30", "Europe/Berlin", "2027"),
        ("2026-10-25T02:30", "Europe/Berlin", "The second time, after the clocks went back"),
        ("2026-06-01T12:00", "Mars", "This time zone is not known."),
    ):
        form = {"how": "later", "local_time": local, "zone": zone, "version": "1"}
        answer = await client.post(f"{page}/schedule", data=form)
        assert answer.status_code == 422, local
        assert told in answer.text
    twice = {"how": "later", "local_time": "2026-10-25T02:30", "zone": "Europe/Berlin", "fold": "1", "version": "1"}
    assert (await client.post(f"{page}/schedule", data=twice)).status_code == 303
    rows = await execute("SELECT send_at FROM announcement")
    assert "01:30" in str(rows[0]["send_at"])


async def test_who_was_faster_is_named(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    draft = await drafted(works, scene)
    await execute("UPDATE announcement SET version = 2 WHERE id = {}", draft.id)
    answer = await client.post(f"{ROOT}/{draft.id}/schedule", data={"how": "now", "version": "1"})
    assert answer.status_code == 409
    assert "saved a change" in answer.text
    await execute("DELETE FROM enrollment")
    nobody = await client.post(f"{ROOT}/{draft.id}/schedule", data={"how": "now", "version": "2"})
    assert "so there is nobody to send it to" in nobody.text
    assert "0 people within a minute" not in nobody.text
    assert "Nobody is in these groups now" in nobody.text


async def test_the_session_leads_here_and_its_journal_says_what_happened(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene = await signed_in(works, client)
    await drafted(works, scene)
    session = f"/manage/sessions/{scene.session_id}"
    for page in (session, f"{session}/roster"):
        assert f"{ROOT}/new?session={scene.session_id}" in (await client.get(page)).text
    assert "began to write the announcement “" in (await client.get(f"{session}/journal")).text
    assert f'href="{ROOT}"' in (await client.get("/manage")).text


async def test_a_draft_is_deleted_with_one_button(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    draft = await drafted(works, scene)
    page = f"{ROOT}/{draft.id}"
    assert "Yes, delete it" in (await client.get(page)).text
    assert (await client.post(f"{page}/delete", data={"version": "9"})).headers["location"] == page
    assert (await client.get(page)).status_code == 200, "somebody else had changed it"
    gone = await client.post(f"{page}/delete", data={"version": "1"}, follow_redirects=True)
    assert "The draft is deleted. Nobody got it." in gone.text
    assert (await client.get(page)).status_code == 404
    journal = await client.get(f"/manage/sessions/{scene.session_id}/journal")
    assert "deleted the announcement “Before we meet” that was a draft." in journal.text
