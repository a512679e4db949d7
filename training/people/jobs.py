"""What the worker does for people: forget what nobody can use any more."""

from datetime import timedelta

from training.base.forgetting import Forgettable, forget_old
from training.base.work import Works
from training.outbox.actions import forget_decoys

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
    """
    return await forget_old(works, FORGETTABLE, (DECOYS_KEPT, forget_decoys))
