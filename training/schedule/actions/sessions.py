"""Making and editing sessions, and letting them follow their course."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET

from training.base.database import fetch, marks
from training.base.errors import Invalid
from training.base.ids import human_code
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.catalogue.events import CourseEdited
from training.catalogue.rules import INHERITED, only
from training.people.rules import Permission, require
from training.schedule import tables
from training.schedule.actions.holding import check_not_over, hold
from training.schedule.actions.occupancy import Sitting, judge, occupy, take_rooms
from training.schedule.events import CourseNotFollowed, MeetingAdded, SessionDrafted, SessionEdited, SessionResized
from training.schedule.queries import get_template, list_following, list_invited_partners, list_meetings, lock_template
from training.schedule.queries.sessions import Template
from training.schedule.rules.inheritance import Inherited, check_capacity, edited, followed, given, merged
from training.schedule.rules.placing import MOST_MEETINGS, TooManyMeetings, as_new, facts, numbered, placed
from training.schedule.rules.promises import check_promised
from training.schedule.rules.sessions import (
    SEEN_STATES,
    Inheritable,
    Meeting,
    NoSuchPartner,
    Room,
    Session,
    denormalised,
    search_text,
)
from training.schedule.rules.values import MeetingValues, SessionValues, Source, check_instants

_RESIZING = frozenset({"mode", "capacity_in_person", "capacity_online", "overbooking", "overtaking"})
# What the journal does not repeat: an access code opens a session, joining details are for enrolled people.
_NOT_JOURNALLED = frozenset({"access_code", "joining_details", "own_fields", "search"})


async def create_session(
    work: Work,
    course_id: UUID,
    values: SessionValues,
    *,
    meetings: Sequence[MeetingValues] = (),
    source: Source | None = None,
    accept_warnings: bool = False,
) -> UUID:
    """Draft a session of a course, with its meetings if they are known, and return its id.

    What `values` leave out is copied from the course and follows it. Raises what `add_meeting` raises, Invalid with
    a sentence per field, NotFound for a course out of reach.
    """
    await work.flush()
    template = await lock_template(course_id)
    require(work.actor, Permission.SESSION_MANAGE, template.program_id)
    decided = merged(template, given(values))
    opens_at, closes_at = _window(values, None, None)
    session_id = work.new_id()
    planned = await _planned(work, session_id, template, meetings)
    rooms = {meeting.id: room for meeting, room in planned}
    sittings = [meeting for meeting, _ in planned]
    row = {
        **only(Inheritable, decided.values),
        "program_id": template.program_id,
        "course_id": course_id,
        "own_fields": sorted(decided.own),
        "overbooking": 0 if values.overbooking is UNSET else values.overbooking,
        "booking_opens_at": opens_at,
        "booking_closes_at": closes_at,
        "access_code": human_code() if values.access_code == "new" else "",
        "zone": template.program_zone,
        "search": search_text(decided.values, template.title, sittings),
        "external_key": source.external_key if source else None,
        "import_notes": list(source.notes) if source else [],
        "created_at": work.now,
        **denormalised(sittings),
    }
    work.add(tables.Session, id=session_id, **row)
    if values.partner_ids is not UNSET:
        await _invite(work, session_id, (), values.partner_ids)
    drafted = SessionDrafted(
        session_id=session_id, program_id=template.program_id, course_id=course_id, title=decided.values.title
    )
    work.emit(drafted, after={name: row[name] for name in row if name not in _NOT_JOURNALLED})
    for meeting in sittings:
        add_meeting_row(work, meeting)
        work.emit(MeetingAdded(session_id=session_id, meeting_id=meeting.id, facts=facts(meeting), announced=False))
    await judge(
        work,
        session_id,
        (template.program_id, decided.values.title),
        [Sitting(meeting=meeting, room=rooms[meeting.id], trainer_ids=()) for meeting in sittings],
        accept_warnings=accept_warnings,
    )
    return session_id


async def _planned(
    work: Work, session_id: UUID, template: Template, meetings: Sequence[MeetingValues]
) -> list[tuple[Meeting, Room | None]]:
    if len(meetings) > MOST_MEETINGS:
        raise TooManyMeetings
    rooms = await take_rooms(values.room_id for values in meetings)
    made = []
    for values in meetings:
        room = rooms.get(values.room_id) if values.room_id else None
        where = placed(values, room=room, zone=template.program_zone)
        made.append(as_new(work.new_id(), session_id, where, room, work.now))
    return [(meeting, rooms.get(meeting.room_id) if meeting.room_id else None) for meeting in numbered(made)]


def add_meeting_row(work: Work, meeting: Meeting) -> None:
    """Write a new meeting and what it occupies."""
    columns = {name: getattr(meeting, name) for name in _MEETING_COLUMNS}
    work.add(tables.Meeting, **columns)
    if meeting.room_id is not None:
        occupy(work, "room", meeting.room_id, meeting.id, meeting)


_MEETING_COLUMNS = tuple(name for name in Meeting.__struct_fields__ if not name.startswith(("room_n", "venue_")))


async def edit_session(
    work: Work, session_id: UUID, values: SessionValues, *, expected_version: int | None = None
) -> int:
    """Change a session and return its new version.

    Given fields become its own; those in `values.inherit` take the course's value again. Raises CapacityBelowTaken,
    DeadlinePromised, SessionOver, Invalid with a sentence per field.
    """
    session = await hold(work, session_id, expected_version)
    check_not_over(session)
    template = await get_template(session.course_id)
    decided = edited(session, template, values)
    overbooking = session.overbooking if values.overbooking is UNSET else values.overbooking
    check_capacity(session, decided.values, overbooking)
    check_promised(session, decided.values)
    opens_at, closes_at = _window(values, session.booking_opens_at, session.booking_closes_at)
    columns: dict[str, Any] = {"overbooking": overbooking, "booking_opens_at": opens_at, "booking_closes_at": closes_at}
    if values.access_code is not UNSET:
        columns["access_code"] = human_code() if values.access_code == "new" else ""
    invited = False
    if values.partner_ids is not UNSET:
        known = [partner.id for partner in await list_invited_partners(session_id)]
        invited = await _invite(work, session_id, known, values.partner_ids)
    edit = _Edit(decided=decided, columns=columns, more=("partners",) if invited else ())
    changed = _rewrite(work, session, template, await list_meetings([session_id]), edit)
    await work.flush()
    return session.version + changed


class _Edit(Frozen, frozen=True, kw_only=True):
    """What a session becomes, and how that came about. `columns` are those that no course has."""

    decided: Inherited
    columns: dict[str, Any] = {}
    more: tuple[str, ...] = ()
    inherited: bool = False


def _rewrite(work: Work, session: Session, template: Inheritable, meetings: Sequence[Meeting], edit: _Edit) -> bool:
    """Write what differs, raise sequences where an attendee sees it, say so; whether anything differed."""
    columns = edit.columns | {name: getattr(edit.decided.values, name) for name in INHERITED}
    changed = tuple(name for name, value in columns.items() if getattr(session, name) != value)
    if not changed and not edit.more and edit.decided.own == session.own_fields:
        return False
    work.change(
        tables.Session,
        session.id,
        **{name: columns[name] for name in changed},
        own_fields=sorted(edit.decided.own),
        search=search_text(edit.decided.values, template.title, meetings),
        version=session.version + 1,
    )
    if "title" in changed and session.state in SEEN_STATES:
        raise_sequences(work, meetings)
    elif "summary" in changed:
        stamp_meetings(work, session, meetings)
    shown = [name for name in changed if name not in _NOT_JOURNALLED]
    work.emit(
        SessionEdited(session_id=session.id, changed=(*changed, *edit.more), inherited=edit.inherited),
        before={name: getattr(session, name) for name in shown},
        after={name: columns[name] for name in shown},
    )
    if _RESIZING & set(changed):
        work.emit(SessionResized(session_id=session.id))
    return True


def raise_sequences(work: Work, meetings: Iterable[Meeting]) -> None:
    """Something that every calendar entry of a session shows has changed."""
    for meeting in meetings:
        if meeting.ends_at > work.now and meeting.cancelled_at is None:
            work.change(tables.Meeting, meeting.id, sequence=Add(1), changed_at=work.now)


def stamp_meetings(work: Work, session: Session, meetings: Iterable[Meeting]) -> None:
    """Something changed that calendars show and nobody plans anew for: who teaches, what it is about.

    The sequence stays (RFC 5546, 2.1.4); the stamp tells programs that there is something new to read.
    """
    if session.state in SEEN_STATES:
        for meeting in meetings:
            if meeting.ends_at > work.now:
                work.change(tables.Meeting, meeting.id, changed_at=work.now)


class _Seen(Frozen, frozen=True, kw_only=True):
    id: UUID


async def raise_in_rooms(work: Work, room_ids: Sequence[UUID]) -> None:
    """What calendars say of these rooms has changed: the sequences of published meetings to come there rise."""
    if not room_ids:
        return
    states = sorted(SEEN_STATES)
    rows = await fetch(
        _Seen,
        "SELECT m.id FROM meeting m JOIN session s ON s.id = m.session_id"
        f" WHERE m.room_id IN ({marks(room_ids)}) AND m.ends_at > {{}} AND m.cancelled_at IS NULL"
        f" AND s.state IN ({marks(states)}) ORDER BY m.id",
        *room_ids,
        work.now,
        *states,
    )
    for row in rows:
        work.change(tables.Meeting, row.id, sequence=Add(1), changed_at=work.now)


async def inherit_from_course(work: Work, event: CourseEdited) -> None:
    """Reaction: sessions that have not started take over what changed in their course, as far as they can.

    What a session cannot follow becomes its own value, and the journal says why.
    """
    await work.flush()
    template = await get_template(event.course_id)
    following = await list_following(event.course_id, work.now)
    meetings: dict[UUID, list[Meeting]] = {session.id: [] for session in following}
    for meeting in await list_meetings(list(meetings)):
        meetings[meeting.session_id].append(meeting)
    for session in following:
        decided, kept = followed(session, template)
        if kept:
            work.emit(CourseNotFollowed(session_id=session.id, course_id=event.course_id, kept=kept))
        own = meetings[session.id]
        if not _rewrite(work, session, template, own, _Edit(decided=decided, inherited=True)):
            # It is also found by the title of its course.
            work.change(tables.Session, session.id, search=search_text(session.values, template.title, own))
    await work.flush()


def _window(
    values: SessionValues, opens_at: datetime | None, closes_at: datetime | None
) -> tuple[datetime | None, datetime | None]:
    if values.booking_opens_at is not UNSET:
        opens_at = values.booking_opens_at
    if values.booking_closes_at is not UNSET:
        closes_at = values.booking_closes_at
    check_instants(booking_opens_at=opens_at, booking_closes_at=closes_at)
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise Invalid(fields={"booking_closes_at": "Booking must close after it opens."})
    return opens_at, closes_at


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def _invite(work: Work, session_id: UUID, known: Sequence[UUID], wanted: Sequence[UUID]) -> bool:
    """Make `wanted` the partners invited to a session; whether that changed anything. Raises NoSuchPartner."""
    new = sorted(set(wanted) - set(known))
    gone = sorted(set(known) - set(wanted))
    if new:
        found = await fetch(_Key, f"SELECT id FROM partner WHERE id IN ({marks(new)})", *new)
        if len(found) < len(new):
            raise NoSuchPartner(fields={"partner_ids": "One of these partners does not exist."})
    for partner_id in new:
        work.add(tables.SessionPartner, id=work.new_id(), session_id=session_id, partner_id=partner_id)
    if gone:
        sql = f"DELETE FROM session_partner WHERE session_id = {{}} AND partner_id IN ({marks(gone)})"
        await work.execute(sql, session_id, *gone)
    return bool(new or gone)
