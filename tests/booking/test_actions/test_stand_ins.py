"""Forgetting stand-ins touches nobody else."""

from tests.booking.asked import one, order
from tests.booking.made import make_scene
from tests.booking.test_actions.test_request import NEW, OPEN, ask
from tests.conftest import FrozenClock
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.stand_ins import forget_stand_ins
from training.booking.jobs import expire

KEEPER = Viewer.machine("worker")


async def test_people_and_their_requests_stay(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    for email in (NEW, "northern-line-0@example.org"):
        await ask(works, scene, email)
    assert await works.run(KEEPER, forget_stand_ins, clock.now, 500) == 0, "it keeps a place"
    clock.move(hours=1)
    await expire(works)
    clock.move(hours=1)
    assert await works.run(KEEPER, forget_stand_ins, clock.now, 500) == 1
    assert await one("SELECT count(*) AS n FROM person WHERE email = {}", NEW) == 1
    assert await one("SELECT count(*) AS n FROM enrollment") == 2
    assert await one("SELECT count(*) AS n FROM journal_entry WHERE event = 'PlaceRequested'") == 2
