"""Reads of the catalogue. Programs, their moments and their courses are public; venues are for those who plan.

Each function makes one statement however many rows there are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.catalogue.rules import Course, Moment, Prerequisite, Program, Venue, degrees, is_slug
from training.people.rules import Permission, may, reach

T = TypeVar("T")
MOST_CHOICES = 1000
_PROGRAMS = "SELECT id, slug, name, summary, starts_on, ends_on, zone, created_at, version FROM program"
_MOMENTS = "SELECT id, program_id, name, starts_on, ends_on, version FROM moment"
_COURSES = (
    "SELECT id, program_id, slug, title, summary, description, language, mode, capacity_in_person, capacity_online,"
    " audience, self_enrollment, overtaking, cancellation_hours, waitlist_cutoff_hours, minimum_participants,"
    " open_place_hours, attendee_list, joining_details, created_at, version FROM course"
)
_VENUES = (
    "SELECT id, name, address, country, latitude, longitude, zone, access_notes, external_key, created_at, version"
    " FROM venue"
)


async def list_programs(
    viewer: Viewer, *, managed: bool = False, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Program]:
    """Programs in the order they were created; with `managed` only those that the viewer may change.

    Raises Invalid for a cursor that is not ours.
    """
    conditions, values = _after(cursor)
    granted = reach(viewer, Permission.PROGRAM_MANAGE)
    if managed and not granted.everywhere:
        conditions.append(f"id IN ({marks(tuple(granted.scope_ids))})")
        values.extend(granted.scope_ids)
    rows = await fetch(Program, _PROGRAMS + _where(conditions) + " ORDER BY id LIMIT {}", *values, limit + 1)
    return page_of(rows, limit, "id")


async def get_program(key: UUID | str) -> Program:
    """The program with this id or slug. Raises NotFound."""
    if isinstance(key, str) and not is_slug(key):
        raise NotFound
    column = "id" if isinstance(key, UUID) else "slug"
    return _found(await fetch_one(Program, _PROGRAMS + f" WHERE {column} = {{}}", key))


async def lock_program(program_id: UUID) -> Program:
    """The program, held until the unit of work ends. Raises NotFound."""
    return _found(await fetch_one(Program, _PROGRAMS + " WHERE id = {}" + for_update(), program_id))


async def list_moments(program_id: UUID) -> list[Moment]:
    """The moments of a program by date; a program has at most `rules.MOST_MOMENTS`."""
    return await fetch(Moment, _MOMENTS + " WHERE program_id = {} ORDER BY starts_on, ends_on, id", program_id)


async def get_moment(moment_id: UUID) -> Moment:
    """The moment. Raises NotFound."""
    return _found(await fetch_one(Moment, _MOMENTS + " WHERE id = {}", moment_id))


async def lock_moment(moment_id: UUID) -> Moment:
    """The moment, held until the unit of work ends. Raises NotFound."""
    return _found(await fetch_one(Moment, _MOMENTS + " WHERE id = {}" + for_update(), moment_id))


async def list_courses(
    viewer: Viewer, program_id: UUID, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Course]:
    """Courses of a program in the order they were created. Joining details are empty unless the viewer plans them."""
    conditions, values = _after(cursor)
    conditions.append("program_id = {}")
    rows = await fetch(Course, _COURSES + _where(conditions) + " ORDER BY id LIMIT {}", *values, program_id, limit + 1)
    return page_of([_shown(course, viewer) for course in rows], limit, "id")


async def get_course(viewer: Viewer, course_id: UUID) -> Course:
    """The course. Joining details are empty unless the viewer plans it. Raises NotFound."""
    return _shown(await load_course(course_id), viewer)


async def load_course(course_id: UUID) -> Course:
    """The course with everything, for actions that copy or pass on its values. Raises NotFound."""
    return _found(await fetch_one(Course, _COURSES + " WHERE id = {}", course_id))


async def lock_course(course_id: UUID) -> Course:
    """The course with everything, held until the unit of work ends. Raises NotFound."""
    return _found(await fetch_one(Course, _COURSES + " WHERE id = {}" + for_update(), course_id))


async def list_prerequisites(course_ids: Sequence[UUID]) -> list[Prerequisite]:
    """What comes before these courses, by title. As public as the courses are."""
    return await fetch(
        Prerequisite,
        "SELECT q.course_id, q.required_course_id, c.title, c.program_id, p.name AS program_name"
        " FROM course_prerequisite q JOIN course c ON c.id = q.required_course_id JOIN program p ON p.id = c.program_id"
        f" WHERE q.course_id IN ({marks(course_ids)}) ORDER BY c.title, c.id",
        *course_ids,
    )


class CourseChoice(Frozen, frozen=True, kw_only=True):
    """A course to choose, with the name of its program."""

    id: UUID
    title: str
    program_id: UUID
    program_name: str


async def list_courses_to_require(viewer: Viewer, course_id: UUID) -> list[CourseChoice]:
    """The courses that the viewer could say come before this one: of all programs they manage, by program and title."""
    managed = reach(viewer, Permission.COURSE_MANAGE)
    within = "1 = 1" if managed.everywhere else f"c.program_id IN ({marks(tuple(managed.scope_ids))})"
    return await fetch(
        CourseChoice,
        "SELECT c.id, c.title, c.program_id, p.name AS program_name FROM course c JOIN program p ON p.id = c.program_id"
        f" WHERE c.id <> {{}} AND {within} AND NOT EXISTS (SELECT 1 FROM course_prerequisite q"
        " WHERE q.course_id = {} AND q.required_course_id = c.id) ORDER BY p.name, p.id, c.title, c.id LIMIT {}",
        course_id,
        *(() if managed.everywhere else tuple(managed.scope_ids)),
        course_id,
        MOST_CHOICES,
    )


class _Edge(Frozen, frozen=True, kw_only=True):
    course_id: UUID
    required_course_id: UUID


async def lock_requirements() -> dict[UUID, list[UUID]]:
    """For each course those that come before it, nobody else changing any of it until the unit of work ends.

    A circle may run through many courses, so a lock on two of them is not enough: whoever changes the order of
    courses holds the oldest program's row meanwhile.
    """
    await fetch(_Key, "SELECT id FROM program ORDER BY id LIMIT 1" + for_update())
    found: dict[UUID, list[UUID]] = {}
    for edge in await fetch(_Edge, "SELECT course_id, required_course_id FROM course_prerequisite"):
        found.setdefault(edge.course_id, []).append(edge.required_course_id)
    return found


async def list_venues(viewer: Viewer, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Venue]:
    """Venues in the order they were created, for those who plan sessions; empty for everybody else.

    Not public: some are shelters. Whoever may see a session learns its venue from the session.
    """
    if not may(viewer, Permission.VENUE_MANAGE):
        return Page[Venue](items=())
    conditions, values = _after(cursor)
    rows = await fetch(Venue, _VENUES + _where(conditions) + " ORDER BY id LIMIT {}", *values, limit + 1)
    return page_of([_rounded(venue) for venue in rows], limit, "id")


async def get_venue(viewer: Viewer, venue_id: UUID) -> Venue:
    """The venue, for those who plan sessions. Raises NotFound, to everybody else too."""
    if not may(viewer, Permission.VENUE_MANAGE):
        raise NotFound
    return await load_venue(venue_id)


async def load_venue(venue_id: UUID) -> Venue:
    """The venue, for actions that judged already whether it may be used. Raises NotFound."""
    return _rounded(_found(await fetch_one(Venue, _VENUES + " WHERE id = {}", venue_id)))


async def lock_venue(venue_id: UUID) -> Venue:
    """The venue, held until the unit of work ends. Raises NotFound."""
    return _rounded(_found(await fetch_one(Venue, _VENUES + " WHERE id = {}" + for_update(), venue_id)))


async def find_venue_by_key(external_key: str) -> Venue | None:
    """The venue that an import made under this key, or None."""
    venue = await fetch_one(Venue, _VENUES + " WHERE external_key = {}", external_key)
    return _rounded(venue) if venue else None


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


class _Slug(Frozen, frozen=True, kw_only=True):
    slug: str


async def list_program_slugs(beginning: str) -> list[str]:
    """The slugs of programs that begin so."""
    rows = await fetch(_Slug, "SELECT slug FROM program WHERE slug LIKE {}", f"{beginning}%")
    return [row.slug for row in rows]


async def list_course_slugs(program_id: UUID, beginning: str) -> list[str]:
    """The slugs of a program's courses that begin so."""
    rows = await fetch(
        _Slug, "SELECT slug FROM course WHERE program_id = {} AND slug LIKE {}", program_id, f"{beginning}%"
    )
    return [row.slug for row in rows]


