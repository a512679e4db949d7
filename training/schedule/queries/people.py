"""The people whom the schedule knows: trainers."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.structs import Frozen


class Known(Frozen, frozen=True, kw_only=True):
    """Somebody who teaches or could."""

    id: UUID
    name: str
    email: str


async def lock_people(person_ids: Sequence[UUID]) -> list[Known]:
    """These people, their rows locked in order of id: whoever judges their time waits for who does so already."""
    if not person_ids:
        return []
    sql = f"SELECT id, name, email FROM person WHERE id IN ({marks(person_ids)}) ORDER BY id{for_update()}"
    return await fetch(Known, sql, *person_ids)


async def find_trainer_by_email(email: str) -> Known | None:
    """The person with this address, unless the account is disabled."""
    sql = "SELECT id, name, email FROM person WHERE email = {} AND disabled_at IS NULL"
    return await fetch_one(Known, sql, email.strip().lower())


async def list_known_trainers(program_id: UUID) -> list[Known]:
    """Everybody who teaches or taught in a program, by name, at most 500: suggestions for a form."""
    return await fetch(
        Known,
        "SELECT p.id, p.name, p.email FROM person p WHERE p.disabled_at IS NULL AND p.id IN"
        " (SELECT t.person_id FROM trainer_assignment t JOIN session s ON s.id = t.session_id WHERE s.program_id = {})"
        " ORDER BY p.name, p.id LIMIT 500",
        program_id,
    )
