"""Places that have no name yet, and those that had none once."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.paging import Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.booking.queries.enrollments import NAME_SQL
from training.booking.rules.open_places import PlaceState
from training.booking.rules.times import name_until
from training.catalogue.rules import Mode
from training.people.rules import Permission, reach


class OpenPlaceRow(Frozen, frozen=True, kw_only=True):
    """An open place as it is kept. Until when it needs a name: `rules.name_until`."""

    id: UUID
    booking_id: UUID
    session_id: UUID
    partner_id: UUID
    mode: Mode
    note: str
    keep_until: datetime
    created_at: datetime
    version: int


async def list_open_of_booking(booking_id: UUID) -> list[OpenPlaceRow]:
    """The places of a booking that are still open, in the order in which they were booked."""
    return await fetch(
        OpenPlaceRow,
        "SELECT id, booking_id, session_id, partner_id, mode, note, keep_until, created_at, version FROM open_place"
        " WHERE booking_id = {} AND state = 'open' ORDER BY id",
        booking_id,
    )


class OpenPlaceView(Frozen, frozen=True, kw_only=True):
    """A place without a name with what is needed to show it. `named` is who got it, as its partner calls them.

    `sent_to` is where its naming link went by mail, if it did. Holds nothing from which a link could be made.
    """

    id: UUID
    booking_id: UUID
    booking_code: str
    session_id: UUID
    session_title: str
    program_id: UUID
    session_state: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    meeting_count: int
    waiting: int
    waitlist_cutoff_hours: int
    open_place_hours: int
    partner_id: UUID
    partner_name: str
    state: PlaceState
    mode: str
    note: str
    has_link: bool
    link_expires_at: datetime | None
    sent_to: str
    sent_at: datetime | None
    chases: int
    chased_at: datetime | None
    keep_until: datetime
    enrollment_id: UUID | None
    named: str | None
    named_state: str | None
    state_at: datetime
    state_reason: str
    created_at: datetime
    booked_by: UUID | None
    booked_by_name: str | None
    version: int

    @property
    def left(self) -> bool:
        """Whether who got the place has left it since."""
        return self.named_state in ("cancelled", "declined", "removed")

    @property
    def until(self) -> datetime:
        """Until when it must have a name."""
        return name_until(self.starts_at, self.open_place_hours, self.keep_until)


_VIEW = (
    "SELECT o.id, o.booking_id, b.code AS booking_code, o.session_id, s.title AS session_title, s.program_id,"
    " s.state AS session_state, s.starts_at, s.ends_at, s.zone, (SELECT count(*) FROM meeting t"
    " WHERE t.session_id = s.id AND (t.cancelled_at IS NULL OR s.state = 'cancelled')) AS meeting_count,"
    " s.waiting, s.waitlist_cutoff_hours, s.open_place_hours, o.partner_id, r.name AS partner_name, o.state, o.mode,"
    " o.note, (o.link_hash <> '') AS has_link, o.link_expires_at, o.sent_to, o.sent_at, o.chases, o.chased_at,"
    f" o.keep_until, o.enrollment_id, {NAME_SQL} AS named, e.state AS named_state, o.state_at,"
    " o.state_reason, o.created_at, b.booked_by,"
    " k.name AS booked_by_name, o.version FROM open_place o JOIN booking b ON b.id = o.booking_id"
    " JOIN session s ON s.id = o.session_id JOIN partner r ON r.id = o.partner_id"
    " LEFT JOIN person k ON k.id = b.booked_by LEFT JOIN enrollment e ON e.id = o.enrollment_id"
    " LEFT JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
)
_OF = {"session": "o.session_id = {}", "partner": "o.partner_id = {}", "booking": "o.booking_id = {}"}
Whose = Literal["session", "partner", "booking"]


def _within_reach(viewer: Viewer) -> tuple[str, list[Any]]:
    """The places a viewer may see: all, or of the programs managed and of the partners coordinated."""
    programs = reach(viewer, Permission.ROSTER_SEE)
    if programs.everywhere:
        return "1 = 1", []
    parts: list[str] = []
    values: list[Any] = []
    partners = reach(viewer, Permission.PLACES_BOOK).scope_ids
    for column, ids in (("s.program_id", programs.scope_ids), ("o.partner_id", partners)):
        if ids:
            parts.append(f"{column} IN ({marks(tuple(ids))})")
            values.extend(ids)
    return (f"({' OR '.join(parts)})" if parts else "1 = 0"), values


async def get_open_place(viewer: Viewer, open_place_id: UUID) -> OpenPlaceView:
    """One place, for coordinators of its partner and managers of its program. Raises NotFound."""
    allowed, values = _within_reach(viewer)
    found = await fetch_one(OpenPlaceView, f"{_VIEW} WHERE o.id = {{}} AND {allowed}", open_place_id, *values)
    if found is None:
        raise NotFound
    return found


async def find_by_link_hash(link_hash: str) -> OpenPlaceView | None:
    """The place that a naming link leads to. The caller has judged whether the link is one of ours."""
    return await fetch_one(OpenPlaceView, f"{_VIEW} WHERE o.link_hash = {{}}", link_hash)


async def list_open_places(
    viewer: Viewer, whose: Whose, scope_id: UUID, *, ended: bool = False, limit: int = 500
) -> list[OpenPlaceView]:
    """The places of a session, partner or booking that the viewer may see: those without a name, by start of their
    session; or with `ended` those that were named or given back, the latest first."""
    allowed, values = _within_reach(viewer)
    order = "o.state_at DESC, o.id DESC" if ended else "s.starts_at NULLS LAST, s.id, o.id"
    state = "<>" if ended else "="
    sql = f"{_VIEW} WHERE {_OF[whose]} AND o.state {state} 'open' AND {allowed} ORDER BY {order} LIMIT {{}}"
    return await fetch(OpenPlaceView, sql, scope_id, *values, limit)


async def page_open_places(
    viewer: Viewer, whose: Whose, scope_id: UUID, cursor: str, limit: int
) -> Page[OpenPlaceView]:
    """A page of the places of a session or partner that the viewer may see, ended ones too, as they were booked."""
    allowed, values = _within_reach(viewer)
    after = decode_cursor(cursor, tuple[UUID]) if cursor else None
    rows = await fetch(
        OpenPlaceView,
        f"{_VIEW} WHERE {_OF[whose]} AND {allowed}{' AND o.id > {}' if after else ''} ORDER BY o.id LIMIT {{}}",
        scope_id,
        *values,
        *(after or ()),
        limit + 1,
    )
    return page_of(rows, limit, "id")


class WaitingForNames(Frozen, frozen=True, kw_only=True):
    """Open places of one booking that stand alike: until when they wait, and how often somebody was reminded."""

    booking_id: UUID
    session_id: UUID
    partner_id: UUID
    starts_at: datetime | None
    open_place_hours: int
    keep_until: datetime
    created_at: datetime
    chases: int
    chased_at: datetime | None

    @property
    def until(self) -> datetime:
        """Until when they must have names."""
        return name_until(self.starts_at, self.open_place_hours, self.keep_until)


async def list_waiting_for_names() -> list[WaitingForNames]:
    """Every booking with open places. For the worker; as many rows as there are such bookings, or a few more."""
    return await fetch(
        WaitingForNames,
        "SELECT DISTINCT o.booking_id, o.session_id, o.partner_id, s.starts_at, s.open_place_hours, o.keep_until,"
        " o.created_at, o.chases, o.chased_at FROM open_place o JOIN session s ON s.id = o.session_id"
        " WHERE o.state = 'open' ORDER BY o.keep_until, o.booking_id",
    )


class Coordinator(Frozen, frozen=True, kw_only=True):
    """Somebody who books for a partner and can be written to."""

    person_id: UUID
    name: str
    email: str
    person_zone: str
    person_locale: str = "en"


class _Contact(Coordinator, frozen=True, kw_only=True):
    coordinates: bool
    booked: bool


async def list_coordinators_of_booking(booking_id: UUID) -> list[Coordinator]:
    """Whom to write to about a booking: whoever made it, if they coordinate the partner; else all who do; and where
    nobody does, whoever made it. By name, at most 50."""
    rows = await fetch(
        _Contact,
        "SELECT q.id AS person_id, q.name, q.email, q.zone AS person_zone, q.locale AS person_locale,"
        " CASE WHEN q.id = b.booked_by THEN TRUE ELSE FALSE END AS booked,"
        " EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = q.id AND g.role = 'coordinator'"
        " AND g.scope_id = b.partner_id) AS coordinates"
        " FROM booking b JOIN person q ON q.disabled_at IS NULL AND (q.id = b.booked_by OR q.id IN"
        " (SELECT g.person_id FROM role_grant g WHERE g.role = 'coordinator' AND g.scope_id = b.partner_id))"
        " WHERE b.id = {} ORDER BY q.name, q.id LIMIT 50",
        booking_id,
    )
    coordinators = [row for row in rows if row.coordinates]
    return list([row for row in coordinators if row.booked] or coordinators or rows)


class Waiting(Frozen, frozen=True, kw_only=True):
    """A message that has not left: its values as they are kept, and when it leaves."""

    kept: str
    not_before: datetime

    @property
    def values(self) -> dict[str, Any]:
        """The frozen values."""
        return msgspec.json.decode(self.kept, type=dict[str, Any])


async def find_waiting(topic: str) -> Waiting | None:
    """The newest message of a topic that no worker has taken up yet, held until the unit of work ends."""
    sql = "SELECT CAST(\"values\" AS TEXT) AS kept, not_before FROM message WHERE topic = {} AND state = 'waiting'"
    return await fetch_one(Waiting, f"{sql} ORDER BY created_at DESC, id DESC LIMIT 1{for_update()}", topic)


class _Link(Frozen, frozen=True, kw_only=True):
    link_id: UUID | None


async def find_link_id(open_place_id: UUID) -> UUID | None:
    """From which id the naming link of a place is derived, for messages that hold it as a secret; None without one."""
    found = await fetch_one(_Link, "SELECT link_id FROM open_place WHERE id = {}", open_place_id)
    return found.link_id if found else None
