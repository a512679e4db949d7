"""The list of sessions for those who plan them, and its files."""

import io

import httpx
import pytest
from openpyxl import load_workbook

from tests.schedule.made import NEXT_WEEK, STAFF, WEEK_AFTER, a_course, a_program, a_session, enter
from training.base.database import watch_statements
from training.base.work import Works
from training.schedule.actions import cancel_session

LIST = "/manage/sessions"


async def managed(works: Works, client: httpx.AsyncClient, *titles: str) -> None:
    """Sessions of these titles, with their manager signed in; one more of another program."""
    program, other = await a_program(works), await a_program(works, "Other")
    course = await a_course(works, program)
    for number, title in enumerate(titles):
        await a_session(works, course.id, NEXT_WEEK if number % 2 else WEEK_AFTER, title=title, publish=number % 2 == 0)
    await a_session(works, (await a_course(works, other)).id, title="Not mine")
    await enter(works, client, "program_manager", program)


async def test_the_list_and_its_filters(works: Works, client: httpx.AsyncClient) -> None:
    await managed(works, client, "Listening", "Speaking")
    page = (await client.get(LIST)).text
    assert page.index("Speaking") < page.index("Listening")
    assert "Not mine" not in page
    drafts = (await client.get(LIST, params={"state": "draft"})).text
    assert "Speaking" in drafts
    assert "Listening</bdi>" not in drafts
    assert "state=draft" in drafts
    none = (await client.get(LIST, params={"q": "<script>"})).text
    assert "No sessions match" in none
    assert "<script>" not in none


@pytest.mark.parametrize("asked", [{"program": "x"}, {"mode": "x"}, {"state": "x"}])
async def test_a_filter_that_cannot_be_read_is_told(
    works: Works, client: httpx.AsyncClient, asked: dict[str, str]
) -> None:
    await managed(works, client, "Listening")
    answer = await client.get(LIST, params=asked)
    assert answer.status_code == 200
    assert "Please choose one of the list." in answer.text
    assert (await client.get(LIST, params={"cursor": "x"})).status_code == 422


async def test_the_files_hold_what_the_list_shows(works: Works, client: httpx.AsyncClient) -> None:
    await managed(works, client, "=cmd()", "Speaking")
    csv = await client.get(f"{LIST}/export/csv", params={"state": "published"})
    assert csv.headers["content-disposition"].startswith('attachment; filename="sessions.csv"')
    lines = csv.text.splitlines()
    assert len(lines) == 2
    assert '"State","Starts there","Ends there","Time zone","Starts (UTC)"' in lines[0]
    assert '"Published","2' in lines[1]
    assert lines[1].startswith('"\'=cmd()",')
    book = load_workbook(io.BytesIO((await client.get(f"{LIST}/export/xlsx")).content))
    assert [row[0].value for row in book["Table"].iter_rows(min_row=2)] == ["Speaking", "=cmd()"]
    assert (await client.get(f"{LIST}/export/exe")).status_code == 422


async def test_the_list_takes_few_statements(works: Works, client: httpx.AsyncClient) -> None:
    await managed(works, client, *(f"Number {n}" for n in range(9)))
    with watch_statements() as seen:
        await client.get(LIST)
    assert len(seen) <= 4


async def test_an_empty_list_says_what_to_do(works: Works, client: httpx.AsyncClient) -> None:
    await managed(works, client)
    assert 'href="/manage/sessions/new"' in (await client.get(LIST)).text


async def test_places_are_words_and_a_cancelled_session_has_none(works: Works, client: httpx.AsyncClient) -> None:
    program = await a_program(works)
    key = await a_session(works, (await a_course(works, program)).id, title="Listening", publish=True)
    await enter(works, client, "program_manager", program)
    assert "0 of 12 taken" in (await client.get(LIST)).text
    await works.run(STAFF, cancel_session, key, "The trainer is ill.")
    shown = (await client.get(LIST, params={"state": "cancelled"})).text
    assert ("of 12 taken" in shown, "free</" in shown) == (False, False)
    overview = (await client.get(f"{LIST}/{key}")).text
    assert "places free" not in overview
