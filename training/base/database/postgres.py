"""PostgreSQL with a pool that never leaks: a failed BEGIN or COMMIT gives its connection back."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from training.base.database.failures import translated
from training.base.errors import Unavailable

Row = dict[str, Any]
Statement = tuple[str, Sequence[Any]]
# PostgreSQL takes at most 65,535 parameters a statement; far below it, planning time stays small.
_MOST_PARAMETERS = 8_000
KEPT_FOR_READING = 2


async def _nothing_to_reset(_: Any) -> None:
    """Nothing here sets, listens or locks beyond a transaction, and an open one is rolled back by the pool itself: its
    own reset would be one more round trip behind every read and every unit of work."""


class PooledTransaction(PostgresTransaction):
    """A transaction that releases its connection on every way out."""

    engine: "PooledEngine"

    async def __aenter__(self) -> Self:
        if self._parent is not None:
            return self._parent  # type: ignore[return-value]
        await self.engine.begin_unit()
        try:
            self.connection = await self.engine.take_connection()
            try:
                with translated():
                    self.transaction = self.connection.transaction()
                    await self.transaction.start()
            except BaseException:
                await self.engine.give_back(self.connection)
                raise
        except BaseException:
            self.engine.end_unit()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, kind: Any, error: Any, trace: Any) -> Literal[False]:
        if self._parent:
            return False
        try:
            with translated():
                if error is not None and not self._rolled_back:
                    await self.transaction.rollback()
                elif error is None and not self._committed and not self._rolled_back:
                    await self.transaction.commit()
        finally:
            self.engine.current_transaction.reset(self.context)
            try:
                await self.engine.give_back(self.connection)
            finally:
                self.engine.end_unit()
        return False


class PooledEngine(PostgresEngine):
    """A PostgreSQL database reached through a bounded pool."""

    def __init__(self, dsn: str, *, pool_size: int = 8, wait_seconds: float = 10.0) -> None:
        self._pool_size = pool_size
        self._wait_seconds = wait_seconds
        # Units of work that wait for one row must not hold every connection, or nobody could read meanwhile.
        small = pool_size <= 2 * KEPT_FOR_READING
        self._units = asyncio.Semaphore(pool_size if small else pool_size - KEPT_FOR_READING)
        self.observers: list[Callable[[str], None]] = []
        super().__init__(config={"dsn": dsn})

    async def check_version(self) -> None:
        """Do nothing: Piccolo would connect while a module is being imported."""

    async def prep_database(self) -> None:
        """Do nothing: we need no extension."""

    async def start_connection_pool(self, **kwargs: Any) -> None:
        """Open the pool. Raises OSError or asyncpg.PostgresError when the server cannot be used."""
        settings = {
            "min_size": 1,
            "max_size": self._pool_size,
            "command_timeout": 60,
            "reset": _nothing_to_reset,
            **kwargs,
        }
        await super().start_connection_pool(**settings)

    async def close_connection_pool(self) -> None:
        """Close the pool. A second call does nothing."""
        if self.pool:
            await super().close_connection_pool()

    async def begin_unit(self) -> None:
        """Wait until one more unit of work may run; Unavailable when none ends for a bounded time."""
        try:
            async with asyncio.timeout(self._wait_seconds):
                await self._units.acquire()
        except TimeoutError as error:
            raise Unavailable from error

    def end_unit(self) -> None:
        """Let the next unit of work begin."""
        self._units.release()

    async def take_connection(self) -> Any:
        """A connection of the pool; Unavailable when none is free for a bounded time or the server takes no more."""
        if self.pool is None:
            raise RuntimeError("The database has not been opened: call start_connection_pool() first")
        try:
            return await self.pool.acquire(timeout=self._wait_seconds)
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.TooManyConnectionsError) as error:
            # A timeout is an OSError too. Nothing has begun, so "we did not do this" is true.
            raise Unavailable from error

    async def give_back(self, connection: Any) -> None:
        """Return a connection to the pool."""
        if self.pool is not None:
            await self.pool.release(connection)

    def transaction(self, allow_nested: bool = True) -> PooledTransaction:
        """A transaction on one connection of the pool."""
        return PooledTransaction(engine=self, allow_nested=allow_nested)

    async def run_text(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        """Run one statement, in the open transaction when there is one."""
        for observe in self.observers:
            observe(sql)
        current = self.current_transaction.get()
        with translated():
            if current is not None:
                return [dict(record) for record in await current.connection.fetch(sql, *args)]
            connection = await self.take_connection()
            try:
                return [dict(record) for record in await connection.fetch(sql, *args)]
            finally:
                await self.give_back(connection)

    async def run_batch(self, statements: Sequence[Statement]) -> None:
        """Run writes of the open transaction in as few round trips as possible: as one statement when they fit.

        Data-modifying WITH parts share one snapshot, so no two of them may touch the same row; the caller
        (`training.base.writes`) merges changes per row.
        """
        batch: list[Statement] = []
        size = 0
        for statement in statements:
            if batch and size + len(statement[1]) > _MOST_PARAMETERS:
                await self._run_together(batch)
                batch, size = [], 0
            batch.append(statement)
            size += len(statement[1])
        if batch:
            await self._run_together(batch)

    async def _run_together(self, statements: Sequence[Statement]) -> None:
        if len(statements) == 1:
            sql, args = statements[0]
            await self.run_text(renumbered(sql, 0), args)
            return
        parts: list[str] = []
        together: list[Any] = []
        for number, (sql, args) in enumerate(statements):
            parts.append(f"w{number} AS ({renumbered(sql, len(together))})")
            together.extend(args)
        await self.run_text(f"WITH {', '.join(parts)} SELECT 1", together)

    async def run_querystring(self, querystring: Any, in_pool: bool = True) -> list[Row]:
        """Piccolo's own queries take the same way as ours."""
        sql, args = querystring.compile_string(engine_type=self.engine_type)
        return await self.run_text(sql, args)

    async def run_ddl(self, ddl: str, in_pool: bool = True) -> list[Row]:
        """Piccolo's DDL takes the same way as our statements."""
        return await self.run_text(ddl)


def renumbered(sql: str, start: int) -> str:
    """Replace each `{}` by $start+1, $start+2, ..."""
    pieces = sql.split("{}")
    return "".join(piece + (f"${start + i}" if i < len(pieces) else "") for i, piece in enumerate(pieces, 1))
