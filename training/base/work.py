"""The only transaction in the program.

`Works.run(viewer, action, ...)` opens a transaction, calls `action(work, ...)`, lets the reactions to its events
write their rows, writes the journal, commits. It is a retried function and not a bare block, because a
database may refuse a correct transaction for reasons of concurrency (SQLITE_BUSY, 40001, 40P01) and because a
unique index may catch what two people did at the same moment: the second run then sees what the first one did.
"""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from piccolo.table import Table

from training.base.clock import Clock
from training.base.database import Broken, Busy, Duplicate, bound_engine
from training.base.database.reading import execute
from training.base.errors import Conflict, Unavailable
from training.base.ids import uuid7
from training.base.site import Site
from training.base.structs import Event, Frozen, Viewer, as_data
from training.base.tables import JournalEntry
from training.base.writes import Add, Writes

P = ParamSpec("P")
T = TypeVar("T")

MOST_ATTEMPTS = 10
MOST_DUPLICATES = 3
MOST_GENERATIONS = 6

__all__ = ["Add", "Reaction", "Work", "Works"]


class _Emitted(Frozen, frozen=True, kw_only=True):
    entry_id: UUID
    event: Event
    generation: int


class Work:
    """One unit of work: a frozen instant, an actor, waiting writes, events. Everything in it is awaited in sequence."""

    def __init__(self, *, now: datetime, actor: Viewer, site: Site, origin: str) -> None:
        self.now = now
        self.actor = actor
        self.site = site
        self.origin = origin
        self._ids = secrets.randbelow(2048)
        self.id = self.new_id()
        self._writes = Writes()
        self._events: list[_Emitted] = []
        self._cause: _Emitted | None = None

    def new_id(self) -> UUID:
        """A UUIDv7 of `now`; ids of one unit of work sort in the order they were made."""
        self._ids += 1
        return uuid7(self.now, self._ids)

    def add(self, table: type[Table], **values: Any) -> None:
        """Insert a row at the end of the work (see `Writes.add`)."""
        self._writes.add(table, values)

    def change(self, table: type[Table], key: UUID | str, **values: Any) -> None:
        """Change a row by id at the end of the work (see `Writes.change`)."""
        self._writes.change(table, key, values)

    async def flush(self) -> None:
        """Send the waiting writes now, for an action that must read what it wrote."""
        await self._writes.send()

    async def execute(self, sql: str, *args: Any) -> list[dict[str, Any]]:
        """Flush, then run one statement at once: for changes that are not of one row by id."""
        await self.flush()
        return await execute(sql, *args)

    def emit(self, event: Event, *, before: Any = None, after: Any = None) -> None:
        """Say what happened. Writes the journal row and, before the commit, runs the reactions."""
        cause = self._cause
        emitted = _Emitted(entry_id=self.new_id(), event=event, generation=cause.generation + 1 if cause else 0)
        if emitted.generation > MOST_GENERATIONS:
            raise RuntimeError(f"Reactions go round in a circle at {type(event).__name__}")
        self._events.append(emitted)
        self.add(
            JournalEntry,
            id=emitted.entry_id,
            at=self.now,
            event=type(event).__name__,
            subject_id=event.subject_id,
            actor_id=self.actor.person_id,
            actor_name=self.actor.name or self.actor.system,
            origin=self.origin,
            work_id=self.id,
            cause_id=cause.entry_id if cause else None,
            data=as_data(event),
            before=before,
            after=after,
        )

    async def react(self, reactions: Mapping[type[Event], Sequence["Reaction"]]) -> None:
        """Run what follows each event, and what follows that, until nothing more happens."""
        done = 0
        while done < len(self._events):
            self._cause = self._events[done]
            for reaction in reactions.get(type(self._cause.event), ()):
                await reaction(self, self._cause.event)
            done += 1
        self._cause = None


class _TakenBack(Exception):
    """Carries the result out of a transaction that must not last."""

    def __init__(self, result: object) -> None:
        self.result = result
        super().__init__()


Reaction = Callable[[Work, Any], Awaitable[None]]


class Works:
    """Opens units of work. Built once by a composition root from a clock, the site and the reactions."""

    def __init__(
        self, *, clock: Clock, site: Site, reactions: Mapping[type[Event], Sequence[Reaction]], origin: str = ""
    ) -> None:
        self.clock = clock
        self.site = site
        self._reactions = reactions
        self._origin = origin

    def of(self, origin: str) -> "Works":
        """The same, noting in the journal that a work came by another way: 'page', 'api', 'cli', 'worker'."""
        return Works(clock=self.clock, site=self.site, reactions=self._reactions, origin=origin)

    async def run(
        self, actor: Viewer, action: Callable[Concatenate[Work, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `action(work, ...)` in one transaction and return what it returns, after the commit.

        Raises whatever the action raises (nothing is kept then), Unavailable when the database stayed busy,
        Conflict when a unique index or a check refused the rows each time.
        """
        duplicates = 0
        for attempt in range(MOST_ATTEMPTS):
            try:
                return await self._once(actor, action, *args, **kwargs)
            except Duplicate as error:
                duplicates += 1
                if duplicates >= MOST_DUPLICATES:
                    raise Conflict("This exists already.", constraint=error.constraint) from error
            except Broken as error:
                raise Conflict("The database refused this to protect what it holds.") from error
            except Busy:
                # Full jitter: those who collided once should not collide again.
                await asyncio.sleep(random.uniform(0, min(0.5, 0.005 * 2**attempt)))  # noqa: S311 - jitter, not a secret
        raise Unavailable

    async def rehearse(
        self, actor: Viewer, action: Callable[Concatenate[Work, P], Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `action` would return, with nothing of it kept. Raises what the action raises.

        The consequences that a person decides upon come from the very action that will be run, under the same locks,
        and not from a second description of it that could differ. The transaction is rolled back before its reactions
        run, so no message is written either. It is as short as the change itself, which is what SQLite's one writer
        needs.
        """

        async def run_and_leave(work: Work) -> T:
            raise _TakenBack(await action(work, *args, **kwargs))

        try:
            return await self.run(actor, run_and_leave)
        except _TakenBack as end:
            return end.result  # type: ignore[return-value]

    async def _once(
        self, actor: Viewer, action: Callable[Concatenate[Work, P], Awaitable[T]], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        work = Work(now=self.clock(), actor=actor, site=self.site, origin=self._origin)
        async with bound_engine().transaction(allow_nested=False):
            result = await action(work, *args, **kwargs)
            await work.react(self._reactions)
            await work.flush()
        return result
