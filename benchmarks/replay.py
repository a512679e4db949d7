"""The limit of booking: the very statements that a booking runs, replayed by the bare driver.

One booking is recorded with its values. For each replay, ids that it made are made anew, and the member who was
booked is replaced by the next one; everything else stays.
"""

import asyncio
import itertools
import sqlite3
import time
from collections.abc import Awaitable, Iterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.loading import Measured, summary
from benchmarks.scene import Scene
from training.base.clock import system_clock
from training.base.database import EmbeddedEngine, bound_engine
from training.base.ids import human_code, uuid7
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.schedule.queries import list_meetings

Step = tuple[str, Sequence[Any]]


def order_for(scene: Scene, session_id: UUID, number: int) -> Order:
    """A booking of one person."""
    wanted = (Wanted(membership_id=scene.members[number]),)
    return Order(session_id=session_id, partner_id=scene.partner_id, people=wanted)


async def record(works: Works, scene: Scene, session_id: UUID, number: int) -> list[Step]:
    """The statements of one booking in order, as the engine sends them, without BEGIN and COMMIT."""
    return await recorded(works.run(scene.coordinator, book_places, order_for(scene, session_id, number)))


async def recorded(action: Awaitable[Any]) -> list[Step]:
    """The statements that are run while `action` is awaited, in order, as the engine sends them."""
    engine = bound_engine()
    steps: list[Step] = []
    text, batch = engine.run_text, engine.run_batch

    async def run_text(sql: str, args: Sequence[Any] = ()) -> Any:
        steps.append((sql, args))
        return await text(sql, args)

    async def run_batch(statements: Sequence[Step]) -> None:
        if isinstance(engine, EmbeddedEngine):
            steps.extend((sql.replace("{}", "?"), args) for sql, args in statements)
        await batch(statements)

    engine.run_text, engine.run_batch = run_text, run_batch  # type: ignore[method-assign]
    try:
        await action
    finally:
        engine.run_text, engine.run_batch = text, batch  # type: ignore[method-assign]
    return steps


async def variations(
    steps: list[Step], scene: Scene, session_id: UUID, recorded: int, numbers: Iterator[int]
) -> Iterator[list[Step]]:
    """The recorded steps for one member after another. What the database holds already keeps its id."""
    return _varied(steps, scene, await shared_ids(scene, session_id), recorded, numbers)


async def shared_ids(scene: Scene, session_id: UUID) -> set[UUID | None]:
    """What the database holds already and every booking of this session names."""
    meetings = {meeting.id for meeting in await list_meetings([session_id])}
    return {scene.partner_id, session_id, scene.coordinator.person_id, *meetings}


def _varied(
    steps: list[Step], scene: Scene, shared: set[UUID | None], recorded: int, numbers: Iterator[int]
) -> Iterator[list[Step]]:
    for number in numbers:
        fresh: dict[Any, Any] = {
            scene.members[recorded]: scene.members[number],
            scene.people[recorded]: scene.people[number],
        }

        def renew(value: Any, fresh: dict[Any, Any] = fresh) -> Any:
            if isinstance(value, UUID) and value not in fresh:
                fresh[value] = value if value in shared else uuid7(system_clock())
            if isinstance(value, str) and len(value) == 9 and value[4:5] == "-":
                return human_code()
            return fresh.get(value, value) if isinstance(value, UUID) else value

        yield [(sql, [renew(value) for value in args]) for sql, args in steps]


async def replay_postgres(dsn: str, work: Iterator[list[Step]], *, tasks: int, seconds: float) -> Measured:
    """Replay through asyncpg with a pool of 8, as the product uses it."""
    pool = await asyncpg.create_pool(dsn, min_size=8, max_size=8)
    latencies: list[float] = []
    begin = time.perf_counter()

    async def one() -> None:
        while time.perf_counter() - begin < seconds and (steps := next(work, None)) is not None:
            start = time.perf_counter()
            async with pool.acquire() as connection, connection.transaction():
                for sql, args in steps:
                    await connection.fetch(sql, *args)
            latencies.append(time.perf_counter() - start)

    try:
        await asyncio.gather(*(one() for _ in range(tasks)))
    finally:
        await pool.close()
    return summary(latencies, time.perf_counter() - begin)


def replay_sqlite(path: str, synchronous: str, work: Iterator[list[Step]], *, seconds: float) -> Measured:
    """Replay through sqlite3 in this thread: the fastest that this file can be written."""
    raw = sqlite3.connect(path, isolation_level=None, cached_statements=512)
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "foreign_keys=1", "busy_timeout=10000"):
        raw.execute(f"PRAGMA {pragma}")
    latencies: list[float] = []
    begin = time.perf_counter()
    for steps in work:
        start = time.perf_counter()
        if start - begin >= seconds:
            break
        raw.execute("BEGIN IMMEDIATE")
        for sql, args in steps:
            raw.execute(sql, args).fetchall()
        raw.execute("COMMIT")
        latencies.append(time.perf_counter() - start)
    raw.close()
    return summary(latencies, time.perf_counter() - begin)


async def book(
    works: Works, scene: Scene, sessions: Sequence[UUID], numbers: Iterator[int], *, tasks: int, seconds: float
) -> Measured:
    """Our own action, called in this process."""
    latencies: list[float] = []
    turns = itertools.cycle(sessions)
    begin = time.perf_counter()

    async def one() -> None:
        while time.perf_counter() - begin < seconds and (number := next(numbers, None)) is not None:
            start = time.perf_counter()
            await works.run(scene.coordinator, book_places, order_for(scene, next(turns), number))
            latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(one() for _ in range(tasks)))
    return summary(latencies, time.perf_counter() - begin)
