"""What both engines promise: nothing leaks when a BEGIN or a COMMIT fails, waiting is bounded, works are seen whole."""

import asyncio
import multiprocessing
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SITE, FrozenClock
from training.base.database import Busy, Database, EmbeddedEngine, PooledEngine, bind, execute, open_database
from training.base.database.urls import Database as AnyDatabase
from training.base.errors import Unavailable
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.piccolo_app import TABLES

CLI = Viewer.machine("test")
ADD = "INSERT INTO attempt (id, window_start, count) VALUES ({}, {}, {})"
# A foreign key that is looked at when the transaction commits and not before.
DEFERRED_PARENT = "CREATE TABLE IF NOT EXISTS deferred_parent (id INTEGER PRIMARY KEY)"
DEFERRED_CHILD = (
    "CREATE TABLE IF NOT EXISTS deferred_child (id INTEGER PRIMARY KEY,"
    " parent_id INTEGER REFERENCES deferred_parent (id) DEFERRABLE INITIALLY DEFERRED)"
)


@pytest.fixture
async def small(database_url: str, database: Database) -> AsyncIterator[AnyDatabase]:
    """Another engine on the same database: two connections, little patience. Bound while the test runs."""
    engine = open_database(database_url, pool_size=2, synchronous="OFF")
    if isinstance(engine, PooledEngine):
        engine._wait_seconds = 0.2
    else:
        engine.busy_seconds = 0.2
        engine._pragmas = ("busy_timeout=200", *engine._pragmas[1:])
    await engine.start_connection_pool()
    bind(engine, TABLES)
    yield engine
    bind(database, TABLES)
    await engine.close_connection_pool()


async def idle(engine: AnyDatabase) -> bool:
    """Whether every connection has come back."""
    if isinstance(engine, PooledEngine):
        assert engine.pool is not None
        return bool(engine.pool.get_idle_size() == engine.pool.get_size())
    # A rollback may still be queued in the writer's thread; this waits behind it.
    await engine.writer.execute("SELECT 1")
    return not engine._lock.locked() and not engine.writer._raw.in_transaction


def works() -> Works:
    return Works(clock=FrozenClock(), site=SITE, reactions={})


async def add(work: Work, key: str) -> str:
    await work.execute(ADD, key, work.now, 1)
    return key


async def attempts() -> list[str]:
    return [row["id"] for row in await execute("SELECT id FROM attempt ORDER BY id")]


async def test_a_failed_commit_gives_everything_back(small: AnyDatabase) -> None:
    await execute(DEFERRED_PARENT)
    await execute(DEFERRED_CHILD)

    async def orphan(work: Work) -> None:
        await add(work, "never")
        await work.execute("INSERT INTO deferred_child (id, parent_id) VALUES (1, 404)")

    try:
        for _ in range(4):
            with pytest.raises(Exception, match="refused this"):
                await works().run(CLI, orphan)
            assert await idle(small)
        assert await works().run(CLI, add, "after") == "after"
        assert await attempts() == ["after"]
    finally:
        await execute("DROP TABLE deferred_child")
        await execute("DROP TABLE deferred_parent")


async def test_a_statement_that_fails_takes_the_whole_work_with_it(small: AnyDatabase) -> None:
    async def wrong(work: Work) -> None:
        await add(work, "never")
        await work.execute("SELECT x FROM nowhere")

    for _ in range(4):
        with pytest.raises(Exception, match="nowhere"):
            await works().run(CLI, wrong)
        assert await idle(small)
    assert await attempts() == []


async def test_a_cancelled_work_leaves_nothing_behind(small: AnyDatabase) -> None:
    for moment in (0.0, 0.0005, 0.002, 0.01, 0.05):
        begun = asyncio.Event()

        async def slow(work: Work, begun: asyncio.Event = begun) -> None:
            await add(work, "never")
            begun.set()
            await asyncio.sleep(10)

        task = asyncio.create_task(works().run(CLI, slow))
        if moment == 0.05:
            await begun.wait()
        await asyncio.sleep(moment)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await works().run(CLI, add, f"after {moment}")
        assert await idle(small)
    assert "never" not in await attempts()


async def test_waiting_for_a_connection_is_bounded(small: AnyDatabase) -> None:
    """Two units of work hold all there is; the third is told so instead of waiting for ever."""
    release = asyncio.Event()

    async def hold(_: Work) -> None:
        await release.wait()

    holders = [asyncio.create_task(works().run(CLI, hold)) for _ in range(2)]
    await asyncio.sleep(0.05)
    with pytest.raises(Unavailable):
        await works().run(CLI, add, "too late")
    release.set()
    await asyncio.gather(*holders, return_exceptions=True)
    assert await idle(small)
    assert await works().run(CLI, add, "in time") == "in time"
    assert await attempts() == ["in time"]


async def test_readers_see_whole_works_and_do_not_wait(small: AnyDatabase) -> None:
    """While a work has written half, everybody else sees what was before; then all of it."""
    half, go_on = asyncio.Event(), asyncio.Event()

    async def write(work: Work) -> None:
        await add(work, "a")
        half.set()
        await go_on.wait()
        await add(work, "b")

    assert small is not None
    writing = asyncio.create_task(works().run(CLI, write))
    await half.wait()
    assert await asyncio.wait_for(attempts(), 2) == []
    go_on.set()
    await writing
    assert await attempts() == ["a", "b"]


