"""What must be true of the bookings at every moment, asked of the database: an empty answer is a proof.

Every statement reads whole tables, so this is for operators and tests and not for requests.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import LiteralString
from uuid import UUID

from training.base.database import EmbeddedEngine, bound_engine, execute, fetch
from training.base.structs import Frozen
from training.booking.queries import list_queue
from training.booking.rules import ACTIVE, KEEPS_PLACE, Standing, State, cutoff, name_until, promote
from training.catalogue.rules import Mode

# Every check by its name; the last two read the database's own files.
CHECKS = (
    "counters",
    "capacity",
    "enrolled once",
    "places",
    "open places",
    "kept for a time",
    "bookings",
    "arrival",
    "occupancy",
    "cancelled sessions",
    "waitlist",
    "zone changes",
    "integrity",
    "references",
)
# A worker that is late, or was off over night, is no violation; what it left lying for longer is.
GRACE = timedelta(days=1)

_BUSY_STATES = (State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED)


def _listed(states: Iterable[State]) -> str:
    return ", ".join(f"'{state.value}'" for state in sorted(states))


_ACTIVE = _listed(ACTIVE)
# Whoever has one of these and a mode holds a place. Without a mode somebody has only asked (requested), and holds none.
_HOLDING = f"state IN ({_listed(KEEPS_PLACE)}) AND mode <> ''"
_BUSY = _listed(_BUSY_STATES)
_KNOWN = _listed(ACTIVE - frozenset(_BUSY_STATES))
_FOR_A_TIME = _listed((State.REQUESTED, State.OFFERED))


class Violation(Frozen, frozen=True, kw_only=True):
    """Something that must not be. `subject_id` is a session, an enrollment or an open place, as the check says."""

    check: str
    subject_id: UUID | None = None
    detail: str


class _Rule(Frozen, frozen=True, kw_only=True):
    """A statement whose every row (`subject_id`, `found`) is a violation, told in the words of `detail`."""

    check: str
    detail: str
    sql: str


class _Row(Frozen, frozen=True, kw_only=True):
    subject_id: UUID
    found: str


class _Counters(Frozen, frozen=True, kw_only=True):
    id: UUID
    taken_in_person: int
    taken_online: int
    waiting: int
    waiting_in_person: int
    waiting_online: int
    rows_in_person: int
    rows_online: int
    rows_waiting: int
    rows_waiting_in_person: int
    rows_waiting_online: int


class _OpenPlace(Frozen, frozen=True, kw_only=True):
    id: UUID
    starts_at: datetime | None
    open_place_hours: int
    keep_until: datetime


class _Promising(Frozen, frozen=True, kw_only=True):
    id: UUID
    capacity_in_person: int
    capacity_online: int
    taken_in_person: int
    taken_online: int
    waiting_in_person: int
    waiting_online: int
    overtaking: bool
    starts_at: datetime
    waitlist_cutoff_hours: int


_COUNTERS = f"""
SELECT s.id, s.taken_in_person, s.taken_online, s.waiting, s.waiting_in_person, s.waiting_online,
  COALESCE(e.in_person, 0) + COALESCE(o.in_person, 0) AS rows_in_person,
  COALESCE(e.online, 0) + COALESCE(o.online, 0) AS rows_online,
  COALESCE(e.waiting, 0) AS rows_waiting,
  COALESCE(e.waiting_in_person, 0) AS rows_waiting_in_person,
  COALESCE(e.waiting_online, 0) AS rows_waiting_online
