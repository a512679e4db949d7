"""Programs as everybody sees them."""

from datetime import date

import httpx
import pytest
from msgspec.structs import replace

from tests.catalogue.made import LISTENING, MONTH, STAFF, WORLD_DAY, enter
from training.base.database import watch_statements
from training.base.work import Works
from training.catalogue import actions


async def test_programs_that_go_on_come_before_those_that_are_over(works: Works, client: httpx.AsyncClient) -> None:
    await works.run(STAFF, actions.create_program, MONTH)
    last_year = replace(MONTH, name="Last Year", starts_on=date(2025, 5, 1), ends_on=date(2025, 5, 31))
    await works.run(STAFF, actions.create_program, last_year)
    shown = await client.get("/programs")
    assert shown.status_code == 200
    assert shown.text.index("Now and next") < shown.text.index(MONTH.name) < shown.text.index("Last Year")
    assert "Manage programs" not in shown.text
    await enter(works, client, "staff")
    assert "Manage programs" in (await client.get("/programs")).text


async def test_an_empty_house_says_so(works: Works, client: httpx.AsyncClient) -> None:
    assert "No programs yet" in (await client.get("/programs")).text
    assert works.site.name == "training"


async def test_a_program_shows_its_moments_and_courses(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, replace(MONTH, summary="One.\n\nTwo <b>bold</b>."))
    await works.run(STAFF, actions.add_moment, program.id, replace(WORLD_DAY, starts_on=date(2026, 5, 4)))
    values = replace(LISTENING, description="Long", language="es", joining_details="Ring twice")
    await works.run(STAFF, actions.create_course, program.id, values)
    shown = await client.get(f"/programs/{program.slug}")
    for words in ("One.", "Two &lt;b&gt;bold", WORLD_DAY.name, "Today", "Listening first", "Spanish", "In person"):
        assert words in shown.text
    assert "Ring twice" not in shown.text
    assert f'href="/sessions?program={program.id}"' in shown.text


@pytest.mark.parametrize("slug", ["missing", "a'b", "%00", "x" * 300])
async def test_a_program_that_is_not_there_is_a_page_that_says_so(client: httpx.AsyncClient, slug: str) -> None:
    assert (await client.get(f"/programs/{slug}")).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
async def test_a_program_takes_five_statements(works: Works, client: httpx.AsyncClient, number: int) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    for place in range(number):
        await works.run(STAFF, actions.add_moment, program.id, replace(WORLD_DAY, name=f"M{place}"))
        await works.run(STAFF, actions.create_course, program.id, replace(LISTENING, title=f"C{place}"))
    with watch_statements() as seen:
        assert (await client.get(f"/programs/{program.slug}")).status_code == 200
    assert len(seen) == 5
    with watch_statements() as seen:
        assert (await client.get("/programs")).status_code == 200
    assert len(seen) == 1