async def test_a_hundred_works_at_once_lose_nothing(small: AnyDatabase) -> None:
    async def count(work: Work) -> None:
        await work.execute("UPDATE attempt SET count = count + 1 WHERE id = 'n'")

    small._wait_seconds = small.busy_seconds = 30  # type: ignore[union-attr]
    await works().run(CLI, add, "n")
    await asyncio.gather(*(works().run(CLI, count) for _ in range(100)))
    assert await execute("SELECT count FROM attempt") == [{"count": 101}]
    assert await idle(small)


async def test_closing_twice_does_nothing(database_url: str) -> None:
    engine = open_database(database_url)
    await engine.start_connection_pool()
    await engine.close_connection_pool()
    await engine.close_connection_pool()


async def test_an_engine_that_was_not_opened_says_so(database_url: str) -> None:
    engine = open_database(database_url)
    with pytest.raises(RuntimeError, match="start_connection_pool"):
        async with engine.transaction():
            pass


@pytest.mark.parametrize(
    "url", ["", "sqlite://", "sqlite:///", "sqlite://host/file", "mysql://x/y", "file.sqlite", "cockroachdb://x/y"]
)
def test_addresses_of_no_database(url: str) -> None:
    with pytest.raises(ValueError, match="sqlite:/// or postgresql://"):
        open_database(url)


def test_addresses_of_databases() -> None:
    file = open_database("sqlite:///folder/a%20file.sqlite")
    assert isinstance(file, EmbeddedEngine)
    assert file.path == "folder/a file.sqlite"
    assert open_database("sqlite:////var/lib/training.sqlite").path == "/var/lib/training.sqlite"  # type: ignore[union-attr]
    assert isinstance(open_database("postgresql://user@host/name"), PooledEngine)


async def _lost_update(engine: AnyDatabase, failures: list[str]) -> None:
    """Read, wait, write what was read plus one: wrong under READ COMMITTED, refused under SERIALIZABLE."""

    async def act(work: Work) -> None:
        if isinstance(engine, PooledEngine):
            await work.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        try:
            found = (await execute("SELECT count FROM attempt WHERE id = 'n'"))[0]["count"]
            await asyncio.sleep(0.02)
            await work.execute("UPDATE attempt SET count = {} WHERE id = 'n'", found + 1)
        except Busy as error:
            failures.append(str(error))
            raise

    await works().run(CLI, act)


async def test_real_serialization_failures_are_run_again(small: AnyDatabase) -> None:
    """40001 from the server itself; on SQLite, where works take turns, there is none."""
    small._wait_seconds = small.busy_seconds = 30  # type: ignore[union-attr]
    failures: list[str] = []
    await works().run(CLI, add, "n")
    await asyncio.gather(*(_lost_update(small, failures) for _ in range(3)))
    assert await execute("SELECT count FROM attempt") == [{"count": 4}]
    assert bool(failures) is isinstance(small, PooledEngine)
    assert await idle(small)


def _write_from_elsewhere(url: str, start: int, failed: Any) -> None:
    """In a process of its own: fifty works, each of which adds a row and counts."""

    async def run() -> None:
        engine = open_database(url, synchronous="OFF")
        await engine.start_connection_pool()
        bind(engine, TABLES)

        async def act(work: Work, number: int) -> None:
            await add(work, f"{number:03}")
            await work.execute("UPDATE attempt SET count = count + 1 WHERE id = 'n'")

        for number in range(start, start + 50):
            await works().run(CLI, act, number)
        await engine.close_connection_pool()

    try:
        asyncio.run(run())
    except BaseException as error:
        failed.put(repr(error))
        raise


async def test_two_processes_write_at_once(database: Database, database_url: str) -> None:
    assert database is not None
    await works().run(CLI, add, "n")
    spawn = multiprocessing.get_context("spawn")
    failed = spawn.Queue()
    others = [spawn.Process(target=_write_from_elsewhere, args=(database_url, start, failed)) for start in (0, 50)]
    for process in others:
        process.start()
    for process in others:
        await asyncio.to_thread(process.join, 60)
    assert failed.empty(), failed.get()
    assert [process.exitcode for process in others] == [0, 0]
    assert await execute("SELECT count FROM attempt WHERE id = 'n'") == [{"count": 101}]
    assert len(await attempts()) == 101


async def test_a_new_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """It holds names and addresses. A file that was there before keeps the mode that somebody chose."""

    def modes() -> dict[str, int]:
        return {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}

    async def opened_and_written() -> dict[str, int]:
        engine = EmbeddedEngine(str(tmp_path / "new.sqlite"))
        await engine.start_connection_pool()
        await engine.run_text("CREATE TABLE IF NOT EXISTS a (b INTEGER)")
        found = modes()
        await engine.close_connection_pool()
        return found

    before = os.umask(0o022)
    try:
        assert await opened_and_written() == dict.fromkeys(("new.sqlite", "new.sqlite-wal", "new.sqlite-shm"), 0o600)
        (tmp_path / "new.sqlite").chmod(0o640)
        await opened_and_written()
        assert modes()["new.sqlite"] == 0o640
    finally:
        os.umask(before)
