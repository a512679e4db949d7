"""What the worker does for people: forget what nobody can use any more."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.outbox.actions import forget_decoys

Step = Callable[[Work, datetime, int], Awaitable[int]]

TIDIER = Viewer.machine("worker")
BATCH = 500
# A tick stops here and goes on with the next one, so that it never holds up the others for long.
MOST_BATCHES = 40


class Forgettable(Frozen, frozen=True, kw_only=True):
    """How to delete a batch of what is longer over than `kept`: given that instant and how many rows at most."""

    kept: timedelta
    statement: str


# Used and expired links, ended sign-ins, tokens and device passwords stay a while, so that their owner is told what
# became of them. Kept answers hold decoys of unknown addresses too.
FORGETTABLE = (
    Forgettable(
        kept=timedelta(days=30),
        statement="DELETE FROM one_time_link WHERE id IN (SELECT id FROM one_time_link WHERE expires_at < {}"
        " ORDER BY expires_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=30),
        statement="DELETE FROM sign_in WHERE id IN (SELECT id FROM sign_in WHERE expires_at < {}"
        " ORDER BY expires_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=30),
        statement="DELETE FROM sign_in WHERE id IN (SELECT id FROM sign_in WHERE revoked_at < {}"
        " ORDER BY revoked_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=30),
        statement="DELETE FROM api_token WHERE id IN (SELECT id FROM api_token WHERE expires_at < {}"
        " ORDER BY expires_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=30),
        statement="DELETE FROM api_token WHERE id IN (SELECT id FROM api_token WHERE revoked_at < {}"
        " ORDER BY revoked_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=30),
        statement="DELETE FROM device_password WHERE id IN (SELECT id FROM device_password WHERE revoked_at < {}"
        " ORDER BY revoked_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=2),
        statement="DELETE FROM kept_answer WHERE id IN (SELECT id FROM kept_answer WHERE created_at < {}"
        " ORDER BY created_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=2),
        statement="DELETE FROM attempt WHERE id IN (SELECT id FROM attempt WHERE window_start < {}"
        " ORDER BY window_start LIMIT {}) RETURNING id",
    ),
)
DECOYS_KEPT = timedelta(days=2)


async def tidy(works: Works) -> int:
    """Delete expired links, whatever ended that opened doors, kept answers, counted attempts and decoys.

    Returns how many rows went.
    In small units of work, at most 40 of 500 rows each: whoever books meanwhile waits for one batch at the longest.
    """
    gone, batches = 0, MOST_BATCHES
    now = works.clock()
    steps: list[tuple[timedelta, Step]] = [(what.kept, partial(_forget, what)) for what in FORGETTABLE]
    for kept, step in [*steps, (DECOYS_KEPT, forget_decoys)]:
        deleted = BATCH
        while deleted == BATCH and batches:
            deleted = await works.run(TIDIER, step, now - kept, BATCH)
            gone += deleted
            batches -= 1
    return gone


async def _forget(what: Forgettable, work: Work, before: datetime, most: int) -> int:
    return len(await work.execute(what.statement, before, most))
