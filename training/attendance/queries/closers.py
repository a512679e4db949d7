"""Who closed a roster, by name."""

from uuid import UUID

from training.base.database import fetch_one
from training.base.structs import Frozen


class _Named(Frozen, frozen=True, kw_only=True):
    name: str


async def find_name(person_id: UUID) -> str:
    """What somebody who teaches or runs sessions is called; '' for nobody. Never an address."""
    found = await fetch_one(_Named, "SELECT name FROM person WHERE id = {}", person_id)
    return found.name if found and "@" not in found.name else ""
