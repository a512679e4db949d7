"""Two programs whose sessions are over: learners of two partners, and trainers."""

from uuid import UUID

from tests.booking.asked import order
from tests.completion.judged import Taught, attend, close, taught
from tests.conftest import FrozenClock
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.people.tables import Person
from training.schedule.tables import TrainerAssignment


class Counted(Frozen, frozen=True, kw_only=True):
    """What was taught in the first program and in the second, and by whom."""

    first: Taught
    second: Taught
    lead: Viewer
    shadow: Viewer


async def counted(works: Works, clock: FrozenClock) -> Counted:
    """May 2026: in the first program two people of one partner (240 and 90 minutes) and one of another (120); in the
    second one person (240). The lead taught two meetings of each program, the shadow looked on."""
    first = await taught(works, 2, capacity_in_person=5)
    other = await works.run(first.scene.other_coordinator, book_places, order(first.scene, 0, other=True))
    second = await taught(works, 1, tag="B")
    lead, shadow = await works.run(Viewer.machine("test"), _teach, (first, second))
    clock.move(days=16)
    ada, ben = first.enrollments
    await attend(works, first, ada, 2)
    await attend(works, first, ben, 1, 90)
    (key,) = (one.enrollment_id for one in other.verdicts)
    assert key is not None
    await attend(works, first, key, 1, 120)
    await attend(works, second, second.enrollments[0], 2)
    await close(works, first)
    await close(works, second)
    return Counted(first=first, second=second, lead=lead, shadow=shadow)


async def _teach(work: Work, both: tuple[Taught, Taught]) -> tuple[Viewer, Viewer]:
    found = []
    for role, name in (("lead", "Tara Quill"), ("shadow", "Sam Onlooker")):
        person_id: UUID = work.new_id()
        email = f"{role}@example.org"
        work.add(Person, id=person_id, email=email, name=name, created_at=work.now)
        for of in both:
            for meeting_id in of.scene.meeting_ids:
                ids = {"session_id": of.scene.session_id, "meeting_id": meeting_id, "person_id": person_id}
                work.add(TrainerAssignment, id=work.new_id(), role=role, **ids)
        found.append(Viewer(person_id=person_id, name=name, email=email))
    return found[0], found[1]
