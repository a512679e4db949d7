"""People of two partners in one session that lists people, and who of them agreed."""

from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.base.database import execute, fetch_one
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Works
from training.booking.actions import book_places


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


def person(scene: Scene, number: int) -> Viewer:
    """A member of the scene's partner as a viewer."""
    return Viewer(
        person_id=scene.people[number],
        grants=frozenset({Grant(role="member", scope_id=scene.partner_id)}),
    )


async def listing_scene(works: Works, **values: object) -> Scene:
    """Three people of the first partner have places, two of the other; nobody agreed to be named yet."""
    scene = await make_scene(works, **{"capacity_in_person": 10, "attendee_list": True, **values})  # type: ignore[arg-type]
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, other=True))
    return scene


async def enrollment_of(scene: Scene, membership_id: UUID) -> UUID:
    """The enrollment of a member in the scene's session."""
    sql = "SELECT id FROM enrollment WHERE session_id = {} AND membership_id = {}"
    found = await fetch_one(_Id, sql, scene.session_id, membership_id)
    assert found is not None
    return found.id


async def agreed(scene: Scene, *members: UUID) -> None:
    """These members let others of their organization see that they take part."""
    for key in members:
        await execute("UPDATE enrollment SET listed = {} WHERE id = {}", True, await enrollment_of(scene, key))
