"""Reads for many partners at once, by name: for imports."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen


class KnownHost(Frozen, frozen=True, kw_only=True):
    """A partner by its folded name, and how it stands to the program asked about."""

    id: UUID
    folded_name: str
    participation_id: UUID | None
    ended_at: datetime | None


class _Slug(Frozen, frozen=True, kw_only=True):
    slug: str


async def list_hosts(program_id: UUID, folded_names: Sequence[str]) -> list[KnownHost]:
    """The partners with these folded names. Judges nobody's right to see them."""
    return await fetch(
        KnownHost,
        "SELECT p.id, p.folded_name, t.id AS participation_id, t.ended_at FROM partner p"
        " LEFT JOIN participation t ON t.partner_id = p.id AND t.program_id = {}"
        f" WHERE p.folded_name IN ({marks(folded_names)})",
        program_id,
        *folded_names,
    )


async def list_taken_slugs(slugs: Sequence[str]) -> frozenset[str]:
    """Which of these slugs partners have already."""
    rows = await fetch(_Slug, f"SELECT slug FROM partner WHERE slug IN ({marks(slugs)})", *slugs)
    return frozenset(row.slug for row in rows)
