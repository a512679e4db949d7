"""Who gets what, when and why, before it happens and after."""

from datetime import timedelta

import pytest

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.booking.test_actions.test_follow import one_day_later
from tests.conftest import FrozenClock
from tests.reminders.made import coordinate, enrolled_scene, tick
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_enrollments
from training.outbox.rules.states import MessageState
from training.reminders.actions.plans import add_plan, switch_plan
from training.reminders.actions.stopping import stop_reminders
from training.reminders.queries.previews import Preview, preview_person, preview_session
from training.reminders.rules.facts import RowState, Why
from training.reminders.rules.plans import PlanValues, Scope
from training.schedule.actions import move_meetings


def shown(lines: list[Preview]) -> list[tuple[str, str, str]]:
    return [(line.key, line.state.value, line.reason) for line in lines]


async def test_long_before_there_is_any_row(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, starts_in=timedelta(days=200))
    lines = await preview_session(scene.manager, scene.session_id, clock.now)
    assert shown(lines) == [
        ("week-before", "planned", ""),
        ("day-before", "planned", ""),
        ("hour-before", "planned", ""),
    ]
    first = lines[0]
    assert (first.name, first.scope, first.zone, first.moved) == ("Northern Line 0", Scope.BUILT_IN, "UTC", False)
    assert first.anchor_at - first.due_at == timedelta(days=7)
    assert {line.row_id for line in lines} == {None}


async def test_it_is_what_happens(works: Works, clock: FrozenClock) -> None:
    """What the preview said is what went out, and afterwards it tells so."""
    scene = await enrolled_scene(works, 0, 1)
    await execute("UPDATE person SET zone = 'America/New_York', quiet_from = '21:00', quiet_until = '08:00'")
    said = await preview_session(scene.manager, scene.session_id, clock.now)
    assert any(line.moved for line in said)
    went = []
    for _ in range(15 * 24 * 4):
        went += [clock.now] * await tick(works)
        clock.move(minutes=15)
    assert went == [line.due_at for line in said]
    after = await preview_session(scene.manager, scene.session_id, clock.now)
    assert {line.state for line in after} == {RowState.SENT}
    assert [line.due_at for line in after] == went
    assert all(line.message_id is not None for line in after)


async def test_why_not(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=8)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key="hour-before")
    lines = await preview_session(scene.manager, scene.session_id, clock.now, person_id=scene.people[0])
    assert sorted(shown(lines)) == [
        ("day-before", "planned", ""),
        ("hour-before", "stopped", Why.STOPPED),
        ("week-before", "planned", ""),
    ]
    await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "day-before", active=False)
    clock.move(days=5)
    await execute("UPDATE person SET disabled_at = created_at WHERE email LIKE 'northern-line-1@%'")
    lines = await preview_session(scene.manager, scene.session_id, clock.now, person_id=scene.people[1])
    # What is past was too late for them; only of what is to come is their account the reason.
    assert shown(lines) == [("week-before", "skipped", Why.TOO_LATE), ("hour-before", "skipped", Why.DISABLED)]
    assert "day-before" not in {line.key for line in lines}


async def test_what_nobody_expects_any_more_is_told_too(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    (one,) = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.manager, cancel_enrollment, one.id)
    lines = await preview_session(scene.manager, scene.session_id, clock.now)
    assert {(line.key, line.state.value, line.reason) for line in lines} == {
        ("week-before", "skipped", Why.TOO_LATE),
        ("day-before", "sent", ""),
        ("hour-before", "dropped", Why.LEFT),
    }


