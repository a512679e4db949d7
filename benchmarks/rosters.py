"""`python -m benchmarks.rosters`: a roster of 200 people saved in one request, and read, beside its limit.

The limit of saving is the very statements of it, replayed by the bare driver with ids of their own in the same run.
Every request changes every mark. Rounds take turns, because the machine is shared; what is told are medians.
"""

import argparse
import asyncio
import itertools
import statistics
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import uvloop

from benchmarks.loading import Measured, load, request
from benchmarks.replay import Step, recorded, replay_postgres, replay_sqlite
from benchmarks.scene import SITE, make_scene, real_works
from benchmarks.serving import granian
from tests.postgres import postgres_server
from training.attendance.actions.marking import save_marks
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.clock import system_clock
from training.base.database import bind, execute, open_database
from training.base.database.migrating import migrate
from training.base.ids import uuid7
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import Order, Wanted, book_places
from training.people.actions import begin_sign_in
from training.people.tables import Person, RoleGrant
from training.piccolo_app import TABLES

PEOPLE = 200
READERS = 8
SYNCHRONOUS = "FULL"
MACHINE = Viewer.machine("bench")


class Day(Frozen, frozen=True, kw_only=True):
    """A meeting that has begun, with 200 people, and the bearer of somebody who may mark."""

    meeting_id: UUID
    enrollments: tuple[UUID, ...]
    bearer: str


async def _staff(work: Work) -> str:
    person_id = work.new_id()
    work.add(Person, id=person_id, email="sam@example.org", name="Sam", created_at=work.now)
    work.add(RoleGrant, id=work.new_id(), person_id=person_id, role="staff", granted_at=work.now)
    await work.flush()
    return (await begin_sign_in(work, person_id)).token


async def make_day(works: Works) -> Day:
    """Book everybody into one session, and let its meeting begin."""
    scene = await make_scene(works, sessions=1, members=PEOPLE)
    session_id = scene.sessions[0]
    wanted = tuple(Wanted(membership_id=key) for key in scene.members)
    order = Order(session_id=session_id, partner_id=scene.partner_id, people=wanted)
    booked = await works.run(scene.coordinator, book_places, order)
    begun = system_clock() - timedelta(minutes=10)
    over = begun + timedelta(hours=2)
    await execute("UPDATE meeting SET starts_at = {}, ends_at = {} WHERE session_id = {}", begun, over, session_id)
    await execute("UPDATE session SET starts_at = {}, ends_at = {} WHERE id = {}", begun, over, session_id)
    (meeting,) = await execute("SELECT CAST(id AS TEXT) AS id FROM meeting WHERE session_id = {}", session_id)
    return Day(
        meeting_id=UUID(meeting["id"]),
        enrollments=tuple(v.enrollment_id for v in booked.verdicts if v.enrollment_id),
        bearer=await works.run(MACHINE, _staff),
    )


def batch(day: Day, number: int) -> list[MarkInput]:
    """Marks of everybody, other ones than those of the batch before."""
    status = Status.PRESENT if number % 2 else Status.NO_SHOW
    return [MarkInput(enrollment_id=key, status=status) for key in day.enrollments]


async def through_http(day: Day, port: int, seconds: float) -> Measured:
    """Everybody marked in one request after the other: sign-in, permission, merging, history, sums and journal."""
    headers = {"authorization": f"Bearer {day.bearer}", "content-type": "application/json"}
    path = f"/api/v1/meetings/{day.meeting_id}/roster/marks"
    bodies = itertools.cycle([msgspec.json.encode({"marks": batch(day, number)}) for number in range(2)])
    asked = (request("POST", path, headers, body) for body in bodies)
    return await load(port, asked, connections=1, seconds=seconds, expected=200)


def varied(steps: list[Step], known: set[Any]) -> Iterator[list[Step]]:
    """The recorded steps again and again; what they made anew is made anew each time."""
    while True:
        fresh: dict[Any, Any] = {}

        def renew(value: Any, fresh: dict[Any, Any] = fresh) -> Any:
            if not isinstance(value, UUID) or value in known:
                return value
            return fresh.setdefault(value, uuid7(system_clock(), len(fresh) % 2048))

        yield [(sql, [renew(value) for value in args]) for sql, args in steps]


