"""A worker that only tells of changed materials, for tests that kill it: python -m tests.materials.teller URL.

It says "ready" when it begins, and goes on until it is killed.
"""

import asyncio
import os
import sys

from training.base.clock import system_clock
from training.base.database import bind, open_database
from training.base.site import Site
from training.base.work import Works
from training.materials.jobs.telling import AUDIENCES, tell_changed
from training.outbox.jobs.fan_out import make_messages
from training.piccolo_app import TABLES

KEY = "a key for tests only, long enough to be taken"


async def go_on(url: str) -> None:
    """Tell and make messages, again and again."""
    engine = open_database(url, synchronous="OFF")
    await engine.start_connection_pool()
    bind(engine, TABLES)
    works = Works(
        clock=system_clock,
        site=Site(name="training", base_url="http://testserver.example", secret_key=KEY),
        reactions={},
        origin="worker",
    )
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while os.getppid() != 1:
        await tell_changed(works)
        await make_messages(works, AUDIENCES)
        await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(go_on(sys.argv[1]))
