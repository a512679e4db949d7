"""SQLite as a real engine: persistent connections, one writer, WAL.

Piccolo's own engine opens a connection and a thread for every query and leaks both when a BEGIN or a COMMIT
fails. Here one writer connection is shared under a lock (BEGIN IMMEDIATE, so a unit of work that has begun
cannot be told "database is locked" half-way), and a few `query_only` readers see the last commit meanwhile.
Every statement is one hop to the connection's own thread, so an event loop never waits for another process.
"""

import asyncio
import contextlib
import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Literal, Self, TypeVar

from piccolo.engine.sqlite import SQLiteEngine, SQLiteTransaction, TransactionType, dict_factory

from training.base.database.failures import translated
from training.base.errors import Unavailable

Row = dict[str, Any]
Statement = tuple[str, Sequence[Any]]
_T = TypeVar("_T")
_READS = ("SELECT", "WITH", "EXPLAIN", "PRAGMA")


_Job = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Any]", Callable[..., Any], tuple[Any, ...]]


class Hand(threading.Thread):
    """A thread that does what it is asked, one thing after another.

    The standard executor builds two futures with locks and a chain of callbacks for every job. A booking is a dozen
    jobs of a few microseconds each, so that was a tenth of its processor time (docs/benchmarks/profile.md).
    """

    def __init__(self) -> None:
        super().__init__(name="sqlite", daemon=True)
        self._jobs: SimpleQueue[_Job | Callable[[], object] | None] = SimpleQueue()
        self.start()

    def run(self) -> None:
        """Work until told to stop."""
        while (job := self._jobs.get()) is not None:
            if isinstance(job, tuple):
                _answer(*job)
            else:
                # Nobody waits for it. What is wrong with the connection, its next user is told.
                with contextlib.suppress(sqlite3.Error):
                    job()

    def ask(self, function: Callable[..., _T], *args: Any) -> "asyncio.Future[_T]":
        """The outcome of a call, when it is its turn. Cancelled before that, it is not made."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[_T] = loop.create_future()
        self._jobs.put((loop, outcome, function, args))
        return outcome

    def tell(self, function: Callable[[], object]) -> None:
        """Have something done behind everything asked so far, whatever becomes of whoever asked."""
        self._jobs.put(function)

    def stop(self) -> None:
        """End behind everything asked so far, and wait for it."""
        self._jobs.put(None)
        self.join()


def _answer(
    loop: asyncio.AbstractEventLoop, outcome: "asyncio.Future[Any]", function: Callable[..., Any], args: tuple[Any, ...]
) -> None:
    if outcome.cancelled():
        return
    result, error = None, None
    try:
        result = function(*args)
    except BaseException as raised:  # noqa: BLE001 - it belongs to whoever waits
        error = raised
    # A loop that is closed waits for nothing any more.
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle, outcome, result, error)


def _settle(outcome: "asyncio.Future[Any]", result: Any, error: BaseException | None) -> None:
    if outcome.done():
        return
    if error is not None:
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


class Connection:
    """A sqlite3 connection that lives in one thread of its own."""

    def __init__(self, path: str, pragmas: Sequence[str], timeout: float) -> None:
        # Opened here, so that a file that cannot be opened is told at once; used in its own thread only.
        self._raw = self._open(path, pragmas, timeout)
        self._hand = Hand()

    @staticmethod
    def _open(path: str, pragmas: Sequence[str], timeout: float) -> sqlite3.Connection:
        _make_private(path)
        raw = sqlite3.connect(
            path, isolation_level=None, timeout=timeout, check_same_thread=False, cached_statements=512
        )
        raw.row_factory = dict_factory
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}").fetchall()
        return raw

    async def _hop(self, function: Callable[..., _T], *args: Any) -> _T:
        with translated():
            return await self._hand.ask(function, *args)

    def _execute(self, sql: str, args: Sequence[Any]) -> list[Row]:
        return self._raw.execute(sql, args).fetchall()

    def _begin(self, most_seconds: float) -> None:
        """BEGIN IMMEDIATE, trying again every few milliseconds while another process writes.

        SQLite's own busy handler sleeps up to a tenth of a second between tries, so that a process which has just
        written wins again and again: measured with two servers, the slowest bookings took over a second.
        """
        waited = 0.0
        self._raw.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    self._raw.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError:
                    if waited >= most_seconds:
                        raise
                pause = random.uniform(0.0005, 0.003)  # noqa: S311 - so that two do not keep step; not a secret
                time.sleep(pause)
                waited += pause
        finally:
            self._raw.execute(f"PRAGMA busy_timeout={int(most_seconds * 1000)}")

    def _execute_all(self, statements: Sequence[Statement]) -> None:
        for sql, args in statements:
            self._raw.execute(sql, args)

    def _roll_back_if_open(self) -> None:
        if self._raw.in_transaction:
            self._raw.execute("ROLLBACK")

    async def execute(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        return await self._hop(self._execute, sql, args)

    async def begin(self, most_seconds: float) -> None:
        """Begin a transaction that may write. Raises Busy when another process kept the file for so long."""
        await self._hop(self._begin, most_seconds)

    async def execute_all(self, statements: Sequence[Statement]) -> None:
        """Run several statements in one hop."""
        await self._hop(self._execute_all, statements)

    def abandon(self) -> None:
        """Queue a rollback behind whatever the thread is doing. Never blocks and is never lost by cancellation."""
        self._hand.tell(self._roll_back_if_open)

    def close(self) -> None:
        """Close the connection and end its thread."""
        self._hand.tell(self._raw.close)
        self._hand.stop()


def _make_private(path: str) -> None:
    """Make a new file readable by its owner only: it holds names and addresses. SQLite's side files follow its mode.

    A file that is there keeps its mode, which somebody may have chosen; what cannot be made, SQLite explains better.
    """
    if path == ":memory:" or path.startswith("file:"):
        return
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


class EmbeddedTransaction(SQLiteTransaction):
    """A transaction of the one writer. It always leaves the writer clean and the lock free."""

    engine: "EmbeddedEngine"
    connection: Connection

    async def __aenter__(self) -> Self:
        if self._parent is not None:
            return self._parent  # type: ignore[return-value]
        await self.engine.take_writer()
        try:
            self.connection = self.engine.writer
            await self.connection.begin(self.engine.busy_seconds)
        except BaseException:
            # A cancelled BEGIN may still succeed in its thread; the rollback is queued behind it, so the next
            # owner of the writer begins on a clean connection.
            self.engine.writer.abandon()
            self.engine.free_writer()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> Literal[False]:
        if self._parent:
            return False
        try:
            if error is None and not self._rolled_back and not self._committed:
                await self.connection.execute("COMMIT")
        finally:
            self.connection.abandon()
            self.engine.current_transaction.reset(self.context)
            self.engine.free_writer()
        return False


class EmbeddedEngine(SQLiteEngine):
    """A SQLite file with one writer and a few readers per process."""

    def __init__(self, path: str, *, readers: int = 2, synchronous: str = "FULL", busy_seconds: float = 10.0) -> None:
        super().__init__(path=path)
        self.busy_seconds = busy_seconds
        self._reader_count = readers
        self._pragmas = (
            f"busy_timeout={int(busy_seconds * 1000)}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=1",
            "temp_store=MEMORY",
            "cache_size=-16000",
        )
        self._writer: Connection | None = None
        self._readers: list[Connection] = []
        self._glancing: sqlite3.Connection | None = None
        self._free: asyncio.LifoQueue[Connection] = asyncio.LifoQueue()
        self._lock = asyncio.Lock()
        self.observers: list[Callable[[str], None]] = []

    @property
    def writer(self) -> Connection:
        """The writing connection; the engine must have been started."""
        if self._writer is None:
            raise RuntimeError("The database has not been opened: call start_connection_pool() first")
        return self._writer

    async def start_connection_pool(self, **_: Any) -> None:
        """Open the writer and the readers. Raises sqlite3.OperationalError when the file cannot be opened."""
        self._lock = asyncio.Lock()
        self._writer = Connection(self.path, self._pragmas, self.busy_seconds)
        reading = (*self._pragmas, "query_only=1")
        self._readers = [Connection(self.path, reading, self.busy_seconds) for _ in range(self._reader_count)]
        self._glancing = Connection._open(self.path, (*reading, "busy_timeout=0"), 0)
        self._free = asyncio.LifoQueue()
        for reader in self._readers:
            self._free.put_nowait(reader)

    async def close_connection_pool(self) -> None:
        """Close everything. A second call does nothing."""
        writer, self._writer = self._writer, None
        for connection in [*self._readers, *([writer] if writer else [])]:
            connection.close()
        self._readers = []
        glancing, self._glancing = self._glancing, None
        if glancing is not None:
            glancing.close()

    async def take_writer(self) -> None:
        """Wait for the writer in order of arrival; Unavailable after a bounded time."""
        try:
            async with asyncio.timeout(self.busy_seconds):
                await self._lock.acquire()
        except TimeoutError:
            raise Unavailable from None

    async def _take_reader(self) -> Connection:
        """A free reader; Unavailable after a bounded time, RuntimeError before the engine was started."""
        if self._writer is None:
            raise RuntimeError("The database has not been opened: call start_connection_pool() first")
        try:
            return self._free.get_nowait()
        except asyncio.QueueEmpty:
            pass
        try:
            async with asyncio.timeout(self.busy_seconds):
                return await self._free.get()
        except TimeoutError:
            raise Unavailable from None

    def free_writer(self) -> None:
        """Let the next unit of work have the writer."""
        self._lock.release()

    def transaction(
        self, transaction_type: TransactionType = TransactionType.immediate, allow_nested: bool = True
    ) -> EmbeddedTransaction:
        """A transaction of the writer, always immediate."""
        return EmbeddedTransaction(self, TransactionType.immediate, allow_nested)

    async def run_text(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one statement where it belongs: in the open transaction, on a reader, or on the writer."""
        for observe in self.observers:
            observe(sql)
        current = self.current_transaction.get()
        if current is not None:
            connection: Connection = current.connection
            return await connection.execute(sql, args)
        if sql.lstrip()[:7].upper().startswith(_READS):
            reader = await self._take_reader()
            try:
                return await reader.execute(sql, args)
            finally:
                self._free.put_nowait(reader)
        await self.take_writer()
        try:
            return await self.writer.execute(sql, args)
        finally:
            self.free_writer()

    async def glance(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one read of very few rows by an index on the event loop's own thread: a hop costs several times as much.

        A reader of a WAL file waits for nobody; should it have to all the same, it hops like every other read. It sees
        the last commit, never an open transaction of ours.
        """
        if self._glancing is None or self.current_transaction.get() is not None:
            return await self.run_text(sql, args)
        try:
            rows: list[Row] = self._glancing.execute(sql, args).fetchall()
        except sqlite3.OperationalError:
            return await self.run_text(sql, args)
        for observe in self.observers:
            observe(sql)
        return rows

    async def run_batch(self, statements: Sequence[Statement]) -> None:
        """Run writes (with `{}` for values) of the open transaction in one hop."""
        for observe in self.observers:
            observe("; ".join(sql for sql, _ in statements))
        current = self.current_transaction.get()
        if current is None:
            raise RuntimeError("A batch needs an open transaction")
        await current.connection.execute_all([(sql.replace("{}", "?"), args) for sql, args in statements])

    async def _run_in_existing_connection(
        self, connection: Any, query: str, args: Any = None, query_type: str = "generic", table: Any = None
    ) -> list[Row]:
        return await self.run_text(query, args or ())

    async def _run_in_new_connection(
        self, query: str, args: Any = None, query_type: str = "generic", table: Any = None
    ) -> list[Row]:
        return await self.run_text(query, args or ())