async def everything_known() -> set[Any]:
    """Every id that is in the database."""
    names = [table._meta.tablename for table in TABLES]
    each = (f"SELECT CAST(id AS TEXT) AS id FROM {name}" for name in names)
    rows = await execute(" UNION ALL ".join(each))
    return {UUID(row["id"]) for row in rows if len(row["id"]) in (32, 36)}


async def bare(url: str, works: Works, day: Day, seconds: float) -> Measured:
    """The same statements by the bare driver."""
    known = await everything_known()
    steps = await recorded(works.run(MACHINE, save_marks, day.meeting_id, batch(day, 0)))
    work = varied(steps, known)
    if url.startswith("sqlite"):
        return await asyncio.to_thread(
            replay_sqlite, url.removeprefix("sqlite:///"), SYNCHRONOUS, work, seconds=seconds
        )
    return await replay_postgres(url, work, tasks=1, seconds=seconds)


async def read(day: Day, port: int, path: str, seconds: float) -> Measured:
    """The roster, again and again."""
    api = path.startswith("/api")
    headers = {"authorization": f"Bearer {day.bearer}"} if api else {"cookie": f"sign_in={day.bearer}"}
    asked = itertools.repeat(request("GET", path, headers))
    return await load(port, asked, connections=READERS, seconds=seconds, expected=200)


def told(found: dict[str, list[Measured]]) -> list[str]:
    """What was measured, line by line."""
    lines = []
    ratios = [mine.rate / alone.rate for alone, mine in zip(found["bare"], found["marks"], strict=True) if alone.rate]
    for name, rounds in found.items():
        middle = {key: statistics.median(getattr(m, key) for m in rounds) for key in ("rate", "p50", "p95")}
        of_limit = f", {statistics.median(ratios):.0%} of the bare driver" if name == "marks" else ""
        wrong = sum(m.unexpected for m in rounds)
        lines.append(
            f"{_NAMES.get(name, name)}: {middle['rate']:,.1f}/s, p50 {middle['p50']:.1f} ms, p95 {middle['p95']:.1f} ms"
            f"{of_limit} ({len(rounds)} rounds; {wrong} unexpected)"
        )
    return lines


_NAMES = {
    "bare": f"{PEOPLE} marks, the same statements by the bare driver",
    "marks": f"{PEOPLE} marks saved in one request",
}


async def measure(url: str, rounds: int, seconds: float) -> list[str]:
    """The lines of one engine."""
    engine = open_database(url, synchronous=SYNCHRONOUS)
    await engine.start_connection_pool()
    try:
        await migrate(engine)
        bind(engine, TABLES)
        works = real_works()
        day = await make_day(works)
        # The first marks are new rows; all later ones change them.
        await works.run(MACHINE, save_marks, day.meeting_id, batch(day, 1))
        environment = {
            "TRAINING_DATABASE_URL": url,
            "TRAINING_SECRET_KEY": SITE.secret_key,
            "TRAINING_REQUESTS_PER_MINUTE_ACCOUNT": "0",
            "TRAINING_REQUESTS_PER_MINUTE_ADDRESS": "0",
        }
        with granian("training.app:create_app", factory=True, workers=2, probe="/health/ready", **environment) as ours:
            found: dict[str, list[Measured]] = {}
            for _ in range(rounds):
                found.setdefault("bare", []).append(await bare(url, works, day, seconds))
                found.setdefault("marks", []).append(await through_http(day, ours, seconds))
                for path in (f"/rosters/{day.meeting_id}", f"/api/v1/meetings/{day.meeting_id}/roster"):
                    name = f"GET {path.replace(str(day.meeting_id), '…')}, {PEOPLE} people, {READERS} at once"
                    found.setdefault(name, []).append(await read(day, ours, path, seconds))
        return told(found)
    finally:
        await engine.close_connection_pool()


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
