"""Reads of announcements, for those who manage their program. A foreign one is as good as a missing one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer, as_data
from training.people.rules import Permission, reach, require
from training.reminders.queries.segments import list_unreached
from training.reminders.rules.announcements import Announcement, AnnouncementState, Scope, Segment

_ANNOUNCEMENTS = (
    "SELECT a.id, a.program_id, g.name AS program_name, a.course_id, a.session_id,"
    " COALESCE(s.title, c.title, g.name) AS title, COALESCE(s.zone, g.zone) AS zone,"
    " CAST(a.segment AS TEXT) AS segment_json, a.subject, a.words, a.state, a.send_at, a.tested_at, a.recipients,"
    " a.fan_out_id, COALESCE(q.name, '') AS author, a.created_at, a.sent_at, a.version"
    " FROM announcement a JOIN program g ON g.id = a.program_id LEFT JOIN course c ON c.id = a.course_id"
    " LEFT JOIN session s ON s.id = a.session_id LEFT JOIN person q ON q.id = a.created_by"
)


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    program_id: UUID
    program_name: str
    course_id: UUID | None
    session_id: UUID | None
    title: str
    zone: str
    segment_json: str
    subject: str
    words: str
    state: str
    send_at: datetime | None
    tested_at: datetime | None
    recipients: int
    fan_out_id: UUID | None
    author: str
    created_at: datetime
    sent_at: datetime | None
    version: int


def _shown(row: _Row) -> Announcement:
    values: dict[str, Any] = as_data(row)
    segment = msgspec.json.decode(values.pop("segment_json"), type=Segment)
    return msgspec.convert(values | {"segment": segment}, type=Announcement)


async def get_announcement(viewer: Viewer, announcement_id: UUID) -> Announcement:
    """One announcement. Raises NotFound."""
    row = await fetch_one(_Row, f"{_ANNOUNCEMENTS} WHERE a.id = {{}}", announcement_id)
    if row is None:
        raise NotFound
    require(viewer, Permission.SESSION_MANAGE, row.program_id)
    return _shown(row)


async def lock_announcement(viewer: Viewer, announcement_id: UUID) -> Announcement:
    """The announcement, held until the unit of work ends. Raises NotFound."""
    row = await fetch_one(_Row, f"{_ANNOUNCEMENTS} WHERE a.id = {{}}{for_update('a')}", announcement_id)
    if row is None:
        raise NotFound
    require(viewer, Permission.SESSION_MANAGE, row.program_id)
    return _shown(row)


async def list_announcements(
    viewer: Viewer,
    *,
    program_id: UUID | None = None,
    session_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Announcement]:
    """The announcements of the programs that the viewer manages, the newest first.

    Only those of one program or one session where that is given; a foreign one gives an empty page.
    """
    conditions, values = ["1 = 1"], []  # type: list[str], list[Any]
    granted = reach(viewer, Permission.SESSION_MANAGE)
    if not granted.everywhere:
        conditions.append(f"a.program_id IN ({marks(tuple(granted.scope_ids))})")
        values.extend(granted.scope_ids)
    for column, wanted in (("a.program_id", program_id), ("a.session_id", session_id)):
        if wanted is not None:
            conditions.append(f"{column} = {{}}")
            values.append(wanted)
    if cursor:
        conditions.append("a.id < {}")
        values.append(decode_cursor(cursor, tuple[UUID])[0])
    rows = await fetch(
        _Row, f"{_ANNOUNCEMENTS} WHERE {' AND '.join(conditions)} ORDER BY a.id DESC LIMIT {{}}", *values, limit + 1
    )
    page = page_of(rows, limit, "id")
    return Page(items=tuple(_shown(row) for row in page.items), next_cursor=page.next_cursor)


class _Due(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_due_announcements(now: datetime, limit: int = 100) -> list[UUID]:
    """What is to go out now, the oldest first."""
    rows = await fetch(
        _Due,
        "SELECT id FROM announcement WHERE state = 'scheduled' AND send_at <= {} ORDER BY send_at, id LIMIT {}",
        now,
        limit,
    )
    return [row.id for row in rows]


class _Scope(Frozen, frozen=True, kw_only=True):
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    title: str
    zone: str


class Place(Frozen, frozen=True, kw_only=True):
    """What a new announcement would be about."""

    scope: Scope
    title: str
    zone: str


_PLACES = {
    "program": "SELECT g.id AS program_id, NULL AS course_id, NULL AS session_id, g.name AS title, g.zone"
    " FROM program g WHERE g.id = {}",
    "course": "SELECT g.id AS program_id, c.id AS course_id, NULL AS session_id, c.title, g.zone"
    " FROM course c JOIN program g ON g.id = c.program_id WHERE c.id = {}",
    "session": "SELECT s.program_id, NULL AS course_id, s.id AS session_id, s.title, s.zone"
    " FROM session s WHERE s.id = {}",
}


async def get_place(viewer: Viewer, kind: str, subject_id: UUID) -> Place:
    """The program, course or session (`kind`) to write to. Raises NotFound."""
    row = await fetch_one(_Scope, _PLACES[kind], subject_id) if kind in _PLACES else None
    if row is None:
        raise NotFound
    require(viewer, Permission.SESSION_MANAGE, row.program_id)
    scope = Scope(program_id=row.program_id, course_id=row.course_id, session_id=row.session_id)
    return Place(scope=scope, title=row.title, zone=row.zone)


class Progress(Frozen, frozen=True, kw_only=True):
    """How many messages of an announcement are in which state, whether more are still to be made, and whether first
    copies have not left yet: one that goes to somebody once more lets nothing go out again."""

    states: dict[str, int]
    making: bool
    first: bool = False

    @property
    def going_out(self) -> bool:
        """Whether not everybody got it yet."""
        return self.making or self.first

    @property
    def left(self) -> bool:
        """Whether something can still be stopped."""
        return self.making or bool(self.states.get("waiting") or self.states.get("claimed"))


class _State(Frozen, frozen=True, kw_only=True):
    state: str
    messages: int


async def get_progress(announcement: Announcement) -> Progress:
    """What became of the messages of an announcement that went out."""
    rows = await fetch(
        _State,
        "SELECT 'making' AS state, count(*) AS messages FROM fan_out WHERE topic = {} AND state = 'waiting'"
        " UNION ALL SELECT 'first' AS state, count(*) AS messages FROM message WHERE topic = {}"
        " AND state IN ('waiting', 'claimed') AND again_of IS NULL"
        " UNION ALL SELECT state, count(*) AS messages FROM message WHERE topic = {} GROUP BY state",
        *[announcement.topic] * 3,
    )
    counted = {row.state: row.messages for row in rows}
    making, first = bool(counted.pop("making", 0)), bool(counted.pop("first", 0))
    return Progress(making=making, first=first, states=counted)


class _Topic(Frozen, frozen=True, kw_only=True):
    topic: str


async def list_going_out(announcements: Sequence[Announcement]) -> frozenset[UUID]:
    """Those of these announcements that not everybody got yet; what goes to somebody once more counts for nothing. One
    statement."""
    topics = {one.topic: one.id for one in announcements if one.state is AnnouncementState.SENT}
    rows = await fetch(
        _Topic,
        f"SELECT topic FROM fan_out WHERE state = 'waiting' AND topic IN ({marks(tuple(topics))})"
        " UNION SELECT topic FROM message WHERE state IN ('waiting', 'claimed') AND again_of IS NULL"
        f" AND topic IN ({marks(tuple(topics))})",
        *topics,
        *topics,
    )
    return frozenset(topics[row.topic] for row in rows)


class Choice(Frozen, frozen=True, kw_only=True):
    """A program, or one of its courses, that can be written to. `course_id` is None for the program itself."""

    program_id: UUID
    program_name: str
    course_id: UUID | None
    course_title: str | None


async def list_choices(viewer: Viewer, limit: int = 300) -> list[Choice]:
    """The programs that the viewer manages, each followed by its courses, by name."""
    granted = reach(viewer, Permission.SESSION_MANAGE)
    within = "1 = 1" if granted.everywhere else f"g.id IN ({marks(tuple(granted.scope_ids))})"
    scope_ids = () if granted.everywhere else tuple(granted.scope_ids)
    return await fetch(
        Choice,
        "SELECT t.program_id, t.program_name, t.course_id, t.course_title FROM ("
        f"SELECT g.id AS program_id, g.name AS program_name, CAST(NULL AS UUID) AS course_id, '' AS course_title"
        f" FROM program g WHERE {within} UNION ALL SELECT g.id AS program_id, g.name AS program_name,"
        f" c.id AS course_id, c.title AS course_title FROM program g JOIN course c ON c.program_id = g.id"
        f" WHERE {within}) t ORDER BY t.program_name, t.program_id, t.course_title, t.course_id LIMIT {{}}",
        *scope_ids,
        *scope_ids,
        limit,
    )


class _Sent(Protocol):
    """What of a message is needed to ask whether it is still wanted."""

    @property
    def id(self) -> UUID: ...
    @property
    def topic(self) -> str: ...
    @property
    def person_id(self) -> UUID | None: ...


async def find_unwanted_copies(messages: Sequence[_Sent]) -> dict[UUID, str]:
    """Why copies of announcements are not wanted any more, by message; asked when they are about to leave.

    Test copies always are. Whether a session lies ahead is judged by when the announcement went out.
    """
    found: dict[UUID, str] = {}
    for topic in {message.topic for message in messages}:
        kind, _, announcement_id = topic.partition(":")
        if kind != "announcement":
            continue
        row = await fetch_one(_Row, f"{_ANNOUNCEMENTS} WHERE a.id = {{}}", UUID(announcement_id))
        if row is None or row.sent_at is None:
            continue
        one = _shown(row)
        if one.state is AnnouncementState.STOPPED:
            found |= {each.id: "The announcement was stopped." for each in messages if each.topic == topic}
            continue
        copies = {each.person_id: each.id for each in messages if each.topic == topic and each.person_id}
        gone = await list_unreached(one.scope, one.segment, row.sent_at, list(copies))
        found |= {copies[person_id]: "Not one of those it is for any more, or wants none." for person_id in gone}
    return found
