"""A session that is over, with people who completed it: what certificates are issued for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.attendance.tables import Overall
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.tables import Enrollment
from training.people.tables import Person
from training.schedule.tables import TrainerAssignment


class Certified(Frozen, frozen=True, kw_only=True):
    """The scene and the enrollments that are completed, in the order of the people."""

    scene: Scene
    enrollments: tuple[UUID, ...]


async def completed(works: Works, people: int = 1, minutes: int = 150, **values: Any) -> Certified:
    """A session of two meetings, led by Tara Quill, that the first `people` completed just now."""
    told: dict[str, Any] = {"meetings": 2, "capacity_in_person": max(3, people), "size": max(8, people), **values}
    scene = await make_scene(works, **told)
    booked = await works.run(scene.coordinator, book_places, order(scene, *range(people)))
    enrollments = tuple(key for verdict in booked.verdicts if (key := verdict.enrollment_id) is not None)
    await works.run(scene.manager, complete, scene, enrollments, minutes)
    return Certified(scene=scene, enrollments=enrollments)


async def complete(work: Work, scene: Scene, enrollments: Sequence[UUID], minutes: int) -> None:
    """These are completed now."""
    trainer = work.new_id()
    work.add(Person, id=trainer, email=f"tara-{trainer}@example.org", name="Tara Quill", created_at=work.now)
    for meeting_id in scene.meeting_ids:
        ids = {"session_id": scene.session_id, "meeting_id": meeting_id, "person_id": trainer}
        work.add(TrainerAssignment, id=work.new_id(), role="lead", **ids)
    for key in enrollments:
        work.change(Enrollment, key, state="completed", state_at=work.now, completed_at=work.now)
        work.add(
            Overall,
            id=key,
            enrollment_id=key,
            session_id=scene.session_id,
            status="present",
            minutes=minutes,
            meetings=2,
            meetings_held=2,
            meetings_recorded=2,
            changed_at=work.now,
        )
