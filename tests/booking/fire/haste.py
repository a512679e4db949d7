"""The product in haste: what is kept for an hour, a day or half a year lasts seconds, so that it ends under fire.

`create_app` is the whole application so. `python -m tests.booking.fire.haste DATABASE_URL SYNCHRONOUS` is the worker:
it asks the two ticks about places again and again until its input ends, and then once more.
"""

import asyncio
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from training.app import create_app as create_sound_app
from training.base.clock import system_clock
from training.base.database import bind, open_database
from training.base.errors import Unavailable
from training.base.site import Site
from training.base.work import Works
from training.booking import jobs
from training.booking.actions import entering
from training.booking.rules import open_places, requests, times
from training.piccolo_app import TABLES
from training.reactions import REACTIONS

KEPT_SECONDS = 4.0
NAMELESS_SECONDS = 10.0
PAUSE = 0.2
# What `tests.served` gives its processes.
SERVED_KEY = "a key for tests only, long enough to be taken"


def hurry() -> None:
    """Shorten what is kept for a time, in this process."""
    kept = timedelta(seconds=KEPT_SECONDS)
    times.REQUEST_KEPT = times.OFFER_KEPT = kept
    requests.REQUEST_KEPT = kept  # type: ignore[attr-defined]
    nameless = timedelta(seconds=NAMELESS_SECONDS)
    times.OPEN_PLACE_LONGEST = nameless
    open_places.OPEN_PLACE_LONGEST = nameless  # type: ignore[attr-defined]
    entering.OPEN_PLACE_LONGEST = nameless  # type: ignore[attr-defined]


def create_app() -> Callable[..., Any]:
    """The whole application, in haste."""
    hurry()
    return create_sound_app()


async def ask_both(works: Works) -> None:
    """Both ticks once. A database that is too busy is asked again in time, as the worker does."""
    for job in (jobs.expire, jobs.ask_for_names):
        try:
            await job(works)
        except Unavailable:
            continue


async def main(database_url: str, synchronous: str) -> None:
    """Ask the ticks in two loops that know nothing of each other, as two workers would."""
    hurry()
    engine = open_database(database_url, synchronous=synchronous)
    await engine.start_connection_pool()
    bind(engine, TABLES)
    site = Site(name="training", base_url="http://127.0.0.1", secret_key=SERVED_KEY, demo=True)
    works = Works(clock=system_clock, site=site, reactions=REACTIONS, origin="worker")
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    try:
        async with asyncio.TaskGroup() as loops:
            for _ in range(2):
                loops.create_task(_until(over, works))
        await ask_both(works)
    finally:
        await engine.close_connection_pool()


async def _until(over: "asyncio.Future[str]", works: Works) -> None:
    while not over.done():
        await ask_both(works)
        await asyncio.sleep(PAUSE)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
