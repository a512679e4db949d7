"""Who acts in these tests, and plain values to start from."""

from datetime import date
from uuid import UUID

import httpx

from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.catalogue.rules import Inheritable, MomentDetails, ProgramDetails, VenueDetails
from training.people.actions import begin_sign_in, ensure_person, grant_role
from training.people.queries import list_grants
from training.people.rules import Role

STAFF = Viewer(
    person_id=UUID(int=1), name="Sam Staff", email="sam@host.example", grants=frozenset({Grant(role="staff")})
)
NOBODY = Viewer()
CLI = Viewer.machine("cli")
MISSING = UUID(int=404)

MONTH = ProgramDetails(
    name="Mental Health Awareness Month",
    summary="Six weeks of training.",
    starts_on=date(2026, 5, 1),
    ends_on=date(2026, 5, 31),
    zone="America/New_York",
)
LISTENING = Inheritable(title="Listening first", language="en", capacity_in_person=12)
WORLD_DAY = MomentDetails(name="World Mental Health Day", starts_on=date(2026, 10, 10), ends_on=date(2026, 10, 10))
LIBRARY = VenueDetails(
    name="City Library", zone="Europe/Berlin", country="DE", latitude=52.5200066, longitude=13.404954
)


def manager_of(*program_ids: UUID, number: int = 2) -> Viewer:
    """A program manager of these programs."""
    grants = frozenset(Grant(role="program_manager", scope_id=program_id) for program_id in program_ids)
    return Viewer(person_id=UUID(int=number), name="Max Manager", email="max@host.example", grants=grants)


async def enter(works: Works, client: httpx.AsyncClient, role: str = "", *scopes: UUID) -> Viewer:
    """Sign the client in as somebody new who holds a role: staff, or one in each of these scopes."""
    email = f"{role or 'nobody'}-{len(client.cookies)}@host.example"
    person_id = await works.run(CLI, ensure_person, email, "Robin")
    for scope_id in scopes or ((None,) if role else ()):
        await works.run(CLI, grant_role, person_id, Role(role), scope_id)
    begun = await works.run(NOBODY, begin_sign_in, person_id)
    client.cookies.set("sign_in", begun.token)
    return Viewer(person_id=person_id, name="Robin", email=email, grants=await list_grants(person_id))
