"""What must be true of the bookings at every moment, asked of the database: an empty answer is a proof.

Every statement reads whole tables, so this is for operators and tests and not for requests.
"""

from datetime import datetime
from uuid import UUID

from training.base.database import EmbeddedEngine, bound_engine, execute, fetch
from training.base.structs import Frozen
from training.booking.queries import list_queue
from training.booking.rules import ACTIVE, KEEPS_PLACE, Standing, cutoff, promote
from training.catalogue.rules import Mode

_HOLDING = ", ".join(f"'{state.value}'" for state in sorted(KEEPS_PLACE))
_ACTIVE = ", ".join(f"'{state.value}'" for state in sorted(ACTIVE))


class Violation(Frozen, frozen=True, kw_only=True):
    """Something that must not be. `subject_id` is a session or an enrollment, as the check says."""

    check: str
    subject_id: UUID | None = None
    detail: str


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


class _Pair(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    person_id: UUID
    number: int


class _Presence(Frozen, frozen=True, kw_only=True):
    id: UUID
    session_id: UUID
    number: int


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
SELECT s.id, s.taken_in_person, s.taken_online, s.waiting,
  s.waiting_in_person, s.waiting_online,
  COUNT(CASE WHEN e.state IN ({_HOLDING}) AND e.mode = 'in_person' THEN 1 END) AS rows_in_person,
  COUNT(CASE WHEN e.state IN ({_HOLDING}) AND e.mode = 'online' THEN 1 END) AS rows_online,
  COUNT(CASE WHEN e.state = 'waitlisted' THEN 1 END) AS rows_waiting,
  COUNT(CASE WHEN e.state = 'waitlisted' AND e.accepts LIKE '%in_person%' THEN 1 END) AS rows_waiting_in_person,
  COUNT(CASE WHEN e.state = 'waitlisted' AND e.accepts LIKE '%online%' THEN 1 END) AS rows_waiting_online
FROM session s LEFT JOIN enrollment e ON e.session_id = s.id GROUP BY s.id
"""
_TWICE = f"""
SELECT session_id, person_id, COUNT(*) AS number FROM enrollment WHERE state IN ({_ACTIVE})
GROUP BY session_id, person_id HAVING COUNT(*) > 1
"""
# Every enrolled person is busy at every meeting that takes place, and nobody else is.
_ABSENT = f"""
SELECT e.id, e.session_id, COUNT(*) AS number FROM enrollment e
JOIN session s ON s.id = e.session_id AND s.cancelled_at IS NULL
JOIN meeting m ON m.session_id = e.session_id AND m.cancelled_at IS NULL
LEFT JOIN occupancy o ON o.meeting_id = m.id AND o.subject_id = e.person_id AND o.kind = 'learner'
  AND o.starts_at = m.starts_at AND o.ends_at = m.ends_at
WHERE e.state IN ({_HOLDING}) AND o.id IS NULL GROUP BY e.id, e.session_id
"""
_STRAY = f"""
SELECT o.id, o.session_id, 1 AS number FROM occupancy o
JOIN session s ON s.id = o.session_id AND s.cancelled_at IS NULL
LEFT JOIN enrollment e ON e.session_id = o.session_id AND e.person_id = o.subject_id AND e.state IN ({_HOLDING})
LEFT JOIN meeting m ON m.id = o.meeting_id AND m.cancelled_at IS NULL
WHERE o.kind = 'learner' AND (e.id IS NULL OR m.id IS NULL)
"""
_UNKNOWN = """
SELECT o.id, o.session_id, 1 AS number FROM occupancy o
JOIN session s ON s.id = o.session_id AND s.cancelled_at IS NULL
LEFT JOIN enrollment e ON e.id = o.source_id AND e.state = 'waitlisted'
WHERE o.kind = 'waiting' AND e.id IS NULL
"""
# Sessions with a place free in some mode although somebody waits; whether that is right is for the rule to say.
_FREE_AND_WAITED_FOR = """
SELECT id, capacity_in_person, capacity_online, taken_in_person, taken_online, waiting_in_person, waiting_online,
  overtaking, starts_at, waitlist_cutoff_hours FROM session
WHERE waiting > 0 AND starts_at > {} AND state IN ('published', 'confirmed')
  AND (capacity_in_person > taken_in_person OR capacity_online > taken_online)
"""


async def find_violations(now: datetime) -> list[Violation]:
    """Everything about bookings that is not as it must be at `now`; an empty list when all is well."""
    found = [*await _wrong_counters(), *await _enrolled_twice(), *await _wrong_occupancy()]
    return found + await _promotion_gaps(now)


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
                detail = f"session.{name} is {counter}, its enrollments say {rows}"
                found.append(Violation(check="counters", subject_id=row.id, detail=detail))
    return found


async def _enrolled_twice() -> list[Violation]:
    return [
        Violation(
            check="enrolled once",
            subject_id=row.session_id,
            detail=f"person {row.person_id} has {row.number} active enrollments in one session",
        )
        for row in await fetch(_Pair, _TWICE)
    ]


async def _wrong_occupancy() -> list[Violation]:
    absent = [
        Violation(
            check="occupancy", subject_id=row.id, detail=f"enrolled, but not busy at {row.number} of its meetings"
        )
        for row in await fetch(_Presence, _ABSENT)
    ]
    stray = [
        Violation(check="occupancy", subject_id=row.session_id, detail="somebody is busy without being enrolled")
        for row in await fetch(_Presence, _STRAY)
    ]
    unknown = [
        Violation(check="occupancy", subject_id=row.session_id, detail="somebody is noted as waiting who does not")
        for row in await fetch(_Presence, _UNKNOWN)
    ]
    return absent + stray + unknown


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
