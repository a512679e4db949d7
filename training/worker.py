"""Composition root of the clock: the table of ticks -> APScheduler.

A tick is a question to the database ("what is due?") asked again and again. Due times are rows, and each row has one
winner, so any number of workers may run, and nothing is lost when one is killed: the next tick asks again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from training.attendance import jobs as attendance_jobs
from training.attendance.queries.wanted import find_unwanted_absences, find_unwanted_chases
from training.base.clock import system_clock
from training.base.errors import trace_of
from training.base.structs import Frozen
from training.base.work import Works
from training.booking import jobs as booking_jobs
from training.booking.queries.wanted import find_unwanted
from training.completion import jobs as completion_jobs
from training.completion.queries.certificates import find_unwanted as find_unwanted_certificates
from training.completion.queries.renewals import find_unwanted_renewals
from training.feeds import jobs as feeds_jobs
from training.inbox import jobs as inbox_jobs
from training.invites import jobs as invites_jobs
from training.invites.queries.wanted import find_unwanted as find_unwanted_invites
from training.materials.jobs import telling as materials_telling
from training.materials.jobs.forgetting import forget_openings
from training.materials.jobs.scanning import Scanning
from training.materials.jobs.sweeping import Sweeping
from training.materials.queries.wanted import find_unwanted as find_unwanted_news
from training.materials.storage.keeping import Storage
from training.outbox.jobs.deliver import Postman, StillWanted
from training.outbox.jobs.fan_out import make_messages
from training.outbox.rules.recipients import Audience
from training.outbox.rules.servers import parse_mail_url
from training.outbox.sender import Sender
from training.people import jobs as people_jobs
from training.reminders import jobs as reminders_jobs
from training.reminders.actions import announcements
from training.reminders.queries.announcements import find_unwanted_copies
from training.reminders.queries.quiet import ends_of_quiet
from training.reminders.queries.wanted import unwanted_digests
from training.schedule import jobs as schedule_jobs
from training.schedule.fetcher import Reach, resolve
from training.settings import Settings
from training.surveys import jobs as surveys_jobs
from training.surveys.queries.wanted import find_unwanted as find_unwanted_surveys

# How often, in seconds, the clock of the machine is compared with one that nobody sets.
LOOKS_AT_CLOCK = 1.0

log = structlog.get_logger()


class Tick(Frozen, frozen=True, kw_only=True):
    """A question asked every so many seconds. `job` opens its own units of work and returns how much it did.

    `stop` tells one that has much to do that the worker ends; `close` is awaited when nothing runs any more.
    """

    name: str
    seconds: float
    job: Callable[[Works], Awaitable[int]]
    stop: Callable[[], None] | None = None
    close: Callable[[], Awaitable[None]] | None = None


# Who knows the recipients of messages to many, by the name in their row.
AUDIENCES: Mapping[str, Audience] = {
    **booking_jobs.AUDIENCES,
    **announcements.AUDIENCES,
    **surveys_jobs.AUDIENCES,
    **materials_telling.AUDIENCES,
}

# Who knows whether a message is still wanted when it is about to leave: by its kind, or what begins it.
WANTED: Mapping[str, StillWanted] = {
    "booking": find_unwanted,
    "reminder": reminders_jobs.unwanted_reminders,
    "briefing": reminders_jobs.unwanted_reminders,
    "digest": unwanted_digests,
    "announcement": find_unwanted_copies,
    "invite": find_unwanted_invites,
    "certificate": find_unwanted_certificates,
    "completion": find_unwanted_renewals,
    "roster": find_unwanted_chases,
    "absence": find_unwanted_absences,
    "survey": find_unwanted_surveys,
    "material": find_unwanted_news,
}

TICKS: tuple[Tick, ...] = (
    Tick(name="sessions begin and end", seconds=30, job=schedule_jobs.advance),
    Tick(name="meetings follow the rules of clocks", seconds=86_400, job=schedule_jobs.follow_zone_data),
    Tick(name="kept places are given up", seconds=20, job=booking_jobs.expire),
    Tick(name="places declined in calendars are given back", seconds=30, job=booking_jobs.give_back_declined),
    Tick(name="places without names are asked about", seconds=30, job=booking_jobs.ask_for_names),
    Tick(name="what is newly asked is told", seconds=60, job=booking_jobs.ask_what_is_new),
    Tick(name="reminders are planned", seconds=60, job=reminders_jobs.plan_ahead),
    Tick(name="reminders are sent", seconds=10, job=reminders_jobs.deliver),
    Tick(name="reminders that were missed are found", seconds=3600, job=reminders_jobs.look_back),
    Tick(name="weekly summaries are written", seconds=300, job=reminders_jobs.gather_weeks),
    Tick(name="announcements go out", seconds=10, job=reminders_jobs.send_announcements),
    Tick(name="messages to many are made", seconds=5, job=partial(make_messages, audiences=AUDIENCES)),
    Tick(name="calendars are told what changed", seconds=10, job=invites_jobs.compare_due),
    Tick(name="calendars that were missed are told", seconds=3600, job=invites_jobs.sweep),
    Tick(name="whoever was there and was missed is asked", seconds=600, job=surveys_jobs.ask_forgotten),
    Tick(name="whoever was there is asked once more", seconds=300, job=surveys_jobs.chase),
    Tick(name="whoever follows materials is told", seconds=60, job=materials_telling.tell_changed),
    Tick(name="who completed what is decided", seconds=60, job=completion_jobs.decide_due),
    Tick(name="what was decided is looked at again", seconds=3600, job=completion_jobs.look_back),
    Tick(name="people are told that a completion ends", seconds=3600, job=completion_jobs.tell_endings),
    Tick(name="rosters that stay open are asked for", seconds=120, job=attendance_jobs.ask_for_rosters),
    Tick(name="attendance of what is over is summed up", seconds=300, job=attendance_jobs.sum_up_what_is_over),
    Tick(name="lists of participants are forgotten", seconds=3600, job=attendance_jobs.forget_lists),
    Tick(name="devices of check-ins are forgotten", seconds=3600, job=attendance_jobs.forget_devices),
    Tick(name="who opened materials is forgotten", seconds=3600, job=forget_openings),
    Tick(name="stand-ins are forgotten", seconds=3600, job=booking_jobs.forget),
    Tick(name="old traces are forgotten", seconds=3600, job=people_jobs.tidy),
    Tick(name="old addresses of calendars are forgotten", seconds=3600, job=feeds_jobs.forget),
    Tick(name="mail that came in is forgotten", seconds=3600, job=inbox_jobs.forget),
)


def ticks_of(settings: Settings) -> tuple[Tick, ...]:
    """The ticks of an installation: those of every one, and those that its settings ask for."""
    asked: list[Tick] = [_calendars(settings), *_files(settings)]
    if settings.smtp_url:
        asked.append(_delivery(settings))
    else:
        asked.append(Tick(name="calendars are shown", seconds=5, job=invites_jobs.accompanying()))
    if settings.imap_url:
        asked.append(Tick(name="mail that came in is read", seconds=60, job=inbox_jobs.reading(settings.imap_url)))
    return (*TICKS, *asked)


def _calendars(settings: Settings) -> Tick:
    reader = schedule_jobs.CalendarReader(Reach(resolve=resolve, plain=settings.demo))
    return Tick(name="calendars of trainers are read", seconds=20, job=reader.read_due)


def _files(settings: Settings) -> Sequence[Tick]:
    storage = Storage(settings.storage_url)
    swept = Tick(name="files that nothing uses are removed", seconds=3600, job=Sweeping(storage).sweep)
    if not settings.scan_command:
        return (swept,)
    scanning = Scanning(settings.scan_command, storage)
    return (swept, Tick(name="files are scanned", seconds=5, job=scanning.scan_waiting, stop=scanning.stop))


def _delivery(settings: Settings) -> Tick:
    postman = Postman(
        sender_of(settings),
        wanted=WANTED,
        quiet=ends_of_quiet,
        companions=invites_jobs.COMPANIONS,
        amenders={**attendance_jobs.AMENDERS, **completion_jobs.AMENDERS},
        returns_to=settings.bounce_address,
    )
    return Tick(name="messages leave", seconds=1, job=postman.deliver, stop=postman.stop, close=postman.close)


def sender_of(settings: Settings) -> Sender:
    """The line to the mail server of an installation, not dialled yet. Raises ValueError when it has none."""
    return Sender(parse_mail_url(settings.smtp_url), urlsplit(settings.base_url).hostname or "localhost")


class _Every(IntervalTrigger):  # type: ignore[misc]
    """An interval that counts anew after a standstill: a clock set forward by a year is no year to go through."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        due: datetime | None = super().get_next_fire_time(previous_fire_time, now)
        return due if due is None or due > now else super().get_next_fire_time(now, now)


