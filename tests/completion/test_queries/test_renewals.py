"""Whose completion ends, as the coordinators of their partner see it, and where it can be renewed."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import booked_one
from tests.booking.made import make_scene
from tests.completion.test_actions.test_renewing import another, completed, renewing
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Work, Works
from training.completion.queries.renewals import (
    DueRenewal,
    list_next_sessions,
    list_renewals,
    list_still_due,
    lock_due_renewals,
)
from training.completion.rules.renewals import Renewal


async def test_who_is_in_the_list(works: Works, clock: FrozenClock) -> None:
    of, key = await completed(works, clock)
    later = await make_scene(works, tag="B", starts_in=timedelta(days=170))
    other = await booked_one(works, later)
    sql = "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}"
    await execute(sql, of.scene.course_id, of.scene.program_id, later.session_id)
    theirs = (of.scene.coordinator, of.scene.partner_id)
    assert await list_renewals(*theirs, clock()) == []
    clock.move(days=125)
    (one,) = await list_renewals(*theirs, clock())
    assert (one.id, one.booked_id) == (key, None)
    # Booked by another partner: not theirs to know.
    await execute("UPDATE enrollment SET person_id = {} WHERE id = {}", of.scene.people[0], other)
    assert [one.booked_id for one in await list_renewals(*theirs, clock())] == [None]
    await execute("UPDATE enrollment SET partner_id = {} WHERE id = {}", of.scene.partner_id, other)
    assert [one.booked_id for one in await list_renewals(*theirs, clock())] == [later.session_id]
    await execute("UPDATE enrollment SET state = 'completed' WHERE id = {}", other)
    assert await list_renewals(*theirs, clock()) == []
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", other)
    clock.move(days=200)
    assert len(await list_renewals(*theirs, clock())) == 1
    clock.move(days=100)
    assert await list_renewals(*theirs, clock()) == []
    with pytest.raises(NotFound):
        await list_renewals(of.scene.other_coordinator, of.scene.partner_id, clock())


async def test_who_sat_in_it_waits_for_its_roster(works: Works, clock: FrozenClock) -> None:
    of, _ = await completed(works, clock)
    _, session_id = await renewing(works, of, timedelta(days=130))
    theirs = (of.scene.coordinator, of.scene.partner_id)
    clock.move(days=125)
    (one,) = await list_renewals(*theirs, clock())
    assert (one.booked_id, one.standing(clock())) == (session_id, Renewal.BOOKED)
    clock.move(days=5.5)
    (one,) = await list_renewals(*theirs, clock())
    assert (one.booked_id, one.standing(clock()), one.roster_open) == (session_id, Renewal.HELD, True)
    (meeting,) = await execute("SELECT id FROM meeting WHERE session_id = {}", session_id)
    shut = "INSERT INTO roster (id, meeting_id, session_id, closed_at, created_at) VALUES ({}, {}, {}, {}, {})"
    await execute(shut, meeting["id"], meeting["id"], session_id, clock(), clock())
    (one,) = await list_renewals(*theirs, clock())
    assert (one.standing(clock()), one.roster_open) == (Renewal.HELD, False)
    clock.move(days=60)
    (one,) = await list_renewals(*theirs, clock())
    assert (one.booked_id, one.standing(clock())) == (None, Renewal.ENDED)


async def _due(work: Work) -> list[DueRenewal]:
    return await lock_due_renewals(work.now, 10)


async def test_two_that_end_together_are_one_and_no_account_switched_off(works: Works, clock: FrozenClock) -> None:
    of, key = await completed(works, clock)
    other, _ = await renewing(works, of, timedelta(days=3))
    until = "(SELECT w.valid_until FROM enrollment w WHERE w.id = {})"
    again = f"UPDATE enrollment SET state = 'completed', completed_at = {{}}, valid_until = {until} WHERE id = {{}}"
    await execute(again, clock(), key, other)
    clock.move(days=125)
    theirs = (of.scene.coordinator, of.scene.partner_id)
    assert [one.id for one in await list_renewals(*theirs, clock())] == [max(key, other)]
    assert [one.id for one in await works.run(of.scene.manager, _due)] == [max(key, other)]
    # Each partner knows of its own.
    await execute("UPDATE enrollment SET partner_id = {} WHERE id = {}", of.scene.other_partner_id, other)
    assert [one.id for one in await list_renewals(*theirs, clock())] == [key]
    await execute("UPDATE person SET disabled_at = {} WHERE id = {}", clock(), of.scene.people[0])
    assert await list_renewals(*theirs, clock()) == []


async def test_where_it_can_be_renewed(works: Works, clock: FrozenClock) -> None:
    of, _ = await completed(works, clock)
    course, partner = of.scene.course_id, of.scene.partner_id
    first = await another(works, of, "B")
    await another(works, of, "C", capacity_in_person=0)
    await another(works, of, "D", state="draft")
    await another(works, of, "E", booking_closes_at=clock())
    public = await another(works, of, "F", audience="public", self_enrollment=True, starts_in=timedelta(days=200))

    async def dates(*partner_ids: UUID) -> list[UUID]:
        found = await list_next_sessions([course], partner_ids, clock())
        return [one.session_id for one in found.get(course, [])]

    assert await dates(partner) == [first, public]
    assert await dates() == [public]
    other = of.scene.other_partner_id
    await execute("UPDATE participation SET ended_at = {} WHERE partner_id = {}", clock(), other)
    assert await dates(other) == [public]
    assert await dates(other, partner) == [first, public]
    assert await list_next_sessions([], [partner], clock()) == {}


async def test_of_nobody_nothing_ends(works: Works, clock: FrozenClock) -> None:
    assert works is not None
    assert await list_still_due([], clock()) == []
