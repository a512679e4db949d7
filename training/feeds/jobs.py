"""What the worker does for feeds: forget links that nobody can use any more, and what calendar programs knew."""

from training.base.forgetting import Forgettable, forget_old
from training.base.work import Works
from training.feeds.rules.feeds import DAV_STATES_KEPT, FORGOTTEN_AFTER

FORGETTABLE = (
    Forgettable(
        kept=FORGOTTEN_AFTER,
        statement="DELETE FROM feed WHERE id IN (SELECT id FROM feed WHERE revoked_at <= {} LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=FORGOTTEN_AFTER,
        statement="DELETE FROM feed WHERE id IN (SELECT id FROM feed WHERE ended_at <= {} LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=DAV_STATES_KEPT,
        statement="DELETE FROM dav_state WHERE id IN"
        " (SELECT id FROM dav_state WHERE made_at <= {} ORDER BY made_at LIMIT {}) RETURNING id",
    ),
)


async def forget(works: Works) -> int:
    """Delete links that were revoked, or whose right was lost, long ago, and old states of CalDAV; returns how many."""
    return await forget_old(works, FORGETTABLE)
