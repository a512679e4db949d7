"""What people do to the catalogue. Every verb judges the permission, writes a journal row and returns what is now.

`expected_version` is the version the person looked at; None for importers and the command line, which look and
change at once. Raises NotFound for what is missing or out of reach, Invalid with a sentence per field, Stale with
the current state in `data["current"]`.
"""

from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import as_data
from training.base.work import Work
from training.catalogue import queries, tables
from training.catalogue.events import (
    CourseCreated,
    CourseEdited,
    MomentAdded,
    MomentEdited,
    MomentRemoved,
    PrerequisiteAdded,
    PrerequisiteRemoved,
    ProgramCreated,
    ProgramEdited,
    VenueCreated,
    VenueEdited,
)
from training.catalogue.rules import (
    MOST_MOMENTS,
    MOST_PREREQUISITES,
    Course,
    CourseCircle,
    Inheritable,
    Moment,
    MomentDetails,
    MomentsLimit,
    Prerequisite,
    PrerequisitesLimit,
    Program,
    ProgramDetails,
    SlugTaken,
    Venue,
    VenueDetails,
    changed_fields,
    checked_course,
    checked_moment,
    checked_program,
    checked_venue,
    closes_circle,
    free_slug,
    only,
    slug_from,
)
from training.people.rules import Permission, require

Versioned = TypeVar("Versioned", Program, Moment, Course, Venue)


async def create_program(work: Work, details: ProgramDetails) -> Program:
    """Add a program. Without a slug one is made from the name. Raises SlugTaken for a slug that was asked for."""
    require(work.actor, Permission.PROGRAM_CREATE)
    details = checked_program(details)
    wanted = details.slug or slug_from(details.name)
    taken = await queries.list_program_slugs(wanted or "program")
    if details.slug in taken:
        raise SlugTaken
    details = replace(details, slug=free_slug(wanted, taken, "program"))
    program = Program(**as_data(details), id=work.new_id(), created_at=work.now, version=1)
    work.add(tables.Program, **as_data(program))
    work.emit(ProgramCreated(program_id=program.id, slug=program.slug, name=program.name), after=as_data(details))
    return program


async def edit_program(
    work: Work, program_id: UUID, details: ProgramDetails, expected_version: int | None = None
) -> Program:
    """Change a program. An empty slug keeps the one it has."""
    require(work.actor, Permission.PROGRAM_MANAGE, program_id)
    before = _unchanged(await queries.lock_program(program_id), expected_version)
    details = checked_program(replace(details, slug=details.slug or before.slug))
    changed = changed_fields(before, details)
    if "slug" in changed and details.slug in await queries.list_program_slugs(details.slug):
        raise SlugTaken
    if not changed:
        return before
    after = replace(before, **only(ProgramDetails, details), version=before.version + 1)
    _write(work, tables.Program, after, changed)
    work.emit(
        ProgramEdited(program_id=program_id, changed=changed),
        before=_part(before, changed),
        after=_part(after, changed),
    )
    return after


async def add_moment(work: Work, program_id: UUID, details: MomentDetails) -> Moment:
    """Plan a program towards one more date. Raises MomentsLimit."""
    require(work.actor, Permission.PROGRAM_MANAGE, program_id)
    details = checked_moment(details)
    await queries.lock_program(program_id)
    if len(await queries.list_moments(program_id)) >= MOST_MOMENTS:
        raise MomentsLimit
    moment = Moment(**as_data(details), id=work.new_id(), program_id=program_id, version=1)
    work.add(tables.Moment, **as_data(moment))
    work.emit(MomentAdded(moment_id=moment.id, program_id=program_id, name=moment.name), after=as_data(details))
    return moment


async def edit_moment(
    work: Work, moment_id: UUID, details: MomentDetails, expected_version: int | None = None
) -> Moment:
    """Change the name or the dates of a moment."""
    before = await queries.lock_moment(moment_id)
    require(work.actor, Permission.PROGRAM_MANAGE, before.program_id)
    _unchanged(before, expected_version)
    changed = changed_fields(before, checked_moment(details))
    if not changed:
        return before
    after = replace(before, **as_data(details), version=before.version + 1)
    _write(work, tables.Moment, after, changed)
    event = MomentEdited(moment_id=moment_id, program_id=before.program_id, changed=changed)
    work.emit(event, before=_part(before, changed), after=_part(after, changed))
    return after


async def remove_moment(work: Work, moment_id: UUID, expected_version: int | None = None) -> Moment:
    """Take a moment off a program, and return what it was."""
    moment = await queries.lock_moment(moment_id)
    require(work.actor, Permission.PROGRAM_MANAGE, moment.program_id)
    _unchanged(moment, expected_version)
    await work.execute("DELETE FROM moment WHERE id = {}", moment_id)
    event = MomentRemoved(moment_id=moment_id, program_id=moment.program_id, name=moment.name)
    work.emit(event, before=only(MomentDetails, moment))
    return moment