def _after(cursor: str | None) -> tuple[list[str], list[Any]]:
    if cursor is None:
        return [], []
    return ["id > {}"], list(decode_cursor(cursor, tuple[UUID]))


def _where(conditions: Sequence[str]) -> str:
    return " WHERE " + " AND ".join(conditions) if conditions else ""


def _found(row: T | None) -> T:
    if row is None:
        raise NotFound
    return row


def _shown(course: Course, viewer: Viewer) -> Course:
    if may(viewer, Permission.COURSE_MANAGE, course.program_id):
        return course
    return replace(course, joining_details="")


def _rounded(venue: Venue) -> Venue:
    return replace(venue, latitude=degrees(venue.latitude), longitude=degrees(venue.longitude))


class LastChange(Frozen, frozen=True, kw_only=True):
    """Who changed something last, and when. `shared`: in how many programs and partners actor and viewer both act."""

    at: datetime
    actor_id: UUID | None
    actor_name: str
    shared: int


async def find_last_change(viewer: Viewer, subject_id: UUID) -> LastChange | None:
    """The latest entry of the journal about this subject, and how many scopes its actor shares with the viewer."""
    scopes = sorted({grant.scope_id for grant in viewer.grants if grant.scope_id is not None})
    return await fetch_one(
        LastChange,
        "SELECT j.at, j.actor_id, j.actor_name, (SELECT count(*) FROM role_grant g WHERE g.person_id = j.actor_id"
        f" AND g.scope_id IN ({marks(scopes)})) AS shared FROM journal_entry j WHERE j.subject_id = {{}}"
        " ORDER BY j.at DESC, j.id DESC LIMIT 1",
        *scopes,
        subject_id,
    )
