"""What the worker does for feeds: forget links that nobody can use any more."""

from datetime import datetime

from training.base.structs import Viewer
from training.base.work import Work, Works
from training.feeds.rules.feeds import FORGOTTEN_AFTER

FORGETTER = Viewer.machine("worker")
BATCH = 500
MOST_BATCHES = 40


async def forget(works: Works) -> int:
    """Delete links that were revoked, or whose right was lost, long ago, in small units of work; returns how many."""
    gone, before = 0, works.clock() - FORGOTTEN_AFTER
    for _ in range(MOST_BATCHES):
        deleted = await works.run(FORGETTER, _forget, before)
        gone += deleted
        if deleted < BATCH:
            break
    return gone


async def _forget(work: Work, before: datetime) -> int:
    gone = await work.execute(
        "DELETE FROM feed WHERE id IN (SELECT id FROM feed WHERE revoked_at <= {} OR ended_at <= {} LIMIT {})"
        " RETURNING id",
        before,
        before,
        BATCH,
    )
    return len(gone)
