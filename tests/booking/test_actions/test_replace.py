"""Somebody else instead: the place passes on without being free in between."""

from datetime import timedelta

import pytest

from tests.booking.asked import booked_one, counters, one, order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Substitute, Wanted, book_places, replace_person
from training.booking.queries import get_enrollment, list_enrollments
from training.booking.rules import CannotBeBooked, NotReplaceable, SamePerson, SessionBegun
from training.booking.rules.candidates import UNTOLD
from training.people.actions import disable_person


async def test_the_place_passes_to_somebody_else(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    enrollment = await booked_one(works, scene)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    instead = Substitute(person=Wanted(membership_id=scene.members[1]))
    replaced = await works.run(scene.coordinator, replace_person, enrollment, instead)
    assert (replaced.name, replaced.promoted, replaced.left_waitlist) == ("Northern Line 1", (), False)
    old, new = (
        await get_enrollment(scene.coordinator, enrollment),
        await get_enrollment(scene.coordinator, replaced.new_enrollment_id),
    )
    assert (old.state, new.state, new.mode, new.booking_id) == ("cancelled", "enrolled", "in_person", old.booking_id)
    assert await counters(scene) == (1, 0, 1)
    busy = "SELECT count(*) AS n FROM occupancy WHERE kind = 'learner' AND subject_id = {}"
    assert [await one(busy, person) for person in scene.people[:2]] == [0, 1]
    assert "Northern Line 1" not in old.state_reason
    told = await execute("SELECT kind FROM message WHERE recipient LIKE {} ORDER BY kind", "northern-line-1%")
    assert [row["kind"] for row in told] == ["booking-enrolled"]


async def test_a_stranger_becomes_a_member(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    instead = Substitute(person=Wanted(name="Nia", email="nia@example.org"))
    replaced = await works.run(scene.coordinator, replace_person, enrollment, instead)
    assert replaced.name == "Nia"
    assert await one("SELECT count(*) AS n FROM membership WHERE contact_email = 'nia@example.org'") == 1


async def test_who_waited_leaves_the_list_and_the_next_may_fit(works: Works) -> None:
    """A party of two in the way: one of it gets the place of somebody else, and the other fits into the free one."""
    scene = await make_scene(works, capacity_in_person=2, overtaking=False)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, 1, 2, together=True))
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert await counters(scene) == (1, 0, 3)
    instead = Substitute(person=Wanted(membership_id=scene.members[1]))
    replaced = await works.run(scene.coordinator, replace_person, enrollment, instead)
    assert (replaced.left_waitlist, len(replaced.promoted)) == (True, 1)
    assert await counters(scene) == (2, 0, 1)


async def test_after_the_cancellation_deadline_but_not_after_the_start(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=3))
    enrollment = await booked_one(works, scene)
    instead = Substitute(person=Wanted(membership_id=scene.members[1]))
    replaced = await works.run(scene.coordinator, replace_person, enrollment, instead)
    clock.move(hours=3)
    back = Substitute(person=Wanted(membership_id=scene.members[2]))
    with pytest.raises(SessionBegun):
        await works.run(scene.coordinator, replace_person, replaced.new_enrollment_id, back)


async def test_refusals(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=2)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    rows = await list_enrollments(scene.manager, scene.session_id)
    other = Substitute(person=Wanted(membership_id=scene.members[5]))
    with pytest.raises(SamePerson):
        await works.run(
            scene.coordinator, replace_person, rows[0].id, Substitute(person=Wanted(membership_id=scene.members[0]))
        )
    with pytest.raises(CannotBeBooked, match="Already has a place"):
        await works.run(
            scene.coordinator, replace_person, rows[0].id, Substitute(person=Wanted(membership_id=scene.members[1]))
        )
    with pytest.raises(NotReplaceable):
        await works.run(scene.coordinator, replace_person, rows[2].id, other)
    with pytest.raises(Stale):
        await works.run(scene.coordinator, replace_person, rows[0].id, other, expected_version=7)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, replace_person, rows[0].id, other)
    foreign = Substitute(person=Wanted(membership_id=scene.other_members[0]))
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, replace_person, rows[0].id, foreign)
    with pytest.raises(NotFound):
        await works.run(Viewer(person_id=scene.people[0]), replace_person, rows[0].id, other)
    assert await counters(scene) == (2, 0, 1)


async def test_an_account_that_is_switched_off_takes_no_place(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(Viewer.machine("cli"), disable_person, scene.people[1])
    instead = Substitute(person=Wanted(membership_id=scene.members[1]))
    with pytest.raises(CannotBeBooked) as untold:
        await works.run(scene.coordinator, replace_person, enrollment, instead)
    assert untold.value.data["reason"] == UNTOLD[0]
