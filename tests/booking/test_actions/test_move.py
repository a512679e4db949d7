"""Another date: one session is left for another of the same course, at once or not at all."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.booking.asked import booked_one, counters, one, order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Target, book_places, move, move_over
from training.booking.queries import get_enrollment
from training.booking.rules import CancellationTooLate, CannotBeBooked, NoPlaceThere, NotMovable
from training.booking.rules.candidates import UNTOLD
from training.people.actions import disable_person
from training.schedule.queries import lock_session
from training.schedule.rules.sessions import Session


async def two_dates(works: Works, *, later: timedelta = timedelta(days=21), **values: int) -> tuple[Scene, Scene]:
    """Two sessions of one course of one program, in which the first scene's partners take part."""
    first = await make_scene(works, capacity_in_person=1)
    second = await make_scene(works, tag=" Two", starts_in=later, **{"capacity_in_person": 1, **values})
    sql = "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}"
    await execute(sql, first.course_id, first.program_id, second.session_id)
    return first, second


async def place_there(works: Works, first: Scene, second: Scene) -> None:
    await execute("UPDATE participation SET program_id = {} WHERE partner_id = {}", first.program_id, second.partner_id)
    await works.run(second.coordinator, book_places, order(second, 0))


async def test_one_step_from_here_to_there(works: Works) -> None:
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    await works.run(first.other_coordinator, book_places, order(first, 0, other=True))
    moved = await works.run(first.coordinator, move_over, enrollment, Target(session_id=second.session_id))
    assert (moved.new_session_id, moved.mode, len(moved.promoted)) == (second.session_id, "in_person", 1)
    assert await counters(first) == (1, 0, 0)
    new = await get_enrollment(first.coordinator, moved.new_enrollment_id)
    assert (new.state, new.partner_id, new.session_id) == ("enrolled", first.partner_id, second.session_id)
    assert (await get_enrollment(first.coordinator, enrollment)).state == "cancelled"
    assert await one("SELECT taken_in_person AS n FROM session WHERE id = {}", second.session_id) == 1
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-moved-over'") == 1


async def test_a_learner_moves_on_their_own(works: Works) -> None:
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    ana = Viewer(person_id=first.people[0], name="Ana")
    # She sees the other session as somebody whose organization takes part.
    await execute("UPDATE session SET audience = 'public' WHERE id = {}", second.session_id)
    moved = await works.run(ana, move_over, enrollment, Target(session_id=second.session_id))
    assert moved.session_id == first.session_id


async def test_nothing_changes_when_there_is_no_place_there(works: Works) -> None:
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    await place_there(works, first, second)
    with pytest.raises(NoPlaceThere):
        await works.run(first.coordinator, move_over, enrollment, Target(session_id=second.session_id))
    assert await counters(first) == (1, 0, 0)
    assert (await get_enrollment(first.coordinator, enrollment)).state == "enrolled"


async def test_what_is_left_is_no_clash(works: Works) -> None:
    """The other date overlaps with this one: whoever moves is not busy with what they leave."""
    first, second = await two_dates(works, later=timedelta(days=14, hours=1))
    enrollment = await booked_one(works, first)
    moved = await works.run(first.coordinator, move_over, enrollment, Target(session_id=second.session_id))
    assert moved.new_session_id == second.session_id


async def test_refusals(works: Works, clock: FrozenClock) -> None:
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    target = Target(session_id=second.session_id)
    with pytest.raises(NotMovable):
        await works.run(first.coordinator, move_over, enrollment, Target(session_id=first.session_id))
    with pytest.raises(NotFound):
        await works.run(first.other_coordinator, move_over, enrollment, target)
    with pytest.raises(Stale):
        await works.run(first.coordinator, move_over, enrollment, target, expected_version=9)
    foreign = await make_scene(works, tag=" Three", audience="public")
    with pytest.raises(NotMovable):
        await works.run(first.coordinator, move_over, enrollment, Target(session_id=foreign.session_id))
    clock.move(days=13)
    with pytest.raises(CancellationTooLate):
        await works.run(first.coordinator, move_over, enrollment, target)
    assert await counters(first) == (1, 0, 0)
    moved = await works.run(first.manager, move_over, enrollment, target)
    assert moved.mode == "in_person"


async def test_who_is_there_already_cannot_come_again(works: Works) -> None:
    first, second = await two_dates(works, capacity_in_person=3)
    enrollment = await booked_one(works, first)
    target = Target(session_id=second.session_id)
    await works.run(first.coordinator, book_places, replace(order(first, 0), session_id=second.session_id))
    with pytest.raises(CannotBeBooked):
        await works.run(first.coordinator, move_over, enrollment, target)


async def test_a_session_that_is_called_off_meanwhile_takes_nobody(
    works: Works, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was looked at before it was locked. What it became in between is judged, not what it was."""
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    tries: list[UUID] = []

    async def as_it_became(session_id: UUID) -> Session:
        found = await lock_session(session_id)
        tries.append(session_id)
        return replace(found, version=found.version + 1) if len(tries) <= 2 else found

    monkeypatch.setattr(move, "lock_session", as_it_became)
    moved = await works.run(first.coordinator, move_over, enrollment, Target(session_id=second.session_id))
    assert (len(tries), moved.new_session_id) == (4, second.session_id)


async def test_on_ones_own_a_clash_is_told_and_may_be_accepted(works: Works) -> None:
    """Somebody who takes part for themselves moves onto a time at which they have something else."""
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    sql = "UPDATE enrollment SET partner_id = NULL, membership_id = NULL WHERE id = {}"
    await execute(sql, enrollment)
    await execute("UPDATE session SET audience = 'public', self_enrollment = {} WHERE id = {}", True, second.session_id)
    elsewhere = await make_scene(works, tag=" Three", starts_in=timedelta(days=21))
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", first.people[0], elsewhere.members[0])
    await booked_one(works, elsewhere)
    ana = Viewer(person_id=first.people[0], name="Ana")
    with pytest.raises(CannotBeBooked, match="something else at that time"):
        await works.run(ana, move_over, enrollment, Target(session_id=second.session_id))
    moved = await works.run(ana, move_over, enrollment, Target(session_id=second.session_id, accept_clashes=True))
    assert moved.new_session_id == second.session_id


@pytest.mark.parametrize("alone", [False, True])
async def test_an_account_that_is_switched_off_stays_where_it_is(works: Works, alone: bool) -> None:
    """Whether a partner or the person themselves had taken the place; nobody could answer for the new one."""
    first, second = await two_dates(works)
    enrollment = await booked_one(works, first)
    if alone:
        await execute("UPDATE enrollment SET partner_id = NULL, membership_id = NULL")
        await execute("UPDATE session SET audience = 'public', self_enrollment = {}", True)
    await works.run(Viewer.machine("cli"), disable_person, first.people[0])
    with pytest.raises(CannotBeBooked) as untold:
        await works.run(first.manager, move_over, enrollment, Target(session_id=second.session_id))
    assert untold.value.data["reason"] == UNTOLD[0]
