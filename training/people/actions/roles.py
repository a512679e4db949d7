"""Role grants: given, taken, and those that an operator gives on the command line."""

from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen
from training.base.work import Work
from training.people.actions.accounts import ensure_person
from training.people.events import RoleGranted, RoleRevoked
from training.people.rules import PARTNER_ROLES, PROGRAM_ROLES, Permission, Role, ScopeMismatch, require


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def grant_role(work: Work, person_id: UUID, role: Role, scope_id: UUID | None = None) -> bool:
    """Give a person a role; whether it is new to them. The caller has judged whether the actor may.

    Raises ScopeMismatch when a role of a program or partner has no scope, or staff has one.
    """
    if (scope_id is None) == (role in PROGRAM_ROLES | PARTNER_ROLES):
        raise ScopeMismatch
    await work.flush()
    granted = await fetch(
        _Id,
        "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at, granted_by) VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT DO NOTHING RETURNING id",
        work.new_id(),
        person_id,
        role.value,
        scope_id,
        work.now,
        work.actor.person_id,
    )
    if granted:
        work.emit(RoleGranted(person_id=person_id, role=role.value, scope_id=scope_id))
    return bool(granted)


async def revoke_role(work: Work, person_id: UUID, role: Role, scope_id: UUID | None = None) -> bool:
    """Take a role from a person; whether they had it. It counts from their next request on."""
    scope = "scope_id IS NULL" if scope_id is None else "scope_id = {}"
    ended = await work.execute(
        f"DELETE FROM role_grant WHERE person_id = {{}} AND role = {{}} AND {scope} RETURNING id",
        person_id,
        role.value,
        *([] if scope_id is None else [scope_id]),
    )
    if ended:
        work.emit(RoleRevoked(person_id=person_id, role=role.value, scope_id=scope_id))
    return bool(ended)


async def make_staff(work: Work, email: str, name: str = "") -> UUID:
    """Make the person with this address staff, adding the account if there is none. Only for operators."""
    require(work.actor, Permission.PLATFORM_RUN)
    person_id = await ensure_person(work, email, name)
    await grant_role(work, person_id, Role.STAFF)
    return person_id


async def make_manager(work: Work, email: str, program_id: UUID, name: str = "") -> UUID:
    """Make the person with this address a manager of a program, adding the account if there is none."""
    require(work.actor, Permission.PLATFORM_RUN)
    person_id = await ensure_person(work, email, name)
    await grant_role(work, person_id, Role.PROGRAM_MANAGER, program_id)
    return person_id
