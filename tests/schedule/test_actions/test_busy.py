"""Trainers' own calendars against the real database: who may, who reads, what is kept, and how it is judged."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.schedule.busied import ADDRESS, WORKER, a_source, busy
from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    STAFF,
    WEEK_AFTER,
    T,
    a_course,
    a_person,
    a_program,
    a_session,
    events,
)
from training.base.database import execute, fetch
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.people.rules import NotWithAToken
from training.schedule.actions import (
    add_busy_source,
    assign_trainer,
    lease_due_sources,
    move_meetings,
    note_reading,
    read_source_soon,
    remove_busy_source,
)
from training.schedule.queries import list_busy, list_meetings, list_own_sources
from training.schedule.rules.addresses import AddressRefused
from training.schedule.rules.busy import MOST_SOURCES, Learned, ReadJustNow, SourceKnown, TooManySources
from training.schedule.rules.clashes import ClashesFound, OwnTime
from training.schedule.rules.times import Span
from training.schedule.rules.values import Assignment, MeetingChange

NINE, TEN, NOON = T("2026-05-11T07:00Z"), T("2026-05-11T08:30Z"), T("2026-05-11T10:00Z")


def span(starts_at: datetime, hours: float = 1) -> Span:
    return Span(start=starts_at, end=starts_at + timedelta(hours=hours))


class Leases(Frozen, frozen=True, kw_only=True):
    """What a row says about who reads it."""

    next_at: datetime
    failures: int
    error: str
    etag: str
    lease_by: str


async def leases() -> Leases:
    return (await fetch(Leases, "SELECT next_at, failures, error, etag, lease_by FROM busy_source"))[0]


async def test_an_address_is_kept_and_shown_to_nobody(works: Works) -> None:
    tara = await a_person(works, "Tara")
    await works.run(Viewer(person_id=tara), add_busy_source, "webcal://Calendar.example.org/private-0123/basic.ics")
    (source,) = await list_own_sources(tara)
    assert (source.label, source.server, source.times, source.read_at) == (
        "My calendar",
        "https://calendar.example.org/…",
        0,
        None,
    )
    assert not hasattr(source, "address")
    written = await execute("SELECT CAST(data AS TEXT) AS data, before, after FROM journal_entry")
    assert "private" not in str(written)
    assert await events("BusySourceAdded") == ["BusySourceAdded"]


async def test_three_addresses_each_once(works: Works) -> None:
    tara = await a_person(works, "Tara")
    viewer = Viewer(person_id=tara)
    for number in range(MOST_SOURCES):
        await a_source(works, tara, f"https://calendar.example.org/{number}")
    with pytest.raises(SourceKnown):
        await works.run(viewer, add_busy_source, "https://CALENDAR.example.org/0#x")
    with pytest.raises(TooManySources):
        await works.run(viewer, add_busy_source, ADDRESS)
    await a_source(works, await a_person(works, "Ada"), "https://calendar.example.org/0")
    with pytest.raises(AddressRefused):
        await works.run(viewer, add_busy_source, "https://127.0.0.1/")


async def test_whose_it_is_removes_it_and_nobody_else(works: Works) -> None:
    tara, ada = await a_person(works, "Tara"), await a_person(works, "Ada")
    key = await busy(works, tara, (NINE, NOON))
    for verb in (remove_busy_source, read_source_soon):
        for viewer, source_id in ((Viewer(person_id=ada), key), (Viewer(person_id=tara), MISSING)):
            with pytest.raises(NotFound):
                await works.run(viewer, verb, source_id)
        with pytest.raises(NotWithAToken):
            await works.run(Viewer(person_id=tara, token_id=UUID(int=1)), verb, key)
    with pytest.raises(NotWithAToken):
        await works.run(Viewer(token_id=UUID(int=1)), add_busy_source, ADDRESS)
    await works.run(Viewer(person_id=tara), remove_busy_source, key)
    assert await execute("SELECT id FROM busy_time UNION ALL SELECT id FROM busy_source") == []
    assert await events("BusySourceRemoved") == ["BusySourceRemoved"]


async def test_one_worker_reads_an_address(works: Works, clock: FrozenClock) -> None:
    tara = await a_person(works, "Tara")
    key = await a_source(works, tara)
    (mine,) = await works.run(WORKER, lease_due_sources, most=10)
    assert (mine.id, mine.address, mine.read_at, mine.zone) == (key, ADDRESS, None, "UTC")
    assert await works.run(WORKER, lease_due_sources, most=10) == []
    # It died; another one takes over, and the dead one's word counts no more.
    clock.move(minutes=2)
    (other,) = await works.run(WORKER, lease_due_sources, most=10)
    assert not await works.run(WORKER, note_reading, mine, Learned(times=(span(NINE),)))
    assert await works.run(WORKER, note_reading, other, Learned(etag='"2"', times=(span(NOON),)))
    assert await list_busy([tara], NINE, NOON + timedelta(days=1)) == [
        OwnTime(person_id=tara, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    ]
    row = await leases()
    assert (row.next_at, row.etag, row.lease_by) == (clock.now + timedelta(hours=6), '"2"', "")


async def test_what_is_gone_or_switched_off_is_not_read(works: Works) -> None:
    tara = await a_person(works, "Tara")
    key = await a_source(works, tara)
    (mine,) = await works.run(WORKER, lease_due_sources, most=10)
    await works.run(Viewer(person_id=tara), remove_busy_source, key)
    assert not await works.run(WORKER, note_reading, mine, Learned(times=(span(NINE),)))
    assert await execute("SELECT id FROM busy_time") == []
    await a_source(works, tara)
    await execute("UPDATE person SET disabled_at = created_at WHERE id = {}", tara)
    assert await works.run(WORKER, lease_due_sources, most=10) == []


async def test_times_follow_the_calendar_and_outlast_a_failure(works: Works, clock: FrozenClock) -> None:
    tara = await a_person(works, "Tara")
    await a_source(works, tara)

    async def learn(learned: Learned) -> list[datetime]:
        clock.now = max(clock.now, (await leases()).next_at)
        (source,) = await works.run(WORKER, lease_due_sources, most=10)
        assert await works.run(WORKER, note_reading, source, learned)
        return [own.starts_at for own in await list_busy([tara], NINE, NOON + timedelta(days=1))]

    assert await learn(Learned(times=(span(NINE), span(NOON)))) == [NINE, NOON]
    kept = await execute("SELECT id FROM busy_time WHERE starts_at = {}", NOON)
    assert await learn(Learned(times=(span(TEN), span(NOON)))) == [TEN, NOON]
    assert await execute("SELECT id FROM busy_time WHERE starts_at = {}", NOON) == kept
    assert await learn(Learned(error="The server did not answer in time.")) == [TEN, NOON]
    assert (await leases()).error == "The server did not answer in time."
    assert (await leases()).next_at == clock.now + timedelta(minutes=15)
    assert await learn(Learned(error="The server did not answer in time.")) == [TEN, NOON]
    assert ((await leases()).failures, (await leases()).next_at) == (2, clock.now + timedelta(hours=1))
    # 304: as before.
    assert await learn(Learned(etag='"3"')) == [TEN, NOON]
    assert ((await leases()).failures, (await leases()).error) == (0, "")
    assert await learn(Learned(times=())) == []


async def test_many_times_at_once(works: Works) -> None:
    tara = await a_person(works, "Tara")
    await a_source(works, tara)
    (source,) = await works.run(WORKER, lease_due_sources, most=1)
    many = tuple(span(NINE + timedelta(hours=2 * number)) for number in range(1_200))
    await works.run(WORKER, note_reading, source, Learned(times=many))
    assert (await list_own_sources(tara))[0].times == 1_200
    await execute("UPDATE busy_source SET lease_by = {}", source.by)
    await works.run(WORKER, note_reading, source, Learned(times=many[600:601]))
    assert (await list_own_sources(tara))[0].times == 1


async def test_reading_soon_is_for_those_who_wait(works: Works, clock: FrozenClock) -> None:
    tara = await a_person(works, "Tara")
    key = await busy(works, tara)
    viewer = Viewer(person_id=tara)
    with pytest.raises(ReadJustNow):
        await works.run(viewer, read_source_soon, key)
    clock.move(minutes=10)
    for _press in (1, 2):
        await works.run(viewer, read_source_soon, key)
    assert (await leases()).next_at == clock.now
    assert len(await works.run(WORKER, lease_due_sources, most=10)) == 1


async def test_assigning_a_busy_trainer_is_a_decision(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER)
    first, _ = await list_meetings([key])
    tara = await a_person(works, "Tara")
    await busy(works, tara, (NINE, TEN), (TEN, TEN + timedelta(minutes=15)), (NOON, NOON + timedelta(hours=9)))
    with pytest.raises(ClashesFound) as caught:
        await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    (clash,) = caught.value.clashes
    assert (clash.kind, clash.meeting_id, clash.own_calendar, clash.other_title) == ("trainer", first.id, True, "")
    assert (clash.starts_at, clash.ends_at) == (T("2026-05-11T08:00Z"), T("2026-05-11T08:45Z"))
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara), accept_warnings=True)
    assert await events("ClashesAccepted") == ["ClashesAccepted"]


async def test_moving_into_a_busy_time_is_a_decision(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, publish=True)
    (meeting,) = await list_meetings([key])
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    await busy(works, tara, (NOON, NOON + timedelta(hours=1)))
    later = MeetingChange(meeting_id=meeting.id, local_start=T("2026-05-11T11:00"), local_end=T("2026-05-11T12:30"))
    with pytest.raises(ClashesFound) as caught:
        await works.run(STAFF, move_meetings, key, [later])
    assert [clash.own_calendar for clash in caught.value.clashes] == [True]
    # Nothing about its time changes, so nobody is asked again.
    await works.run(STAFF, move_meetings, key, [MeetingChange(meeting_id=meeting.id, title="Part one")])
    assert len(await works.run(STAFF, move_meetings, key, [later], accept_warnings=True)) == 1
