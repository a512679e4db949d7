"""`make bench`: bookings and pages, each beside its limit measured in the same run, as ratios.

Rounds are interleaved and medians are told, because the machine is shared and its speed drifts. Nothing but loopback is
used, every loop is bounded in time, and the servers are ended at the end.
"""

import argparse
import asyncio
import itertools
import os
import platform
import statistics
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import uvloop

from benchmarks import certificates, feeds, pgbench, rosters
from benchmarks.loading import Measured, load, request
from benchmarks.replay import book, record, replay_postgres, replay_sqlite, variations
from benchmarks.scene import SITE, Scene, make_scene, real_works
from benchmarks.serving import granian
from tests.postgres import postgres_server
from training.base.database import bind, open_database
from training.base.database.migrating import migrate
from training.base.work import Works
from training.piccolo_app import TABLES

RESULTS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"
SYNCHRONOUS = "FULL"
Row = tuple[str, str, list[Measured]]
BESIDES = {"Feeds": feeds.measure, "Rosters": rosters.measure, "Certificates": certificates.measure}


class Bench:
    """One engine under measurement."""

    def __init__(self, url: str, works: Works, scene: Scene, seconds: float) -> None:
        self.url = url
        self.works = works
        self.scene = scene
        self.seconds = seconds
        # Every booking needs a person who is not in yet; sessions change from round to round, so members can repeat.
        self._sessions = iter(scene.sessions)

    def fresh(self) -> UUID:
        """A session in which nobody has a place yet."""
        return next(self._sessions)

    def _numbers(self) -> Iterator[int]:
        return iter(range(1, len(self.scene.members)))

    async def action(self, tasks: int) -> Measured:
        """Our action on one hot session."""
        return await book(self.works, self.scene, [self.fresh()], self._numbers(), tasks=tasks, seconds=self.seconds)

    async def spread(self, tasks: int) -> Measured:
        """Our action over ten sessions by turns."""
        sessions = [self.fresh() for _ in range(10)]
        return await book(self.works, self.scene, sessions, self._numbers(), tasks=tasks, seconds=self.seconds)

    async def bare(self, tasks: int) -> Measured:
        """The same statements by the bare driver."""
        session_id = self.fresh()
        steps = await record(self.works, self.scene, session_id, 0)
        work = await variations(steps, self.scene, session_id, 0, self._numbers())
        if self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            return await asyncio.to_thread(replay_sqlite, path, SYNCHRONOUS, work, seconds=self.seconds)
        return await replay_postgres(self.url, work, tasks=tasks, seconds=self.seconds)

    async def pgbench(self, tasks: int) -> Measured:
        """The same statements by pgbench."""
        session_id = self.fresh()
        steps = await record(self.works, self.scene, session_id, 0)
        await pgbench.prepare(self.scene)
        text = await pgbench.script(steps, self.scene, session_id, 0)
        return await pgbench.run(self.url, text, clients=tasks, seconds=self.seconds)

    async def http(self, port: int, connections: int) -> Measured:
        """Bookings of one hot session through the API: sign-in, permission, journal and message included."""
        session_id = self.fresh()
        headers = {"authorization": f"Bearer {self.scene.bearer}", "content-type": "application/json"}
        partner = str(self.scene.partner_id)
        bodies = (
            msgspec.json.encode({"partner_id": partner, "people": [{"membership_id": str(self.scene.members[n])}]})
            for n in self._numbers()
        )
        path = f"/api/v1/sessions/{session_id}/bookings"
        asked = (request("POST", path, headers, body) for body in bodies)
        return await load(port, asked, connections=connections, seconds=self.seconds, expected=201)

    async def read(self, port: int, path: str, connections: int) -> Measured:
        """A page or a list, again and again."""
        api = path.startswith("/api")
        headers = (
            {"authorization": f"Bearer {self.scene.bearer}"} if api else {"cookie": f"sign_in={self.scene.bearer}"}
        )
        asked = itertools.repeat(request("GET", path, headers))
        return await load(port, asked, connections=connections, seconds=self.seconds, expected=200)


@asynccontextmanager
async def bench_on(url: str, seconds: float) -> AsyncIterator[Bench]:
    """A migrated database with something in it."""
    engine = open_database(url, synchronous=SYNCHRONOUS)
    await engine.start_connection_pool()
    await migrate(engine)
    bind(engine, TABLES)
    works = real_works()
    try:
        yield Bench(url, works, await make_scene(works), seconds)
    finally:
        await engine.close_connection_pool()


async def measure(url: str, rounds: int, seconds: float) -> list[Row]:
    """All workloads of one engine, interleaved; each row is (what, limit it is compared with, rounds)."""
    found: dict[str, list[Measured]] = {}
    environment = {
        "TRAINING_DATABASE_URL": url,
        "TRAINING_SECRET_KEY": SITE.secret_key,
        "TRAINING_SQLITE_SYNCHRONOUS": SYNCHRONOUS,
        # All clients of a benchmark are one account.
        "TRAINING_REQUESTS_PER_MINUTE_ACCOUNT": "0",
        "TRAINING_REQUESTS_PER_MINUTE_ADDRESS": "0",
    }
    async with bench_on(url, seconds) as bench:
        with granian("training.app:create_app", factory=True, workers=2, probe="/health/ready", **environment) as ours:
            sizes = {path: await size_of(ours, path, bench.scene.bearer) for path in READS}
            for _ in range(rounds):
                for name, measured in await one_round(bench, ours):
                    found.setdefault(name, []).append(measured)
        for path, size in sizes.items():
            with granian("benchmarks.bare:app", factory=False, workers=2, probe="/", BARE_BYTES=str(size)) as bare:
                found[f"bare ASGI, {size:,} bytes ({path})"] = [await bench.read(bare, path, 8) for _ in range(rounds)]
    return [(name, limit_of(name, found), rounds_) for name, rounds_ in found.items()]


