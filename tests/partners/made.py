"""Who acts in these tests, and how partners come to be."""

from typing import Any
from uuid import UUID

import httpx

from training.base.errors import TrainingError
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.catalogue.actions import create_program
from training.catalogue.rules import Program, ProgramDetails
from training.partners import actions
from training.partners.rules import Membership, Partner, PartnerDetails
from training.people.actions import begin_sign_in, ensure_person, grant_role
from training.people.queries import list_grants
from training.people.rules import Role

STAFF = Viewer(
    person_id=UUID(int=1), name="Sam Staff", email="sam@host.example", grants=frozenset({Grant(role="staff")})
)
NOBODY = Viewer()
CLI = Viewer.machine("cli")
MISSING = UUID(int=404)


async def make_partner(works: Works, name: str = "Alliance A", parent_id: UUID | None = None) -> Partner:
    return await works.run(STAFF, actions.create_partner, PartnerDetails(name=name, parent_id=parent_id))


async def make_program(works: Works, name: str = "Month") -> Program:
    return await works.run(STAFF, create_program, ProgramDetails(name=name))


async def make_person(works: Works, email: str, name: str = "") -> Viewer:
    """Somebody with an account and no role, as a viewer."""
    person_id = await works.run(STAFF, ensure_person, email, name)
    return Viewer(person_id=person_id, name=name, email=email)


async def as_now(viewer: Viewer) -> Viewer:
    """The viewer with the roles they hold at present."""
    assert viewer.person_id is not None
    return Viewer(
        person_id=viewer.person_id,
        name=viewer.name,
        email=viewer.email,
        grants=await list_grants(viewer.person_id),
    )


async def make_member(
    works: Works, partner_id: UUID, email: str, *, name: str = "", coordinator: bool = False
) -> tuple[Membership, Viewer]:
    """A confirmed member, and that person as a viewer."""
    invited = await works.run(STAFF, actions.invite_member, partner_id, email=email, name=name, coordinator=coordinator)
    person = Viewer(person_id=invited.person_id, name=name, email=email)
    member = await works.run(person, actions.accept_membership, invited.id)
    return member, await as_now(person)


async def make_coordinator(works: Works, partner_id: UUID, email: str) -> Viewer:
    """A confirmed coordinator as a viewer."""
    return (await make_member(works, partner_id, email, name="Cleo", coordinator=True))[1]


def manager_of(*program_ids: UUID) -> Viewer:
    """A program manager of these programs."""
    grants = frozenset(Grant(role="program_manager", scope_id=program_id) for program_id in program_ids)
    return Viewer(person_id=UUID(int=2), name="Max Manager", email="max@host.example", grants=grants)


async def answer(works: Works, viewer: Viewer, action: Any, *args: Any, **more: Any) -> tuple[str, str]:
    """What somebody is told who may not: class and sentence of the error. Fails when nothing is refused."""

    async def run(work: Work) -> Any:
        return await action(work, *args, **more)

    try:
        await works.run(viewer, run)
    except TrainingError as error:
        return type(error).__name__, error.detail
    raise AssertionError("this should have been refused")


async def enter(works: Works, client: httpx.AsyncClient, email: str) -> Viewer:
    """Sign the client in as the person with this address, making an account where there is none."""
    viewer = await make_person(works, email, "Robin")
    assert viewer.person_id is not None
    begun = await works.run(NOBODY, begin_sign_in, viewer.person_id)
    client.cookies.set("sign_in", begun.token)
    return await as_now(viewer)


async def enter_as(works: Works, client: httpx.AsyncClient, role: Role, *scope_ids: UUID) -> Viewer:
    """Sign the client in as somebody who holds a role: staff, or one in each of these scopes."""
    viewer = await make_person(works, f"{role.value}@host.example", "Robin")
    assert viewer.person_id is not None
    for scope_id in scope_ids or (None,):
        await works.run(CLI, grant_role, viewer.person_id, role, scope_id)
    return await enter(works, client, viewer.email)
