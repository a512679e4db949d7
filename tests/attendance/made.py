"""A session on the day it is held: people enrolled, trainers assigned, and the clock set to the meeting."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.attendance.queries.overall import OverallRow, find_overall
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import ANONYMOUS, Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.people.tables import Person
from training.schedule.actions import assign_trainer
from training.schedule.rules.sessions import TrainerRole
from training.schedule.rules.values import Assignment
from training.schedule.tables import TrainerAssignment


class Day(Frozen, frozen=True, kw_only=True):
    """A session with enrolled people (in order of arrival), on its day."""

    scene: Scene
    enrollments: tuple[UUID, ...]
    lead: Viewer
    assistant: Viewer
    shadow: Viewer
    stranger: Viewer

    @property
    def manager(self) -> Viewer:
        return self.scene.manager

    @property
    def session_id(self) -> UUID:
        return self.scene.session_id

    @property
    def meeting_id(self) -> UUID:
        """The first meeting."""
        return self.scene.meeting_ids[0]

    @property
    def meeting_ids(self) -> tuple[UUID, ...]:
        return self.scene.meeting_ids


def a_trainer(work: Work, scene: Scene, name: str, role: str) -> Viewer:
    """Somebody who teaches every meeting of the session; without a role nobody in particular."""
    person_id = work.new_id()
    email = f"{name.lower()}-{person_id}@example.org"
    work.add(Person, id=person_id, email=email, name=name, zone="Europe/Dublin", created_at=work.now)
    for meeting_id in scene.meeting_ids if role else ():
        work.add(
            TrainerAssignment,
            id=work.new_id(),
            session_id=scene.session_id,
            meeting_id=meeting_id,
            person_id=person_id,
            role=role,
        )
    return Viewer(person_id=person_id, name=name, email=email, zone="Europe/Dublin")


async def let_teach(works: Works, day: "Day", person: Viewer, role: TrainerRole = TrainerRole.CO) -> UUID:
    """Somebody gets this role in a session by a manager, so that the journal knows it, too; returns their id."""
    person_id = UUID(str(person.person_id))
    assignment = Assignment(person_id=person_id, role=role)
    await works.run(day.manager, assign_trainer, day.session_id, assignment, accept_warnings=True)
    return person_id


async def make_day(works: Works, clock: FrozenClock, *, people: int = 3, meetings: int = 1, **values: Any) -> Day:
    """A session whose first meeting of two hours began ten minutes ago, with so many people of one partner enrolled.

    `values` are columns of the session. Meetings follow each other day by day.
    """
    starts_in = timedelta(days=14)
    scene = await make_scene(
        works, size=people + 3, meetings=meetings, starts_in=starts_in, **{"capacity_in_person": people, **values}
    )
    booked = await works.run(scene.coordinator, book_places, order(scene, *range(people))) if people else None

    async def assign(work: Work) -> Day:
        return Day(
            scene=scene,
            enrollments=tuple(v.enrollment_id for v in booked.verdicts if v.enrollment_id) if booked else (),
            lead=a_trainer(work, scene, "Lea", "lead"),
            assistant=a_trainer(work, scene, "Asa", "assistant"),
            shadow=a_trainer(work, scene, "Shay", "shadow"),
            stranger=a_trainer(work, scene, "Stig", ""),
        )

    day = await works.run(ANONYMOUS, assign)
    clock.now += starts_in + timedelta(minutes=10)
    return day


async def on_one_day(day: Day, clock: FrozenClock, gap: int) -> None:
    """Let the meetings, two hours each, follow each other on this day with so many minutes between an end and the next
    start; with fewer than none they overlap."""
    starts_at = ends_at = clock.now - timedelta(minutes=10)
    for meeting_id in day.meeting_ids:
        ends_at = starts_at + timedelta(hours=2)
        await execute("UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}", starts_at, ends_at, meeting_id)
        starts_at = ends_at + timedelta(minutes=gap)
    await execute("UPDATE session SET ends_at = {} WHERE id = {}", ends_at, day.session_id)


def mark(enrollment_id: UUID, status: Status = Status.PRESENT, **more: Any) -> MarkInput:
    return MarkInput(enrollment_id=enrollment_id, status=status, **more)


async def overall(enrollment_id: UUID) -> OverallRow:
    """The sum of an enrollment that was marked."""
    found = await find_overall(enrollment_id)
    assert found is not None
    return found
