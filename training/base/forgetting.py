"""Rows that nobody can use any more are deleted in small units of work: who writes meanwhile waits for one batch."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import LiteralString

from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works

Step = Callable[[Work, datetime, int], Awaitable[int]]
"""Deletes at most so many rows of what was over before an instant, and returns how many it were."""

BATCH = 500
# A tick stops here and goes on with the next one, so that it never holds up the others for long.
MOST_BATCHES = 40
_FORGETTER = Viewer.machine("worker")


class Forgettable(Frozen, frozen=True, kw_only=True):
    """What may go once it was over for longer than `kept`.

    `statement` deletes a batch, given that instant and how many rows at most, and returns a row for each.
    """

    kept: timedelta
    statement: LiteralString


async def forget_old(works: Works, what: Iterable[Forgettable], *others: tuple[timedelta, Step]) -> int:
    """Delete everything of `what` and `others` whose time is over; returns how many rows went.

    At most 40 batches of 500 rows altogether.
    """
    gone, batches = 0, MOST_BATCHES
    now = works.clock()
    steps: list[tuple[timedelta, Step]] = [(each.kept, partial(_forget, each)) for each in what]
    for kept, step in [*steps, *others]:
        deleted = BATCH
        while deleted == BATCH and batches:
            deleted = await works.run(_FORGETTER, step, now - kept, BATCH)
            gone += deleted
            batches -= 1
    return gone


async def _forget(what: Forgettable, work: Work, before: datetime, most: int) -> int:
    return len(await work.execute(what.statement, before, most))