async def create_course(work: Work, program_id: UUID, values: Inheritable, *, slug: str = "") -> Course:
    """Add a course to a program. Without a slug one is made from the title. Raises SlugTaken for one asked for."""
    require(work.actor, Permission.COURSE_MANAGE, program_id)
    values = checked_course(values)
    if slug and slug_from(slug) != slug:
        raise Invalid(fields={"slug": "Use small letters, digits and single hyphens."})
    program = await queries.get_program(program_id)
    wanted = slug or slug_from(values.title)
    taken = await queries.list_course_slugs(program.id, wanted or "course")
    if slug in taken:
        raise SlugTaken
    course = Course(
        **as_data(values),
        id=work.new_id(),
        program_id=program.id,
        slug=free_slug(wanted, taken, "course"),
        created_at=work.now,
        version=1,
    )
    work.add(tables.Course, **as_data(course))
    work.emit(CourseCreated(course_id=course.id, program_id=program_id, title=course.title), after=as_data(values))
    return course


async def edit_course(work: Work, course_id: UUID, values: Inheritable, expected_version: int | None = None) -> Course:
    """Change a course; its sessions follow where they did not set a value themselves (reaction to CourseEdited)."""
    before = await queries.lock_course(course_id)
    require(work.actor, Permission.COURSE_MANAGE, before.program_id)
    _unchanged(before, expected_version)
    values = checked_course(values)
    changed = changed_fields(before, values)
    if not changed:
        return before
    after = replace(before, **as_data(values), version=before.version + 1)
    _write(work, tables.Course, after, changed)
    event = CourseEdited(course_id=course_id, program_id=before.program_id, changed=changed, values=values)
    work.emit(event, before=_part(before, changed), after=_part(after, changed))
    return after


async def add_prerequisite(work: Work, course_id: UUID, required_course_id: UUID) -> Prerequisite:
    """Say that one course comes before another; nothing changes when that was said already.

    Both must belong to programs that the actor manages. It counts for bookings from now on: nobody loses a place.
    Raises NotFound, CourseCircle, PrerequisitesLimit.
    """
    course = await queries.load_course(course_id)
    require(work.actor, Permission.COURSE_MANAGE, course.program_id)
    required = await queries.load_course(required_course_id)
    require(work.actor, Permission.COURSE_MANAGE, required.program_id)
    requires = await queries.lock_requirements()
    before = requires.get(course_id, [])
    if required_course_id not in before:
        if closes_circle(course_id, required_course_id, requires):
            raise CourseCircle(_circle_words(course, required))
        if len(before) >= MOST_PREREQUISITES:
            raise PrerequisitesLimit
        key = work.new_id()
        work.add(tables.CoursePrerequisite, id=key, course_id=course_id, required_course_id=required_course_id)
        work.emit(PrerequisiteAdded(**_ordered(course, required)))
        await work.flush()
    return next(p for p in await queries.list_prerequisites([course_id]) if p.required_course_id == required_course_id)


def _circle_words(course: Course, required: Course) -> str:
    if course.id == required.id:
        return "A course cannot come before itself."
    return f"“{course.title}” comes before “{required.title}” already, so it cannot come after it as well."


async def remove_prerequisite(work: Work, course_id: UUID, required_course_id: UUID) -> Prerequisite:
    """One course does not come before the other any more; returns what was said. Raises NotFound."""
    course = await queries.load_course(course_id)
    require(work.actor, Permission.COURSE_MANAGE, course.program_id)
    await queries.lock_requirements()
    found = [p for p in await queries.list_prerequisites([course_id]) if p.required_course_id == required_course_id]
    if not found:
        raise NotFound
    await work.execute(
        "DELETE FROM course_prerequisite WHERE course_id = {} AND required_course_id = {}",
        course_id,
        required_course_id,
    )
    work.emit(PrerequisiteRemoved(**_ordered(course, await queries.load_course(required_course_id))))
    return found[0]


def _ordered(course: Course, required: Course) -> dict[str, Any]:
    return {
        "course_id": course.id,
        "program_id": course.program_id,
        "required_course_id": required.id,
        "title": required.title,
    }


async def create_venue(work: Work, details: VenueDetails) -> Venue:
    """Add a venue. It belongs to the platform: everybody who plans sessions may use it."""
    require(work.actor, Permission.VENUE_MANAGE)
    details = checked_venue(details)
    venue = Venue(**as_data(details), id=work.new_id(), created_at=work.now, version=1)
    work.add(tables.Venue, **as_data(venue))
    work.emit(VenueCreated(venue_id=venue.id, name=venue.name), after=as_data(details))
    return venue


async def edit_venue(work: Work, venue_id: UUID, details: VenueDetails, expected_version: int | None = None) -> Venue:
    """Change a venue. A new zone is for meetings planned from now on; those that exist keep theirs."""
    require(work.actor, Permission.VENUE_MANAGE)
    before = _unchanged(await queries.lock_venue(venue_id), expected_version)
    details = checked_venue(replace(details, external_key=before.external_key))
    changed = changed_fields(before, details)
    if not changed:
        return before
    after = replace(before, **as_data(details), version=before.version + 1)
    _write(work, tables.Venue, after, changed)
    work.emit(
        VenueEdited(venue_id=venue_id, changed=changed), before=_part(before, changed), after=_part(after, changed)
    )
    return after


def _unchanged(current: Versioned, expected_version: int | None) -> Versioned:
    if expected_version is not None and expected_version != current.version:
        raise Stale(current=as_data(current))
    return current


def _part(value: Versioned, fields: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(value, name) for name in fields}


def _write(
    work: Work,
    table: type[tables.Program | tables.Moment | tables.Course | tables.Venue],
    after: Versioned,
    changed: tuple[str, ...],
) -> None:
    work.change(table, after.id, **_part(after, changed), version=after.version)
