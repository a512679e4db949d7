"""Reads of members. Whoever is not a coordinator of exactly this partner, or staff, finds nothing."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.partners.rules import Invitation, Membership, MembershipState, OwnMembership
from training.people.rules import Permission, may, require

# An invitation to become coordinator is a state of its own in the row: there is no grant before it is accepted.
INVITED_COORDINATOR = "invited_coordinator"
_STATE = "CASE WHEN m.state = 'invited_coordinator' THEN 'invited' ELSE m.state END AS state"
_COORDINATOR = (
    "(m.state = 'invited_coordinator' OR EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = m.person_id"
    " AND g.role = 'coordinator' AND g.scope_id = m.partner_id)) AS coordinator"
)
_MEMBERS = (
    f"SELECT m.id, m.partner_id, m.person_id, m.name, m.contact_email, {_STATE}, {_COORDINATOR},"
    " (m.invited_by IS NOT NULL) AS asked, m.created_at, m.state_at, m.version FROM membership m"
)


async def list_members(
    viewer: Viewer,
    partner_id: UUID,
    *,
    ended: bool = False,
    cursor: str | None = None,
    limit: int = DEFAULT_LIMIT,
) -> Page[Membership]:
    """The people of a partner in the order they were named; with `ended`, those who left too. Raises NotFound."""
    require(viewer, Permission.PARTNER_MANAGE, partner_id)
    conditions = ["m.partner_id = {}"]
    values: list[Any] = [partner_id]
    if not ended:
        conditions.append("m.state <> {}")
        values.append(MembershipState.ENDED.value)
    if cursor is not None:
        conditions.append("m.id > {}")
        values.extend(decode_cursor(cursor, tuple[UUID]))
    where = f" WHERE {' AND '.join(conditions)} ORDER BY m.id LIMIT {{}}"
    return page_of(await fetch(Membership, _MEMBERS + where, *values, limit + 1), limit, "id")


async def get_member(viewer: Viewer, membership_id: UUID) -> Membership:
    """A member, for coordinators of the partner and staff. Raises NotFound."""
    member = await load_membership(membership_id)
    require(viewer, Permission.PARTNER_MANAGE, member.partner_id)
    return member


async def load_membership(membership_id: UUID) -> Membership:
    """A membership, whoever asks: for callers that judge themselves. Raises NotFound."""
    member = await fetch_one(Membership, _MEMBERS + " WHERE m.id = {}", membership_id)
    if member is None:
        raise NotFound
    return member


async def lock_membership(membership_id: UUID) -> Membership:
    """A membership, held until the unit of work ends. Raises NotFound. The caller judges who may."""
    member = await fetch_one(Membership, _MEMBERS + " WHERE m.id = {}" + for_update("m"), membership_id)
    if member is None:
        raise NotFound
    return member


async def find_membership(partner_id: UUID, person_id: UUID) -> Membership | None:
    """How a person stands to a partner, ended or not; None when it never named them."""
    where = " WHERE m.partner_id = {} AND m.person_id = {}"
    return await fetch_one(Membership, _MEMBERS + where, partner_id, person_id)


async def list_memberships_at(
    partner_id: UUID, emails: Sequence[str], person_ids: Sequence[UUID] = ()
) -> list[Membership]:
    """Memberships of a partner under one of these contact addresses or of one of these people, oldest first."""
    where = (
        f" WHERE m.partner_id = {{}} AND (m.contact_email IN ({marks(emails)})"
        f" OR m.person_id IN ({marks(person_ids)})) ORDER BY m.id"
    )
    return await fetch(Membership, _MEMBERS + where, partner_id, *emails, *person_ids)


async def list_own_memberships(viewer: Viewer) -> list[OwnMembership]:
    """Where the viewer belongs or is asked to belong, by name of the partner."""
    if viewer.person_id is None:
        return []
    return await fetch(
        OwnMembership,
        f"SELECT m.id, m.partner_id, p.name AS partner_name, {_STATE}, {_COORDINATOR}, m.version"
        " FROM membership m JOIN partner p ON p.id = m.partner_id WHERE m.person_id = {} AND m.state <> {}"
        " AND (m.state = 'confirmed' OR m.invited_by IS NOT NULL) ORDER BY p.folded_name, p.id",
        viewer.person_id,
        MembershipState.ENDED.value,
    )


async def load_invitation(membership_id: UUID) -> Invitation:
    """An invitation that was sent and not taken back, for whoever holds its link. Raises NotFound."""
    found = await fetch_one(
        Invitation,
        f"SELECT m.id, p.name AS partner_name, COALESCE(a.name, '') AS asked_by, {_COORDINATOR} FROM membership m"
        " JOIN partner p ON p.id = m.partner_id LEFT JOIN person a ON a.id = m.invited_by"
        " WHERE m.id = {} AND m.state <> {} AND m.invited_by IS NOT NULL",
        membership_id,
        MembershipState.ENDED.value,
    )
    if found is None:
        raise NotFound
    return found


class _Count(Frozen, frozen=True, kw_only=True):
    number: int


async def count_other_coordinators(partner_id: UUID, person_id: UUID) -> int:
    """How many people may book for a partner besides this one."""
    counted = await fetch_one(
        _Count,
        "SELECT COUNT(*) AS number FROM role_grant g JOIN person p ON p.id = g.person_id AND p.disabled_at IS NULL"
        " WHERE g.role = 'coordinator' AND g.scope_id = {} AND g.person_id <> {}",
        partner_id,
        person_id,
    )
    return counted.number if counted else 0


class _Any(Frozen, frozen=True, kw_only=True):
    id: UUID


async def has_coordinator(partner_id: UUID) -> bool:
    """Whether somebody may book for the partner, or was asked to."""
    found = await fetch_one(
        _Any,
        "SELECT id FROM role_grant WHERE role = 'coordinator' AND scope_id = {}"
        " UNION ALL SELECT id FROM membership WHERE state = 'invited_coordinator' AND partner_id = {} LIMIT 1",
        partner_id,
        partner_id,
    )
    return found is not None


async def list_with_coordinator(partner_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these partners for which somebody may book, or was asked to."""
    wanted = tuple(partner_ids)
    rows = await fetch(
        _Any,
        f"SELECT scope_id AS id FROM role_grant WHERE role = 'coordinator' AND scope_id IN ({marks(wanted)})"
        " UNION SELECT partner_id FROM membership WHERE state = 'invited_coordinator'"
        f" AND partner_id IN ({marks(wanted)})",
        *wanted,
        *wanted,
    )
    return frozenset(row.id for row in rows)


def may_manage(viewer: Viewer, partner_id: UUID) -> bool:
    """Whether the viewer may see and change the people of a partner."""
    return may(viewer, Permission.PARTNER_MANAGE, partner_id)
