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


_TEACHING = "SELECT t.person_id FROM trainer_assignment t JOIN session s ON s.id = t.session_id WHERE s.program_id = {}"


async def find_trainer_by_email(email: str, program_id: UUID | None = None) -> Known | None:
    """The person with this address, unless the account is disabled; with a program, only somebody who teaches in it."""
    sql = "SELECT id, name, email FROM person WHERE email = {} AND disabled_at IS NULL"
    folded = email.strip().lower()
    if program_id is None:
        return await fetch_one(Known, sql, folded)
    return await fetch_one(Known, f"{sql} AND id IN ({_TEACHING})", folded, program_id)


async def find_trainer(person_id: UUID, program_id: UUID) -> Known | None:
    """The person with this id when they teach in this program, unless the account is disabled."""
    sql = f"SELECT id, name, email FROM person WHERE id = {{}} AND disabled_at IS NULL AND id IN ({_TEACHING})"
    return await fetch_one(Known, sql, person_id, program_id)


async def list_known_trainers(program_id: UUID) -> list[Known]:
    """Everybody who teaches or taught in a program, by name, at most 500: suggestions for a form."""
    return await fetch(
        Known,
        f"SELECT p.id, p.name, p.email FROM person p WHERE p.disabled_at IS NULL AND p.id IN ({_TEACHING})"
        " ORDER BY p.name, p.id LIMIT 500",
        program_id,
    )
