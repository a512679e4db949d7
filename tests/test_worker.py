"""The worker asks every tick again and again, finishes what runs when it is stopped, and survives what fails."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.conftest import FrozenClock
from tests.smtp.mailer import mail_server
from tests.smtp.posting import CLI, states, write
from training.base.work import Works
from training.reactions import REACTIONS
from training.settings import Settings
from training.worker import TICKS, Tick, Worker, ticks_of

# Seconds after which what should have come never does: longer than a busy machine takes, shorter than an hour.
PATIENCE = 60


async def work_for(worker: Worker, seconds: float) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    await asyncio.sleep(seconds)
    stop.set()
    await running


async def work_until(worker: Worker, enough: Callable[[], bool]) -> None:
    """Work until it is enough: how long that takes is the machine's affair. Raises TimeoutError when it never is."""
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    try:
        async with asyncio.timeout(PATIENCE):
            while not enough():  # noqa: ASYNC110 - the worker asks in its own time
                await asyncio.sleep(0.01)
    finally:
        stop.set()
        await running


async def test_every_tick_is_asked_at_once_and_then_in_its_rhythm(works: Works) -> None:
    asked: list[float] = []

    async def ask(given: Works) -> int:
        assert given is works
        asked.append(time.monotonic())
        return 0

    began = time.monotonic()
    await work_until(Worker(works, [Tick(name="ask", seconds=0.2, job=ask)]), lambda: len(asked) >= 4)
    # Not before its time; a busy machine may be late.
    assert all(at - began >= 0.2 * number - 0.01 for number, at in enumerate(asked))
    asked.clear()
    await work_until(Worker(works, [Tick(name="ask", seconds=2 * PATIENCE, job=ask)]), lambda: bool(asked))
    assert len(asked) == 1


async def test_what_runs_is_finished_and_nothing_begins_after_the_stop(works: Works) -> None:
    begun, ended = [], []

    async def slow(_: Works) -> int:
        begun.append(1)
        await asyncio.sleep(0.5)
        ended.append(1)
        return 1

    await work_until(Worker(works, [Tick(name="slow", seconds=0.1, job=slow)]), lambda: bool(begun))
    assert (len(begun), len(ended)) == (1, 1)


async def test_a_tick_never_runs_twice_at_once(works: Works) -> None:
    at_once, most, begun = 0, 0, 0

    async def slow(_: Works) -> int:
        nonlocal at_once, most, begun
        begun += 1
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.25)
        at_once -= 1
        return 0

    await work_until(Worker(works, [Tick(name="slow", seconds=0.05, job=slow)]), lambda: begun >= 3)
    assert most == 1


async def test_a_tick_that_fails_is_asked_again_and_the_others_go_on(works: Works) -> None:
    asked = {"bad": 0, "good": 0}

    async def bad(_: Works) -> int:
        asked["bad"] += 1
        raise RuntimeError("the database is away")

    async def good(_: Works) -> int:
        asked["good"] += 1
        return 0

    ticks = [Tick(name="bad", seconds=0.1, job=bad), Tick(name="good", seconds=0.1, job=good)]
    with capture_logs() as logs:
        await work_until(Worker(works, ticks), lambda: min(asked.values()) >= 2)
    assert {"tick failed"} <= {line["event"] for line in logs}


