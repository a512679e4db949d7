"""What is proved of delivery, small in tests and large in `make prove`: crashes, faults, several workers."""

import asyncio
import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess

from structlog.testing import capture_logs

from tests.conftest import FrozenClock
from tests.smtp import carrier
from tests.smtp.mailer import Mailer
from tests.smtp.posting import CLI, carry_all, postman, states, write
from training.base.database import execute
from training.base.structs import Frozen
from training.base.work import Works
from training.outbox.rules.delivery import LEASE

FAULTS = (
    "refuse hang-greeting greeting-421 mail-4xx rcpt-4xx data-4xx drop-in-data drop-before-250 hang-before-250"
    " drop-after-250 slow greylist"
).split()
# The line is cut when the message is there already: nobody can know, so it comes again.
REPEATS = frozenset({"drop-before-250", "hang-before-250"})
AT_ONCE = 500
# Workers are forked from a process that has everything imported: each is one of its own, and begins at once.
WORKERS = multiprocessing.get_context("forkserver")
WORKERS.set_forkserver_preload([carrier.__name__])


class Came(Frozen, frozen=True, kw_only=True):
    """What a scene came to. `repeated` counts deliveries beyond the first of each message."""

    written: int
    arrived: int
    repeated: int
    kills: int = 0


async def _write(works: Works, count: int) -> None:
    for first in range(0, count, AT_ONCE):
        await works.run(CLI, write, min(AT_ONCE, count - first))


@contextmanager
def working(database_url: str, mailer: Mailer, start: datetime) -> Iterator[BaseProcess]:
    """A worker process whose clock begins at `start`; killed with -9 where the block ends."""
    process = WORKERS.Process(target=carrier.carry, args=(database_url, mailer.url(), start))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(10)
        process.close()


def _came(mailer: Mailer, written: int, kills: int = 0) -> Came:
    counted = mailer.counted()
    return Came(written=written, arrived=len(counted), repeated=counted.total() - len(counted), kills=kills)


async def crashes(
    works: Works, clock: FrozenClock, mailer: Mailer, database_url: str, *, kills: int, seed: int
) -> Came:
    """Kill a worker process again and again in the middle of its work; then let one finish."""
    chance = random.Random(seed)
    mailer.behave()
    mailer.forget()
    count = 30 * kills
    await _write(works, count)
    seen = 0
    for number in range(kills + 1):
        # What the one before had claimed is over for the next, without anybody waiting for it.
        clock.now += LEASE + timedelta(seconds=60)
        with working(database_url, mailer, clock.now) as process:
            if number == kills:
                await asyncio.to_thread(process.join, 300)
                assert process.exitcode == 0
                break
            while mailer.count() <= seen and process.is_alive():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.005)
            await asyncio.sleep(chance.uniform(0, 0.06))
            assert process.is_alive(), "killed in the middle of its work"
        seen = mailer.counted().total()
    assert await states() == {"sent": count}
    return _came(mailer, count, kills)


async def taken_over(works: Works, mailer: Mailer, database_url: str) -> tuple[int, float]:
    """Two workers by the real clock, one of which is killed with -9; returns how many messages it held, and how many
    seconds later the other one has sent everything."""
    mailer.forget()
    mailer.fail("slow")
    await _write(works, 200)
    with working(database_url, mailer, works.clock()) as other, working(database_url, mailer, works.clock()) as killed:
        while await held(killed) < 2 or mailer.count() < 10:  # noqa: ASYNC110 - other processes
            await asyncio.sleep(0.01)
        killed.kill()
        began = time.monotonic()
        await asyncio.to_thread(killed.join, 10)
        left = await held(killed)
        mailer.behave()
        await asyncio.to_thread(other.join, 300)
        seconds = time.monotonic() - began
        assert other.exitcode == 0
    assert await states() == {"sent": 200}
    assert left > 0
    return left, seconds


async def held(worker: BaseProcess) -> int:
    """How many messages a worker has claimed: its name has the number of its process."""
    rows = await execute("SELECT lease_by FROM message WHERE state = 'claimed'")
    return sum(f"-{worker.pid}-" in str(row["lease_by"]) for row in rows)


async def faulty(works: Works, clock: FrozenClock, mailer: Mailer, fault: str, *, people: int) -> Came:
    """Something goes wrong again and again while so many people are written to."""
    mailer.forget()
    mailer.fail(fault, 10)
    await _write(works, people)
    with capture_logs():
        await carry_all(works, clock, mailer, timeout=1.5 if fault.startswith("hang") else 30)
    report = mailer.report()
    came = _came(mailer, people)
    unanswered = sum(not one["answered"] for one in report["taken"])
    assert await states() == {"sent": people}
    assert came.repeated == unanswered
    assert unanswered == (10 if fault in REPEATS else 0)
    return came


async def together(works: Works, mailer: Mailer, *, workers: int, messages: int) -> Came:
    """Several workers on one database."""
    mailer.behave()
    mailer.forget()
    await _write(works, messages)
    postmen = [postman(mailer) for _ in range(workers)]
    sent = await asyncio.gather(*(each.deliver(works) for each in postmen))
    for each in postmen:
        await each.close()
    assert sum(sent) == messages
    assert await states() == {"sent": messages}
    return _came(mailer, messages)
