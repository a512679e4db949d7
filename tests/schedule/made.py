"""Who and what these tests stand on: one short call each, with everything that does not matter left out."""

from datetime import datetime
from typing import Any
from uuid import UUID

import httpx

from training.base.database import fetch
from training.base.ids import uuid7
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.catalogue.actions import create_course, create_program, create_venue
from training.catalogue.rules import Course, Inheritable, ProgramDetails, VenueDetails
from training.partners.tables import Participation, Partner
from training.people.actions import begin_sign_in, ensure_person, grant_role
from training.people.rules import Role
from training.people.tables import Person
from training.schedule.actions import add_room, create_session, publish_session
from training.schedule.rules.values import MeetingValues, RoomValues, SessionValues
from training.schedule.tables import Occupancy

STAFF = Viewer(name="Sam Staff", grants=frozenset({Grant(role="staff")}))
NOBODY = Viewer()
MACHINE = Viewer.machine("test")
MISSING = UUID(int=404)
T = datetime.fromisoformat

NEXT_WEEK = MeetingValues(local_start=T("2026-05-11T10:00"), local_end=T("2026-05-11T12:00"))
WEEK_AFTER = MeetingValues(local_start=T("2026-05-18T10:00"), local_end=T("2026-05-18T12:00"))


class Row(Frozen, frozen=True, kw_only=True):
    """A busy time, as tests compare it."""

    kind: str
    subject_id: UUID
    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime


def manager_of(*program_ids: UUID) -> Viewer:
    """A program manager of these programs."""
    return Viewer(grants=frozenset(Grant(role="program_manager", scope_id=program_id) for program_id in program_ids))


def coordinator_of(*partner_ids: UUID) -> Viewer:
    """A coordinator of these partners."""
    return Viewer(grants=frozenset(Grant(role="coordinator", scope_id=partner_id) for partner_id in partner_ids))


async def a_program(works: Works, name: str = "Awareness Month", zone: str = "Europe/Berlin") -> UUID:
    return (await works.run(STAFF, create_program, ProgramDetails(name=name, zone=zone))).id


async def a_course(works: Works, program_id: UUID, **values: Any) -> Course:
    told = {"title": "Listening first", "capacity_in_person": 12, **values}
    return await works.run(STAFF, create_course, program_id, Inheritable(**told))


async def a_room(works: Works, name: str = "Blue room", zone: str = "Europe/Berlin") -> UUID:
    venue = await works.run(STAFF, create_venue, VenueDetails(name=f"House of the {name}", zone=zone))
    return await works.run(STAFF, add_room, venue.id, RoomValues(name=name))


async def a_person(works: Works, name: str) -> UUID:
    async def add(work: Work) -> UUID:
        key = work.new_id()
        work.add(Person, id=key, email=f"{name.lower()}@people.example", name=name, created_at=work.now)
        return key

    return await works.run(STAFF, add)


async def a_partner(works: Works, name: str, *program_ids: UUID, ended: bool = False) -> UUID:
    async def add(work: Work) -> UUID:
        key = work.new_id()
        work.add(Partner, id=key, slug=name.lower(), name=name, folded_name=name.lower(), created_at=work.now)
        for program_id in program_ids:
            work.add(
                Participation,
                id=work.new_id(),
                partner_id=key,
                program_id=program_id,
                created_at=work.now,
                ended_at=work.now if ended else None,
            )
        return key

    return await works.run(STAFF, add)


async def a_session(
    works: Works, course_id: UUID, *meetings: MeetingValues, publish: bool = False, **values: Any
) -> UUID:
    """A session, with one meeting in the week after the clock's when none is given."""

    async def make(work: Work) -> UUID:
        key = await create_session(
            work, course_id, SessionValues(**values), meetings=meetings or (NEXT_WEEK,), accept_warnings=True
        )
        if publish:
            await publish_session(work, key)
        return key

    return await works.run(STAFF, make)


async def enroll(
    works: Works, session_id: UUID, meeting_ids: list[UUID], person_id: UUID, span: tuple[str, str]
) -> None:
    """What booking writes for an enrolled learner."""

    async def add(work: Work) -> None:
        for meeting_id in meeting_ids:
            work.add(
                Occupancy,
                id=work.new_id(),
                kind="learner",
                subject_id=person_id,
                session_id=session_id,
                meeting_id=meeting_id,
                source_id=uuid7(work.now),
                starts_at=T(span[0]),
                ends_at=T(span[1]),
            )

    await works.run(STAFF, add)


async def occupied(session_id: UUID) -> list[Row]:
    """Who and what is busy with a session, by start and kind."""
    return await fetch(
        Row,
        "SELECT kind, subject_id, meeting_id, starts_at, ends_at FROM occupancy WHERE session_id = {}"
        " ORDER BY starts_at, kind, subject_id",
        session_id,
    )


async def events(*names: str) -> list[str]:
    """The names of the journal's events, sorted (the clock stands still); only these when some are named."""
    found = await fetch(Named, "SELECT event FROM journal_entry ORDER BY event")
    return [entry.event for entry in found if not names or entry.event in names]


class Named(Frozen, frozen=True, kw_only=True):
    """The name of an event."""

    event: str


async def enter(works: Works, client: httpx.AsyncClient, role: str = "", scope_id: UUID | None = None) -> UUID:
    """Sign the client in as somebody new who holds a role; returns the person's id."""
    person_id = await works.run(MACHINE, ensure_person, f"{role or 'nobody'}@host.example", "Robin")
    if role:
        await works.run(MACHINE, grant_role, person_id, Role(role), scope_id)
    begun = await works.run(NOBODY, begin_sign_in, person_id)
    client.cookies.set("sign_in", begun.token)
    return person_id