FROM session s
LEFT JOIN (
  SELECT session_id,
    COUNT(CASE WHEN {_HOLDING} AND mode = 'in_person' THEN 1 END) AS in_person,
    COUNT(CASE WHEN {_HOLDING} AND mode = 'online' THEN 1 END) AS online,
    COUNT(CASE WHEN state = 'waitlisted' THEN 1 END) AS waiting,
    COUNT(CASE WHEN state = 'waitlisted' AND accepts LIKE '%in_person%' THEN 1 END) AS waiting_in_person,
    COUNT(CASE WHEN state = 'waitlisted' AND accepts LIKE '%online%' THEN 1 END) AS waiting_online
  FROM enrollment GROUP BY session_id
) e ON e.session_id = s.id
LEFT JOIN (
  SELECT session_id,
    COUNT(CASE WHEN mode = 'in_person' THEN 1 END) AS in_person,
    COUNT(CASE WHEN mode = 'online' THEN 1 END) AS online
  FROM open_place WHERE state = 'open' GROUP BY session_id
) o ON o.session_id = s.id
"""


def _absent(kind: LiteralString, states: LiteralString) -> str:
    """Enrollments in these states that are not noted in `occupancy`, as this kind, at a meeting that takes place."""
    return (
        "SELECT e.id AS subject_id, COUNT(*) AS found FROM enrollment e"
        " JOIN session s ON s.id = e.session_id AND s.cancelled_at IS NULL"
        " JOIN meeting m ON m.session_id = e.session_id AND m.cancelled_at IS NULL"
        " LEFT JOIN occupancy o ON o.meeting_id = m.id AND o.source_id = e.id AND o.subject_id = e.person_id"
        f" AND o.kind = '{kind}' AND o.starts_at = m.starts_at AND o.ends_at = m.ends_at"
        f" WHERE e.state IN ({states}) AND o.id IS NULL GROUP BY e.id"
    )


def _stray(kind: LiteralString, states: LiteralString) -> str:
    """What `occupancy` notes as this kind without such an enrollment, or at a meeting that does not take place."""
    return (
        "SELECT o.session_id AS subject_id, o.subject_id AS found FROM occupancy o"
        " JOIN session s ON s.id = o.session_id AND s.cancelled_at IS NULL"
        " LEFT JOIN enrollment e ON e.id = o.source_id AND e.person_id = o.subject_id"
        f" AND e.session_id = o.session_id AND e.state IN ({states})"
        " LEFT JOIN meeting m ON m.id = o.meeting_id AND m.cancelled_at IS NULL"
        f" WHERE o.kind = '{kind}' AND (e.id IS NULL OR m.id IS NULL)"
    )


_RULES = (
    _Rule(
        check="capacity",
        detail="{} places are taken, more than there are with the allowance for overbooking",
        sql="SELECT id AS subject_id, taken_in_person + taken_online AS found FROM session"
        " WHERE taken_in_person > capacity_in_person + overbooking OR taken_online > capacity_online + overbooking"
        " OR taken_in_person + taken_online > capacity_in_person + capacity_online + overbooking",
    ),
    _Rule(
        check="enrolled once",
        detail="person {} has more than one active enrollment in this session",
        sql=f"SELECT session_id AS subject_id, person_id AS found FROM enrollment WHERE state IN ({_ACTIVE})"
        " GROUP BY session_id, person_id HAVING COUNT(*) > 1",
    ),
    _Rule(
        check="places",
        detail="is {}, without saying in which mode",
        sql="SELECT id AS subject_id, state AS found FROM enrollment"
        " WHERE state IN ('enrolled', 'offered', 'completed', 'not completed') AND mode = ''",
    ),
    _Rule(
        check="places",
        detail="is {} and names a mode, although it holds no place",
        sql=f"SELECT id AS subject_id, state AS found FROM enrollment WHERE mode <> '' AND NOT ({_HOLDING})",
    ),
    _Rule(
        check="open places",
        detail="is {}, which does not go with its name or its mode",
        sql="SELECT id AS subject_id, state AS found FROM open_place WHERE state NOT IN ('open', 'named', 'released')"
        " OR (state = 'named') <> (enrollment_id IS NOT NULL) OR (state = 'open' AND mode = '')",
    ),
    _Rule(
        check="open places",
        detail="was named as enrollment {}, which is not in this session",
        sql="SELECT o.id AS subject_id, o.enrollment_id AS found FROM open_place o LEFT JOIN enrollment e"
        " ON e.id = o.enrollment_id AND e.session_id = o.session_id WHERE o.enrollment_id IS NOT NULL AND e.id IS NULL",
    ),
    _Rule(
        check="kept for a time",
        detail="is {}: only what is requested or offered is kept for a time, and always for one",
        sql="SELECT id AS subject_id, state AS found FROM enrollment"
        f" WHERE (state IN ({_FOR_A_TIME})) <> (keeps_until IS NOT NULL)",
    ),
    _Rule(
        check="bookings",
        detail="belongs to another session than its booking {}",
        sql="SELECT e.id AS subject_id, e.booking_id AS found FROM enrollment e"
        " JOIN booking b ON b.id = e.booking_id WHERE b.session_id <> e.session_id"
        " UNION ALL SELECT o.id AS subject_id, o.booking_id AS found FROM open_place o"
        " JOIN booking b ON b.id = o.booking_id WHERE b.session_id <> o.session_id",
    ),
    _Rule(
        check="bookings",
        detail="follows enrollment {}, which does not exist",
        sql="SELECT e.id AS subject_id, e.follows_id AS found FROM enrollment e"
        " LEFT JOIN enrollment f ON f.id = e.follows_id WHERE e.follows_id IS NOT NULL AND f.id IS NULL",
    ),
    _Rule(
        check="arrival",
        detail="number {} in the order of arrival was given more than once",
        sql="SELECT session_id AS subject_id, arrival AS found FROM enrollment"
        " GROUP BY session_id, arrival HAVING COUNT(*) > 1",
    ),
    _Rule(
        check="arrival",
        detail="has number {} in the order of arrival, which has not been reached",
        sql="SELECT e.id AS subject_id, e.arrival AS found FROM enrollment e"
        " JOIN session s ON s.id = e.session_id WHERE e.arrival > s.arrivals OR e.arrival < 1",
    ),
    _Rule(check="occupancy", detail="enrolled, but not busy at {} of its meetings", sql=_absent("learner", _BUSY)),
    _Rule(check="occupancy", detail="may come, but is not noted at {} of its meetings", sql=_absent("waiting", _KNOWN)),
    _Rule(check="occupancy", detail="person {} is busy without being enrolled", sql=_stray("learner", _BUSY)),
    _Rule(check="occupancy", detail="person {} is noted without waiting", sql=_stray("waiting", _KNOWN)),
    _Rule(
        check="cancelled sessions",
        detail="{} enrollments go on although the session was cancelled",
        sql="SELECT s.id AS subject_id, COUNT(*) AS found FROM session s JOIN enrollment e ON e.session_id = s.id"
        f" WHERE s.state = 'cancelled' AND e.state IN ({_ACTIVE}) GROUP BY s.id",
    ),
    _Rule(
        check="cancelled sessions",
        detail="{} open places go on although the session was cancelled",
        sql="SELECT s.id AS subject_id, COUNT(*) AS found FROM session s JOIN open_place o ON o.session_id = s.id"
        " WHERE s.state = 'cancelled' AND o.state = 'open' GROUP BY s.id",
    ),
)
_OVERDUE = (
    "SELECT id AS subject_id, state AS found FROM enrollment"
    f" WHERE state IN ({_FOR_A_TIME}) AND keeps_until < {{}} ORDER BY id"
)
_OPEN_PLACES = (
    "SELECT o.id, s.starts_at, s.open_place_hours, o.keep_until FROM open_place o"
    " JOIN session s ON s.id = o.session_id WHERE o.state = 'open' ORDER BY o.id"
)
# Sessions with a place free in some mode although somebody waits; whether that is right is for the rule to say.
_FREE_AND_WAITED_FOR = """
SELECT id, capacity_in_person, capacity_online, taken_in_person, taken_online, waiting_in_person, waiting_online,
  overtaking, starts_at, waitlist_cutoff_hours FROM session
