"""Shared by the tests of places without a name: booking some, counting everything, and what was mailed."""

from typing import Any
from uuid import UUID

from tests.booking.made import Scene, make_scene
from training.base.database import execute
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.booking.actions import Order, Wanted, book_places
from training.booking.actions.naming import Naming
from training.booking.queries.open_places import OpenPlaceView, get_open_place, list_open_places
from training.people.tables import RoleGrant


class Tally(Frozen, frozen=True, kw_only=True):
    """Places as the session counts them, and who keeps them."""

    taken: int
    enrolled: int
    open: int
    waiting: int


async def tally(scene: Scene) -> Tally:
    """How the session stands, after checking that its counters say what the rows say, mode by mode."""
    row = (await execute("SELECT * FROM session WHERE id = {}", scene.session_id))[0]
    holding = "session_id = {} AND mode = {} AND state NOT IN ('waitlisted', 'cancelled', 'declined', 'removed')"
    enrolled, open_places = 0, 0
    for mode in ("in_person", "online"):
        people = await _count(f"enrollment WHERE {holding}", scene.session_id, mode)
        nameless = await _count(
            "open_place WHERE session_id = {} AND mode = {} AND state = 'open'", scene.session_id, mode
        )
        assert row[f"taken_{mode}"] == people + nameless, mode
        enrolled, open_places = enrolled + people, open_places + nameless
    waiting = await _count("enrollment WHERE session_id = {} AND state = 'waitlisted'", scene.session_id)
    assert row["waiting"] == waiting
    taken = row["taken_in_person"] + row["taken_online"]
    return Tally(taken=taken, enrolled=enrolled, open=open_places, waiting=waiting)


async def _count(what: str, *values: object) -> int:
    return int((await execute(f"SELECT count(*) AS n FROM {what}", *values))[0]["n"])


async def with_open(works: Works, number: int, *members: int, **values: Any) -> tuple[Scene, list[UUID]]:
    """A scene in which the coordinator, who can be written to, booked so many open places besides these members."""
    scene = await make_scene(works, **values)

    async def grant(work: Work) -> None:
        for viewer, partner_id in (
            (scene.coordinator, scene.partner_id),
            (scene.other_coordinator, scene.other_partner_id),
        ):
            columns = {"person_id": viewer.person_id, "role": "coordinator", "scope_id": partner_id}
            work.add(RoleGrant, id=work.new_id(), granted_at=work.now, **columns)

    await works.run(scene.manager, grant)
    await take_open(works, scene, number, *members)
    places = await list_open_places(scene.coordinator, "session", scene.session_id)
    return scene, [place.id for place in places]


async def take_open(works: Works, scene: Scene, number: int, *members: int) -> UUID:
    """Book open places for the first partner, and return the booking."""
    people = tuple(Wanted(membership_id=scene.members[n]) for n in members)
    order = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people, open_places=number)
    booked = await works.run(scene.coordinator, book_places, order)
    assert booked.booking_id is not None
    return booked.booking_id


def member(scene: Scene, number: int, **more: Any) -> Naming:
    """Somebody of the first partner, to be named."""
    return Naming(person=Wanted(membership_id=scene.members[number]), **more)


def newcomer(name: str, email: str, **more: Any) -> Naming:
    """Somebody who is no member yet."""
    return Naming(person=Wanted(name=name, email=email), **more)


async def place(scene: Scene, open_place_id: UUID) -> OpenPlaceView:
    """The place as its coordinator sees it."""
    return await get_open_place(scene.coordinator, open_place_id)


async def mailed(kind: str, state: str = "waiting") -> list[str]:
    """To whom messages of a kind wait (or were withdrawn, or replaced)."""
    sql = "SELECT recipient FROM message WHERE kind = {} AND state = {} ORDER BY id"
    return [row["recipient"] for row in await execute(sql, f"booking-{kind}", state)]
