"""Trainers' own calendars: adding and removing an address, reading it soon, and what the worker does with it."""

from datetime import datetime
from uuid import UUID

from training.base.database import marks
from training.base.work import Work
from training.people.rules import person_behind
from training.schedule import tables
from training.schedule.events import BusySourceAdded, BusySourceCalledUp, BusySourceRemoved
from training.schedule.queries import (
    get_own_source,
    list_addresses,
    list_due_sources,
    list_times_of,
    lock_people,
)
from training.schedule.rules.addresses import parse_address
from training.schedule.rules.busy import (
    LEASE,
    MOST_SOURCES,
    Learned,
    Leased,
    SourceKnown,
    TooManySources,
    check_not_just_read,
    pause_after,
)
from training.schedule.rules.times import Span

USUAL_LABEL = "My calendar"
# A database takes only so many values in one statement.
_MOST_DELETED = 500


async def add_busy_source(work: Work, address: str, label: str = "") -> UUID:
    """Have a calendar of one's own read from now on, and return the id of its address. It is read within a minute.

    Raises AddressRefused with the field, TooManySources, SourceKnown, NotWithAToken. Nobody is asked here.
    """
    person_id = person_behind(work.actor)
    target = parse_address(address, plain=work.site.demo)
    await lock_people([person_id])
    known = await list_addresses(person_id)
    if target.address in known:
        raise SourceKnown
    if len(known) >= MOST_SOURCES:
        raise TooManySources
    source_id, label = work.new_id(), label or USUAL_LABEL
    work.add(
        tables.BusySource,
        id=source_id,
        person_id=person_id,
        label=label,
        address=target.address,
        next_at=work.now,
        created_at=work.now,
    )
    work.emit(BusySourceAdded(source_id=source_id, person_id=person_id, label=label))
    return source_id


async def remove_busy_source(work: Work, source_id: UUID) -> None:
    """Forget an address of one's own and every time that was read there. Raises NotFound, NotWithAToken."""
    person_id = person_behind(work.actor)
    source = await get_own_source(person_id, source_id)
    await work.execute("DELETE FROM busy_time WHERE source_id = {}", source_id)
    await work.execute("DELETE FROM busy_source WHERE id = {}", source_id)
    work.emit(BusySourceRemoved(source_id=source_id, person_id=person_id, label=source.label))


async def read_source_soon(work: Work, source_id: UUID) -> None:
    """Have an address of one's own read within a minute. Raises NotFound, ReadJustNow, NotWithAToken."""
    person_id = person_behind(work.actor)
    source = await get_own_source(person_id, source_id)
    check_not_just_read(source.next_at, source.failures, work.now)
    if source.next_at > work.now:
        work.change(tables.BusySource, source_id, next_at=work.now)
        work.emit(BusySourceCalledUp(source_id=source_id, person_id=person_id, label=source.label))


async def lease_due_sources(work: Work, *, most: int) -> list[Leased]:
    """Take at most so many addresses that are to be read now; nobody else gets them for two minutes. For the worker."""
    until, by = work.now + LEASE, str(work.id)
    won = []
    for source in await list_due_sources(work.now, most):
        taken = await work.execute(
            "UPDATE busy_source SET lease_until = {}, lease_by = {} WHERE id = {}"
            " AND (lease_until IS NULL OR lease_until <= {}) RETURNING id",
            until,
            by,
            source.id,
            work.now,
        )
        if taken:
            won.append(Leased(**{**{name: getattr(source, name) for name in source.__struct_fields__}, "by": by}))
    return won


async def note_reading(work: Work, source: Leased, learned: Learned) -> bool:
    """Write down what reading came to; False when the address is gone or somebody else's by now. For the worker.

    After a failure, what was read before stays: a server that is down does not make a busy person free.
    """
    failures = source.failures + 1 if learned.error else 0
    columns = {
        "next_at": work.now + pause_after(failures),
        "failures": failures,
        "error": learned.error,
        "lease_until": None,
        "lease_by": "",
    }
    ours = await work.execute(
        "UPDATE busy_source SET lease_until = NULL, lease_by = '' WHERE id = {} AND lease_by = {} RETURNING id",
        source.id,
        source.by,
    )
    if not ours:
        return False
    if not learned.error:
        columns |= {"read_at": work.now, "etag": learned.etag, "modified": learned.modified}
    work.change(tables.BusySource, source.id, **columns)
    if learned.times is not None and not learned.error:
        await _keep_times(work, source, learned.times)
    return True


async def _keep_times(work: Work, source: Leased, times: tuple[Span, ...]) -> None:
    """Let the rows be these times; what stays the same is not touched."""
    wanted: set[tuple[datetime, datetime]] = {(span.start, span.end) for span in times}
    gone = []
    for row in await list_times_of(source.id):
        if (row.starts_at, row.ends_at) in wanted:
            wanted.discard((row.starts_at, row.ends_at))
        else:
            gone.append(row.id)
    for at in range(0, len(gone), _MOST_DELETED):
        ids = gone[at : at + _MOST_DELETED]
        await work.execute(f"DELETE FROM busy_time WHERE id IN ({marks(ids)})", *ids)
    for starts_at, ends_at in sorted(wanted):
        ids_of = {"id": work.new_id(), "source_id": source.id, "person_id": source.person_id}
        work.add(tables.BusyTime, **ids_of, starts_at=starts_at, ends_at=ends_at)
