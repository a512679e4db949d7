"""What calendars show: meetings with what stands around them. Two statements, however many meetings there are.

Whoever calls has judged the right to read: nothing here does.
"""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import structlog

from training.base.database import execute, fetch
from training.base.structs import Frozen
from training.booking.queries import ENDED_WITH_SESSION_SQL, NAME_SQL
from training.feeds.rules.entries import Around, Named, Shown, Style, around, entry_of
from training.feeds.rules.feeds import FeedKind
from training.feeds.rules.window import MOST_ENTRIES, Window, fitted
from training.ics.entries import Entry

_log = structlog.get_logger()

# Who takes part, or took part until the session itself was cancelled.
_TAKES_PART = (
    "(e.state IN ('enrolled', 'completed', 'not completed')"
    f" OR ({ENDED_WITH_SESSION_SQL} AND e.was_state = 'enrolled'))"
)
# What was published once. A draft is nobody's appointment yet.
_ANNOUNCED = "(s.state <> 'draft' AND (s.state <> 'cancelled' OR s.published_at IS NOT NULL))"
# The meetings of a calendar: session, meeting (or none: all of the session), how the reader takes part, how many
# places have no name, and when the people last changed.
_OF_LEARNER = (
    "SELECT e.session_id, CAST(NULL AS UUID) AS meeting_id, max(e.mode) AS taken_as, 0 AS nameless,"
    " max(e.mode_at) AS newest_at, 0 AS hidden"
    " FROM enrollment e JOIN session s ON s.id = e.session_id"
    f" WHERE e.person_id = {{}} AND {_TAKES_PART} GROUP BY e.session_id"
)
_OF_TRAINER = (
    "SELECT t.session_id, t.meeting_id, '' AS taken_as, 0 AS nameless, NULL AS newest_at, 0 AS hidden"
    " FROM trainer_assignment t JOIN session s ON s.id = t.session_id"
    f" WHERE t.person_id = {{}} AND {_ANNOUNCED} GROUP BY t.session_id, t.meeting_id"
)
_OF_PARTNER = (
    "SELECT q.session_id, CAST(NULL AS UUID) AS meeting_id, '' AS taken_as, max(q.nameless) AS nameless,"
    " max(q.newest_at) AS newest_at, 0 AS hidden FROM ("
    " SELECT e.session_id, 0 AS nameless,"
    " max(CASE WHEN e.mode_at > e.state_at THEN e.mode_at ELSE e.state_at END) AS newest_at,"
    f" max(CASE WHEN {_TAKES_PART} THEN 1 ELSE 0 END) AS comes FROM enrollment e JOIN session s ON s.id = e.session_id"
    " WHERE e.partner_id = {} GROUP BY e.session_id"
    " UNION ALL SELECT o.session_id, sum(CASE WHEN o.state = 'open' THEN 1 ELSE 0 END), max(o.state_at),"
    " max(CASE WHEN o.state = 'open' THEN 1 ELSE 0 END) FROM open_place o WHERE o.partner_id = {} GROUP BY o.session_id"
    ") q GROUP BY q.session_id HAVING max(q.comes) = 1"
)
_OF_ROOM = (
    "SELECT k.session_id, k.id AS meeting_id, '' AS taken_as, 0 AS nameless, NULL AS newest_at,"
    " CASE WHEN s.audience = 'public' OR EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = {}"
    " AND (g.role = 'staff' OR (g.role = 'program_manager' AND g.scope_id = s.program_id))) THEN 0 ELSE 1 END AS hidden"
    f" FROM meeting k JOIN session s ON s.id = k.session_id WHERE k.room_id = {{}} AND {_ANNOUNCED}"
)
_PUBLIC = (
    "SELECT s.id AS session_id, CAST(NULL AS UUID) AS meeting_id, '' AS taken_as, 0 AS nameless, NULL AS newest_at,"
    " 0 AS hidden"
    f" FROM session s WHERE s.audience = 'public' AND {_ANNOUNCED}"
)
_OF_PROGRAM = f"{_PUBLIC} AND s.program_id = {{}}"
_OF_COURSE = f"{_PUBLIC} AND s.course_id = {{}}"
_OF_SESSION = (
    "SELECT s.id AS session_id, CAST(NULL AS UUID) AS meeting_id, '' AS taken_as, 0 AS nameless, NULL AS newest_at,"
    " 0 AS hidden"
    " FROM session s WHERE s.id = {}"
)
# Counted over all meetings of the sessions in one go, and not meeting by meeting: without statistics of the tables a
# database would look through all of them for each one. What stands before each statement is read once (MATERIALIZED)
# for the same reason: with statistics of an hour when there were few meetings, PostgreSQL read the thousand of now anew
# for each of them, which took half a minute.
_NUMBERED = (
    "SELECT t.*, count(*) OVER (PARTITION BY t.session_id) AS every,"
    " row_number() OVER (PARTITION BY t.session_id ORDER BY t.starts_at, t.id) AS every_upto,"
    " sum(CASE WHEN t.cancelled_at IS NULL THEN 1 ELSE 0 END) OVER (PARTITION BY t.session_id) AS held,"
    " sum(CASE WHEN t.cancelled_at IS NULL THEN 1 ELSE 0 END)"
    " OVER (PARTITION BY t.session_id ORDER BY t.starts_at, t.id) AS held_upto"
    " FROM meeting t WHERE t.session_id IN (SELECT session_id FROM w)"
)
_MEETINGS = (
    "SELECT m.id AS meeting_id, m.session_id, m.every, m.every_upto, m.held, m.held_upto, m.title,"
    " s.title AS session_title,"
    " s.summary, s.mode, m.local_start, m.local_end, m.zone, m.start_fold, m.end_fold, m.starts_at, m.ends_at,"
    " m.sequence, m.changed_at, m.cancelled_at, s.cancel_reason, r.name AS room_name, v.name AS venue_name,"
    " v.address AS venue_address, {} AS face, w.taken_as, w.nameless, w.newest_at, w.hidden FROM w"
    " JOIN session s ON s.id = w.session_id"
    " JOIN m ON m.session_id = w.session_id AND (w.meeting_id IS NULL OR m.id = w.meeting_id)"
    " LEFT JOIN room r ON r.id = m.room_id LEFT JOIN venue v ON v.id = r.venue_id"
    " WHERE m.ends_at >= {} AND (m.cancelled_at IS NULL OR m.ends_at >= {} OR m.cancelled_at >= {})"
    # What is to come first, the next first; then what is over, the last first.
    " ORDER BY CASE WHEN m.ends_at >= {} THEN 0 ELSE 1 END, CASE WHEN m.ends_at >= {} THEN m.starts_at END,"
    " m.starts_at DESC, m.id LIMIT {}"
)


