"""A worker that only delivers, as a process that can be killed.

Its clock begins where it is told and runs on from there, so that leases end when the test wants it. It ends when
nothing waits.
"""

import asyncio
import time
from datetime import datetime, timedelta

from training.base.database import bind, execute, open_database
from training.base.site import Site
from training.base.work import Works
from training.outbox.jobs.deliver import Postman
from training.outbox.rules.servers import parse_mail_url
from training.outbox.sender import Sender
from training.piccolo_app import TABLES

# As in tests.conftest, which would bring the whole application along.
SITE = Site(base_url="http://testserver.example", secret_key="a key for tests only")


async def main(database_url: str, smtp_url: str, start: datetime) -> None:
    """Deliver until nothing waits."""
    began = time.monotonic()
    engine = open_database(database_url, synchronous="OFF")
    await engine.start_connection_pool()
    bind(engine, TABLES)
    works = Works(
        clock=lambda: start + timedelta(seconds=time.monotonic() - began), site=SITE, reactions={}, origin="worker"
    )
    postman = Postman(Sender(parse_mail_url(smtp_url), "testserver.example"))
    while await execute("SELECT id FROM message WHERE state IN ('waiting', 'claimed') LIMIT 1"):
        await postman.deliver(works)
        await asyncio.sleep(0.05)
    await postman.close()
    await engine.close_connection_pool()


def carry(database_url: str, smtp_url: str, start: datetime) -> None:
    """The whole life of such a process."""
    asyncio.run(main(database_url, smtp_url, start))
