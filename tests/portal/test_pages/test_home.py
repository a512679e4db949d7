"""The start page and the choice of a zone."""

import httpx

from tests.attendance.made import make_day
from tests.booking.made import make_scene
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from tests.portal.made import more_sessions
from training.base.database import watch_statements
from training.base.work import Works
from training.schedule.actions import cancel_session


async def test_a_visitor_is_told_what_this_is(works: Works, client: httpx.AsyncClient) -> None:
    empty = words((await client.get("/")).text)
    assert "Training for the organizations people turn to" in empty
    assert "No session to show yet" in empty
    scene = await make_scene(works)
    await more_sessions(works, scene, 8)
    with watch_statements() as seen:
        home = await client.get("/")
    said = words(home.text)
    assert len(seen) == 2
    assert "Session 005" in said
    assert "Session 006" not in said
    assert "Tue 5 May 2026 14:30 – 15:30 Kolkata time (UTC+5:30)" in said


async def test_a_coordinator_is_led_to_their_organization(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.coordinator)
    home = await client.get("/")
    assert "Good to see you, Cora" in words(home.text)
    assert f'href="/partners/{scene.partner_id}"' in home.text
    assert "Mon 18 May 2026 10:00 – 12:00 Dublin time (UTC+1)" in words(home.text)


async def test_what_was_cancelled_is_no_next_session(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=3)
    clock.move(days=1)
    coming = f'href="/sessions/{day.session_id}"'
    await enter(works, client, day.scene.coordinator)
    assert coming in (await client.get("/")).text
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    home = (await client.get("/")).text
    assert coming not in home.partition('id="next"')[2]


async def test_a_manager_begins_at_the_board(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.manager)
    home = await client.get("/")
    assert '<a class="button button-primary" href="/manage">' in home.text
    assert home.text.index("<span>The board</span>") < home.text.index("<span>My sessions</span>")


async def test_who_teaches_is_led_to_their_rosters(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    home = (await client.get("/")).text
    assert '<a class="button button-primary" href="/teaching">' in home
    assert home.index("<span>Teaching</span>") < home.index("<span>My sessions</span>")
    await enter(works, client, day.scene.coordinator)
    assert "<span>Teaching</span>" not in (await client.get("/")).text


async def test_a_visitor_chooses_a_zone(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await more_sessions(works, scene, 1)
    assert "America/New_York" in (await client.get("/zone", params={"next": "/sessions"})).text
    kept = await client.post("/zone", data={"zone": "America/New_York", "next": "/sessions?free=yes"})
    assert (kept.status_code, kept.headers["location"]) == (303, "/sessions?free=yes")
    said = words((await client.get("/sessions")).text)
    assert "Tue 5 May 2026 05:00 – 06:00 New York time (UTC-4) 14:30–15:30 Kolkata time (UTC+5:30)" in said
    snow = await client.post("/zone", data={"zone": "UTC", "next": "/\u2603"})
    assert (snow.status_code, snow.headers["location"]) == (303, "/sessions")
    wrong = await client.post("/zone", data={"zone": "Middle/Earth", "next": "//evil.example"})
    assert wrong.status_code == 422
    assert "evil.example" not in wrong.text
    await client.post("/zone", data={"zone": ""})
    assert "Each time is the session’s own local time." in (await client.get("/sessions")).text


async def test_hostile_forms_are_answered(works: Works, client: httpx.AsyncClient) -> None:
    await make_scene(works)
    assert (await client.post("/zone", data={"zone": "a\0b"})).status_code in (303, 422)
    assert (await client.post("/zone", content=b"\xff", headers={"content-type": "text/plain"})).status_code == 303