async def test_one_persons_own(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    other = await enrolled_scene(works, 2, tag="-other", starts_in=timedelta(days=20))
    await coordinate(works, scene)
    own = Viewer(person_id=scene.people[0])
    lines = await preview_person(own, scene.people[0], clock.now)
    assert {line.person_id for line in lines} == {scene.people[0]}
    assert len(lines) == 3
    assert await preview_person(scene.manager, scene.people[0], clock.now) == lines
    assert await preview_person(Viewer(person_id=scene.manager.person_id), scene.manager.person_id, clock.now) == []  # type: ignore[arg-type]
    for stranger in (other.manager, scene.coordinator, Viewer()):
        with pytest.raises(NotFound):
            await preview_person(stranger, scene.people[0], clock.now)


async def test_only_for_who_manages_the_session(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    for viewer in (scene.coordinator, Viewer()):
        with pytest.raises(NotFound):
            await preview_session(viewer, scene.session_id, clock.now)


async def test_sent_is_what_its_message_says(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=7)
    await tick(works)
    for state, more in (
        (MessageState.WAITING, ""),
        (MessageState.FAILED, ""),
        (MessageState.SENT, ", sent_at = created_at"),
        (MessageState.BOUNCED, ", bounced_at = created_at"),
    ):
        await execute(f"UPDATE message SET state = {{}}{more} WHERE kind = 'reminder-upcoming'", state.value)
        line = (await preview_session(scene.manager, scene.session_id, clock.now))[0]
        assert (line.state, line.mail, line.outcome) == (RowState.SENT, state, state.value)


async def test_what_would_come_back_is_said_before(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    (address,) = [row["email"] for row in await execute("SELECT email FROM person WHERE id = {}", scene.people[0])]
    columns = "id, address, kind, reason, times, since, last_at"
    trouble = f"INSERT INTO address_trouble ({columns}) VALUES ({{}}, {{}}, {{}}, '', 1, {{}}, {{}})"
    await execute(trouble, scene.session_id, address, "hard", clock.now, clock.now)
    lines = await preview_session(scene.manager, scene.session_id, clock.now)
    assert {line.person_id for line in lines if line.outcome == "no way"} == {scene.people[0]}
    await execute("UPDATE address_trouble SET kind = 'soft'")
    lines = await preview_session(scene.manager, scene.session_id, clock.now)
    assert {line.outcome for line in lines} == {"planned"}


async def test_a_stopped_one_keeps_its_time_and_who_stopped_it(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    before = await preview_session(scene.manager, scene.session_id, clock.now)
    clock.move(minutes=5)
    await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0])
    after = await preview_session(scene.manager, scene.session_id, clock.now)
    assert [line.due_at for line in after] == [line.due_at for line in before]
    assert {(line.stopped_by, line.stopped_at) for line in after} == {(scene.manager.name, clock.now)}


async def test_when_the_session_moves_only_the_new_time_is_stopped_and_says_by_whom(
    works: Works, clock: FrozenClock
) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=10)
    key = "day-before"
    await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key=key)
    stopped_at = clock.now
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    for days in (0, 3):
        clock.move(days=days)
        await tick(works)
        lines = await preview_session(scene.manager, scene.session_id, clock.now)
        old, new = sorted((line for line in lines if line.key == key), key=lambda line: line.anchor_at)
        assert (old.state, old.reason, old.stopped_by, old.stoppable) == (RowState.DROPPED, Why.MOVED, "", False)
        assert (new.state, new.stopped_by, new.stopped_at) == (RowState.STOPPED, scene.manager.name, stopped_at)


async def test_of_two_that_quiet_hours_bring_to_one_time_it_says_which_goes_out(
    works: Works, clock: FrozenClock
) -> None:
    """Before, at the time itself, and afterwards; one message is written."""
    scene = await enrolled_scene(works)
    await execute("UPDATE person SET zone = 'UTC', quiet_from = '21:00', quiet_until = '08:00'")
    for hours in (2, 3):
        values = PlanValues(key=f"hours-{hours}", offset_minutes=-60 * hours)
        await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, values)
    await works.run(scene.manager, switch_plan, Scope.SESSION, scene.session_id, "hour-before", active=False)
    told = []
    for move in (timedelta(), timedelta(days=13, hours=22), timedelta(hours=1)):
        clock.move(seconds=move.total_seconds())
        await tick(works)
        lines = await preview_session(scene.manager, scene.session_id, clock.now)
        told.append([(line.key, line.state, line.reason) for line in lines if line.key.startswith("hours-")])
    said = ("hours-3", RowState.SKIPPED, Why.NEARER)
    assert [sorted(some) for some in told] == [
        [("hours-2", RowState.PLANNED, ""), said],
        [("hours-2", RowState.PLANNED, ""), said],
        [("hours-2", RowState.SENT, ""), said],
    ]


async def test_what_cannot_wait_is_said_to_be_in_quiet_hours(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    await execute("UPDATE person SET zone = 'UTC', quiet_from = '00:15', quiet_until = '00:14'")
    clock.move(days=13, hours=23)
    await tick(works)
    lines = await preview_session(scene.manager, scene.session_id, clock.now)
    assert [(line.key, line.state.value, line.quiet) for line in lines][-1] == ("hour-before", "sent", True)


async def test_the_reason_of_the_past_stays(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, starts_in=timedelta(days=3))
    choice = "INSERT INTO mail_choice (id, person_id, sort, off_at) VALUES ({}, {}, 'reminders', {})"
    await execute(choice, scene.session_id, scene.people[0], clock.now)
    lines = await preview_session(scene.manager, scene.session_id, clock.now)
    assert shown(lines) == [
        ("week-before", "skipped", Why.TOO_LATE),
        ("day-before", "skipped", Why.CHOSE_NOT),
        ("hour-before", "skipped", Why.CHOSE_NOT),
    ]