class Worker:
    """Runs ticks until it is stopped. A tick that runs is never cancelled; one that fails is asked again in time."""

    def __init__(self, works: Works, ticks: Sequence[Tick] = TICKS) -> None:
        self._works = works
        self._ticks = ticks
        self._running: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def run(self, stop: asyncio.Event) -> None:
        """Ask every tick at once and then in its rhythm; after `stop`, finish what runs and return."""
        for tick in self._ticks:
            self._scheduler.add_job(
                self._ask,
                _Every(seconds=tick.seconds, timezone=UTC),
                args=[tick],
                id=tick.name,
                # The scheduler would drop a run that is more than a second late, and the next after a standstill.
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
                # The scheduler's own clock is the machine's, so this must be, too.
                next_run_time=system_clock(),
            )
        self._scheduler.start()
        log.info("working", ticks=[tick.name for tick in self._ticks])
        following = asyncio.create_task(self._follow_clock())
        await stop.wait()
        following.cancel()
        for tick in self._ticks:
            if tick.stop:
                tick.stop()
        await self._finish()
        log.info("stopped")

    async def _follow_clock(self) -> None:
        """Ask every tick at once when the machine's clock was set back.

        The scheduler reckons by that clock and would sleep for as long as it went back, even if it is put right soon.
        One that was set forward needs nothing: what is overdue is asked at once.
        """
        ahead = _ahead()
        while True:
            await asyncio.sleep(LOOKS_AT_CLOCK)
            before, ahead = ahead, _ahead()
            if ahead < before - LOOKS_AT_CLOCK:
                log.warning("the clock was set back", seconds=round(before - ahead, 1))
                for tick in self._ticks:
                    self._scheduler.modify_job(tick.name, next_run_time=system_clock())

    async def _finish(self) -> None:
        # The scheduler's own shutdown cancels coroutines in the middle of what they do, even when told to wait.
        self._scheduler.pause()
        await asyncio.sleep(0)
        while self._running:
            await asyncio.wait(self._running)
        self._scheduler.shutdown(wait=False)
        for tick in self._ticks:
            if tick.close:
                await tick.close()

    async def _ask(self, tick: Tick) -> None:
        # A task of its own, so that nothing the scheduler does can reach into it.
        task = asyncio.create_task(self._answer(tick), name=tick.name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def _answer(self, tick: Tick) -> None:
        try:
            done = await tick.job(self._works)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on and this one is asked again
            log.error("tick failed", tick=tick.name, error=repr(error), trace=trace_of(error))
        else:
            if done:
                log.info("tick", tick=tick.name, done=done)


def _ahead() -> float:
    """By how many seconds the machine's clock is ahead of one that nobody sets."""
    return system_clock().timestamp() - asyncio.get_running_loop().time()
