"""For which partners somebody may book, and whom to ask about a program."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from training.base.database import execute, fetch, marks
from training.base.structs import Frozen, Viewer
from training.people.rules import Permission, may, reach
from training.schedule.rules.sessions import SessionView


async def partner_in_audience(session_id: UUID, program_id: UUID, partner_id: UUID, audience: str) -> bool:
    """Whether a partner belongs to a session's audience, apart from a code."""
    if audience == "public":
        return True
    invited = "SELECT 1 AS one FROM session_partner WHERE session_id = {} AND partner_id = {}"
    if audience != "participating":
        return bool(await execute(invited, session_id, partner_id))
    joined = "SELECT 1 AS one FROM participation WHERE program_id = {} AND partner_id = {} AND ended_at IS NULL"
    return bool(await execute(f"{joined} UNION ALL {invited}", program_id, partner_id, session_id, partner_id))


class BookingPartner(Frozen, frozen=True, kw_only=True):
    """A partner for which somebody may book."""

    id: UUID
    name: str


async def list_booking_partners(viewer: Viewer, session: SessionView, code: str = "") -> list[BookingPartner]:
    """The partners for which the viewer may book this session, by name, at most 500. One statement.

    They are those that the viewer coordinates, and for a manager of the program all that take part in it, as far as
    the session is open to them or the access code opens it. Whether booking is open now is another question.
    """
    who: list[str] = []
    values: list[Any] = []
    if own := tuple(reach(viewer, Permission.PLACES_BOOK).scope_ids):
        who.append(f"o.id IN ({marks(own)})")
        values.extend(own)
    takes_part = (
        "EXISTS (SELECT 1 FROM participation t WHERE t.partner_id = o.id AND t.program_id = {} AND t.ended_at IS NULL)"
    )
    invited = "EXISTS (SELECT 1 FROM session_partner i WHERE i.partner_id = o.id AND i.session_id = {})"
    if may(viewer, Permission.SESSION_MANAGE, session.program_id):
        who.append(f"{takes_part} OR {invited}")
        values.extend((session.program_id, session.id))
    if not who:
        return []
    open_to = "1 = 1"
    if session.audience != "public" and not (code and code == session.access_code):
        # As `partner_in_audience`: who is invited belongs to the audience, whatever that is otherwise.
        open_to = invited
        values.append(session.id)
        if session.audience == "participating":
            open_to = f"({invited} OR {takes_part})"
            values.append(session.program_id)
    sql = f"SELECT o.id, o.name FROM partner o WHERE ({' OR '.join(who)}) AND {open_to} ORDER BY o.folded_name, o.id"
    return await fetch(BookingPartner, f"{sql} LIMIT 500", *values)


class ProgramManager(Frozen, frozen=True, kw_only=True):
    """Whom to ask about a program."""

    program_id: UUID
    person_id: UUID
    name: str
    email: str


async def list_program_managers(viewer: Viewer, program_ids: Iterable[UUID]) -> list[ProgramManager]:
    """The managers of these programs, by name, at most 50; for people who are signed in only. One statement."""
    wanted = tuple(dict.fromkeys(program_ids))
    if viewer.person_id is None or not wanted:
        return []
    return await fetch(
        ProgramManager,
        "SELECT g.scope_id AS program_id, p.id AS person_id, p.name, p.email FROM role_grant g"
        " JOIN person p ON p.id = g.person_id"
        f" WHERE g.role = 'program_manager' AND g.scope_id IN ({marks(wanted)}) AND p.disabled_at IS NULL"
        " ORDER BY p.name, p.email LIMIT 50",
        *wanted,
    )


class ProgramContact(ProgramManager, frozen=True, kw_only=True):
    """A manager who is written to, with the clocks they read."""

    zone: str
    locale: str


async def list_managers(program_id: UUID) -> list[ProgramContact]:
    """Whom to write to about a program: its managers, by name, at most 50. Judges nobody's right to it."""
    return await fetch(
        ProgramContact,
        "SELECT g.scope_id AS program_id, p.id AS person_id, p.name, p.email, p.zone, p.locale FROM role_grant g"
        " JOIN person p ON p.id = g.person_id WHERE g.role = 'program_manager' AND g.scope_id = {}"
        " AND p.disabled_at IS NULL ORDER BY p.name, p.email LIMIT 50",
        program_id,
    )
