"""What a cancelled session ended, told once and truly."""

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_of_partner
from training.portal.pages.ended import ended_with_session
from training.portal.rules import by_session
from training.schedule.actions import cancel_session


async def test_places_and_waiting_are_told_apart(works: Works, clock: FrozenClock) -> None:
    """Five booked, three in: one leaves, one moves up, and then the session is cancelled."""
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4))
    leaver = booked.verdicts[0].enrollment_id
    assert leaver is not None
    await works.run(scene.coordinator, cancel_enrollment, leaver)
    clock.move(hours=1)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    rows = await list_of_partner(scene.coordinator, scene.partner_id, ends_after=clock(), with_cancelled=True)
    ended = await ended_with_session(by_session(rows, clock()))
    told = ended[scene.session_id]
    assert (told.by, told.reason, told.enrolled, told.waiting) == ("Mona", "The trainer is ill.", 3, 1)


async def test_nothing_ended_asks_nothing(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    rows = await list_of_partner(scene.coordinator, scene.partner_id, ends_after=clock(), with_cancelled=True)
    assert await ended_with_session(by_session(rows, clock())) == {}
