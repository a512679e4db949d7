"""What the worker calls for the schedule: sessions start and end by the clock, trainers' own calendars are read."""

import asyncio
from datetime import datetime

import structlog

from training.base.structs import Viewer
from training.base.work import Works
from training.ics.lines import Unreadable as NoCalendar
from training.ics.reading import read_busy_but
from training.ics.recurring import Budget
from training.schedule.actions import (
    close_due,
    follow_clocks,
    lease_due_sources,
    note_reading,
    start_due,
)
from training.schedule.fetcher import Reach, Unreadable, read_calendar
from training.schedule.queries import find_outdated, list_taught_ids
from training.schedule.rules.busy import AHEAD, BEHIND, MOST_TIMES, Learned, Leased, asks_for_changes, kept
from training.schedule.rules.times import Span

log = structlog.get_logger()

WORKER = Viewer.machine("worker")
MOST_AT_ONCE = 100
MOST_ROUNDS = 50
# Each may be two megabytes, and takes at most twenty seconds.
MOST_CALENDARS = 8


async def advance(works: Works) -> int:
    """Let sessions run that have begun and close those that are over; returns how many steps were taken.

    Small units of work, so that nobody who books waits long; what is left over waits for the next call.
    """
    steps = 0
    for action in (start_due, close_due):
        for _ in range(MOST_ROUNDS):
            done = await works.run(WORKER, action, most=MOST_AT_ONCE)
            steps += done
            if done < MOST_AT_ONCE:
                break
    return steps


async def follow_zone_data(works: Works) -> int:
    """Move what the zone data of this process puts at other instants than those that are kept; returns how many
    meetings moved. Those whose time the new rules leave no more are named by `training check`."""
    outdated = await find_outdated(works.clock())
    moved = 0
    for session_id in outdated.session_ids:
        moved += len(await works.run(WORKER, follow_clocks, session_id))
    return moved


class CalendarReader:
    """Reads trainers' own calendars. Nothing is asked of a server of somebody else inside a unit of work."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach

    async def read_due(self, works: Works) -> int:
        """Read what is due now, some at once; returns how many were read. One that fails keeps no other waiting."""
        leased = await works.run(WORKER, lease_due_sources, most=MOST_CALENDARS)
        done = await asyncio.gather(*(self._read(works, source) for source in leased), return_exceptions=True)
        for result in done:
            if isinstance(result, BaseException):
                raise result
        return done.count(True)

    async def _read(self, works: Works, source: Leased) -> bool:
        try:
            learned = await self._learn(source, works.clock())
        except Exception as error:  # noqa: BLE001 - whatever it is, that server is not to be asked again in two minutes
            # What an error says could be a piece of somebody's calendar.
            log.error("a calendar was not read", source=str(source.id), error=type(error).__name__)
            learned = Learned(error="We could not read this calendar. That is our fault, and we look into it.")
        return await works.run(WORKER, note_reading, source, learned)

    async def _learn(self, source: Leased, now: datetime) -> Learned:
        known = (source.etag, source.modified) if asks_for_changes(source.read_at, now) else ("", "")
        try:
            found = await read_calendar(self._reach, source.address, etag=known[0], modified=known[1])
        except Unreadable as error:
            return Learned(error=str(error))
        if found.body is None:
            return Learned(etag=found.etag or source.etag, modified=found.modified or source.modified)
        # An entry of ours has the id of its meeting.
        ours = frozenset(str(key) for key in await list_taught_ids(source.person_id, now - BEHIND))
        budget = Budget(since=now - BEHIND, until=now + AHEAD, most=MOST_TIMES, zone=source.zone)
        try:
            busy = await asyncio.to_thread(read_busy_but, found.body, ours, budget, (source.email,))
        except NoCalendar:
            return Learned(error="What is at this address is no calendar that we can read.")
        times = kept((Span(start=each.starts_at, end=each.ends_at) for each in busy), now)
        return Learned(etag=found.etag, modified=found.modified, times=times)
