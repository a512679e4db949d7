"""Trainers' own calendars: where they are, and when somebody is busy by them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.schedule.rules.addresses import masked
from training.schedule.rules.busy import Leased
from training.schedule.rules.clashes import OwnTime


class OwnSource(Frozen, frozen=True, kw_only=True):
    """An address as its owner sees it: `server` is all that is shown of it. `times`: how many busy times it gave."""

    id: UUID
    label: str
    server: str
    next_at: datetime
    read_at: datetime | None
    failures: int
    error: str
    created_at: datetime
    times: int


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    label: str
    address: str
    next_at: datetime
    read_at: datetime | None
    failures: int
    error: str
    created_at: datetime
    times: int

    @property
    def shown(self) -> OwnSource:
        values = {name: getattr(self, name) for name in self.__struct_fields__ if name != "address"}
        return OwnSource(server=masked(self.address), **values)


_OWN = (
    "SELECT s.id, s.label, s.address, s.next_at, s.read_at, s.failures, s.error, s.created_at,"
    " (SELECT COUNT(*) FROM busy_time t WHERE t.source_id = s.id) AS times FROM busy_source s WHERE s.person_id = {}"
)


async def list_own_sources(person_id: UUID) -> list[OwnSource]:
    """The calendars of a person, in the order they were added."""
    return [row.shown for row in await fetch(_Row, f"{_OWN} ORDER BY s.created_at, s.id", person_id)]


async def get_own_source(person_id: UUID, source_id: UUID) -> OwnSource:
    """One of them. Raises NotFound for anybody else's, exactly as for none."""
    found = await fetch_one(_Row, f"{_OWN} AND s.id = {{}}", person_id, source_id)
    if found is None:
        raise NotFound
    return found.shown


class _Address(Frozen, frozen=True, kw_only=True):
    address: str


async def list_addresses(person_id: UUID) -> list[str]:
    """The addresses themselves, to compare with a new one. They are secrets and leave no action."""
    rows = await fetch(_Address, "SELECT address FROM busy_source WHERE person_id = {}", person_id)
    return [row.address for row in rows]


async def list_busy(person_ids: Sequence[UUID], starts_at: datetime, ends_at: datetime) -> list[OwnTime]:
    """When these people are busy by their own calendars between two instants, by person and start.

    Times of several calendars of a person may overlap.
    """
    if not person_ids:
        return []
    return await fetch(
        OwnTime,
        f"SELECT person_id, starts_at, ends_at FROM busy_time WHERE person_id IN ({marks(person_ids)})"
        " AND ends_at > {} AND starts_at < {} ORDER BY person_id, starts_at, id",
        *person_ids,
        starts_at,
        ends_at,
    )


async def list_own_times(person_id: UUID, now: datetime, *, most: int) -> list[OwnTime]:
    """When a person is busy from now on, by start: at most so many."""
    return await fetch(
        OwnTime,
        "SELECT person_id, starts_at, ends_at FROM busy_time WHERE person_id = {} AND ends_at > {}"
        " ORDER BY starts_at, id LIMIT {}",
        person_id,
        now,
        most,
    )


class BusyHours(Frozen, frozen=True, kw_only=True):
    """Somebody teaches a meeting and is busy in their own calendar for this part of it."""

    person_id: UUID
    meeting_id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime


async def list_busy_teaching(session_id: UUID, now: datetime) -> list[BusyHours]:
    """Who of a session's trainers is busy by their own calendars during a meeting to come, by meeting and start."""
    return await fetch(
        BusyHours,
        "SELECT DISTINCT a.person_id, m.id AS meeting_id, m.number,"
        " CASE WHEN b.starts_at > m.starts_at THEN b.starts_at ELSE m.starts_at END AS starts_at,"
        " CASE WHEN b.ends_at < m.ends_at THEN b.ends_at ELSE m.ends_at END AS ends_at"
        " FROM trainer_assignment a JOIN meeting m ON m.id = a.meeting_id JOIN busy_time b ON b.person_id = a.person_id"
        " AND b.starts_at < m.ends_at AND b.ends_at > m.starts_at"
        " WHERE a.session_id = {} AND m.ends_at > {} AND m.cancelled_at IS NULL ORDER BY 3, 4, 1, 5",
        session_id,
        now,
    )


async def list_due_sources(now: datetime, most: int) -> list[Leased]:
    """Addresses that are to be read at `now` and that no worker reads, the longest due first. Nobody's whose account is
    switched off."""
    return await fetch(
        Leased,
        "SELECT s.id, s.person_id, s.address, s.etag, s.modified, s.read_at, s.failures, p.email, p.zone"
        " FROM busy_source s JOIN person p ON p.id = s.person_id WHERE s.next_at <= {} AND p.disabled_at IS NULL"
        " AND (s.lease_until IS NULL OR s.lease_until <= {}) ORDER BY s.next_at, s.id LIMIT {}",
        now,
        now,
        most,
    )


class KeptTime(Frozen, frozen=True, kw_only=True):
    """A busy time as it is kept."""

    id: UUID
    starts_at: datetime
    ends_at: datetime


async def list_times_of(source_id: UUID) -> list[KeptTime]:
    """Everything that was read at an address."""
    return await fetch(KeptTime, "SELECT id, starts_at, ends_at FROM busy_time WHERE source_id = {}", source_id)


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_taught_ids(person_id: UUID, since: datetime) -> frozenset[UUID]:
    """The meetings since an instant that a person teaches. Their ids are also those of the entries in calendars."""
    rows = await fetch(
        _Key,
        "SELECT m.id FROM trainer_assignment a JOIN meeting m ON m.id = a.meeting_id WHERE a.person_id = {}"
        " AND m.ends_at > {}",
        person_id,
        since,
    )
    return frozenset(row.id for row in rows)
