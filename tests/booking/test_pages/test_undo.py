"""Taking a cancellation back on its page."""

from datetime import timedelta

import httpx

from tests.booking.asked import booked_one, order
from tests.booking.made import make_scene
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment


async def test_what_it_comes_to_is_said_first(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    await enter(works, client, scene.coordinator)
    asked = words((await client.get(f"/enrollments/{enrollment}/undo")).text)
    assert "Northern Line 0 has the place again" in asked
    assert "This can be done until Mon 4 May 2026, 10:30 Dublin time" in asked
    done = await client.post(f"/enrollments/{enrollment}/undo", data={"next": f"/partners/{scene.partner_id}"})
    assert "Northern Line 0 has the place again." in words((await client.get(done.headers["location"])).text)


async def test_a_place_that_is_gone_is_said_to_be(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    await enter(works, client, scene.coordinator)
    page = await client.get(f"/enrollments/{enrollment}/undo")
    asked = words(page.text)
    assert "Somebody else has this place by now." in asked
    assert "Book again" in asked
    again = f"/sessions/{scene.session_id}/book?partner={scene.partner_id}"
    assert f'href="{again}"' in page.text, "who coordinates several is not asked for which"
    assert (await client.get(again)).status_code == 200
    clock.move(hours=1)
    done = await client.post(f"/enrollments/{enrollment}/undo")
    assert "half an hour only" in words((await client.get(done.headers["location"])).text)


async def test_a_free_place_for_which_somebody_waits_is_not_said_to_be_taken(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene = await make_scene(works, capacity_in_person=1, starts_in=timedelta(hours=13), cancellation_hours=0)
    enrollment = await booked_one(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    clock.move(hours=2)
    await enter(works, client, scene.coordinator)
    asked = words((await client.get(f"/enrollments/{enrollment}/cancel")).text)
    assert "stays free until the program manager gives it to somebody who waits" in asked
    assert "can be taken back" not in asked
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    page = words((await client.get(f"/enrollments/{enrollment}/undo")).text)
    assert "Somebody who waits comes first now, so this cannot be taken back." in page
    assert "Somebody else has this place" not in page


async def test_never_said_to_last_beyond_the_start(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(minutes=20), cancellation_hours=0)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    first = booked.verdicts[0].enrollment_id
    await enter(works, client, scene.manager)
    booking = words((await client.get(f"/bookings/{booked.booking_id}")).text)
    assert "The whole booking can be taken back until Mon 4 May 2026, 10:20 Dublin time" in booking
    asked = words((await client.get(f"/enrollments/{first}/cancel")).text)
    assert "It can be taken back until the session starts, if the place is still free" in asked
    await client.post(f"/enrollments/{first}/cancel", data={"version": "1"})
    undo = words((await client.get(f"/enrollments/{first}/undo")).text)
    assert "This can be done until Mon 4 May 2026, 10:20 Dublin time" in undo
    clock.move(minutes=21)
    begun = words((await client.get(f"/enrollments/{booked.verdicts[1].enrollment_id}/cancel")).text)
    assert "can be taken back" not in begun