WHERE waiting > 0 AND starts_at > {} AND state IN ('published', 'confirmed')
  AND (capacity_in_person > taken_in_person OR capacity_online > taken_online)
"""


async def find_violations(now: datetime) -> list[Violation]:
    """Everything about bookings that is not as it must be at `now`; an empty list when all is well."""
    found = await _wrong_counters()
    for rule in _RULES:
        statement = rule.sql
        rows = await fetch(_Row, f"SELECT subject_id, CAST(found AS TEXT) AS found FROM ({statement}) q")
        found += [
            Violation(check=rule.check, subject_id=row.subject_id, detail=rule.detail.format(row.found)) for row in rows
        ]
    return [*found, *await _kept_too_long(now), *await _promotion_gaps(now)]


async def find_damage() -> list[Violation]:
    """What the database itself says about its files and references; PostgreSQL guards both by itself."""
    if not isinstance(bound_engine(), EmbeddedEngine):
        return []
    rows = [str(row["integrity_check"]) for row in await execute("PRAGMA integrity_check")]
    damage = [Violation(check="integrity", detail=text) for text in rows if text != "ok"]
    for row in await execute("PRAGMA foreign_key_check"):
        damage.append(Violation(check="references", detail=f"{row['table']} refers to a {row['parent']} that is gone"))
    return damage


async def _wrong_counters() -> list[Violation]:
    found = []
    for row in await fetch(_Counters, _COUNTERS):
        pairs = (
            ("taken_in_person", row.taken_in_person, row.rows_in_person),
            ("taken_online", row.taken_online, row.rows_online),
            ("waiting", row.waiting, row.rows_waiting),
            ("waiting_in_person", row.waiting_in_person, row.rows_waiting_in_person),
            ("waiting_online", row.waiting_online, row.rows_waiting_online),
        )
        for name, counter, rows in pairs:
            if counter != rows:
                detail = f"session.{name} is {counter}, its enrollments and open places say {rows}"
                found.append(Violation(check="counters", subject_id=row.id, detail=detail))
    return found


async def _kept_too_long(now: datetime) -> list[Violation]:
    """What was kept for a time only, and is there long after it: the worker does not run, or passes it by."""
    overdue = [
        Violation(check="kept for a time", subject_id=row.subject_id, detail=f"is {row.found} long after its time")
        for row in await fetch(_Row, _OVERDUE, now - GRACE)
    ]
    places = await fetch(_OpenPlace, _OPEN_PLACES)
    unnamed = [
        Violation(check="kept for a time", subject_id=place.id, detail="is without a name long after its time")
        for place in places
        if name_until(place.starts_at, place.open_place_hours, place.keep_until) < now - GRACE
    ]
    return overdue + unnamed


async def _promotion_gaps(now: datetime) -> list[Violation]:
    """Who still waits although the rule that gives places would give them one."""
    found = []
    for row in await fetch(_Promising, _FREE_AND_WAITED_FOR, now):
        standing = Standing(
            capacity={Mode.IN_PERSON: row.capacity_in_person, Mode.ONLINE: row.capacity_online},
            taken={Mode.IN_PERSON: row.taken_in_person, Mode.ONLINE: row.taken_online},
            waiting={Mode.IN_PERSON: row.waiting_in_person, Mode.ONLINE: row.waiting_online},
            overtaking=row.overtaking,
            promotes=now < cutoff(row.starts_at, row.waitlist_cutoff_hours),
        )
        for place in promote(standing, await list_queue(row.id)):
            detail = f"waits although a place ({place.mode}) is free for them"
            found.append(Violation(check="waitlist", subject_id=place.key, detail=detail))
    return found
