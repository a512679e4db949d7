"""A partner organization's page and its table as a file."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from tests.booking.test_pages.made import asking, enter, opened, words
from tests.conftest import FrozenClock
from tests.partners.missed import Bounce
from training.base.database import watch_statements
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.booking.actions.declining import note_answers
from training.booking.queries import get_enrollment, list_enrollments
from training.outbox.actions.bounces import mark_bounced
from training.schedule.actions import cancel_session


async def test_who_is_in_who_waits_what_lapses(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, starts_in=timedelta(days=8))
    path = f"/partners/{scene.partner_id}"
    assert "Nobody has a place yet" in words((await client.get(path)).text)
    await client.post(form, data=asking(scene, 0, 1, 2, 3, token="t" * 9, step="confirm"))
    page = await client.get(path)
    said = words(page.text)
    assert "8 people 3 places in sessions to come 1 on a waitlist 1 deadline in the next seven days" in said
    for told in ("Northern Line 3 Waitlisted, number 1", "Take off the waitlist : Northern Line 3", "northern-line-3@"):
        assert told in said
    assert "Deadlines this week Safe messaging (Tue 12 May 2026): last moment to give a place back" in said
    assert "give a place back Sun 10 May 2026, 10:00 Dublin time (UTC+1)" in said
    assert "Northern Line 0 has a place in Safe messaging (Tue 12 May 2026)" in said
    for link in ("members", "contacts", "enrollments/export/csv", "enrollments/export/xlsx"):
        assert f'href="{path}/{link}"' in page.text


async def test_a_member_sees_their_own_places(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    member = Viewer(person_id=scene.people[0], grants=frozenset({Grant(role="member", scope_id=scene.partner_id)}))
    await enter(works, client, member)
    said = words((await client.get(f"/partners/{scene.partner_id}")).text)
    assert "You see your own places here." in said
    assert "Northern Line 0" in said
    assert "Northern Line 1" not in said
    table = (await client.get(f"/partners/{scene.partner_id}/enrollments/export/csv")).text
    assert "Northern Line 1" not in table


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    for partner_id in (uuid4(), scene.other_partner_id):
        for path in (f"/partners/{partner_id}", f"/partners/{partner_id}/enrollments/export/csv"):
            assert (await client.get(path)).status_code == 404
    client.cookies.clear()
    assert (await client.get(f"/partners/{scene.partner_id}")).status_code in (303, 404)
    assert (await client.get("/partners")).headers["location"] == "/sign-in?next=/partners"


@pytest.mark.parametrize(("fmt", "status"), [("csv", 200), ("xlsx", 200), ("exe", 422)])
async def test_the_table_as_a_file(works: Works, client: httpx.AsyncClient, fmt: str, status: int) -> None:
    scene, form = await opened(works, client)
    people = "=HYPERLINK(1) <evil@example.org>"
    await client.post(form, data=asking(scene, 0, 1, 2, people=people, token="t" * 9, step="confirm"))
    answer = await client.get(f"/partners/{scene.partner_id}/enrollments/export/{fmt}")
    assert answer.status_code == status
    if fmt == "csv":
        assert answer.headers["content-disposition"].startswith('attachment; filename="enrollments-northern-line.csv"')
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert len(lines) == 5
        assert '"Safe messaging","2026-05-18 10:00","2026-05-18 12:00","Europe/Dublin",2026-05-18T09:00:00Z' in lines[
            1
        ].replace('"2026-05-18T09:00:00Z"', "2026-05-18T09:00:00Z")
        assert '"\'=HYPERLINK(1)"' in lines[4]


async def test_the_file_tells_what_calendars_answered(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    listed = sorted(await list_enrollments(scene.manager, scene.session_id), key=lambda one: one.name)
    await works.run(Viewer.machine("mailbox"), note_answers, listed[0].id, ["declined"])
    answer = await client.get(f"/partners/{scene.partner_id}/enrollments/export/csv")
    lines = answer.content.decode("utf-8-sig").replace('"', "").splitlines()
    gives_back = (await get_enrollment(scene.manager, listed[0].id)).declines_at
    assert gives_back is not None
    assert lines[0].endswith("Since (UTC),Calendar answered,Goes back (UTC)")
    assert lines[1].endswith(f",declined,{gives_back:%Y-%m-%dT%H:%M:%SZ}")
    assert lines[2].endswith(",,")


async def test_the_list_of_partners(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    only = await client.get("/partners")
    assert only.headers["location"] == f"/partners/{scene.partner_id}"
    await enter(works, client, scene.manager)
    said = words((await client.get("/partners")).text)
    assert "Harbour" in said
    assert "Northern Line" in said
    assert "Northern Line" not in words((await client.get("/partners?q=harb")).text)
    assert "No partner has this name" in words((await client.get("/partners?q=zzz")).text)
    assert (await client.get("/partners?cursor=x")).status_code == 422
    await enter(works, client, Viewer(person_id=scene.people[0]))
    assert "You belong to no partner organization yet" in words((await client.get("/partners")).text)


async def test_the_same_statements_however_many_people(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client, size=40, capacity_in_person=2)
    counts = []
    for people in (range(4), range(4, 40)):
        await client.post(form, data=asking(scene, *people, token=f"{len(people)}" * 9, step="confirm"))
        with watch_statements() as seen:
            assert (await client.get(f"/partners/{scene.partner_id}")).status_code == 200
        counts.append(len(seen))
    assert counts == [14, 14]


async def test_a_cancelled_session_is_told_once_and_stays(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, 1, 2, 3, 4, token="t" * 9, step="confirm"))
    left = next(row for row in await list_enrollments(scene.coordinator, scene.session_id))
    await client.post(f"/enrollments/{left.id}/cancel", data={"version": "1", "reason": "ill"})
    clock.move(minutes=1)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    path = f"/partners/{scene.partner_id}"
    said = words((await client.get(path)).text)
    assert "Mona cancelled Safe messaging : The trainer is ill. 3 places and 1 waiting ended." in said
    assert "Mona cancelled it: The trainer is ill." in said
    assert said.count("gave the place in Safe messaging (Mon 18 May 2026) back") == 1, "the one who did"
    assert "0 places in sessions to come 0 on a waitlist" in said
    assert "Nobody has a place yet" not in said
    clock.move(days=15)
    assert "Mona cancelled" not in words((await client.get(path)).text)


async def test_whom_mail_does_not_reach_is_not_said_to_know_of_a_cancelled_session(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    path = f"/partners/{scene.partner_id}"
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    assert "Nobody has to do anything: everybody was written to." in words((await client.get(path)).text)
    bounce = Bounce(message_id=None, recipient="northern-line-1@example.org")
    await works.run(Viewer.machine("cli"), mark_bounced, bounce)
    page = (await client.get(path)).text
    said = words(page)
    assert "Everybody was written to, but mail does not reach 1 person: tell them yourself." in said
    assert "Nobody has to do anything" not in said
    assert "Northern Line 1 Mail does not reach this address Repair it : Northern Line 1" in said
    assert page.count(f'href="{path}/members/{scene.members[1]}/repair"') == 2


async def test_every_page_of_an_organization_leads_to_every_other(works: Works, client: httpx.AsyncClient) -> None:
    scene, _ = await opened(works, client)
    base = f"/partners/{scene.partner_id}"
    pages = ["", "/members", "/contacts", "/open-places", "/enroll-from-file", "/messages", "/settings", "/tokens"]
    for here in pages:
        tabs = (await client.get(base + here)).text.partition('<nav class="tabs"')[2].partition("</nav>")[0]
        assert [f'href="{base}{other}"' in tabs for other in pages] == [True] * len(pages), here
        assert f'href="{base}{here}" aria-current="page"' in tabs
    member = Viewer(person_id=scene.people[0], grants=frozenset({Grant(role="member", scope_id=scene.partner_id)}))
    await enter(works, client, member)
    tabs = (await client.get(base)).text.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    assert tabs.count("<a ") == 2
