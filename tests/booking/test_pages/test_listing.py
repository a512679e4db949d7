"""The switch under "My sessions", and what others read of it."""

import httpx

from tests.booking.asked import bearer
from tests.booking.listed import enrollment_of, listing_scene, person
from tests.booking.test_pages.made import enter, words
from training.base.work import Works


async def test_somebody_turns_it_on_and_a_fellow_reads_the_name(works: Works, client: httpx.AsyncClient) -> None:
    scene = await listing_scene(works)
    key = await enrollment_of(scene, scene.members[0])
    session = f"/sessions/{scene.session_id}"
    fellow = await bearer(works, person(scene, 1))
    client.cookies.set("sign_in", fellow)
    assert "who take part" not in words((await client.get(session)).text)
    await enter(works, client, person(scene, 0))
    assert "Others of Northern Line do not see that you take part." in words((await client.get("/my/sessions")).text)
    sent = await client.post(f"/enrollments/{key}/listed", data={"version": "1", "listed": "yes"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/my/sessions")
    said = words((await client.get("/my/sessions")).text)
    assert "Others of Northern Line see your name now." in said
    assert "Hide my name : Safe messaging" in said
    stale = await client.post(f"/enrollments/{key}/listed", data={"version": "1"})
    assert stale.status_code == 303
    assert "Here is how it stands now" in words((await client.get("/my/sessions")).text)
    client.cookies.set("sign_in", fellow)
    page = (await client.get(session)).text
    assert "Others of Northern Line who take part Northern Line 0" in words(page)
    assert "northern-line-0@" not in page


async def test_nobody_else_can_press_it(works: Works, client: httpx.AsyncClient) -> None:
    scene = await listing_scene(works)
    key = await enrollment_of(scene, scene.members[0])
    for viewer in (scene.coordinator, scene.manager, person(scene, 1)):
        await enter(works, client, viewer)
        sent = await client.post(f"/enrollments/{key}/listed", data={"version": "1", "listed": "yes"})
        assert sent.status_code == 404
