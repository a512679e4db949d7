"""Reads of partner organizations, their chapters and contacts.

Members of a partner see it. Program managers see every partner, because they choose who takes part, and the contacts
of those that take part in their programs. Coordinators of a parent see the names of its chapters.
"""

from typing import Any, LiteralString
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.catalogue.rules import is_slug
from training.partners.queries.participations import is_participating_under
from training.partners.rules import Chapter, Contact, Partner, fold_name
from training.people.rules import Permission, Reach, may, reach

_PARTNERS = (
    "SELECT p.id, p.slug, p.name, p.parent_id, COALESCE(up.name, '') AS parent_name, p.country, p.website,"
    " p.created_at, p.version FROM partner p LEFT JOIN partner up ON up.id = p.parent_id"
)
_CONTACTS = (
    "SELECT c.id, c.partner_id, c.kind, c.name, c.email, c.phone, c.checked_at, c.version FROM partner_contact c"
)


def seen_partners(viewer: Viewer) -> Reach:
    """Which partners a viewer may know about: all for staff and program managers, else one's own."""
    if may(viewer, Permission.PARTNER_CREATE):
        return Reach(everywhere=True)
    return reach(viewer, Permission.PARTNER_SEE)


async def list_partners(
    viewer: Viewer, *, search: str = "", cursor: str | None = None, limit: int = DEFAULT_LIMIT
) -> Page[Partner]:
    """Partners that the viewer may know about, in the order they were created; `search` looks in their names."""
    conditions = ["1 = 1"]
    values: list[Any] = []
    seen = seen_partners(viewer)
    if not seen.everywhere:
        conditions.append(f"p.id IN ({marks(tuple(seen.scope_ids))})")
        values.extend(seen.scope_ids)
    if wanted := fold_name(search):
        conditions.append("p.folded_name LIKE {} ESCAPE '!'")
        values.append(f"%{_as_pattern(wanted)}%")
    if cursor is not None:
        conditions.append("p.id > {}")
        values.extend(decode_cursor(cursor, tuple[UUID]))
    where = f" WHERE {' AND '.join(conditions)} ORDER BY p.id LIMIT {{}}"
    return page_of(await fetch(Partner, _PARTNERS + where, *values, limit + 1), limit, "id")


async def get_partner(viewer: Viewer, key: UUID | str) -> Partner:
    """The partner with this id or slug. Raises NotFound, for a foreign one too."""
    if isinstance(key, str) and not is_slug(key):
        raise NotFound
    column = "id" if isinstance(key, UUID) else "slug"
    partner = await fetch_one(Partner, _PARTNERS + f" WHERE p.{column} = {{}}", key)
    if partner is None or not seen_partners(viewer).covers(partner.id):
        raise NotFound
    return partner


async def lock_partner(partner_id: UUID) -> Partner:
    """The partner, held until the unit of work ends. Raises NotFound. The caller judges who may."""
    partner = await fetch_one(Partner, _PARTNERS + " WHERE p.id = {}" + for_update("p"), partner_id)
    if partner is None:
        raise NotFound
    return partner


async def find_partner_by_name(name: str) -> Partner | None:
    """The partner whose name is spelled like this but for case, punctuation and spaces, or None."""
    return await fetch_one(Partner, _PARTNERS + " WHERE p.folded_name = {}", fold_name(name))


async def list_chapters(viewer: Viewer, partner_id: UUID) -> list[Chapter]:
    """The chapters of a partner for those who belong to it, for program managers and for staff; else empty."""
    if not seen_partners(viewer).covers(partner_id):
        return []
    sql = "SELECT id, name, country FROM partner WHERE parent_id = {} ORDER BY folded_name, id"
    return await fetch(Chapter, sql, partner_id)


class _Link(Frozen, frozen=True, kw_only=True):
    id: UUID
    parent_id: UUID


async def list_parents() -> dict[UUID, UUID]:
    """The parent of every partner that has one."""
    rows = await fetch(_Link, "SELECT id, parent_id FROM partner WHERE parent_id IS NOT NULL")
    return {row.id: row.parent_id for row in rows}


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def lock_families() -> None:
    """Let one unit of work at a time change who is whose parent: it holds the oldest partner's row.

    Two changes that are each right could close a circle together, and they need not share a row of their own.
    """
    await fetch_one(_Id, "SELECT id FROM partner ORDER BY id LIMIT 1" + for_update())


class _Slug(Frozen, frozen=True, kw_only=True):
    slug: str


async def list_slugs(beginning: str) -> list[str]:
    """The slugs of partners that begin so."""
    return [row.slug for row in await fetch(_Slug, "SELECT slug FROM partner WHERE slug LIKE {}", f"{beginning}%")]


async def list_contacts(viewer: Viewer, partner_id: UUID) -> list[Contact]:
    """The contacts of a partner, by purpose. Raises NotFound for who may not see them.

    They are seen by its members, by staff, and by managers of a program in which the partner takes part.
    """
    if not may(viewer, Permission.PARTNER_SEE, partner_id) and not await is_participating_under(viewer, partner_id):
        raise NotFound
    return await fetch(Contact, _CONTACTS + " WHERE c.partner_id = {} ORDER BY c.kind, c.id", partner_id)


async def get_contact(viewer: Viewer, contact_id: UUID) -> Contact:
    """A contact, for those who may change it. Raises NotFound."""
    return await _changeable(viewer, contact_id)


async def lock_contact(viewer: Viewer, contact_id: UUID) -> Contact:
    """A contact, held until the unit of work ends, for those who may change it. Raises NotFound."""
    return await _changeable(viewer, contact_id, for_update("c"))


async def _changeable(viewer: Viewer, contact_id: UUID, lock: LiteralString = "") -> Contact:
    """A foreign contact is neither read nor held: it costs exactly what a missing one does."""
    managed = reach(viewer, Permission.PARTNER_MANAGE)
    where, values = " WHERE c.id = {}", [contact_id]
    if not managed.everywhere:
        where += f" AND c.partner_id IN ({marks(tuple(managed.scope_ids))})"
        values.extend(managed.scope_ids)
    contact = await fetch_one(Contact, _CONTACTS + where + lock, *values)
    if contact is None:
        raise NotFound
    return contact


def _as_pattern(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
