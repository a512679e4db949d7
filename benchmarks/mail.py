"""`python -m benchmarks.mail`: messages a second, end to end, beside the bare client; what a claim costs.

End to end is everything from a waiting row to a row that says it was sent: claim, still wanted, words, letter, SMTP on
one line, record. Beside it, in the same run and round by round, the bare client sends ready bytes to the same server,
which is a process of its own. A claim is measured with few and with many sent messages in the outbox.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosmtplib
import uvloop

from tests.postgres import postgres_server
from tests.smtp.mailer import Mailer, mail_server
from tests.smtp.posting import CLI, postman, write
from training.base.clock import system_clock
from training.base.database import EmbeddedEngine, bind, bound_engine, execute, open_database
from training.base.database.migrating import migrate
from training.base.site import Site
from training.base.work import Works
from training.outbox.actions.delivery import claim, give_back
from training.outbox.jobs.letters import make_letter
from training.outbox.queries import get_message
from training.outbox.rules.delivery import AT_ONCE
from training.piccolo_app import TABLES

SITE = Site(base_url="https://training.example.org", secret_key="a key for benchmarks only")  # noqa: S106
FEW, MANY = 10_000, 1_000_000
CLAIMS = 30


@asynccontextmanager
async def works_on(url: str) -> AsyncIterator[Works]:
    """A migrated database that keeps every promise about durability."""
    engine = open_database(url, synchronous="FULL")
    await engine.start_connection_pool()
    try:
        await migrate(engine)
        bind(engine, TABLES)
        yield Works(clock=system_clock, site=SITE, reactions={}, origin="bench")
    finally:
        await engine.close_connection_pool()


async def bare(mailer: Mailer, content: bytes, messages: int) -> float:
    """Messages a second of the client alone: ready bytes, one line."""
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=mailer.port, start_tls=False, local_hostname="localhost")
    await client.connect()
    await client.ehlo()
    began = time.perf_counter()
    for number in range(messages):
        await client.mail("training@example.org")
        await client.rcpt(f"person{number}@example.org")
        await client.data(content)
    took = time.perf_counter() - began
    await client.quit()
    return messages / took


async def delivered(works: Works, mailer: Mailer, messages: int) -> float:
    """Messages a second from a waiting row to one that says it was sent."""
    for first in range(0, messages, 500):
        await works.run(CLI, write, min(500, messages - first))
    carrier = postman(mailer)
    began = time.perf_counter()
    sent = await carrier.deliver(works)
    took = time.perf_counter() - began
    await carrier.close()
    if sent != messages:
        raise RuntimeError(f"{sent} of {messages} messages were sent")
    return messages / took


async def sample(works: Works) -> bytes:
    """A letter as the others are."""
    [message_id] = await works.run(CLI, write, 1)
    content = make_letter(await get_message(message_id), works.site, datetime.now(UTC))
    await execute("DELETE FROM message")
    return content


async def fill(rows: int) -> None:
    """So many sent messages, made by the database itself from one that is there."""
    columns = [name for name in await _columns() if name != "id"]
    quoted = ", ".join(f'"{name}"' for name in columns)
    have = int((await execute("SELECT COUNT(*) AS number FROM message"))[0]["number"])
    new_id = "gen_random_uuid()"
    if isinstance(bound_engine(), EmbeddedEngine):
        new_id = (
            "lower(substr(hex(randomblob(4)), 1, 8) || '-' || substr(hex(randomblob(2)), 1, 4) || '-'"
            " || substr(hex(randomblob(2)), 1, 4) || '-' || substr(hex(randomblob(2)), 1, 4) || '-'"
            " || hex(randomblob(6)))"
        )
    while have < rows:
        more = min(have, rows - have)
        await bound_engine().run_text(
            f"INSERT INTO message (id, {quoted}) SELECT {new_id}, {quoted} FROM message LIMIT {more}"
        )
        have += more
    if not isinstance(bound_engine(), EmbeddedEngine):
        await bound_engine().run_text("ANALYZE message")


async def _columns() -> list[str]:
    message = next(table for table in TABLES if table._meta.tablename == "message")
    return [column._meta.db_column_name for column in message._meta.columns]


async def claim_ms(works: Works) -> float:
    """Milliseconds of one claim of twenty among a hundred that wait (the median of thirty), its commit included."""
    await works.run(CLI, write, 100)
    took = []
    for number in range(CLAIMS):
        began = time.perf_counter()
        due = await works.run(CLI, claim, f"claim {number}", AT_ONCE)
        took.append((time.perf_counter() - began) * 1000)
        if len(due) != AT_ONCE:
            raise RuntimeError(f"{len(due)} were claimed")
        await works.run(CLI, give_back, f"claim {number}")
    await execute("DELETE FROM message WHERE state = 'waiting'")
    return statistics.median(took)


async def measure(url: str, rounds: int, messages: int, many: int) -> list[str]:
    """The lines of one engine."""
    lines = []
    async with works_on(url) as works:
        with mail_server() as mailer:
            content = await sample(works)
            await delivered(works, mailer, 100)
            pairs = []
            for _ in range(rounds):
                mailer.forget()
                alone = await bare(mailer, content, messages)
                mailer.forget()
                pairs.append((alone, await delivered(works, mailer, messages)))
        ratio = statistics.median(ours / alone for alone, ours in pairs)
        alone, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
        lines.append(
            f"delivery, one line, {len(content):,} bytes: {ours:,.0f} messages/s end to end, bare client"
            f" {alone:,.0f}/s: {ratio:.0%} of it (goal 30 %, aim 50 %; {min(o / a for a, o in pairs):.0%} to"
            f" {max(o / a for a, o in pairs):.0%} in {rounds} rounds)"
        )
        await execute("UPDATE message SET not_before = {}", datetime.now(UTC) - timedelta(days=1))
        await fill(FEW)
        few = await claim_ms(works)
        await fill(many)
        lines.append(
            f"claim of {AT_ONCE}: {few:.2f} ms with {FEW:,} sent messages in the outbox, {await claim_ms(works):.2f} ms"
            f" with {many:,}"
        )
    return lines


async def main() -> None:
    """Both engines, and a line for each thing that was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--rows", type=int, default=MANY)
    asked = parser.parse_args()
    if asked.engine != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.sqlite'}"
            for line in await measure(url, asked.rounds, asked.messages, asked.rows):
                print(f"SQLite: {line}", flush=True)
    if asked.engine != "sqlite":
        with postgres_server() as dsn:
            for line in await measure(dsn, asked.rounds, asked.messages, asked.rows):
                print(f"PostgreSQL: {line}", flush=True)


if __name__ == "__main__":
    uvloop.run(main())
