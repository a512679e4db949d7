"""Programs for those who manage them."""

from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from tests.catalogue.made import LISTENING, MISSING, MONTH, STAFF, enter
from training.base.work import Works
from training.catalogue import actions, queries

FORM: dict[str, Any] = {
    "name": "Autumn",
    "slug": "",
    "summary": "Talks",
    "starts_on": "2026-09-01",
    "ends_on": "",
    "zone": "Europe/Berlin",
}


async def test_staff_adds_a_program_and_its_manager_changes_it(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client, "staff")
    assert "You manage no program yet" in (await client.get("/manage/programs")).text
    assert (await client.get("/manage/programs/new")).status_code == 200
    made = await client.post("/manage/programs", data=FORM)
    assert made.status_code == 303
    program = await queries.get_program("autumn")
    assert made.headers["location"] == f"/manage/programs/{program.id}"
    await enter(works, client, "program_manager", program.id)
    page = f"/manage/programs/{program.id}"
    assert 'value="Autumn"' in (await client.get(page)).text
    saved = await client.post(page, data={**FORM, "name": "Autumn Days", "version": 1})
    assert saved.status_code == 303
    changed = await queries.get_program(program.id)
    assert (changed.name, changed.slug, changed.version) == ("Autumn Days", "autumn", 2)
    assert "Autumn Days" in (await client.get("/manage/programs")).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"slug": "Not good"}, "Use small letters"),
        ({"zone": "Mars"}, "Choose a time zone"),
        ({"starts_on": "soon"}, "Please enter a date"),
        ({"ends_on": "2026-08-01"}, "The last day cannot be before the first."),
        ({"slug": "taken"}, "Another one already has this address"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    works: Works, client: httpx.AsyncClient, changes: dict[str, str], sentence: str
) -> None:
    await works.run(STAFF, actions.create_program, replace(MONTH, slug="taken"))
    await enter(works, client, "staff")
    shown = await client.post("/manage/programs", data={**FORM, **changes})
    assert shown.status_code == 422
    field = next(iter(changes))
    assert f'id="f-{field}-error"' in shown.text
    assert sentence in shown.text
    assert "Talks" in shown.text


async def test_who_was_overtaken_keeps_what_they_typed(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    await works.run(STAFF, actions.edit_program, program.id, replace(MONTH, name="First"))
    await enter(works, client, "staff")
    page = f"/manage/programs/{program.id}"
    overtaken = await client.post(page, data={**FORM, "name": "Second", "version": 1})
    assert overtaken.status_code == 409
    for words in ("Somebody changed this", 'value="Second"', 'name="version" value="2"'):
        assert words in overtaken.text
    assert (await client.post(page, data={**FORM, "name": "", "version": 2})).status_code == 422
    assert (await client.post(page, data={**FORM, "name": "Second", "version": 2})).status_code == 303


async def test_courses_and_moments_stand_on_the_page(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    await enter(works, client, "program_manager", program.id)
    page = f"/manage/programs/{program.id}"
    assert "No courses yet" in (await client.get(page)).text
    await works.run(STAFF, actions.create_course, program.id, LISTENING)
    assert "Listening first" in (await client.get(page)).text


async def test_the_list_can_be_taken_along(works: Works, client: httpx.AsyncClient) -> None:
    await works.run(STAFF, actions.create_program, replace(MONTH, name="=1+1"))
    await enter(works, client, "staff")
    csv = await client.get("/manage/programs/export/csv")
    assert (csv.status_code, csv.headers["content-type"].split(";")[0]) == (200, "text/csv")
    assert "'=1+1" in csv.text
    assert (await client.get("/manage/programs/export/xlsx")).content.startswith(b"PK")
    assert (await client.get("/manage/programs/export/exe")).status_code == 422


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    assert (await client.get("/manage/programs")).headers["location"].startswith("/sign-in")
    await enter(works, client)
    assert (await client.get("/manage/programs")).status_code == 404
    await enter(works, client, "program_manager", MISSING)
    assert (await client.get("/manage/programs/new")).status_code == 404
    for key in (program.id, MISSING):
        assert (await client.get(f"/manage/programs/{key}")).status_code == 404
        assert (await client.post(f"/manage/programs/{key}", data=FORM)).status_code == 404
    assert (await queries.get_program(program.id)).version == 1