class Source(Frozen, frozen=True, kw_only=True):
    """A calendar to be read: whose and of what. `kind` is a FeedKind's value, or public, program, course, session.

    `person_id` is the reader for mine, teaching and room; `scope_id` the partner, room, program, course or session.
    """

    kind: str
    person_id: UUID | None = None
    scope_id: UUID | None = None


class Listing(Frozen, frozen=True, kw_only=True):
    """What a calendar holds, by start. `left_out` are the uids of records that no entry could be made of.

    `shortened` and `incomplete` say that texts or whole entries had to go so that it fits.
    """

    entries: tuple[Entry, ...]
    left_out: tuple[str, ...] = ()
    shortened: bool = False
    incomplete: bool = False


async def list_entries(source: Source, style: Style, window: Window) -> Listing:
    """The entries of a calendar (`window_at(now)` for the usual window), by start and uid, at most 1,000.

    Two statements. The same content gives equal entries at any time of a day. Identity, sequence and stamp are those of
    every other calendar and mail. A record that cannot be shown is left out, logged and named in `left_out`.
    """
    rows = await list_shown(source, window)
    entries, left_out = written(rows[:MOST_ENTRIES], around(rows, await _list_named(source, rows)), style)
    kept, shortened, cut = fitted(entries)
    return Listing(
        entries=tuple(sorted(kept, key=lambda entry: (entry.starts_at, entry.uid))),
        left_out=left_out,
        shortened=shortened,
        incomplete=cut or len(rows) > MOST_ENTRIES,
    )


