"""Who of one's own organization takes part: names only, of those who agreed, where the session lets people see them."""

from uuid import UUID

from training.base.database import fetch, fetch_one
from training.base.structs import Frozen, Viewer

# An enrollment (e) with a place, of a confirmed member (m) of its partner, in a session that lists people.
_LISTS = "s.attendee_list = {} AND e.state IN ('enrolled', 'completed', 'not completed') AND m.state = 'confirmed'"


class Fellow(Frozen, frozen=True, kw_only=True):
    """Somebody of the reader's own organization who takes part. `name` is '' where only an address is known."""

    partner_name: str
    name: str


async def list_fellows(viewer: Viewer, session_id: UUID, limit: int = 500) -> list[Fellow]:
    """The others of the viewer's own organization who have a place in this session and agreed to be named, by name.

    Empty for whoever has no place there through an organization they belong to, and where the session lists nobody.
    """
    if viewer.person_id is None:
        return []
    return await fetch(
        Fellow,
        "SELECT r.name AS partner_name, CASE WHEN o.name LIKE '%@%' THEN '' ELSE o.name END AS name"
        " FROM session s JOIN enrollment e ON e.session_id = s.id JOIN membership m ON m.id = e.membership_id"
        " JOIN partner r ON r.id = e.partner_id JOIN enrollment f ON f.session_id = s.id"
        " AND f.partner_id = e.partner_id AND f.id <> e.id JOIN membership o ON o.id = f.membership_id"
        f" WHERE s.id = {{}} AND e.person_id = {{}} AND {_LISTS} AND f.listed = {{}} AND o.state = 'confirmed'"
        " AND f.state IN ('enrolled', 'completed', 'not completed') ORDER BY o.name, f.id LIMIT {}",
        session_id,
        viewer.person_id,
        True,
        True,
        limit,
    )


class Listing(Frozen, frozen=True, kw_only=True):
    """Whether somebody lets others of their organization see that they take part, where they have a say in it."""

    enrollment_id: UUID
    session_id: UUID
    partner_name: str
    listed: bool
    version: int


_LISTINGS = (
    "SELECT e.id AS enrollment_id, e.session_id, r.name AS partner_name, e.listed, e.version FROM enrollment e"
    " JOIN session s ON s.id = e.session_id JOIN membership m ON m.id = e.membership_id"
    f" JOIN partner r ON r.id = e.partner_id WHERE {_LISTS} AND e.person_id = {{}}"
)


async def list_listings(person_id: UUID) -> dict[UUID, Listing]:
    """Somebody's own say, by enrollment: only where the session lists people and they belong to the partner."""
    found = await fetch(Listing, f"{_LISTINGS} ORDER BY e.id DESC LIMIT 500", True, person_id)
    return {listing.enrollment_id: listing for listing in found}


async def find_listing(person_id: UUID, enrollment_id: UUID) -> Listing | None:
    """Somebody's own say in one enrollment; None where they have none."""
    return await fetch_one(Listing, f"{_LISTINGS} AND e.id = {{}}", True, person_id, enrollment_id)