async def test_a_standstill_leads_to_one_run_and_not_to_many(works: Works) -> None:
    asked: list[float] = []

    async def ask(_: Works) -> int:
        asked.append(time.monotonic())
        return 0

    async def block() -> None:
        await asyncio.sleep(0.15)
        time.sleep(1.2)  # noqa: ASYNC251 - the whole loop stands still, as a suspended machine would

    blocked = asyncio.create_task(block())
    await work_for(Worker(works, [Tick(name="ask", seconds=0.1, job=ask)]), 1.5)
    await blocked
    assert len(asked) <= 6


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(hours=-1), timedelta(days=1), timedelta(days=365)])
async def test_a_clock_that_is_set_does_not_put_the_worker_to_sleep(
    works: Works, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    asked: list[float] = []
    shift = timedelta()

    async def ask(_: Works) -> int:
        asked.append(time.monotonic())
        return 0

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + shift

    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
    monkeypatch.setattr("training.worker.system_clock", lambda: Shifted.now(UTC))
    monkeypatch.setattr("training.worker.LOOKS_AT_CLOCK", 0.1)
    stop = asyncio.Event()
    running = asyncio.create_task(Worker(works, [Tick(name="ask", seconds=0.1, job=ask)]).run(stop))
    try:
        async with asyncio.timeout(PATIENCE):
            while len(asked) < 2:  # noqa: ASYNC110 - the worker asks in its own time
                await asyncio.sleep(0.01)
            shift, moved_at = jump, time.monotonic()
            while len([at for at in asked if at > moved_at]) < 3:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
    finally:
        stop.set()
        await running


async def test_the_real_ticks_run_on_an_empty_database_and_two_workers_do_not_disturb_each_other(
    works: Works, clock: FrozenClock
) -> None:
    other = Works(clock=clock, site=works.site, reactions=REACTIONS, origin="worker")
    with capture_logs() as logs:
        await asyncio.gather(work_for(Worker(works), 0.5), work_for(Worker(other), 0.5))
    assert [line for line in logs if line["log_level"] == "error"] == []
    assert [tick.name for tick in TICKS] == [
        "sessions begin and end",
        "meetings follow the rules of clocks",
        "kept places are given up",
        "places declined in calendars are given back",
        "places without names are asked about",
        "what is newly asked is told",
        "reminders are planned",
        "reminders are sent",
        "reminders that were missed are found",
        "weekly summaries are written",
        "announcements go out",
        "messages to many are made",
        "calendars are told what changed",
        "calendars that were missed are told",
        "whoever was there and was missed is asked",
        "whoever was there is asked once more",
        "whoever follows materials is told",
        "who completed what is decided",
        "what was decided is looked at again",
        "people are told that a completion ends",
        "rosters that stay open are asked for",
        "attendance of what is over is summed up",
        "lists of participants are forgotten",
        "devices of check-ins are forgotten",
        "who opened materials is forgotten",
        "stand-ins are forgotten",
        "old traces are forgotten",
        "old addresses of calendars are forgotten",
        "mail that came in is forgotten",
    ]


async def test_messages_leave_once_a_mail_server_is_named(works: Works) -> None:
    assert "messages leave" not in [tick.name for tick in ticks_of(Settings())]
    await works.run(CLI, write, 60)
    with mail_server() as mailer:
        mailer.fail("slow")
        ticks = ticks_of(Settings(smtp_url=mailer.url(), bounce_address="bounces@example.org"))
        leaving = Worker(works, [tick for tick in ticks if tick.name == "messages leave"])
        await work_until(leaving, lambda: mailer.count() > 0)
        taken = mailer.report()["taken"]
        assert 0 < len(taken) < 60
        # What was claimed and not begun is given back at once, and the line is closed with a good-bye.
        assert await states() == {"sent": len(taken), "waiting": 60 - len(taken)}
        assert all(one["from"].startswith("bounces+") for one in taken)


async def test_files_are_swept_and_with_a_command_they_are_scanned(works: Works, tmp_path: Path) -> None:
    def named(settings: Settings) -> list[str]:
        return [tick.name for tick in ticks_of(settings) if tick.name.startswith("files ")]

    folder = str(tmp_path / "files")
    assert named(Settings(storage_url=folder)) == ["files that nothing uses are removed"]
    with_scanner = Settings(storage_url=folder, scan_command="cat")
    assert named(with_scanner) == ["files that nothing uses are removed", "files are scanned"]
    ticks = [tick for tick in ticks_of(with_scanner) if tick.name.startswith("files ")]
    with capture_logs() as logs:
        await work_for(Worker(works, ticks), 0.3)
    assert [line for line in logs if line["log_level"] == "error"] == []
