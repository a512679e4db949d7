"""The attendance sheet in a browser and as a file."""

import io

import httpx
import pypdf
import pytest

from tests.attendance.made import make_day
from tests.attendance.paper import SIX_SCRIPTS
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works


async def test_a_trainer_reads_it_and_takes_it_as_a_file(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, people=6)
    for member, (name, _) in zip(day.scene.members, SIX_SCRIPTS, strict=False):
        await execute("UPDATE membership SET name = {} WHERE id = {}", name, member)
    await enter(works, client, day.lead)
    base = f"/rosters/{day.meeting_id}"
    page = await client.get(f"{base}/sheet")
    said = words(page.text)
    assert page.status_code == 200
    assert "6 people" in said
    assert all(name in said for name, _ in SIX_SCRIPTS)
    assert "Trainers Lea, Asa" in said
    assert said.count("Empty line") == 1 + 5
    assert "@example.org" not in page.text.partition("<main")[2]
    assert f'href="{base}/sheet.pdf?size=a4&amp;column=signature&amp;who=all&amp;blank=5"' in page.text
    file = await client.get(f"{base}/sheet.pdf?size=a5&column=boxes&blank=0")
    assert file.headers["content-type"] == "application/pdf"
    assert file.headers["content-disposition"] == 'inline; filename="attendance-2026-05-18.pdf"'
    assert file.headers["cache-control"] == "no-store"
    text = pypdf.PdfReader(io.BytesIO(file.content)).pages[0].extract_text()
    assert "Дарья Кузнецова" in text
    assert "Left" in text


async def test_choices_change_the_page_and_the_file(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, people=3, mode="hybrid", capacity_online=5)
    await execute("UPDATE enrollment SET mode = 'online' WHERE id = {}", day.enrollments[0])
    await enter(works, client, day.manager)
    page = await client.get(f"/rosters/{day.meeting_id}/sheet?who=online&column=boxes&blank=0&size=letter")
    said = words(page.text)
    assert "1 person" in said
    assert "Left early" in said
    assert "column=boxes&amp;who=online&amp;blank=0" in page.text


@pytest.mark.parametrize("query", ["blank=41", "blank=x", "size=a0", "column=%00", "who=nobody"])
async def test_what_cannot_be_chosen_is_said(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, query: str
) -> None:
    day = await make_day(works, clock, people=1, mode="hybrid", capacity_online=5)
    await enter(works, client, day.lead)
    for address in ("sheet", "sheet.pdf"):
        answer = await client.get(f"/rosters/{day.meeting_id}/{address}?{query}")
        assert answer.status_code == 422
        assert "One thing to put right" in answer.text


async def test_nobody_else_finds_it(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, people=1)
    await enter(works, client, day.scene.coordinator)
    for address in ("sheet", "sheet.pdf"):
        assert (await client.get(f"/rosters/{day.meeting_id}/{address}")).status_code == 404
