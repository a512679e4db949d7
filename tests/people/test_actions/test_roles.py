"""Roles: given once, taken once, and effective from the next request."""

import asyncio
from uuid import UUID

import pytest

from tests.people.conftest import ADA, CLI, SignedIn
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.people.actions import ensure_person, grant_role, make_manager, make_staff, revoke_role
from training.people.queries import find_viewer, list_grants
from training.people.rules import Role, ScopeMismatch

PROGRAM, OTHER = UUID(int=1), UUID(int=2)


async def events() -> list[str]:
    rows = await execute("SELECT event FROM journal_entry WHERE event LIKE 'Role%'")
    return sorted(row["event"] for row in rows)


async def test_granting_and_revoking_are_idempotent(works: Works, ada: UUID) -> None:
    for expected in (True, False):
        assert await works.run(CLI, grant_role, ada, Role.PROGRAM_MANAGER, PROGRAM) is expected
        assert await works.run(CLI, grant_role, ada, Role.STAFF) is expected
    await works.run(CLI, grant_role, ada, Role.PROGRAM_MANAGER, OTHER)
    assert await list_grants(ada) == {
        Grant(role="staff"),
        Grant(role="program_manager", scope_id=PROGRAM),
        Grant(role="program_manager", scope_id=OTHER),
    }
    for expected in (True, False):
        assert await works.run(CLI, revoke_role, ada, Role.PROGRAM_MANAGER, PROGRAM) is expected
        assert await works.run(CLI, revoke_role, ada, Role.STAFF) is expected
    assert await list_grants(ada) == {Grant(role="program_manager", scope_id=OTHER)}
    assert await events() == ["RoleGranted"] * 3 + ["RoleRevoked"] * 2


async def test_ten_at_once_grant_once(works: Works, ada: UUID) -> None:
    outcomes = await asyncio.gather(*(works.run(CLI, grant_role, ada, Role.MEMBER, PROGRAM) for _ in range(10)))
    assert sorted(outcomes) == [False] * 9 + [True]
    assert await events() == ["RoleGranted"]


@pytest.mark.parametrize(("role", "scope_id"), [(Role.STAFF, PROGRAM), (Role.MEMBER, None), (Role.HUB_EDITOR, None)])
async def test_a_role_has_the_scope_it_needs(works: Works, ada: UUID, role: Role, scope_id: UUID | None) -> None:
    with pytest.raises(ScopeMismatch):
        await works.run(CLI, grant_role, ada, role, scope_id)


async def test_a_grant_counts_from_the_next_request(works: Works, ada: UUID, signed_in: SignedIn) -> None:
    token, viewer = await signed_in()
    assert not viewer.staff
    await works.run(CLI, make_staff, ADA)
    now = await find_viewer(token, works.clock())
    assert now is not None
    assert now.staff
    await works.run(CLI, revoke_role, ada, Role.STAFF)
    assert await find_viewer(token, works.clock()) == viewer


async def test_operators_add_accounts_with_roles_in_one_step(works: Works) -> None:
    person_id = await works.run(CLI, make_manager, "new@example.org", PROGRAM, "New Manager")
    assert await works.run(CLI, make_manager, "NEW@example.org", PROGRAM) == person_id
    assert await list_grants(person_id) == {Grant(role="program_manager", scope_id=PROGRAM)}
    with pytest.raises(NotFound):
        await works.run(Viewer(person_id=person_id), make_staff, "new@example.org")


async def test_a_grant_to_somebody_added_in_the_same_work(works: Works) -> None:
    async def both(work: Work) -> UUID:
        person_id = await ensure_person(work, "new@example.org")
        await grant_role(work, person_id, Role.COORDINATOR, PROGRAM)
        await grant_role(work, person_id, Role.COORDINATOR, PROGRAM)
        return person_id

    assert len(await list_grants(await works.run(CLI, both))) == 1
