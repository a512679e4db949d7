"""Reads of participations: which partners take part in which programs."""

from collections.abc import Iterable
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.partners.rules import Participation
from training.people.rules import Permission, Role, may, reach, require

_PARTICIPATIONS = (
    "SELECT t.id, t.partner_id, p.name AS partner_name, t.program_id, g.name AS program_name, g.slug AS program_slug,"
    " t.created_at, t.ended_at FROM participation t JOIN partner p ON p.id = t.partner_id"
    " JOIN program g ON g.id = t.program_id"
)


async def list_participations(viewer: Viewer, partner_id: UUID, *, ended: bool = False) -> list[Participation]:
    """The programs a partner takes part in: all for its members and staff, for managers those they manage.

    Raises NotFound for everybody else.
    """
    condition = "t.partner_id = {}"
    values = [partner_id]
    if not may(viewer, Permission.PARTNER_SEE, partner_id):
        managed = reach(viewer, Permission.PROGRAM_MANAGE)
        if not managed.anywhere:
            raise NotFound
        condition += f" AND t.program_id IN ({marks(tuple(managed.scope_ids))})"
        values.extend(managed.scope_ids)
    if not ended:
        condition += " AND t.ended_at IS NULL"
    return await fetch(Participation, _PARTICIPATIONS + f" WHERE {condition} ORDER BY g.name, t.id", *values)


async def list_participants(viewer: Viewer, program_id: UUID) -> list[Participation]:
    """The partners that take part in a program, by name, for its managers. Raises NotFound."""
    require(viewer, Permission.PROGRAM_MANAGE, program_id)
    where = " WHERE t.program_id = {} AND t.ended_at IS NULL ORDER BY p.folded_name, t.id"
    return await fetch(Participation, _PARTICIPATIONS + where, program_id)


async def find_participation(partner_id: UUID, program_id: UUID) -> Participation | None:
    """The participation of a partner in a program, ended or not, held until the unit of work ends; or None."""
    where = " WHERE t.partner_id = {} AND t.program_id = {}" + for_update("t")
    return await fetch_one(Participation, _PARTICIPATIONS + where, partner_id, program_id)


async def is_participating_under(viewer: Viewer, partner_id: UUID) -> bool:
    """Whether a partner takes part in a program that the viewer manages."""
    managed = tuple(viewer.scopes(Role.PROGRAM_MANAGER))
    return bool(
        await fetch(
            _Program,
            "SELECT program_id FROM participation WHERE ended_at IS NULL AND partner_id = {}"
            f" AND program_id IN ({marks(managed)}) LIMIT 1",
            partner_id,
            *managed,
        )
    )


async def was_added_under(viewer: Viewer, partner_id: UUID) -> bool:
    """Whether a partner takes part in a program that the viewer manages, was added in it, and is known nowhere else.

    Added in it: partner and participation come from one unit of work and so from one instant. Known elsewhere: it took
    part, or has enrollments, in a program that the viewer does not manage.
    """
    managed = tuple(viewer.scopes(Role.PROGRAM_MANAGER))
    own = marks(managed)
    return bool(
        await fetch(
            _Program,
            "SELECT t.program_id FROM participation t JOIN partner p ON p.id = t.partner_id"
            " AND p.created_at = t.created_at WHERE t.ended_at IS NULL AND t.partner_id = {}"
            f" AND t.program_id IN ({own})"
            " AND NOT EXISTS (SELECT 1 FROM participation o WHERE o.partner_id = t.partner_id"
            f" AND o.program_id NOT IN ({own}))"
            " AND NOT EXISTS (SELECT 1 FROM enrollment e JOIN session s ON s.id = e.session_id"
            f" WHERE e.partner_id = t.partner_id AND s.program_id NOT IN ({own})) LIMIT 1",
            partner_id,
            *managed,
            *managed,
            *managed,
        )
    )


class _Program(Frozen, frozen=True, kw_only=True):
    program_id: UUID


async def list_participating(partner_ids: Iterable[UUID]) -> frozenset[UUID]:
    """The programs in which at least one of these partners takes part, for rules that judge visibility."""
    wanted = tuple(partner_ids)
    rows = await fetch(
        _Program,
        f"SELECT DISTINCT program_id FROM participation WHERE ended_at IS NULL AND partner_id IN ({marks(wanted)})",
        *wanted,
    )
    return frozenset(row.program_id for row in rows)
