"""Accounts and the roles they hold, for staff."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen, Viewer
from training.desk.rules.accounts import words_of
from training.people.rules import KnownPerson, Permission, require

MOST_FOUND = 100
_PERSON = "p.id, p.email, p.name, p.zone, p.locale, p.created_at, p.disabled_at"


class Holding(Frozen, frozen=True, kw_only=True):
    """A role somebody holds, where, and who gave it. `scope_name` is empty for a role of the platform."""

    person_id: UUID
    role: str
    scope_id: UUID | None
    scope_name: str
    granted_at: datetime
    granted_by_name: str


async def search_people(viewer: Viewer, text: str) -> list[KnownPerson]:
    """The people whose address or name holds every word of `text`, by name, at most a hundred.

    Without a text, those who run something: staff and program managers. Raises NotFound unless the viewer is staff.
    """
    require(viewer, Permission.PLATFORM_RUN)
    words = words_of(text)
    if not words:
        return await fetch(
            KnownPerson,
            f"SELECT {_PERSON} FROM person p WHERE p.id IN (SELECT g.person_id FROM role_grant g"
            " WHERE g.role IN ('staff', 'program_manager')) ORDER BY p.name, p.email LIMIT {}",
            MOST_FOUND,
        )
    # Engines differ in how they lower letters beyond ASCII, so a name is also looked for as people write it.
    each = "(p.email LIKE {} ESCAPE '!' OR LOWER(p.name) LIKE {} ESCAPE '!' OR p.name LIKE {} ESCAPE '!')"
    conditions = " AND ".join(each for _ in words)
    values = [f"%{_literally(form)}%" for word in words for form in (word.lower(), word.lower(), word.title())]
    return await fetch(
        KnownPerson,
        f"SELECT {_PERSON} FROM person p WHERE {conditions} ORDER BY p.name, p.email LIMIT {{}}",
        *values,
        MOST_FOUND,
    )


async def list_holdings(person_ids: Sequence[UUID]) -> dict[UUID, list[Holding]]:
    """The roles of these people, staff first, then by the name of program or partner. One statement."""
    rows = await fetch(
        Holding,
        "SELECT g.person_id, g.role, g.scope_id, COALESCE(r.name, o.name, '') AS scope_name, g.granted_at,"
        " COALESCE(NULLIF(b.name, ''), b.email, '') AS granted_by_name FROM role_grant g"
        " LEFT JOIN program r ON r.id = g.scope_id LEFT JOIN partner o ON o.id = g.scope_id"
        f" LEFT JOIN person b ON b.id = g.granted_by WHERE g.person_id IN ({marks(person_ids)})"
        " ORDER BY CASE g.role WHEN 'staff' THEN 0 WHEN 'program_manager' THEN 1 ELSE 2 END, scope_name, g.id",
        *person_ids,
    )
    found: dict[UUID, list[Holding]] = {person_id: [] for person_id in person_ids}
    for row in rows:
        found[row.person_id].append(row)
    return found


def _literally(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
