"""The lists that can be exported: what staff sees, one row per thing, with words and not with ids where people look."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec.structs import fields

from training.base.database import fetch
from training.base.structs import Frozen, as_data
from training.cli.saying import at
from training.web.exports import WHEN, mode_words, when_cells


class SessionRow(Frozen, frozen=True, kw_only=True):
    """A session as a row of a list. `zone` is where its times were planned."""

    id: UUID
    program: str
    course: str
    title: str
    state: str
    mode: str
    language: str
    audience: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    capacity_in_person: int
    taken_in_person: int
    capacity_online: int
    taken_online: int
    waiting: int


class EnrollmentRow(Frozen, frozen=True, kw_only=True):
    """Somebody in a session."""

    id: UUID
    program: str
    session: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    person: str
    email: str
    partner: str
    booking: str
    booked_by: str
    state: str
    mode: str
    state_since: datetime
    reason: str


class PartnerRow(Frozen, frozen=True, kw_only=True):
    """A partner organization."""

    id: UUID
    slug: str
    name: str
    parent: str
    country: str
    website: str
    members: int
    added_at: datetime


class MemberRow(Frozen, frozen=True, kw_only=True):
    """A person in a partner organization."""

    id: UUID
    partner: str
    name: str
    email: str
    state: str
    roles: str
    since: datetime


class ProgramRow(Frozen, frozen=True, kw_only=True):
    """A program."""

    id: UUID
    slug: str
    name: str
    starts_on: date | None
    ends_on: date | None
    home_zone: str
    partners: int
    sessions: int


class CourseRow(Frozen, frozen=True, kw_only=True):
    """A course."""

    id: UUID
    program: str
    slug: str
    title: str
    mode: str
    language: str
    sessions: int


# Three fields that become the columns WHEN.
_TIMED = ("starts_at", "ends_at", "zone")
_WORDS = {"id": "ID", "home_zone": "Time zone"}

# name -> (the shape of its rows, the statement)
LISTINGS: dict[str, tuple[type[Frozen], str]] = {
    "sessions": (
        SessionRow,
        "SELECT s.id, p.slug AS program, c.title AS course, s.title, s.state, s.mode, s.language, s.audience, s.zone,"
        " s.starts_at, s.ends_at, s.capacity_in_person, s.taken_in_person, s.capacity_online, s.taken_online, s.waiting"
        " FROM session s JOIN program p ON p.id = s.program_id JOIN course c ON c.id = s.course_id"
        " ORDER BY s.starts_at NULLS LAST, s.id",
    ),
    "enrollments": (
        EnrollmentRow,
        "SELECT e.id, p.slug AS program, s.title AS session, s.starts_at, s.ends_at, s.zone,"
        " COALESCE(NULLIF(m.name, ''), n.name) AS person, COALESCE(NULLIF(m.contact_email, ''), n.email) AS email,"
        " COALESCE(o.name, '') AS partner, b.code AS booking, COALESCE(y.email, '') AS booked_by, e.state, e.mode,"
        " e.state_at AS state_since, e.state_reason AS reason FROM enrollment e JOIN session s ON s.id = e.session_id"
        " JOIN program p ON p.id = s.program_id JOIN person n ON n.id = e.person_id"
        " JOIN booking b ON b.id = e.booking_id LEFT JOIN person y ON y.id = b.booked_by"
        " LEFT JOIN partner o ON o.id = e.partner_id LEFT JOIN membership m ON m.id = e.membership_id"
        " ORDER BY s.starts_at NULLS LAST, s.id, e.created_at, e.id",
    ),
    "partners": (
        PartnerRow,
        "SELECT o.id, o.slug, o.name, COALESCE(u.name, '') AS parent, o.country, o.website, o.created_at AS added_at,"
        " (SELECT COUNT(*) FROM membership m WHERE m.partner_id = o.id AND m.state <> 'ended') AS members"
        " FROM partner o LEFT JOIN partner u ON u.id = o.parent_id ORDER BY o.folded_name, o.id",
    ),
    "members": (
        MemberRow,
        "SELECT m.id, o.name AS partner, COALESCE(NULLIF(m.name, ''), n.name) AS name,"
        " COALESCE(NULLIF(m.contact_email, ''), n.email) AS email, m.state_at AS since,"
        " CASE WHEN m.state = 'confirmed' THEN 'Member' WHEN m.state = 'ended' THEN 'Left'"
        " WHEN m.invited_by IS NULL THEN 'Not invited yet' ELSE 'Invited' END AS state,"
        " CASE WHEN EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = m.person_id AND g.scope_id = m.partner_id"
        " AND g.role = 'coordinator') THEN 'coordinator' ELSE 'member' END AS roles"
        " FROM membership m JOIN partner o ON o.id = m.partner_id JOIN person n ON n.id = m.person_id"
        " ORDER BY o.folded_name, n.email, m.id",
    ),
    "programs": (
        ProgramRow,
        "SELECT p.id, p.slug, p.name, p.starts_on, p.ends_on, p.zone AS home_zone,"
        " (SELECT COUNT(*) FROM participation a WHERE a.program_id = p.id AND a.ended_at IS NULL) AS partners,"
        " (SELECT COUNT(*) FROM session s WHERE s.program_id = p.id) AS sessions FROM program p ORDER BY p.slug",
    ),
    "courses": (
        CourseRow,
        "SELECT c.id, p.slug AS program, c.slug, c.title, c.mode, c.language,"
        " (SELECT COUNT(*) FROM session s WHERE s.course_id = c.id) AS sessions"
        " FROM course c JOIN program p ON p.id = c.program_id ORDER BY p.slug, c.slug",
    ),
}


UTC = ZoneInfo("UTC")


async def listed(name: str, zone: ZoneInfo = UTC) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
    """The header and the rows of a list. Raises KeyError for a list that is not in the table above.

    Instants are told on the clocks of `zone`, in words with their distance from UTC when it is another zone.
    """
    shape, statement = LISTINGS[name]
    found = await fetch(shape, statement)
    header = [column.replace("(UTC)", f"({zone.key})") for column in _columns(shape)]
    return tuple(header), [[_told(cell, zone) for cell in _cells(row)] for row in found]


def _told(cell: Any, zone: ZoneInfo) -> Any:
    # Files keep instants as such in UTC; in any other zone they are words, or a spreadsheet would lose which.
    return at(cell, zone) if isinstance(cell, datetime) and zone.key != UTC.key else cell


def _columns(shape: type[Frozen]) -> tuple[str, ...]:
    """The header of a list: when something takes place is told as in every other file, other instants are UTC."""
    columns: list[str] = []
    for field in fields(shape):
        if field.name in _TIMED:
            columns += WHEN if field.name == "starts_at" else ()
        else:
            words = _WORDS.get(field.name) or field.name.removesuffix("_at").replace("_", " ").capitalize()
            columns.append(f"{words} (UTC)" if field.type is datetime else words)
    return tuple(columns)


def _cells(row: Frozen) -> list[Any]:
    cells: list[Any] = []
    for name, value in as_data(row).items():
        if name in _TIMED:
            cells += when_cells(*(getattr(row, part) for part in _TIMED)) if name == "starts_at" else ()
        else:
            cells.append(mode_words(value) if name == "mode" else value)
    return cells
