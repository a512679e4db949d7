"""Answering a contested mark on the page."""

import httpx

from tests.attendance.test_actions.test_absences import letters, taught
from tests.attendance.test_actions.test_contesting import contested
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.contesting import contest_mark
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.contests import Claim
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works


async def test_a_trainer_puts_it_right(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer, key = await contested(works, clock)
    await enter(works, client, trainer)
    listed = (await client.get(f"/rosters/sessions/{scene.session_id}/contests")).text
    path = f"/rosters/{scene.meeting_ids[0]}/contests/{key}"
    assert f'href="{path}"' in listed
    page = words((await client.get(path)).text)
    assert "Absent and not excused" in page
    assert "I sat in the last row." in page
    answer = await client.post(path, data={"decision": "grant", "answer": "Sorry!"})
    assert answer.headers["location"] == f"/rosters/{scene.meeting_ids[0]}"
    (mark,) = await execute("SELECT status, way FROM mark WHERE way = 'contest'")
    assert mark["status"] == "present"
    assert "The mark was put right" in words((await client.get(path)).text)


async def test_minutes_stand_wherever_they_are_what_it_is_about(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting_id = scene.meeting_ids[0]
    late = MarkInput(enrollment_id=ids[0], status=Status.LATE, minutes_late=42)
    await works.run(trainer, save_marks, meeting_id, [late])
    await works.run(trainer, close_roster, meeting_id, rest="present")
    claim = Claim(meeting_id=meeting_id, claims=Status.LATE, minutes=5)
    key = await works.run(Viewer(person_id=scene.people[0]), contest_mark, ids[0], claim)
    await enter(works, client, trainer)
    stands, should = "There, but late, by 42 minutes", "There, but late, by 5 minutes"
    assert f"Objects: says {should.lower()}" in words((await client.get(f"/rosters/{meeting_id}")).text)
    listed = words((await client.get(f"/rosters/sessions/{scene.session_id}/contests")).text)
    decided = words((await client.get(f"/rosters/{meeting_id}/contests/{key}")).text)
    for page in (listed, decided):
        assert (stands in page, should in page) == (True, True)
    assert "Left empty, those that they say are written down." in decided
    text = (await client.get(f"/rosters/sessions/{scene.session_id}/contests/export/csv")).text
    assert '"late","there, but late, by 42 minutes","late",5,' in text
    await client.post(f"/rosters/{meeting_id}/contests/{key}", data={"decision": "grant", "minutes": "5"})
    (letter,) = await letters("contest-decided")
    assert "you are recorded as there, but late, by 5 minutes." in words(letter.text)


async def test_what_the_mark_becomes_is_said_before_the_press(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting_id = scene.meeting_ids[0]
    both = MarkInput(enrollment_id=ids[0], status=Status.LATE, minutes_late=30, minutes_early=20)
    await works.run(trainer, save_marks, meeting_id, [both])
    await works.run(trainer, close_roster, meeting_id, rest="present")
    claim = Claim(meeting_id=meeting_id, claims=Status.LATE, minutes=25)
    key = await works.run(Viewer(person_id=scene.people[0]), contest_mark, ids[0], claim)
    await enter(works, client, trainer)
    path = f"/rosters/{meeting_id}/contests/{key}"
    shown = await client.get(path)
    assert "There, but late, by 30 minutes, and left 20 minutes early; 70 of 120 minutes count" in words(shown.text)
    after = "the roster says: there, but late, by 25 minutes, and left 20 minutes early; 75 of 120 minutes count ."
    assert after in words(shown.text)
    assert 'name="other_minutes"' in shown.text
    typed = {"decision": "grant", "answer": "Sorry!", "minutes": "25", "other_minutes": "95"}
    refused = await client.post(path, data=typed)
    assert (refused.status_code, 'value="95"' in refused.text) == (422, True)
    assert "Late and left early together leave none of its 120 minutes." in words(refused.text)
    assert "the roster says" not in words(refused.text)
    # A refusal without a word comes back with what would follow from what was typed.
    again = await client.post(path, data=typed | {"decision": "refuse", "answer": "", "other_minutes": "0"})
    assert "there, but late, by 25 minutes; 95 of 120 minutes count" in words(again.text)
    await client.post(path, data=typed | {"other_minutes": "10"})
    (mark,) = await execute("SELECT minutes_late, minutes_early, minutes FROM mark WHERE way = 'contest'")
    assert tuple(mark.values()) == (25, 10, None)


async def test_a_refusal_needs_an_answer(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer, key = await contested(works, clock)
    await enter(works, client, trainer)
    path = f"/rosters/{scene.meeting_ids[0]}/contests/{key}"
    refused = await client.post(path, data={"decision": "refuse", "answer": ""})
    assert refused.status_code == 422
    assert "Please say why" in words(refused.text)
    await client.post(path, data={"decision": "refuse", "answer": "The chair was empty."})
    again = await client.post(path, data={"decision": "grant", "answer": ""})
    assert again.headers["location"] == path
    assert "Somebody has answered this already." in words((await client.get(path)).text)


async def test_what_cannot_be_granted_keeps_what_was_typed(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting_id = scene.meeting_ids[0]
    await works.run(trainer, close_roster, meeting_id, rest="no-show")
    claim = Claim(meeting_id=meeting_id, claims=Status.LATE)
    key = await works.run(Viewer(person_id=scene.people[0]), contest_mark, ids[0], claim)
    await enter(works, client, trainer)
    path = f"/rosters/{meeting_id}/contests/{key}"
    assert "Needed if they are right" in words((await client.get(path)).text)
    typed = {"decision": "grant", "answer": "The door was locked, sorry.", "minutes": "500"}
    for minutes, sentence in (("500", "the meeting lasted"), ("", "Say by how many minutes.")):
        refused = await client.post(path, data=typed | {"minutes": minutes})
        assert (refused.status_code, sentence in words(refused.text)) == (422, True)
        assert "The door was locked, sorry." in words(refused.text)
    assert 'value="500"' in (await client.post(path, data=typed)).text
    await works.run(scene.manager, correct_overall, ids[0], Correction(status="no-show", reason="Left at once"))
    stands = await client.post(path, data=typed | {"minutes": "5"})
    assert (stands.status_code, "was corrected by hand" in words(stands.text)) == (422, True)
    assert "The door was locked, sorry." in words(stands.text)


async def test_others_find_nothing_and_who_watches_decides_nothing(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, key = await contested(works, clock)
    path = f"/rosters/{scene.meeting_ids[0]}/contests/{key}"
    await enter(works, client, Viewer(person_id=scene.coordinator.person_id))
    assert (await client.get(path)).status_code == 404
    await execute("UPDATE trainer_assignment SET role = 'shadow'")
    await enter(works, client, trainer)
    assert "The mark stays" not in words((await client.get(path)).text)
    assert (await client.post(path, data={"decision": "grant"})).status_code == 404


async def test_it_is_a_file_too(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer, _ = await contested(works, clock)
    await enter(works, client, trainer)
    text = (await client.get(f"/rosters/sessions/{scene.session_id}/contests/export/csv")).text
    assert '"Northern Line 0","Northern Line",1,' in text


async def test_after_thirty_days_the_page_says_who_can_answer(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, key = await contested(works, clock)
    clock.move(days=31)
    for viewer, answers in ((trainer, False), (scene.manager, True)):
        await enter(works, client, viewer)
        page = await client.get(f"/rosters/{scene.meeting_ids[0]}/contests/{key}")
        assert ("Those who run the program can still answer." in words(page.text)) is not answers
        assert ("The mark stays" in words(page.text)) is answers