def written(rows: Sequence[Shown], near: Around, style: Style) -> tuple[list[Entry], tuple[str, ...]]:
    """An entry of each row, in order; the ids of those that cannot be shown are told and logged instead."""
    entries, left_out = [], []
    for row in rows:
        try:
            entries.append(entry_of(row, near, style))
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            left_out.append(str(row.meeting_id))
            _log.error(
                "A meeting cannot be shown in a calendar", meeting_id=str(row.meeting_id), why=type(error).__name__
            )
    return entries, tuple(left_out)


async def list_shown(source: Source, window: Window) -> list[Shown]:
    """The meetings of a calendar in a window: those to come first, then those that are over; at most 1,001.

    A row that holds something it cannot hold is left out and logged.
    """
    which, values, face = _which(source)
    since = (window.past, window.cancelled, window.cancelled, window.day, window.day, MOST_ENTRIES + 1)
    both: LiteralString = f"WITH w AS MATERIALIZED ({which}), m AS MATERIALIZED ({_NUMBERED})"
    return readable(await execute(f"{both} {_MEETINGS}", *values, face, *since))


def readable(rows: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """The rows as values; those that cannot be are logged and left out."""
    try:
        return msgspec.convert(rows, type=list[Shown], strict=False)
    except msgspec.ValidationError:
        found = []
        for row in rows:
            try:
                found.append(msgspec.convert(row, type=Shown, strict=False))
            except msgspec.ValidationError as error:
                _log.error("A meeting cannot be read for a calendar", meeting_id=str(row["meeting_id"]), why=str(error))
        return found


def _which(source: Source) -> tuple[LiteralString, list[Any], str]:
    """The statement that names the meetings of a calendar, its values, and for whom its entries are written."""
    mine, scope = source.person_id, source.scope_id
    kinds: dict[str, tuple[LiteralString, list[Any], str]] = {
        FeedKind.MINE: (_OF_LEARNER, [mine], "learner"),
        FeedKind.TEACHING: (_OF_TRAINER, [mine], "trainer"),
        FeedKind.COORDINATING: (_OF_PARTNER, [scope, scope], "coordinator"),
        FeedKind.ROOM: (_OF_ROOM, [mine, scope], "room"),
        "public": (_PUBLIC, [], "public"),
        "program": (_OF_PROGRAM, [scope], "public"),
        "course": (_OF_COURSE, [scope], "public"),
        "session": (_OF_SESSION, [scope], "public"),
    }
    return kinds[source.kind]


_TRAINERS = (
    "SELECT t.session_id, t.meeting_id, p.name, t.role, CASE t.role WHEN 'lead' THEN 0 WHEN 'co' THEN 1"
    " WHEN 'assistant' THEN 2 ELSE 3 END AS rank FROM trainer_assignment t JOIN person p ON p.id = t.person_id"
)
_PEOPLE = (
    f"SELECT e.session_id, CAST(NULL AS UUID) AS meeting_id, {NAME_SQL} AS name, e.mode AS role, 0 AS rank"
    " FROM enrollment e"
    " JOIN session s ON s.id = e.session_id JOIN person p ON p.id = e.person_id"
    f" LEFT JOIN membership m ON m.id = e.membership_id WHERE e.partner_id = {{}} AND {_TAKES_PART}"
)
_ORDER = " ORDER BY session_id, meeting_id, rank, name"


async def _list_named(source: Source, rows: Sequence[Shown]) -> list[Named]:
    """Who teaches these meetings and, for a coordinator, who of theirs takes part. One statement."""
    if not rows:
        return []
    which, values, _ = _which(source)
    wanted = (
        f"WITH w AS MATERIALIZED ({which}) {_TRAINERS}"
        " WHERE t.role <> 'shadow' AND t.session_id IN (SELECT session_id FROM w)"
    )
    if source.kind != FeedKind.COORDINATING:
        return await fetch(Named, wanted + _ORDER, *values)
    return await fetch(Named, f"{wanted} UNION ALL {_PEOPLE}{_ORDER}", *values, source.scope_id)
