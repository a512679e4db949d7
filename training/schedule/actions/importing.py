"""Rows of a file become sessions, many at once: the statements of a batch do not grow with its rows.

The verbs for single sessions would forbid what an import needs: a session that is over when it comes. They would also
ask the database anew for every partner and venue. What they promise holds here too: permission, journal, occupancy.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from training.base.database import marks
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.catalogue.actions import create_course, create_venue
from training.catalogue.queries import load_course, lock_program
from training.catalogue.rules import Inheritable, VenueDetails, only, slug_from
from training.partners.actions.hosts import Host, ensure_hosts
from training.partners.queries.hosts import list_hosts
from training.people.rules import Permission, require
from training.schedule import tables
from training.schedule.actions.occupancy import occupy
from training.schedule.actions.sessions import add_meeting_row
from training.schedule.events import MeetingsRenumbered, RoomAdded, SessionImported, SessionPublished, SessionReimported
from training.schedule.queries import list_meetings
from training.schedule.queries.importing import (
    KnownVenue,
    list_courses_by_slug,
    list_imported_venues,
    lock_imported,
)
from training.schedule.rules import Accepted
from training.schedule.rules.inheritance import merged
from training.schedule.rules.outcomes import (
    ROOM_NAME,
    Fate,
    ImportOptions,
    Known,
    Outcome,
    as_new,
    judge_known,
    meetings_of,
    notes_for,
    own_values,
    source_of,
    state_for,
    venue_key,
)
from training.schedule.rules.placing import Placed, renumbered, seen_changes
from training.schedule.rules.sessions import Meeting, State, denormalised, search_text


class Batch(Frozen, frozen=True, kw_only=True):
    """What became of some rows, and the keys of partners, venues and courses that were (or would be) added."""

    outcomes: tuple[Outcome, ...]
    partners: frozenset[str] = frozenset()
    venues: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()


class _Course(Frozen, frozen=True, kw_only=True):
    id: UUID | None
    values: Inheritable


class _Around(Frozen, frozen=True, kw_only=True):
    """What sessions stand on, by course title, folded host and venue key."""

    program_id: UUID
    courses: dict[str, _Course]
    hosts: dict[str, Host]
    rooms: dict[str, UUID]


async def import_sessions(work: Work, program_id: UUID, rows: Sequence[Accepted], options: ImportOptions) -> Batch:
    """Bring rows into a program, all or none, and say what became of each.

    A row whose key is there already changes nothing unless `options.update`, and then only a session that nobody
    relies on. With `options.dry_run` nothing is written. Raises NotFound for a program out of reach, Invalid when a
    course of the program cannot go together with a row.
    """
    for permission in (Permission.SESSION_MANAGE, Permission.COURSE_MANAGE, Permission.PROGRAM_MANAGE):
        require(work.actor, permission, program_id)
    # Two imports into one program take turns, so that none makes what the other is making.
    await lock_program(program_id)
    known = {session.external_key: session for session in await lock_imported(program_id, [row.key for row in rows])}
    judged = {row.key: judge_known(row, known[row.key], options) for row in rows if row.key in known}
    fresh = [row for row in rows if row.key not in known]
    updated = [row for row in rows if row.key in judged and judged[row.key].fate is Fate.UPDATED]
    wanted = [*fresh, *updated]
    if not wanted:
        return Batch(outcomes=tuple(judged[row.key] for row in rows))
    courses = await _known_courses(program_id, wanted)
    venues = {venue.external_key: venue for venue in await list_imported_venues(_venue_keys(wanted), ROOM_NAME)}
    hosts = {host.folded_name for host in await list_hosts(program_id, sorted({row.partner_key for row in wanted}))}
    made = {
        "partners": frozenset(row.partner_key for row in wanted) - hosts,
        "venues": frozenset(_venue_keys(wanted)) - venues.keys(),
        "courses": frozenset(row.course for row in wanted) - courses.keys(),
    }
    if options.dry_run:
        _check(wanted, courses, work)
        judged |= {row.key: as_new(row, None) for row in fresh}
    else:
        around = await _surroundings(work, program_id, wanted, courses, venues)
        judged |= {row.key: as_new(row, _add(work, row, around, options)) for row in fresh}
        await _update(work, updated, known, around, options)
    return Batch(outcomes=tuple(judged[row.key] for row in rows), **made)


def _venue_keys(rows: Iterable[Accepted]) -> list[str]:
    return sorted({key for row in rows if (key := venue_key(row))})


async def _known_courses(program_id: UUID, rows: Iterable[Accepted]) -> dict[str, _Course]:
    titles = {slug_from(row.course): row.course for row in rows}
    found = {}
    for course in await list_courses_by_slug(program_id, sorted(titles)):
        found[titles[course.slug]] = _Course(id=course.id, values=(await load_course(course.id)).values)
    return found


def _new_course(row: Accepted) -> Inheritable:
    return Inheritable(title=row.course, capacity_in_person=row.capacity)


def _check(rows: Iterable[Accepted], courses: Mapping[str, _Course], work: Work) -> None:
    """Raise Invalid where bringing these rows in would."""
    for row in rows:
        course = courses.get(row.course)
        merged(course.values if course else _new_course(row), own_values(row, work.now))


async def _surroundings(
    work: Work,
    program_id: UUID,
    rows: Sequence[Accepted],
    courses: dict[str, _Course],
    venues: Mapping[str, KnownVenue],
) -> _Around:
    """Courses, partners, venues and rooms, added where they are missing. Written before the sessions that need them."""
    for row in rows:
        if row.course not in courses:
            values = _new_course(row)
            made = await create_course(work, program_id, values, slug=slug_from(row.course))
            courses[row.course] = _Course(id=made.id, values=values)
    hosts = await ensure_hosts(work, program_id, [row.host for row in rows])
    rooms: dict[str, UUID] = {}
    for row in rows:
        key = venue_key(row)
        if key and key not in rooms:
            rooms[key] = await _room(work, row, key, venues.get(key))
    return _Around(program_id=program_id, courses=courses, hosts=hosts, rooms=rooms)


async def _room(work: Work, row: Accepted, key: str, venue: KnownVenue | None) -> UUID:
    if venue is not None and venue.room_id is not None:
        return venue.room_id
    latitude, longitude = row.point or (None, None)
    venue_id = venue.id if venue else None
    if venue_id is None:
        details = VenueDetails(
            name=row.venue,
            zone=row.zone,
            country=row.country,
            latitude=latitude,
            longitude=longitude,
            external_key=key,
        )
        venue_id = (await create_venue(work, details)).id
    room_id = work.new_id()
    work.add(tables.Room, id=room_id, venue_id=venue_id, name=ROOM_NAME)
    work.emit(RoomAdded(room_id=room_id, venue_id=venue_id, name=ROOM_NAME))
    return room_id


def _add(work: Work, row: Accepted, around: _Around, options: ImportOptions) -> UUID:
    session_id = work.new_id()
    ids = [work.new_id() for _ in row.meetings]
    meetings = meetings_of(row, session_id, ids, around.rooms.get(venue_key(row)), work.now)
    columns = _columns(work, row, around, meetings, options)
    fixed = {"program_id": around.program_id, "external_key": row.key, "created_at": work.now}
    work.add(tables.Session, id=session_id, **fixed, **columns)
    for meeting in meetings:
        add_meeting_row(work, meeting)
    event = SessionImported(
        session_id=session_id,
        program_id=around.program_id,
        course_id=columns["course_id"],
        partner_id=around.hosts[row.partner_key].id,
        external_key=row.key,
        title=columns["title"],
        state=columns["state"],
    )
    work.emit(event, after={"source": source_of(row), "starts_at": columns["starts_at"], "ends_at": columns["ends_at"]})
    if columns["state"] is State.PUBLISHED:
        work.emit(SessionPublished(session_id=session_id, imported=True))
    return session_id


def _columns(
    work: Work, row: Accepted, around: _Around, meetings: Sequence[Meeting], options: ImportOptions
) -> dict[str, Any]:
    """What a row says about a session, as columns. Raises Invalid when its course forbids it."""
    course = around.courses[row.course]
    decided = merged(course.values, own_values(row, work.now))
    state = state_for(row, options, work.now)
    left = around.hosts[row.partner_key].left
    more = [f"{row.host} does not take part in the program any more, and was not let in again."] if left else []
    return {
        **only(Inheritable, decided.values),
        **denormalised(meetings),
        "course_id": course.id,
        "state": state,
        "own_fields": sorted(decided.own),
        "search": search_text(decided.values, course.values.title, meetings),
        "import_notes": notes_for(row, decided.values.language, work.now, more),
        "published_at": work.now if state is State.PUBLISHED else None,
    }


async def _update(
    work: Work, rows: Sequence[Accepted], known: Mapping[str, Known], around: _Around, options: ImportOptions
) -> None:
    """Let sessions be what their rows say now. Meetings keep their ids in order: a calendar entry is one for life."""
    if not rows:
        return
    ids = [known[row.key].id for row in rows]
    await work.execute(f"DELETE FROM occupancy WHERE session_id IN ({marks(ids)})", *ids)
    there: dict[UUID, list[Meeting]] = {session_id: [] for session_id in ids}
    for meeting in await list_meetings(ids):
        there[meeting.session_id].append(meeting)
    surplus = [meeting.id for row in rows for meeting in there[known[row.key].id][len(row.meetings) :]]
    if surplus:
        await work.execute(f"DELETE FROM meeting WHERE id IN ({marks(surplus)})", *surplus)
    meetings = {row.key: _meetings_now(work, row, known[row.key].id, there[known[row.key].id], around) for row in rows}
    for row in rows:
        # After all new meetings, because rows of the occupancy table point at them.
        _rewrite(work, known[row.key], there[known[row.key].id], meetings[row.key])
        _say_again(work, row, known[row.key], _columns(work, row, around, meetings[row.key], options), around)


def _meetings_now(
    work: Work, row: Accepted, session_id: UUID, old: Sequence[Meeting], around: _Around
) -> list[Meeting]:
    """The meetings that a row says now; those of them that were not there are written."""
    kept = [meeting.id for meeting in old[: len(row.meetings)]]
    ids = [*kept, *(work.new_id() for _ in row.meetings[len(kept) :])]
    meetings = meetings_of(row, session_id, ids, around.rooms.get(venue_key(row)), work.now)
    for meeting in meetings[len(kept) :]:
        add_meeting_row(work, meeting)
    return meetings


def _rewrite(work: Work, session: Known, old: Sequence[Meeting], new: Sequence[Meeting]) -> None:
    anew = renumbered(old, new)
    if anew:
        work.emit(MeetingsRenumbered(session_id=session.id, meetings=anew))
    for before, after in zip(old, new, strict=False):
        work.change(tables.Meeting, after.id, **only(Placed, after), number=after.number)
        if session.state is not State.DRAFT and seen_changes(before, after):
            work.change(tables.Meeting, after.id, sequence=Add(1), changed_at=work.now)
        if after.room_id is not None:
            occupy(work, "room", after.room_id, after.id, after)


def _say_again(work: Work, row: Accepted, session: Known, columns: dict[str, Any], around: _Around) -> None:
    work.change(tables.Session, session.id, **columns, version=session.version + 1)
    event = SessionReimported(
        session_id=session.id,
        partner_id=around.hosts[row.partner_key].id,
        external_key=row.key,
        state=columns["state"],
    )
    before = {"source": session.source, "state": session.state}
    work.emit(event, before=before, after={"source": source_of(row), "state": columns["state"]})
    if columns["state"] is State.PUBLISHED:
        work.emit(SessionPublished(session_id=session.id, imported=True))
