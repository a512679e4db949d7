"""Saying that one went through it, and that one wants to hear of changes: signed in and by the link to one's place."""

import httpx

from tests.booking.asked import one
from tests.conftest import FrozenClock
from tests.materials.made import learner
from tests.materials.shelf import BEFORE, place_path, shelf_at, sign_in
from training.base.work import Works


async def acknowledged() -> int:
    return await one("SELECT count(*) AS n FROM acknowledgement")


async def following() -> int:
    return await one("SELECT count(*) AS n FROM material_follow")


async def test_said_and_taken_back(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    await sign_in(client, works, learner(shelf.day))
    for _ in range(2):
        answer = await client.post(shelf.path(shelf.read, "acknowledge"))
        assert (answer.status_code, answer.headers["location"]) == (303, "..")
    assert await acknowledged() == 1
    text = (await client.get(shelf.path())).text
    assert "Noted: you have gone through it. Thank you." in text
    assert "You have gone through everything that is to be done before." in text
    assert f'action="{shelf.path(shelf.read)}/take-back"' in text
    answer = await client.post(shelf.path(shelf.read, "take-back"))
    assert (answer.status_code, answer.headers["location"]) == (303, "..")
    assert await acknowledged() == 0
    assert f'action="{shelf.path(shelf.read)}/acknowledge"' in (await client.get(shelf.path())).text


async def test_following_and_no_longer(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    await sign_in(client, works, learner(shelf.day))
    assert (await client.post(shelf.path("follow"))).headers["location"] == "."
    assert await following() == 1
    assert f'action="{shelf.path()}/unfollow"' in (await client.get(shelf.path())).text
    assert (await client.post(shelf.path("unfollow"))).status_code == 303
    assert await following() == 0


async def test_by_the_link_to_ones_place(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    base = f"{place_path(works, shelf.day)}/materials"
    # The answer names no address: what is kept of the press must not hold the link.
    for path, back in (
        (f"{base}/{shelf.read}/acknowledge", ".."),
        (f"{base}/{shelf.read}/take-back", ".."),
        (f"{base}/{shelf.read}/acknowledge", ".."),
        (f"{base}/follow", "."),
    ):
        answer = await client.post(path)
        assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert (await acknowledged(), await following()) == (1, 1)
    leads_to = await client.get(str(httpx.URL(f"http://t{base}/{shelf.read}/acknowledge").join("..").path))
    assert leads_to.status_code == 200
    assert "You have gone through everything" in leads_to.text
    assert (await client.post(f"{base}/unfollow")).status_code == 303
    assert await following() == 0


async def test_what_nobody_is_asked_to_go_through(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    await sign_in(client, works, learner(shelf.day))
    await client.post(shelf.path(shelf.poster, "acknowledge"))
    assert "Nobody is asked to go through this before the session." in (await client.get(shelf.path())).text
    await client.post(shelf.path(shelf.slides, "acknowledge"))
    assert "You cannot see this yet." in (await client.get(shelf.path())).text
    assert (await client.post(shelf.path(shelf.plan, "acknowledge"))).status_code == 404
    assert await acknowledged() == 0


async def test_who_has_no_place_has_nothing_to_say(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    for who in (shelf.day.lead, shelf.day.manager, shelf.day.scene.coordinator, shelf.day.stranger):
        await sign_in(client, works, who)
        for path in (shelf.path(shelf.read, "acknowledge"), shelf.path(shelf.read, "take-back"), shelf.path("follow")):
            assert (await client.post(path)).status_code == 404
    await sign_in(client, works, None)
    answer = await client.post(shelf.path("follow"))
    assert (answer.status_code, answer.headers["location"].startswith("/sign-in")) == (303, True)
    assert (await acknowledged(), await following()) == (0, 0)
