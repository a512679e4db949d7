"""What is proved of delivery, small in tests and large in `make prove`: crashes, faults, several workers."""

import asyncio
import random
import subprocess
import sys
from datetime import timedelta

from structlog.testing import capture_logs

from tests.conftest import FrozenClock
from tests.smtp.mailer import Mailer
from tests.smtp.posting import CLI, carry_all, postman, states, write
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


class Came(Frozen, frozen=True, kw_only=True):
    """What a scene came to. `repeated` counts deliveries beyond the first of each message."""

    written: int
    arrived: int
    repeated: int
    kills: int = 0


async def _write(works: Works, count: int) -> None:
    for first in range(0, count, AT_ONCE):
        await works.run(CLI, write, min(AT_ONCE, count - first))


def _started(database_url: str, mailer: Mailer, clock: FrozenClock) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.smtp.carrier", database_url, mailer.url(), clock.now.isoformat()]
    )


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
        process = _started(database_url, mailer, clock)
        try:
            if number == kills:
                assert await asyncio.to_thread(process.wait, 300) == 0
                break
            while mailer.counted().total() <= seen and process.poll() is None:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.005)
            await asyncio.sleep(chance.uniform(0, 0.06))
        finally:
            process.kill()
            process.wait(10)
        seen = mailer.counted().total()
    assert await states() == {"sent": count}
    return _came(mailer, count, kills)


async def faulty(works: Works, clock: FrozenClock, mailer: Mailer, fault: str, *, people: int) -> Came:
    """Something goes wrong again and again while so many people are written to."""
    mailer.forget()
    mailer.fail(fault, 10)
    await _write(works, people)
    with capture_logs():
        await carry_all(works, clock, mailer, timeout=0.5)
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
    carriers = [postman(mailer) for _ in range(workers)]
    sent = await asyncio.gather(*(carrier.deliver(works) for carrier in carriers))
    for carrier in carriers:
        await carrier.close()
    assert sum(sent) == messages
    assert await states() == {"sent": messages}
    return _came(mailer, messages)
