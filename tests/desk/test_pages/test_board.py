"""The board as a page."""

import re
from datetime import timedelta
from uuid import UUID

import httpx

from tests.booking.made import make_scene
from tests.desk.made import a_viewer, another_program, foreign_manager, full_scene, sign_in, staff
from tests.desk.test_queries.test_board import fill
from training.base.database import watch_statements
from training.base.work import Works
from training.desk.pages.board import FIXED_AT


async def test_a_manager_sees_what_needs_a_decision(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works, starts_in=timedelta(days=3), minimum_participants=5)
    await sign_in(client, works, scene.manager)
    board = await client.get("/manage")
    assert board.status_code == 200
    for words in (
        "The meeting has no trainer yet.",
        "The meeting has no room yet.",
        "3 enrolled, at least 5 are needed.",
        f'href="/manage/sessions/{scene.session_id}/trainers"',
        f'href="/manage/sessions/{scene.session_id}/move"',
        "in 3 days",
        "No meeting today.",
        "No meeting tomorrow.",
    ):
        assert words in board.text
    assert "People</span>" not in board.text, "accounts are for staff"


async def test_every_button_leads_somewhere(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works, starts_in=timedelta(hours=4), minimum_participants=5)
    await sign_in(client, works, scene.manager)
    board = await client.get("/manage")
    addresses = {href.partition("#")[0] for href in re.findall(r'href="(/manage[^"]*)"', board.text)}
    addresses |= {f"/manage/sessions/{scene.session_id}{end}" for end in FIXED_AT.values()}
    answers = {address: (await client.get(address)).status_code for address in sorted(addresses)}
    assert set(answers.values()) == {200}, answers


async def test_nothing_needs_anybody(client: httpx.AsyncClient, works: Works) -> None:
    await sign_in(client, works, await foreign_manager(works))
    await make_scene(works)
    board = await client.get("/manage")
    assert "Nothing needs you today." in board.text
    assert "Safe messaging" not in board.text


async def test_today_in_the_viewers_zone_and_the_sessions(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=4))
    await sign_in(client, works, scene.manager)
    board = await client.get("/manage")
    assert "No meeting today." not in board.text
    assert "Dublin time (UTC+1)" in board.text, "the viewer's zone"
    assert "13:00–15:00 UTC" in board.text, "the meeting's zone"
    assert "0 of 3" in board.text
    assert "No trainer" in board.text


async def test_staff_chooses_a_program_and_one_kind(client: httpx.AsyncClient, works: Works) -> None:
    scene, other = await make_scene(works), await another_program(works)
    await sign_in(client, works, await staff(works))
    assert "Safe messaging" in (await client.get("/manage")).text
    assert "Safe messaging" in (await client.get(f"/manage?program={scene.program_id}")).text
    assert "Safe messaging" not in (await client.get(f"/manage?program={other}")).text
    assert (await client.get(f"/manage?program={UUID(int=404)}")).status_code == 404
    one = await client.get("/manage?show=trainer")
    assert "The meeting has no trainer yet." in one.text
    assert "The meeting has no room yet." not in one.text
    assert (await client.get("/manage?show=nonsense&program=nonsense")).status_code == 200


async def test_many_lines_are_offered_in_full(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    await fill(works, scene, 9)
    await sign_in(client, works, scene.manager)
    assert "Show all 10" in (await client.get("/manage")).text
    whole = await client.get("/manage?show=trainer")
    assert "Show all" not in whole.text
    assert whole.text.count("The meeting has no trainer yet.") == 10


async def test_foreign_programs_are_as_good_as_missing(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    await sign_in(client, works, await foreign_manager(works))
    foreign = await client.get(f"/manage?program={scene.program_id}")
    missing = await client.get(f"/manage?program={UUID(int=404)}")
    assert (foreign.status_code, foreign.text.count("<h1>")) == (missing.status_code, missing.text.count("<h1>"))
    assert foreign.status_code == 404


async def test_who_runs_nothing_has_no_board(client: httpx.AsyncClient, works: Works) -> None:
    assert (await client.get("/manage")).headers["location"] == "/sign-in?next=/manage"
    await sign_in(client, works, await a_viewer(works, "Ada"))
    assert (await client.get("/manage")).status_code == 404


async def test_as_many_statements_for_500_sessions_as_for_10(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works)
    await sign_in(client, works, scene.manager)
    await client.get("/manage")
    counts = []
    for more in (9, 490):
        await fill(works, scene, more)
        with watch_statements() as seen:
            assert (await client.get("/manage")).status_code == 200
        counts.append(len(seen))
    assert counts == [10, 10]
