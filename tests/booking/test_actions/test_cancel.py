"""Leaving: who may, until when, and who moves up."""

from datetime import timedelta

import pytest

from tests.booking.asked import booked_one, counters, one, order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_enrollments
from training.booking.rules import (
    CancellationTooLate,
    EnrollmentOver,
)


async def test_whoever_waits_first_moves_up_when_somebody_leaves(works: Works) -> None:
    scene = await make_scene(works, meetings=2)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4))
    entries = [verdict.enrollment_id for verdict in booked.verdicts]
    assert entries[1] is not None
    left = await works.run(scene.coordinator, cancel_enrollment, entries[1], reason="ill")
    assert (left.state, left.promoted) == ("cancelled", (entries[3],))
    assert await counters(scene) == (3, 0, 1)
    after = {e.id: e.state for e in await list_enrollments(scene.manager, scene.session_id, active=False)}
    assert [after[e] for e in entries if e] == ["enrolled", "cancelled", "enrolled", "enrolled", "waitlisted"]
    assert (
        await one("SELECT count(*) AS n FROM occupancy WHERE kind = 'learner' AND session_id = {}", scene.session_id)
        == 3 * 2
    )
    kinds = await execute("SELECT kind, recipient FROM message WHERE kind IN ('booking-promoted', 'booking-cancelled')")
    assert sorted((row["kind"], row["recipient"]) for row in kinds) == [
        ("booking-cancelled", "northern-line-1@example.org"),
        ("booking-promoted", "northern-line-3@example.org"),
    ]
    # What was still waiting to be sent to the one who left is taken back.
    assert await one("SELECT count(*) AS n FROM message WHERE state = 'withdrawn'") == 1


async def test_the_cancellation_deadline_to_the_second(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=50), cancellation_hours=48)
    enrollment = await booked_one(works, scene)
    clock.move(hours=2)
    clock.now += timedelta(microseconds=1)
    with pytest.raises(CancellationTooLate) as late:
        await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert late.value.data["zone"] == "Europe/Dublin"
    clock.now -= timedelta(microseconds=1)
    left = await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert left.state == "cancelled"


async def test_a_manager_removes_after_the_deadline(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=50), cancellation_hours=48)
    enrollment = await booked_one(works, scene)
    clock.move(hours=49)
    assert (await works.run(scene.manager, cancel_enrollment, enrollment, reason="double")).state == "removed"


async def test_who_may_cancel(works: Works) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, cancel_enrollment, enrollment)
    with pytest.raises(NotFound):
        await works.run(Viewer(), cancel_enrollment, enrollment)
    learner = Viewer(person_id=scene.people[0], name="Learner")
    with pytest.raises(Stale):
        await works.run(learner, cancel_enrollment, enrollment, expected_version=7)
    assert (await works.run(learner, cancel_enrollment, enrollment, expected_version=1)).version == 2
    with pytest.raises(EnrollmentOver):
        await works.run(learner, cancel_enrollment, enrollment)
    assert await counters(scene) == (0, 0, 0)
