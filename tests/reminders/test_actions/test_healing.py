"""Rows are made to say what the rules say, whoever asks and however often."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec
import pytest

from tests.booking.made import Scene
from tests.booking.test_actions.test_follow import one_day_later
from tests.conftest import FrozenClock
from tests.reminders.made import ask_about_waiting, enrolled_scene, keys, letters, reminders, tick
from training.base.database import execute
from training.base.work import Work, Works
from training.booking.actions import cancel_enrollment, undo_cancellation
from training.booking.queries import list_enrollments
from training.outbox.actions import send_all_again, take_back
from training.outbox.rules.kinds import Sort
from training.people.actions.mail import switch_sorts
from training.people.queries import get_mail_choices
from training.reminders.actions.healing import heal, write_changes
from training.reminders.actions.plans import switch_plan
from training.reminders.actions.stopping import resume_reminders, stop_session
from training.reminders.jobs import KEEPER, plan_ahead
from training.reminders.queries.facts import list_facts
from training.reminders.rules.comparing import Change, compare
from training.reminders.rules.expecting import expected
from training.reminders.rules.facts import RowState, Why
from training.reminders.rules.plans import Scope
from training.schedule.actions import move_meetings


async def test_a_second_time_there_is_nothing_to_do(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1, 2)
    clock.move(days=12, hours=12)
    assert await works.run(KEEPER, heal, [scene.session_id]) == 9
    before = await reminders()
    assert await works.run(KEEPER, heal, [scene.session_id]) == 0
    assert await reminders() == before


async def test_however_far_ahead(works: Works) -> None:
    scene = await enrolled_scene(works)
    assert await works.run(KEEPER, heal, [scene.session_id], ahead=None) == 3
    assert await keys("planned") == ["week-before", "day-before", "hour-before"]


async def test_rows_that_somebody_changed_are_put_right(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=12, hours=12)
    await works.run(KEEPER, heal, [scene.session_id])
    before = await reminders("planned")
    await execute("UPDATE reminder SET due_at = {} WHERE plan_key = 'hour-before'", clock.now)
    await execute("DELETE FROM reminder WHERE plan_key = 'day-before'")
    assert await works.run(KEEPER, heal, [scene.session_id]) == 2
    assert await reminders("planned") == before


async def test_no_sessions_and_missing_ones(works: Works) -> None:
    scene = await enrolled_scene(works)
    assert await works.run(KEEPER, heal, []) == 0
    assert await works.run(KEEPER, heal, [scene.course_id]) == 0


async def test_what_was_sent_or_stopped_never_changes(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=12, hours=12)
    await works.run(KEEPER, heal, [scene.session_id])
    await execute("UPDATE reminder SET state = 'stopped', reason = {} WHERE plan_key = 'day-before'", Why.STOPPED.value)
    await execute("UPDATE enrollment SET state = 'cancelled'")
    await works.run(KEEPER, heal, [scene.session_id])
    assert await keys("stopped") == ["day-before"]
    assert await keys("dropped") == ["hour-before"]


async def cancelled_and_back(works: Works, scene: Scene) -> None:
    (one,) = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.manager, cancel_enrollment, one.id)
    await works.run(scene.manager, undo_cancellation, one.id)


async def moved_and_back(works: Works, scene: Scene) -> None:
    away = one_day_later(scene)
    back = msgspec.structs.replace(
        away, local_start=datetime(2026, 5, 18, 9), local_end=datetime(2026, 5, 18, 11), zone="UTC"
    )
    for change in (away, back):
        await works.run(scene.manager, move_meetings, scene.session_id, [change])


async def another_meeting_moved(works: Works, scene: Scene) -> None:
    other = msgspec.structs.replace(
        one_day_later(scene),
        meeting_id=scene.meeting_ids[1],
        local_start=datetime(2026, 5, 25, 9),
        local_end=datetime(2026, 5, 25, 11),
    )
    await works.run(scene.manager, move_meetings, scene.session_id, [other])


async def reminders_off_and_on(works: Works, scene: Scene) -> None:
    async def switch(work: Work, off: bool) -> None:
        person_id = scene.people[0]
        await switch_sorts(work, person_id, await get_mail_choices(person_id), {Sort.REMINDERS: off})

    await works.run(scene.manager, switch, True)
    await ask_about_waiting()
    await works.run(scene.manager, switch, False)


async def session_stopped_and_let_go(works: Works, scene: Scene) -> None:
    await works.run(scene.manager, stop_session, scene.session_id)
    await ask_about_waiting()
    await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "day-before", active=True)


@pytest.mark.parametrize(
    "happens",
    [cancelled_and_back, moved_and_back, another_meeting_moved, reminders_off_and_on, session_stopped_and_let_go],
)
async def test_what_was_taken_back_before_it_left_is_written_anew(
    works: Works, clock: FrozenClock, happens: Callable[[Works, Scene], Awaitable[None]]
) -> None:
    """The mail server is away: the message waits, and something happens that ends it; the reminder is wanted still."""
    scene = await enrolled_scene(works, meetings=2 if happens is another_meeting_moved else 1)
    clock.move(days=13)
    await tick(works)
    await happens(works, scene)
    for _ in range(5):
        clock.move(minutes=1)
        await tick(works)
        await ask_about_waiting()
    first, again = sorted(await letters(), key=lambda letter: letter.state == "waiting")
    assert first.state in ("superseded", "withdrawn")
    assert (again.kind, again.state) == ("reminder-upcoming", "waiting")
    assert await keys("sent") == ["day-before"]


async def lost_scene(works: Works, clock: FrozenClock, state: str = "superseded") -> Scene:
    """The message of the day before ended so."""
    scene = await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    await execute("UPDATE message SET state = {} WHERE kind = 'reminder-upcoming'", state)
    return scene


async def test_two_who_find_the_same_lost_write_it_anew_once(works: Works, clock: FrozenClock) -> None:
    scene = await lost_scene(works, clock)
    (facts,) = await list_facts([scene.session_id])
    found = compare(facts, expected(facts, clock.now), clock.now).changed
    assert [change.state for change in found] == [RowState.PLANNED]
    await asyncio.gather(*(tick(works) for _ in range(4)))
    assert sorted(letter.state for letter in await letters()) == ["superseded", "waiting"]
    await works.run(KEEPER, write_changes, found)
    assert await keys("planned") == ["hour-before"], "what was found before is not true any more"
    assert await tick(works) == 0


async def test_lost_and_not_wanted_any_more_has_its_reason(works: Works, clock: FrozenClock) -> None:
    await lost_scene(works, clock, "withdrawn")
    await execute("UPDATE enrollment SET state = 'cancelled'")
    assert await tick(works) == 0
    assert [row.reason for row in await reminders("dropped")] == [Why.LEFT, Why.LEFT]


async def test_what_came_too_late_was_not_sent(works: Works, clock: FrozenClock) -> None:
    await lost_scene(works, clock, "expired")
    await plan_ahead(works)
    assert await keys("sent") == ["day-before"], "no attempt is left, but it is not written anew for the same server"
    clock.move(hours=13)
    await plan_ahead(works)
    assert [(row.plan_key, row.reason) for row in await reminders("skipped")] == [
        ("week-before", Why.TOO_LATE),
        ("day-before", Why.TOO_LATE),
    ]


@pytest.mark.parametrize("state", ["waiting", "claimed", "sent", "failed", "bounced"])
async def test_what_left_or_may_be_sent_again_by_hand_is_not_written_anew(
    works: Works, clock: FrozenClock, state: str
) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    await execute(
        "UPDATE message SET state = {}, sent_at = {}, lease_until = {} WHERE kind = 'reminder-upcoming'",
        state,
        clock.now,
        clock.now,
    )
    assert await works.run(KEEPER, heal, [scene.session_id]) == 0
    assert await keys("sent") == ["day-before"]


async def test_what_somebody_sent_again_is_not_written_anew(works: Works, clock: FrozenClock) -> None:
    """Neither when that happened after it was found lost."""
    scene = await lost_scene(works, clock, "expired")
    (facts,) = await list_facts([scene.session_id])
    (letter,) = await letters()
    assert len(await works.run(KEEPER, send_all_again, [letter.id])) == 1
    (row,) = (row for row in facts.rows if row.message_id == letter.id)
    found = Change(id=row.id, state=RowState.PLANNED, due_at=row.due_at, lost_message_id=letter.id)
    await works.run(KEEPER, write_changes, [found])
    clock.move(hours=13)
    await tick(works)
    assert await keys("sent") == ["day-before"]


async def test_what_somebody_took_back_does_not_come_back_by_itself(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    (letter,) = await letters()
    await works.run(scene.manager, take_back, letter.id)
    assert await tick(works) == 0
    assert [(row.plan_key, row.reason) for row in await reminders("stopped")] == [("day-before", Why.TAKEN_BACK)]
    await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0])
    assert await tick(works) == 1
