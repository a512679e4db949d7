"""`python -m benchmarks.feeds`: an unchanged feed of 200 meetings, in full and as 304, beside its limit.

The limit is a bare ASGI app under the same server, in the same run, that does one indexed read by the bare driver and
answers the same bytes. Rounds take turns, because the machine is shared; what is told are medians of the ratios of each
round. Also: how long a feed takes that is built anew, after a change before each fetch.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import uvloop

from benchmarks.loading import Measured, load, request
from benchmarks.scene import SITE, Scene, make_scene, real_works
from benchmarks.serving import granian
from tests.postgres import postgres_server
from training.base.clock import system_clock
from training.base.database import bind, execute, open_database
from training.base.database.migrating import migrate
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.feeds.actions.feeds import make_feed
from training.feeds.rules.feeds import FeedKind, FeedOrder
from training.piccolo_app import TABLES

MEETINGS = 200
CONNECTIONS = 8
ANEW = 40
GOAL = 0.6


async def make_calendar(works: Works, scene: Scene) -> str:
    """Enroll somebody in every session, and give them a feed that is old enough to be kept; its path."""
    for session_id in scene.sessions:
        wanted = (Wanted(membership_id=scene.members[0]),)
        order = Order(session_id=session_id, partner_id=scene.partner_id, people=wanted)
        await works.run(scene.coordinator, book_places, order)
    viewer = Viewer(person_id=scene.people[0], name="Member 0", email="m0@example.org")
    made = await works.run(viewer, make_feed, FeedOrder(kind=FeedKind.MINE, label="Bench"))
    await _set("UPDATE feed SET created_at = {}, fetched_at = {} WHERE id = {}", made.id)
    return made.path


async def _set(sql: str, key: UUID) -> None:
    now = system_clock()
    await execute(sql, now - timedelta(hours=1), now, key)


async def fetch(port: int, path: str, method: str = "GET") -> tuple[dict[str, str], bytes]:
    """One answer: its headers and its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request(method, path, {"connection": "close"}))
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    lines = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, value in lines}, body


async def asked(port: int, path: str, etag: str, seconds: float) -> Measured:
    """The same address again and again; with an `etag`, 304 is expected."""
    headers = {"if-none-match": etag} if etag else {}
    again = itertools.repeat(request("GET", path, headers))
    return await load(port, again, connections=CONNECTIONS, seconds=seconds, expected=304 if etag else 200)


async def anew(port: int, path: str) -> float:
    """Milliseconds of a fetch right after a change: the calendar is read and written anew."""
    took = []
    for _ in range(ANEW):
        await execute("UPDATE calendar_mark SET changed = changed + 1")
        began = time.perf_counter()
        await fetch(port, path)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def line(name: str, pairs: list[tuple[Measured, Measured]]) -> str:
    """What was measured, as one line."""
    bare, ours = (statistics.median(m.rate for m in column) for column in zip(*pairs, strict=True))
    ratios = [mine.rate / alone.rate for alone, mine in pairs]
    wrong = sum(mine.unexpected + alone.unexpected for alone, mine in pairs)
    late = statistics.median(mine.p95 for _, mine in pairs)
    return (
        f"{name}: {ours:,.0f}/s (p95 {late:.1f} ms), bare {bare:,.0f}/s: {statistics.median(ratios):.0%} of it"
        f" (goal {GOAL:.0%}; {min(ratios):.0%} to {max(ratios):.0%} in {len(pairs)} rounds; {wrong} unexpected)"
    )


async def measure(url: str, rounds: int, seconds: float) -> list[str]:
    """The lines of one engine."""
    engine = open_database(url, synchronous="FULL")
    await engine.start_connection_pool()
    try:
        await migrate(engine)
        bind(engine, TABLES)
        works = real_works()
        path = await make_calendar(works, await make_scene(works, sessions=MEETINGS, members=2))
        environment = {"TRAINING_DATABASE_URL": url, "TRAINING_SECRET_KEY": SITE.secret_key}
        with granian("training.app:create_app", factory=True, workers=2, probe="/health/ready", **environment) as ours:
            return await _beside_the_limit(url, (ours, path), rounds, seconds)
    finally:
        await engine.close_connection_pool()


async def _beside_the_limit(url: str, served: tuple[int, str], rounds: int, seconds: float) -> list[str]:
    ours, path = served
    headers, body = await fetch(ours, path)
    if body.count(b"BEGIN:VEVENT") != MEETINGS:
        raise RuntimeError("The feed does not hold its meetings")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "feed.ics"
        kept.write_bytes(body)
        bare_settings = {"BARE_BODY": str(kept), "BARE_DATABASE": url}
        with granian("benchmarks.bare_feed:app", factory=False, workers=2, probe="/", **bare_settings) as bare:
            found: dict[str, list[tuple[Measured, Measured]]] = {"in full": [], "304": []}
            for _ in range(rounds):
                for name, etag in (("in full", ""), ("304", headers["etag"])):
                    alone = await asked(bare, path, etag, seconds)
                    found[name].append((alone, await asked(ours, path, etag, seconds)))
    lines = [line(f"{MEETINGS} meetings, {len(body):,} bytes, {name}", pairs) for name, pairs in found.items()]
    return [*lines, f"{MEETINGS} meetings, built anew: {await anew(ours, path):.1f} ms (median of {ANEW})"]


async def main() -> None:
    """Both engines, and a line for each thing that was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    chosen = parser.parse_args()
    if chosen.engine != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            for text in await measure(f"sqlite:///{folder}/bench.sqlite", chosen.rounds, chosen.seconds):
                print(f"SQLite: {text}", flush=True)
    if chosen.engine != "sqlite":
        with postgres_server(fsync=True) as dsn:
            for text in await measure(dsn, chosen.rounds, chosen.seconds):
                print(f"PostgreSQL: {text}", flush=True)


if __name__ == "__main__":
    uvloop.run(main())
