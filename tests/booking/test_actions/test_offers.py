"""Who would now be in two places at once is asked, and asked for a time only."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import counters, one, order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.booking.actions import (
    Order,
    Substitute,
    Wanted,
    book_places,
    cancel_enrollment,
    replace_person,
    take_offer,
)
from training.booking.jobs import expire
from training.booking.queries import get_enrollment, list_enrollments
from training.booking.rules import NothingToAnswer, OfferOver, SessionBegun, State
from training.partners.actions import end_membership
from training.people.actions import disable_person


async def offered(works: Works) -> tuple[Scene, UUID, Viewer]:
    """Two wait for one place; the first of them takes part in something else then. The place becomes free."""
    scene = await make_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    elsewhere = await make_scene(works, tag=" Two", title="The other one")
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", scene.people[1], elsewhere.members[0])
    await works.run(elsewhere.coordinator, book_places, order(elsewhere, 0))
    first, second, _ = await list_enrollments(scene.manager, scene.session_id)
    await works.run(scene.coordinator, cancel_enrollment, first.id)
    return scene, second.id, Viewer(person_id=scene.people[1], name="Ben")


async def states(scene: Scene) -> list[str]:
    return [e.state.value for e in await list_enrollments(scene.manager, scene.session_id, active=False)]


async def test_who_is_busy_is_asked_and_the_place_is_kept(works: Works, clock: FrozenClock) -> None:
    scene, enrollment, _ = await offered(works)
    found = await get_enrollment(scene.coordinator, enrollment)
    assert (found.state, found.mode, found.keeps_until) == (
        State.OFFERED,
        "in_person",
        clock.now + timedelta(hours=24),
    )
    assert await counters(scene) == (1, 0, 1)
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-offered'") == 1
    assert await one("SELECT count(*) AS n FROM occupancy WHERE source_id = {} AND kind = 'waiting'", enrollment) == 1


async def test_nobody_is_told_what_the_other_thing_is(works: Works) -> None:
    scene, enrollment, _ = await offered(works)
    found = await get_enrollment(scene.coordinator, enrollment)
    rows = await execute('SELECT CAST("values" AS TEXT) AS said FROM message WHERE kind = {}', "booking-offered")
    assert "other one" not in found.state_reason + rows[0]["said"]


async def test_the_person_takes_it(works: Works) -> None:
    scene, enrollment, ben = await offered(works)
    taken = await works.run(ben, take_offer, enrollment)
    assert taken.mode == "in_person"
    assert await states(scene) == ["cancelled", "enrolled", "waitlisted"]
    assert await one("SELECT count(*) AS n FROM occupancy WHERE source_id = {} AND kind = 'learner'", enrollment) == 1
    with pytest.raises(NothingToAnswer):
        await works.run(ben, take_offer, enrollment)
    assert await counters(scene) == (1, 0, 1)


async def test_the_person_declines_and_the_next_moves_up(works: Works) -> None:
    scene, enrollment, ben = await offered(works)
    left = await works.run(ben, cancel_enrollment, enrollment)
    assert (left.state, len(left.promoted)) == (State.DECLINED, 1)
    assert await states(scene) == ["cancelled", "declined", "enrolled"]
    assert await counters(scene) == (1, 0, 0)


async def test_silence_ends_it_and_the_next_moves_up(works: Works, clock: FrozenClock) -> None:
    scene, enrollment, ben = await offered(works)
    clock.move(hours=23, minutes=59)
    assert await expire(works) == 0
    clock.move(minutes=1)
    with pytest.raises(NothingToAnswer):
        await works.run(ben, take_offer, enrollment)
    assert await expire(works) == 1
    assert await expire(works) == 0
    assert await states(scene) == ["cancelled", "declined", "enrolled"]
    assert await counters(scene) == (1, 0, 0)
    assert await one("SELECT count(*) AS n FROM message WHERE kind = 'booking-expired'") == 1


async def test_nothing_is_taken_once_the_session_has_begun(works: Works, clock: FrozenClock) -> None:
    scene, enrollment, ben = await offered(works)
    # The offer was made while the session was to begin later; it was brought forward since.
    await execute("UPDATE session SET starts_at = {} WHERE id = {}", clock.now + timedelta(hours=1), scene.session_id)
    clock.move(hours=1)
    with pytest.raises(SessionBegun):
        await works.run(ben, take_offer, enrollment)
    assert await counters(scene) == (1, 0, 1)


async def test_a_stranger_cannot_answer(works: Works) -> None:
    scene, enrollment, _ = await offered(works)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, take_offer, enrollment)


async def test_a_clash_of_the_own_partner_is_booked_only_when_accepted(works: Works) -> None:
    scene = await make_scene(works)
    other = await make_scene(works, tag=" Two")
    await works.run(scene.coordinator, book_places, order(scene, 0))
    # The same partner takes part in the other program, too.
    await execute("UPDATE participation SET partner_id = {} WHERE partner_id = {}", scene.partner_id, other.partner_id)
    wanted = Order(
        session_id=other.session_id,
        partner_id=scene.partner_id,
        people=(Wanted(membership_id=scene.members[0]), Wanted(membership_id=scene.members[1])),
    )
    booked = await works.run(scene.coordinator, book_places, wanted)
    assert [(v.outcome.value, v.code) for v in booked.verdicts] == [("refused", "clash"), ("enrolled", "")]
    accepted = Order(
        session_id=other.session_id,
        partner_id=scene.partner_id,
        people=(Wanted(membership_id=scene.members[0]),),
        accept_clashes=True,
    )
    again = await works.run(scene.coordinator, book_places, accepted)
    assert [v.outcome.value for v in again.verdicts] == ["enrolled"]


async def test_an_offer_that_is_over_is_handed_to_nobody(works: Works, clock: FrozenClock) -> None:
    """The tick has not come yet, but the time is over: the place is for whoever is next."""
    scene, enrollment, _ = await offered(works)
    clock.move(hours=25)
    instead = Substitute(person=Wanted(membership_id=scene.members[5]))
    with pytest.raises(OfferOver):
        await works.run(scene.coordinator, replace_person, enrollment, instead)
    assert await expire(works) == 1
    assert await states(scene) == ["cancelled", "declined", "enrolled"]


async def test_who_leaves_the_partner_waits_no_more(works: Works) -> None:
    scene, enrollment, _ = await offered(works)
    await works.run(scene.coordinator, end_membership, scene.members[1])
    assert await states(scene) == ["cancelled", "cancelled", "enrolled"]
    assert await counters(scene) == (1, 0, 0)
    assert (await get_enrollment(scene.coordinator, enrollment)).state_reason == "No longer in this organization."


async def test_an_account_that_is_switched_off_waits_for_nothing(works: Works) -> None:
    scene, _, _ = await offered(works)
    staff = Viewer(person_id=scene.manager.person_id, grants=frozenset({Grant(role="staff")}))
    await works.run(staff, disable_person, scene.people[2])
    assert await states(scene) == ["cancelled", "offered", "cancelled"]
    assert await counters(scene) == (1, 0, 0)


async def test_nobody_is_booked_for_a_partner_they_have_just_left(works: Works) -> None:
    """Ending a membership and booking its person at once: either they were booked before, or they are not."""
    for round_ in range(6):
        scene = await make_scene(works, tag=f" {round_}")
        results = await asyncio.gather(
            works.run(scene.coordinator, book_places, order(scene, 0)),
            works.run(scene.coordinator, end_membership, scene.members[0]),
            return_exceptions=True,
        )
        assert not isinstance(results[1], BaseException), results[1]
        rows = await list_enrollments(scene.manager, scene.session_id)
        assert len(rows) == (0 if isinstance(results[0], NotFound) else 1), results[0]
        late = (
            "SELECT count(*) AS n FROM enrollment e JOIN membership m ON m.id = e.membership_id"
            " WHERE m.state = 'ended' AND e.created_at > m.state_at"
        )
        assert await one(late) == 0
