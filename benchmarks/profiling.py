"""Where a booking spends its processor time, by part: `python -m benchmarks.profiling [--keep]`.

One process, one request after another, straight into the application: no server and no network. Self time of every
function is added up by the part it belongs to; what only waits for the database is left out.
"""

import argparse
import asyncio
import cProfile
import pstats
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from benchmarks.__main__ import RESULTS, bench_on
from benchmarks.scene import SITE, Scene
from tests.postgres import postgres_server
from training.app import create_app
from training.base.structs import Frozen
from training.base.work import Works
from training.settings import load_settings

REQUESTS = 1000
WAITING = ("_do_execute", "execute", "put", "get")
# The first that fits names the part.
PARTS = (
    ("training/base/database", "our database layer"),
    ("training/base", "our kernel: work, writes, ids, structs"),
    ("training/booking", "booking"),
    ("training/schedule", "schedule: the session, its meetings"),
    ("training/outbox", "outbox: the message"),
    ("training/people", "people: who is asking"),
    ("training", "the rest of ours"),
    ("asyncpg", "the PostgreSQL driver"),
    ("litestar", "the framework"),
    ("msgspec", "msgspec"),
    ("asyncio", "asyncio"),
)


class Spent(Frozen, frozen=True, kw_only=True):
    """Processor milliseconds a request, measured without the profiler, and shares of self time by part with it."""

    engine: str
    milliseconds: float
    shares: dict[str, float]


class _Caller:
    """Sends bookings straight into the application."""

    def __init__(self, url: str, works: Works, scene: Scene) -> None:
        given = {"TRAINING_SECRET_KEY": SITE.secret_key, "TRAINING_DATABASE_URL": url}
        unlimited = {"TRAINING_REQUESTS_PER_MINUTE_ACCOUNT": "0", "TRAINING_REQUESTS_PER_MINUTE_ADDRESS": "0"}
        self._app: Any = create_app(load_settings({**given, **unlimited}), works=works)
        self._scene = scene

    async def book(self, session_id: object, number: int) -> None:
        path = f"/api/v1/sessions/{session_id}/bookings"
        member = str(self._scene.members[number])
        body = msgspec.json.encode({"partner_id": str(self._scene.partner_id), "people": [{"membership_id": member}]})
        headers = {
            "authorization": f"Bearer {self._scene.bearer}",
            "content-type": "application/json",
            "content-length": str(len(body)),
            "host": "127.0.0.1",
        }
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
        sent: list[int] = []
        parts = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict[str, Any]:
            return next(parts, {"type": "http.disconnect"})

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                sent.append(message["status"])

        await self._app(scope, receive, send)
        if sent != [201]:
            raise RuntimeError(f"A booking was answered with {sent}")


async def spent(engine: str, url: str) -> Spent:
    """Book a thousand times to measure and a thousand times to look."""
    async with bench_on(url, 1.0) as bench:
        caller = _Caller(url, bench.works, bench.scene)
        first, second, third = (bench.fresh() for _ in range(3))
        for number in range(1, 100):
            await caller.book(first, number)
        start = time.process_time()
        for number in range(1, REQUESTS + 1):
            await caller.book(second, number)
        each = (time.process_time() - start) / REQUESTS * 1000
        profile = cProfile.Profile()
        with _watched(profile):
            for number in range(1, REQUESTS + 1):
                await caller.book(third, number)
    return Spent(engine=engine, milliseconds=each, shares=_shares(profile))


@contextmanager
def _watched(profile: cProfile.Profile) -> Iterator[None]:
    profile.enable()
    try:
        yield
    finally:
        profile.disable()


def _shares(profile: cProfile.Profile) -> dict[str, float]:
    found: dict[str, float] = {}
    stats: dict[Any, tuple[int, int, float, float, Any]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _, name), (_, _, itself, _, _) in stats.items():
        waits = (name.split()[-2:-1] and any(f"'{word}'" in name for word in WAITING)) or name in WAITING[:2]
        part = next((said for mark, said in PARTS if mark in file), "the standard library and built-ins")
        if not waits:
            found[part] = found.get(part, 0.0) + itself
    total = sum(found.values())
    return {part: value / total for part, value in sorted(found.items(), key=lambda each: -each[1])}


def page(results: list[Spent]) -> str:
    """The results as a page of the manual."""
    lines = [
        "# Where a booking spends its time",
        "",
        f"Measured on {datetime.now(UTC).date()} by `python -m benchmarks.profiling --keep`: {REQUESTS} bookings",
        "through the API, one after another, in one process without a server. Processor time of our process only;",
        "the database's own and all waiting are left out.",
        "",
    ]
    for each in results:
        lines += [f"## {each.engine}: {each.milliseconds:.2f} ms a booking", "", "| part | share |", "|---|---:|"]
        lines += [f"| {part} | {share:.0%} |" for part, share in each.shares.items() if share >= 0.01]
        lines.append("")
    return "\n".join([*lines, NOTES])


NOTES = """## What was found and removed

- The pool of the PostgreSQL driver reset each connection when it came back: one round trip behind every read and every
  unit of work. Nothing here leaves anything to reset, so it does nothing now.
- The audience of a session was asked for in a statement of its own. The statement that judges people tells it now: five
  statements a booking instead of six, and still one between the lock and the commit.
- On SQLite each statement hopped to its thread through an executor that built two futures with locks for it. A thread
  of our own with one queue costs a third of that.
- Bookings that wait for one row held every connection of the pool, so pages had to wait, too. Two connections are left
  to those who only read.

What remains is spread thin: the driver and its protocol, building the rows, the framework's routing. The largest single
cost on PostgreSQL is the number of round trips: five statements, begin, commit, and the sign-in.
"""


def main() -> None:
    """Profile and print, or keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="write docs/benchmarks/profile.md")
    results = []
    with tempfile.TemporaryDirectory() as folder:
        results.append(uvloop.run(spent("SQLite", f"sqlite:///{folder}/profile.sqlite")))
    with postgres_server() as dsn:
        results.append(uvloop.run(spent("PostgreSQL", dsn)))
    text = page(results)
    print(text)
    if parser.parse_args().keep:
        Path(RESULTS / "profile.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    main()
