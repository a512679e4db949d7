"""Who has completed a session, decided by hand, and how far one is oneself."""

import httpx

from tests.attendance.made import make_day, mark
from tests.booking.test_pages.made import enter
from tests.completion.judged import attend, close, stands, taught
from tests.conftest import SITE, FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.statuses import Status
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.rules.guests import place_token
from training.completion.actions.certifying import revoke_certificate
from training.completion.queries.certificates import list_own_codes


async def test_the_list_the_file_and_a_decision_by_hand(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(days=16)
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 1)
    await close(works, of, 0)
    await enter(works, client, of.scene.manager)
    path = f"/manage/sessions/{of.scene.session_id}/completion"
    text = (await client.get(path)).text
    assert "1 of 2 meetings are over with a closed roster" in text
    await close(works, of, 1)
    text = (await client.get(path)).text
    assert "1 of 2 have completed it" in text
    table = (await client.get(f"{path}/export/csv")).text.splitlines()
    assert '"Northern Line 1","not completed","1 of 2 meetings",1,2,120' in table[2]
    form = f"/manage/enrollments/{ben}/completion"
    assert "1 of 2 meetings" in (await client.get(form)).text
    refused = await client.post(form, data={"completed": "yes", "reason": "", "version": "0"})
    assert (refused.status_code, "Say why" in refused.text) == (422, True)
    assert (await client.post(form, data={"reason": "Ill", "version": "0"})).status_code == 422
    said = {"completed": "yes", "reason": "Made up for it on Friday", "version": "0"}
    assert (await client.post(form, data=said)).headers["location"] == path
    assert (await stands(ben)).state == "completed"
    assert "Made up for it on Friday" in (await client.get(path)).text
    stale = await client.post(form, data={**said, "completed": "no"})
    assert stale.status_code == 409
    assert "Nothing of your form is saved yet" in stale.text
    assert (await client.post(f"{form}/end", data={"version": "1"})).status_code == 303
    assert (await stands(ben)).state == "not completed"
    assert (await client.post(f"{form}/end", data={"version": "2"})).status_code == 303


async def test_how_far_one_is_by_the_link_of_the_place(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    place = f"/places/{place_token(SITE.secret_key, ada, 1)}"
    text = (await client.get(f"{place}/progress")).text
    assert "Every meeting." in text
    assert "0 of 2 meetings" in text
    assert "Your certificate" not in text
    clock.move(days=16)
    await attend(works, of, ada, 2)
    await close(works, of)
    answer = await client.get(f"{place}/progress")
    assert "You have completed it." in answer.text
    (code,) = (await list_own_codes(Viewer(person_id=of.scene.people[0]))).values()
    assert f'href="/certificates/{code}"' in answer.text, "who has no account finds it here"
    assert "Your certificate, and what it took" in (await client.get(f"{place}/")).text
    assert answer.headers["referrer-policy"] == "strict-origin"
    assert f"{place}/progress" in (await client.get(f"{place}/")).text
    assert (await client.get("/places/unknown/progress")).status_code == 404


async def test_while_a_roster_is_open_its_marks_are_not_told_to_who_was_there(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, people=2)
    ada, ben = day.enrollments
    waits = "A meeting counts here as soon as its roster is closed."
    pages = [f"/places/{place_token(SITE.secret_key, key, 1)}/progress" for key in (ada, ben)]
    assert waits in (await client.get(pages[0])).text
    await works.run(day.lead, save_marks, day.meeting_id, [mark(ada), mark(ben, Status.NO_SHOW)])
    for page in pages:
        said = (await client.get(page)).text
        assert "0 of 1 meeting" in said
        assert waits in said
    clock.move(hours=3)
    await enter(works, client, Viewer(person_id=day.scene.people[0]))
    said = (await client.get("/my/sessions")).text
    assert f"0 of 1 meeting. {waits}" in said
    await works.run(day.lead, close_roster, day.meeting_id)
    for page, words in ((pages[0], "1 of 1 meeting"), (pages[1], "0 of 1 meeting"), ("/my/sessions", "1 of 1 meeting")):
        said = (await client.get(page)).text
        assert words in said
        assert waits not in said


async def test_how_far_one_is_on_ones_own_pages(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    clock.move(days=16)
    await attend(works, of, ada, 1)
    await close(works, of)
    await enter(works, client, Viewer(person_id=of.scene.people[0]))
    assert "1 of 2 meetings" in (await client.get("/my/sessions")).text
    text = (await client.get(f"/sessions/{of.scene.session_id}")).text
    assert "How far you are" in text
    assert "You have not completed it." in text


async def test_why_no_certificate_is_issued_and_the_button_that_issues_one(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of = await taught(works, 2)
    clock.move(days=16)
    for key in of.enrollments:
        await attend(works, of, key, 2)
    await close(works, of)
    code = (await list_own_codes(Viewer(person_id=of.scene.people[0])))[of.enrollments[0]]
    await works.run(of.scene.manager, revoke_certificate, code, "She sent somebody else.")
    await enter(works, client, of.scene.manager)
    page = f"/manage/sessions/{of.scene.session_id}"
    text = (await client.get(f"{page}/completion")).text
    assert text.count("none is issued by itself. The reason given: <bdi>She sent somebody else.</bdi>") == 1
    assert text.count("Issue the certificate again") == 1
    form = {"enrollment_id": str(of.enrollments[0]), "again": "yes"}
    assert (await client.post(f"{page}/certificates", data=form)).status_code == 303
    text = (await client.get(f"{page}/completion")).text
    assert "none is issued by itself" not in text
    assert "Issue the certificate again" not in text