READS = ("/api/v1/sessions?limit=50", "/sessions")
ONE = "booking, one hot session, {} at once: "


async def one_round(bench: Bench, port: int) -> list[tuple[str, Measured]]:
    """Every workload once."""
    done = []
    for tasks in (1, 32):
        done.append((ONE.format(tasks) + "bare driver", await bench.bare(tasks)))
        if not bench.url.startswith("sqlite") and pgbench.found():
            done.append((ONE.format(tasks) + "pgbench", await bench.pgbench(tasks)))
        done.append((ONE.format(tasks) + "action", await bench.action(tasks)))
        done.append((ONE.format(tasks) + "through HTTP", await bench.http(port, tasks)))
    done.append(("booking, spread over 10 sessions, 32 at once: action", await bench.spread(32)))
    done.extend([(f"GET {path}, 8 at once", await bench.read(port, path, 8)) for path in READS])
    return done


def limit_of(name: str, found: dict[str, list[Measured]]) -> str:
    """The row that is the limit of this one."""
    for tasks in (1, 32):
        if name.startswith(ONE.format(tasks)) and not name.endswith(("bare driver", "pgbench")):
            return next(ONE.format(tasks) + by for by in ("pgbench", "bare driver") if ONE.format(tasks) + by in found)
    if name.startswith("GET "):
        path = name.removeprefix("GET ").split(",")[0]
        return next((other for other in found if other.startswith("bare ASGI") and f"({path})" in other), "")
    return ""


async def size_of(port: int, path: str, bearer: str) -> int:
    """How many bytes an answer has."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        request(
            "GET", path, {"authorization": f"Bearer {bearer}", "cookie": f"sign_in={bearer}", "connection": "close"}
        )
    )
    answer = await reader.read()
    writer.close()
    return len(answer.partition(b"\r\n\r\n")[2])


def table(title: str, rows: list[Row]) -> str:
    """A table in Markdown: medians over the rounds, and the median of the ratios round by round."""
    by_name = {name: rounds for name, _, rounds in rows}
    lines = [
        f"### {title}",
        "",
        "| what | per second (min..max) | p50 ms | p95 ms | p99 ms | of its limit | unexpected |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, limit, rounds in rows:
        rates = [measured.rate for measured in rounds]
        ratio = ""
        if limit in by_name:
            pairs = [a.rate / b.rate for a, b in zip(rounds, by_name[limit], strict=False) if b.rate]
            ratio = f"{statistics.median(pairs):.1%}"
        middle = {key: statistics.median(getattr(m, key) for m in rounds) for key in ("p50", "p95", "p99")}
        lines.append(
            f"| {name} | {statistics.median(rates):,.0f} ({min(rates):,.0f}..{max(rates):,.0f}) | {middle['p50']:.2f} |"
            f" {middle['p95']:.2f} | {middle['p99']:.2f} | {ratio} | {sum(m.unexpected for m in rounds)} |"
        )
    return "\n".join([*lines, ""])


def listed(title: str, lines: list[str]) -> str:
    """Lines about one thing in Markdown."""
    return "\n".join([f"{title}:", "", *(f"- {line}" for line in lines), ""])


async def besides(name: str, url: str, rounds: int, seconds: float) -> str:
    """What is measured beside bookings and pages, each on a database of its own."""
    return listed(name, await BESIDES[name](url, rounds, seconds))


async def everything(engines: list[str], rounds: int, seconds: float) -> str:
    """All tables as one text."""
    parts = []
    if "sqlite" in engines:
        with tempfile.TemporaryDirectory() as folder:
            rows = await measure(f"sqlite:///{folder}/bench.sqlite", rounds, seconds)
            parts.append(table(f"SQLite, synchronous={SYNCHRONOUS}", rows))
            for name in BESIDES:
                parts.append(await besides(name, f"sqlite:///{folder}/{name}.sqlite", rounds, seconds))
    if "postgresql" in engines:
        with postgres_server(fsync=True) as dsn:
            parts.append(table("PostgreSQL, fsync and synchronous_commit on", await measure(dsn, rounds, seconds)))
        for name in BESIDES:
            with postgres_server(fsync=True) as dsn:
                parts.append(await besides(name, dsn, rounds, seconds))
    return "\n".join(parts)


def main() -> None:
    """Measure, print, and keep the result under docs/benchmarks."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--engine", action="append", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", action="store_true", help="write docs/benchmarks/<date>.md")
    chosen: Any = parser.parse_args()
    engines = chosen.engine or ["sqlite", "postgresql"]
    text = uvloop.run(everything(engines, chosen.rounds, chosen.seconds))
    print(text)
    if chosen.keep:
        RESULTS.mkdir(parents=True, exist_ok=True)
        today = datetime.now(UTC).date()
        head = (
            f"# Measured on {today}\n\n`make bench ARGS=--keep`, {chosen.rounds} rounds of {chosen.seconds} s, medians;"
            f" Python {platform.python_version()}, {os.cpu_count()} processors, 2 server processes, load from the same"
            " machine. Compare ratios, not rates: the machine is shared.\n\n"
        )
        (RESULTS / f"{today}.md").write_text(head + text, encoding="utf-8")


if __name__ == "__main__":
    main()
