"""Which sessions have reminders that fall into a stretch of time. Wider than need be; the rules look closely."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.reminders.rules.plans import BUILT_IN, Anchor, Audience

# Days on the wall clock and quiet hours move an instant by less than this.
_SLACK = timedelta(hours=25)
_COLUMNS = {Anchor.START: "s.starts_at", Anchor.END: "s.ends_at", Anchor.BOOKING_DEADLINE: "s.booking_closes_at"}
_HOURS = {
    Anchor.CANCELLATION_DEADLINE: "cancellation_hours",
    Anchor.WAITLIST_CUTOFF: "waitlist_cutoff_hours",
    Anchor.OPEN_PLACE_DEADLINE: "open_place_hours",
}
_STATES = ("published", "confirmed", "running", "closed")


class _Kind(Frozen, frozen=True, kw_only=True):
    audience: Audience
    anchor: Anchor
    offset_minutes: int


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


class _Dated(_Key, frozen=True, kw_only=True):
    starts_at: datetime
    cancellation_hours: int
    waitlist_cutoff_hours: int
    open_place_hours: int


Span = tuple[datetime, datetime]


async def list_in_reach(now: datetime, ahead: timedelta, behind: timedelta) -> list[UUID]:
    """The sessions with a reminder that is due from `behind` ago until `ahead`, or planned until then; by id.

    At most four statements.
    """
    kinds = [_Kind(audience=p.audience, anchor=p.anchor, offset_minutes=p.offset_minutes) for p in BUILT_IN]
    kinds += await fetch(
        _Kind, "SELECT DISTINCT r.audience, r.anchor, r.offset_minutes FROM reminder_plan r WHERE r.active"
    )
    spans: dict[Anchor, list[Span]] = {}
    for kind in kinds:
        offset = timedelta(minutes=kind.offset_minutes)
        span = now - behind - offset - _SLACK, now + ahead - offset + _SLACK
        spans.setdefault(kind.anchor, []).append(span)
    found = {row.id for row in await _by_columns(spans, now + ahead)}
    if any(kind.audience is Audience.OPEN_PLACES for kind in kinds):
        # Each of their bookings has a last moment of its own.
        sql = "SELECT DISTINCT o.session_id AS id FROM open_place o WHERE o.state = 'open'"
        found |= {row.id for row in await fetch(_Key, sql)}
    by_hours = [kind for kind in kinds if kind.anchor in _HOURS]
    found |= await _by_hours(by_hours, spans) if by_hours else set()
    return sorted(found)


async def _by_columns(spans: dict[Anchor, list[Span]], until: datetime) -> list[_Key]:
    conditions: list[str] = []
    values: list[object] = []
    for anchor, column in _COLUMNS.items():
        for span in merged(spans.get(anchor, ())):
            conditions.append(f"({column} >= {{}} AND {column} < {{}})")
            values += span
    for span in merged(spans.get(Anchor.MEETING_START, ())):
        conditions.append("s.id IN (SELECT m.session_id FROM meeting m WHERE m.starts_at >= {} AND m.starts_at < {})")
        values += span
    return await fetch(
        _Key,
        f"SELECT s.id FROM session s WHERE s.state IN ({marks(_STATES)}) AND ({' OR '.join(conditions)})"
        " UNION SELECT d.session_id AS id FROM reminder d WHERE d.state = 'planned' AND d.due_at < {}",
        *_STATES,
        *values,
        until,
    )


async def _by_hours(kinds: Sequence[_Kind], spans: dict[Anchor, list[Span]]) -> set[UUID]:
    """Sessions by deadlines that lie so many hours before their start."""
    first = min(span[0] for kind in kinds for span in spans[kind.anchor])
    # By the built-in plans only who waits is asked about, and few sessions have a waitlist.
    only = "s.waiting > 0" if all(kind.audience is Audience.WAITLISTED for kind in kinds) else "1 = 1"
    rows = await fetch(
        _Dated,
        "SELECT s.id, s.starts_at, s.cancellation_hours, s.waitlist_cutoff_hours, s.open_place_hours"
        f" FROM session s WHERE s.state IN ({marks(_STATES)}) AND s.starts_at >= {{}} AND {only}",
        *_STATES,
        first,
    )
    anchors = {kind.anchor for kind in kinds}
    return {row.id for row in rows for anchor in anchors if _falls_into(row, anchor, spans[anchor])}


def _falls_into(row: _Dated, anchor: Anchor, spans: Sequence[Span]) -> bool:
    at = row.starts_at - timedelta(hours=getattr(row, _HOURS[anchor]))
    return any(begin <= at < end for begin, end in spans)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few stretches as possible, in order."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((begin, end))
    return found
