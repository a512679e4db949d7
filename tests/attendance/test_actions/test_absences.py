"""Absences are told once a roster is closed: to whom, what, and what follows when it was wrong."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from tests.attendance.test_jobs import over
from tests.booking.asked import bearer, order
from tests.booking.made import Scene
from tests.conftest import SITE, FrozenClock
from tests.portal.made import more_sessions
from training.attendance.actions.marking import close_roster, reopen_roster, save_marks
from training.attendance.queries.wanted import find_unwanted_absences
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.queries import list_enrollments
from training.outbox.actions.delivery import claim
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.outbox.rules import Rendered


async def letters(kind: str, state: str = "waiting") -> list[Rendered]:
    rows = await execute("SELECT id FROM message WHERE kind = {} AND state = {} ORDER BY id", kind, state)
    return [render_message(await get_message(row["id"]), SITE) for row in rows]


async def kinds() -> list[str]:
    rows = await execute("SELECT kind FROM message WHERE kind LIKE 'absence%' AND state <> 'withdrawn' ORDER BY id")
    return [row["kind"] for row in rows]


async def taught(works: Works, clock: FrozenClock) -> tuple[Scene, Viewer, list[UUID]]:
    """A meeting that is over, its trainer, and who is on its roster; the coordinator really is one."""
    scene, trainer = await over(works, clock, hours=1)
    await bearer(works, scene.coordinator)
    ids = [one.id for one in await list_enrollments(scene.manager, scene.session_id)]
    return scene, trainer, ids


async def mark(works: Works, by: Viewer, meeting_id: UUID, key: UUID, status: Status, **more: Any) -> None:
    """Each a minute after the one before."""
    assert isinstance(works.clock, FrozenClock)
    works.clock.now += timedelta(minutes=1)
    saved = await works.run(by, save_marks, meeting_id, [MarkInput(enrollment_id=key, status=status, **more)])
    assert saved.marks[0].taken, saved


async def test_nothing_is_told_before_the_roster_is_closed(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    assert await kinds() == []
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    assert await kinds() == ["absence", "absence-people"]


async def test_a_learner_and_their_coordinator_are_told_once_with_dates(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    await more_sessions(works, scene, 4)
    (full, *_) = await execute("SELECT id FROM session WHERE title = 'Session 000'")
    await execute("UPDATE session SET taken_online = 5 WHERE id = {}", full["id"])
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    await mark(works, trainer, meeting, ids[1], Status.EXCUSED, reason="On a night shift")
    await works.run(trainer, close_roster, meeting)
    await works.run(scene.manager, reopen_roster, meeting, "Looked again")
    await works.run(trainer, close_roster, meeting)
    assert await kinds() == ["absence", "absence", "absence-people"]
    first, second = await letters("absence")
    assert "You are recorded as absent and not excused" in " ".join(first.text.split())
    assert "On a night shift" in second.text
    assert "/places/" in first.text
    assert "Session 001" in first.text
    assert "Session 000" not in first.text
    (people,) = await letters("absence-people")
    assert "2 people of Northern Line were not there" in people.subject
    assert "Northern Line 1: excused: On a night shift" in people.text
    assert people.text.count("places free") == 3


async def test_who_has_another_place_already_is_told_no_dates(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    (other, _) = await more_sessions(works, scene, 2)
    booked = await works.run(scene.coordinator, book_places, replace(order(scene, 0), session_id=other))
    assert booked.verdicts[0].enrollment_id
    for key in ids[:2]:
        await mark(works, trainer, scene.meeting_ids[0], key, Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    first, second = await letters("absence")
    assert ("Session 001" in first.text, "Session 001" in second.text) == (False, True)
    assert "next dates" not in first.text + first.html
    (people,) = await letters("absence-people")
    assert "Session 001" in people.text, "one of the two has no other place"


async def test_a_correction_is_told_only_where_something_wrong_was(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, meeting, rest="present")
    await execute("UPDATE message SET state = 'sent', sent_at = {}", clock.now)
    # From present to late: nobody was told anything of it.
    await mark(works, trainer, meeting, ids[1], Status.LATE, minutes_late=5, reason="I mixed them up")
    assert await kinds() == ["absence", "absence-people"]
    await mark(works, trainer, meeting, ids[0], Status.PRESENT, reason="Sat in the last row")
    assert await kinds() == ["absence", "absence-people", "absence-corrected", "absence-people"]
    (put_right,) = await letters("absence-corrected")
    said = " ".join(put_right.text.split())
    assert "We wrote to you that you were absent and not excused. That was put right" in said
    (people,) = await letters("absence-people")
    assert "Put right, who of Northern Line was there" in people.subject
    await mark(works, trainer, meeting, ids[1], Status.NO_SHOW, reason="It was somebody else")
    # The correction still waits: it is told anew, beside the new absence.
    assert (await kinds())[2:] == ["absence-corrected", "absence", "absence-people", "absence-people"]


async def test_what_waits_for_the_morning_needs_no_correction(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, meeting, rest="present")
    await mark(works, trainer, meeting, ids[0], Status.EXCUSED, reason="Wrote before")
    (still,) = await letters("absence")
    assert "excused" in still.text
    await mark(works, trainer, meeting, ids[0], Status.PRESENT, reason="Was there")
    assert await letters("absence") == []
    assert await letters("absence-corrected") == []


async def test_it_is_asked_again_before_it_leaves(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    due = [one for one in await works.run(Viewer.machine("test"), claim, "me", 50) if one.kind.startswith("absence")]
    assert await find_unwanted_absences(due) == {}
    await execute("UPDATE mark SET status = 'present'")
    unwanted = await find_unwanted_absences(due)
    assert {one.kind for one in due if one.id in unwanted} == {"absence", "absence-people"}


async def test_who_came_by_themselves_is_told_alone(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    await execute("UPDATE enrollment SET partner_id = NULL, membership_id = NULL WHERE id = {}", ids[0])
    await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    assert await kinds() == ["absence"]


async def test_a_roster_of_long_ago_is_told_nobody(works: Works, clock: FrozenClock) -> None:
    scene, _, ids = await taught(works, clock)
    clock.now += timedelta(days=90)
    await mark(works, scene.manager, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    await works.run(scene.manager, close_roster, scene.meeting_ids[0], rest="present")
    assert await kinds() == []


async def test_coordinators_read_one_message_of_what_holds(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await works.run(trainer, close_roster, meeting, rest="present")
    for status in (Status.NO_SHOW, Status.PRESENT, Status.NO_SHOW, Status.PRESENT):
        await mark(works, trainer, meeting, ids[0], status, reason="Looked again")
    assert await kinds() == []
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW, reason="Looked again")
    await mark(works, trainer, meeting, ids[1], Status.NO_SHOW, reason="Looked again")
    (people,) = await letters("absence-people")
    assert "2 people of Northern Line were not there" in people.subject
    await mark(works, trainer, meeting, ids[0], Status.PRESENT, reason="Looked again")
    (people,) = await letters("absence-people")
    assert "Northern Line 0" not in people.text
    assert "Northern Line 1" in people.text


async def test_flips_back_to_what_was_told_send_nothing(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, meeting, rest="present")
    await execute("UPDATE message SET state = 'sent', sent_at = {}", clock.now)
    await mark(works, trainer, meeting, ids[0], Status.PRESENT, reason="Sat in the last row")
    assert await kinds() == ["absence", "absence-people", "absence-corrected", "absence-people"]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW, reason="That was somebody else")
    assert await kinds() == ["absence", "absence-people"]


async def test_what_was_held_back_while_it_was_open_is_told_when_it_is_closed_again(
    works: Works, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, meeting, rest="present")
    await works.run(scene.manager, reopen_roster, meeting, "Looked again")
    due = [one for one in await works.run(Viewer.machine("test"), claim, "me", 50) if one.kind.startswith("absence")]
    assert len(await find_unwanted_absences(due)) == 2
    await execute("UPDATE message SET state = 'withdrawn' WHERE kind LIKE 'absence%'")
    await works.run(trainer, close_roster, meeting)
    assert await kinds() == ["absence", "absence-people"]


async def test_absences_wait_for_the_end_of_the_meeting(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    ends_at = clock.now - timedelta(hours=1)
    clock.now = ends_at - timedelta(minutes=30)
    await mark(works, trainer, meeting, ids[0], Status.NO_SHOW)
    saved = await works.run(trainer, close_roster, meeting, rest="present")
    assert saved.runs_until == ends_at
    rows = await execute("SELECT id FROM message WHERE kind LIKE 'absence%' AND not_before < {}", ends_at)
    assert rows == []
    assert await kinds() == ["absence", "absence-people"]
    await mark(works, trainer, meeting, ids[0], Status.LATE, minutes_late=70, reason="Came after all")
    assert await kinds() == []
