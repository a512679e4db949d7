"""The least that rules about time need of a meeting."""

from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen


class Sitting(Frozen, frozen=True, kw_only=True):
    """A meeting by its start."""

    id: UUID
    starts_at: datetime
