"""Taking a cancellation back on its page."""

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
