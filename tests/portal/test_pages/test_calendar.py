"""One's own calendar on a page."""

from datetime import timedelta

import httpx

from tests.conftest import FrozenClock
from tests.feeds.made import book, learner, make_feed_scene, signed_in, teach
from training.base.database import watch_statements
from training.base.work import Works
from training.schedule.actions import cancel_session


async def test_it_lists_what_is_to_come_by_day(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works, meetings=2)
    await book(works, scene, 0)
    client.cookies.set("sign_in", await signed_in(works, learner(scene)))
    with watch_statements() as seen:
        answer = await client.get("/my/calendar")
    assert answer.status_code == 200
    assert len(seen) <= 4
    assert answer.text.count("part 1 of 2") == answer.text.count("part 2 of 2") == 1
    assert "The room will be announced" in answer.text


async def test_a_month_shows_what_one_teaches_too_and_what_is_cancelled(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene = await make_feed_scene(works)
    await teach(works, scene, scene.other_coordinator)
    client.cookies.set("sign_in", await signed_in(works, scene.other_coordinator))
    month = f"{clock() + timedelta(days=14):%Y-%m}"
    shown = await client.get(f"/my/calendar?view=month&month={month}")
    assert "Safe messaging" in shown.text
    assert "You teach" in (await client.get("/my/calendar")).text
    await works.run(scene.manager, cancel_session, scene.session_id, "Ill.")
    shown = await client.get(f"/my/calendar?view=month&month={month}")
    assert "is-cancelled" in shown.text
    assert "Safe messaging" not in (await client.get("/my/calendar?view=month&month=2026-09")).text


async def test_a_stranger_is_asked_to_sign_in_and_somebody_new_is_told_what_comes(
    works: Works, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/my/calendar")).status_code in (302, 303, 401)
    scene = await make_feed_scene(works)
    client.cookies.set("sign_in", await signed_in(works, learner(scene, 3)))
    assert "Nothing is to come" in (await client.get("/my/calendar")).text
