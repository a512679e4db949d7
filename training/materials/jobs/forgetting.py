"""What the worker does for the access log of materials: forget who opened what when."""

from training.base.forgetting import Forgettable, forget_old
from training.base.work import Works
from training.materials.rules.preparing import OPENINGS_KEPT

OPENINGS = Forgettable(
    kept=OPENINGS_KEPT,
    statement="DELETE FROM material_opening WHERE id IN (SELECT id FROM material_opening WHERE at <= {}"
    " ORDER BY at LIMIT {}) RETURNING id",
)


async def forget_openings(works: Works) -> int:
    """Forget who opened which material, half a year after it; returns how many rows went."""
    return await forget_old(works, (OPENINGS,))
