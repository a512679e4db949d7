"""Finding a session: list, month, filters, and the same number of statements however many there are."""

from uuid import UUID

import httpx
import pytest

from tests.booking.made import make_scene
from tests.booking.test_pages.made import enter, words
from tests.portal.made import more_sessions
from training.base.database import execute, watch_statements
from training.base.work import Works


async def test_four_statements_with_ten_and_five_hundred(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await enter(works, client, scene.coordinator)
    for count in (10, 490):
        await more_sessions(works, scene, count)
        for path in ("/sessions", "/sessions?view=month&month=2026-05", "/sessions?q=session&free=yes"):
            with watch_statements() as seen:
                assert (await client.get(path)).status_code == 200
            assert len(seen) <= 4, (path, seen)


async def test_who_sees_what(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    assert "Safe messaging" not in (await client.get("/sessions")).text
    await enter(works, client, scene.coordinator)
    said = words((await client.get("/sessions")).text)
    assert "Safe messaging" in said
    assert "3 of 3 places free" in said
    assert "For participating partners" in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("q=SAFÉ", True),
        ("q=messaging safe", True),
        ("q=unsafe", False),
        ("mode=in_person", True),
        ("mode=online", False),
        ("language=en", True),
        ("language=fr", False),
        ("free=yes", True),
        ("since=2026-05-18", True),
        ("since=2026-05-19", False),
        ("since=0001-01-01", True),
        ("past=yes", True),
        ("program={program}", True),
        ("course={course}", True),
        (f"program={UUID(int=404)}", False),
        (f"venue={UUID(int=404)}", False),
        ("view=month", True),
        ("view=month&month=2026-06", False),
        ("view=month&q=nothing", False),
    ],
)
async def test_filters(works: Works, client: httpx.AsyncClient, query: str, found: bool) -> None:
    scene = await make_scene(works, search="safe messaging")
    await enter(works, client, scene.coordinator)
    query = query.format(program=scene.program_id, course=scene.course_id)
    answer = await client.get(f"/sessions?{query}")
    assert answer.status_code == 200
    assert ("<bdi>Safe messaging</bdi>" in answer.text) is found
    if not found:
        assert "No session" in answer.text


async def test_a_filter_can_be_taken_away(works: Works, client: httpx.AsyncClient) -> None:
    await make_scene(works, audience="public", language="de")
    answer = (await client.get("/sessions?language=de&free=yes&q=x%22y")).text
    assert '<a href="/sessions?q=x%22y&amp;free=yes"><span>German</span>' in answer
    assert "“x&#34;y”" in answer
    assert 'value="x&#34;y"' in answer


@pytest.mark.parametrize(
    "query",
    ["mode=boat", "program=7", "since=tomorrow", "q=a%00b", "view=circle", f"q={'x' * 300}", "month=2026-05-05-01"],
)
async def test_what_cannot_be_read_is_said_and_hides_nothing(
    works: Works, client: httpx.AsyncClient, query: str
) -> None:
    await make_scene(works, audience="public")
    answer = await client.get(f"/sessions?{query}")
    assert answer.status_code == 200
    assert "to put right" in answer.text
    assert "Safe messaging" in answer.text


async def test_pages_follow_each_other(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await more_sessions(works, scene, 30)
    first = (await client.get("/sessions?mode=online")).text
    assert "Session 024" in first
    assert "Session 025" not in first
    onward = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = (await client.get(onward)).text
    assert "Session 025" in second
    assert "Session 024" not in second
    assert 'rel="prev" href="/sessions?mode=online"' in second
    assert (await client.get("/sessions?cursor=nonsense")).status_code == 422


async def test_a_month_in_one_zone(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    await more_sessions(works, scene, 3)
    month = await client.get("/sessions?view=month&month=2026-05")
    said = words(month.text)
    assert "Times are in Kolkata time." in said
    assert "Tuesday 5 May 14:30 Session 000" in said
    assert 'href="/sessions?view=month&amp;month=2026-04"' in month.text
    here = await client.get("/sessions?view=month&month=2026-05&zone=Asia/Tokyo")
    assert "Times are in Tokyo time." in words(here.text)
    assert "zone=" in here.headers["set-cookie"]
    assert "Times are in Tokyo time." in words((await client.get("/sessions")).text)


async def test_states_are_told(works: Works, client: httpx.AsyncClient) -> None:
    await make_scene(works, audience="public", taken_in_person=3, waiting=4, waiting_in_person=4)
    assert "Full, 4 waiting" in words((await client.get("/sessions")).text)
    await execute("UPDATE session SET state = 'cancelled'")
    assert "Cancelled" in words((await client.get("/sessions")).text)


async def test_a_code_leads_to_its_session(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="invited", access_code="KX7M-RT4P")
    assert (await client.get("/sessions/by-code")).status_code == 200
    found = await client.post("/sessions/by-code", data={"code": "kx7m rt4p"})
    assert found.headers["location"] == f"/sessions/{scene.session_id}?code=KX7M-RT4P"
    assert (await client.get(found.headers["location"])).status_code == 200
    assert (await client.get(f"/sessions/{scene.session_id}")).status_code == 404
    for wrong in ({"code": "AAAA-AAAA"}, {"code": ""}, {}, {"code": "x" * 99}, {"code": "\0\0\0\0\0"}):
        answer = await client.post("/sessions/by-code", data=wrong)
        assert answer.status_code == 422
        assert "to put right" in answer.text


async def test_several_meetings_are_never_one_span(works: Works, client: httpx.AsyncClient) -> None:
    await make_scene(works, audience="public", meetings=2)
    said = words((await client.get("/sessions")).text)
    assert "Mon 18 May 2026 10:00 , 2 meetings until Tue 19 May 2026 Dublin time (UTC+1)" in said
    assert "10:00 – Tue" not in said


async def test_a_program_that_is_over_leads_to_what_was(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public")
    await execute("UPDATE session SET ends_at = {}", works.clock())
    await enter(works, client, scene.coordinator)
    with watch_statements() as seen:
        page = (await client.get(f"/sessions?program={scene.program_id}")).text
    assert len(seen) <= 4
    assert "1 session is over: show it" in words(page)
    assert f'href="/sessions?program={scene.program_id}&amp;past=yes"' in page
    assert "The chosen program" not in page
    shown = (await client.get(f"/sessions?program={scene.program_id}&past=yes")).text
    assert "<bdi>Safe messaging</bdi>" in shown
    assert "The chosen program" not in shown
