"""Sessions with partners and people, made directly as rows: what booking finds when it begins."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from training.base.structs import ANONYMOUS, Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.catalogue.rules import INHERITED
from training.catalogue.tables import Course, Program
from training.partners.tables import Membership, Participation, Partner
from training.people.tables import Person
from training.schedule.tables import Meeting, Session


class Scene(Frozen, frozen=True, kw_only=True):
    """One session, two partners with members, and the viewers who act on it."""

    program_id: UUID
    course_id: UUID
    session_id: UUID
    meeting_ids: tuple[UUID, ...]
    partner_id: UUID
    other_partner_id: UUID
    members: tuple[UUID, ...]
    other_members: tuple[UUID, ...]
    people: tuple[UUID, ...]
    coordinator: Viewer
    other_coordinator: Viewer
    manager: Viewer


def _partner(work: Work, name: str, size: int) -> tuple[UUID, list[UUID], list[UUID]]:
    partner_id = work.new_id()
    slug = name.lower().replace(" ", "-")
    work.add(Partner, id=partner_id, slug=slug, name=name, folded_name=name.lower(), created_at=work.now)
    members, people = [], []
    for number in range(size):
        person_id, member_id = work.new_id(), work.new_id()
        email = f"{slug}-{number}@example.org"
        work.add(Person, id=person_id, email=email, name=f"{name} {number}", created_at=work.now)
        work.add(
            Membership,
            id=member_id,
            partner_id=partner_id,
            person_id=person_id,
            name=f"{name} {number}",
            contact_email=email,
            state="confirmed",
            created_at=work.now,
            state_at=work.now,
        )
        members.append(member_id)
        people.append(person_id)
    return partner_id, members, people


def _viewer(work: Work, name: str, role: str, scope_id: UUID) -> Viewer:
    person_id = work.new_id()
    email = f"{name.lower()}@example.org"
    work.add(Person, id=person_id, email=email, name=name, zone="Europe/Dublin", created_at=work.now)
    return Viewer(
        person_id=person_id,
        name=name,
        email=email,
        zone="Europe/Dublin",
        grants=frozenset({Grant(role=role, scope_id=scope_id)}),
    )


async def make_scene(
    works: Works,
    *,
    size: int = 8,
    meetings: int = 1,
    starts_in: timedelta = timedelta(days=14),
    tag: str = "",
    **values: Any,
) -> Scene:
    """A published session of both partners' program. `values` are columns of the session; `tag` makes names new."""

    async def build(work: Work) -> Scene:
        program_id, course_id, session_id = work.new_id(), work.new_id(), work.new_id()
        work.add(Program, id=program_id, slug=f"p-{program_id}", name="Program", created_at=work.now)
        work.add(
            Course,
            id=course_id,
            program_id=program_id,
            slug="course",
            title="Course",
            capacity_in_person=10,
            created_at=work.now,
        )
        starts_at: datetime = (work.now + starts_in).replace(microsecond=0)
        columns = {
            "title": "Safe messaging",
            "state": "published",
            "audience": "participating",
            "mode": "in_person",
            "capacity_in_person": 3,
            "zone": "Europe/Dublin",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(days=meetings - 1, hours=2),
            "published_at": work.now,
        } | values
        # What is said of the session is its own: an edit must not bring the course's values back.
        own = sorted(set(INHERITED) & columns.keys())
        ids = {"id": session_id, "program_id": program_id, "course_id": course_id}
        work.add(Session, **ids, created_at=work.now, own_fields=own, **columns)
        meeting_ids = tuple(_meeting(work, session_id, number, starts_at) for number in range(meetings))
        partner_id, members, people = _partner(work, f"Northern Line{tag}", size)
        other_id, other_members, _ = _partner(work, f"Harbour{tag}", size)
        for joined in (partner_id, other_id):
            work.add(Participation, id=work.new_id(), partner_id=joined, program_id=program_id, created_at=work.now)
        return Scene(
            program_id=program_id,
            course_id=course_id,
            session_id=session_id,
            meeting_ids=meeting_ids,
            partner_id=partner_id,
            other_partner_id=other_id,
            members=tuple(members),
            other_members=tuple(other_members),
            people=tuple(people),
            coordinator=_viewer(work, f"Cora{tag}", "coordinator", partner_id),
            other_coordinator=_viewer(work, f"Otto{tag}", "coordinator", other_id),
            manager=_viewer(work, f"Mona{tag}", "program_manager", program_id),
        )

    return await works.run(ANONYMOUS, build)


def _meeting(work: Work, session_id: UUID, number: int, starts_at: datetime) -> UUID:
    meeting_id = work.new_id()
    start = starts_at + timedelta(days=number)
    local = start.replace(tzinfo=None)
    work.add(
        Meeting,
        id=meeting_id,
        session_id=session_id,
        number=number + 1,
        local_start=local,
        local_end=local + timedelta(hours=2),
        zone="UTC",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        changed_at=work.now,
    )
    return meeting_id
