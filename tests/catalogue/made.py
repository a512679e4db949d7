"""Who acts in these tests, and plain values to start from."""

from datetime import date
from uuid import UUID

from training.base.structs import Grant, Viewer
from training.catalogue.rules import Inheritable, MomentDetails, ProgramDetails, VenueDetails

STAFF = Viewer(
    person_id=UUID(int=1), name="Sam Staff", email="sam@host.example", grants=frozenset({Grant(role="staff")})
)
NOBODY = Viewer()
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
