"""Drafting a session in a browser."""

from uuid import UUID

import httpx

from tests.schedule.made import MISSING, a_course, a_partner, a_program, enter
from tests.schedule.test_pages.test_editing import FORM
from training.base.work import Works
from training.catalogue.rules import Mode
from training.schedule.queries import list_invited_partners, lock_session


async def test_from_the_choice_of_a_course_to_a_draft(works: Works, client: httpx.AsyncClient) -> None:
    program, other = await a_program(works), await a_program(works, "Other")
    course = await a_course(works, program, mode=Mode.HYBRID, capacity_online=30, summary="How to listen.")
    await a_course(works, other, title="Not mine")
    partner = await a_partner(works, "Alba", program)
    await enter(works, client, "program_manager", program)
    choice = (await client.get("/manage/sessions/new")).text
    assert f'<option value="{course.id}">Listening first' in choice
    assert "Not mine" not in choice
    form = (await client.get("/manage/sessions/new", params={"course": str(course.id)})).text
    for words in ('value="hybrid" checked', 'value="30"', "How to listen.", "Alba"):
        assert words in form
    typed = {
        **FORM,
        "course": str(course.id),
        "mode": "hybrid",
        "capacity_online": "30",
        "summary": "How to listen.",
        "title": "Evening",
        "partner_ids": str(partner),
    }
    made = await client.post("/manage/sessions/new", data=typed)
    assert made.status_code == 303
    key = UUID(made.headers["location"].split("/")[3])
    assert made.headers["location"] == f"/manage/sessions/{key}/meetings"
    assert (await lock_session(key)).own_fields == {"title"}
    assert [found.id for found in await list_invited_partners(key)] == [partner]
    assert "Add the first meeting" in (await client.get(made.headers["location"])).text


async def test_what_cannot_be_drafted(works: Works, client: httpx.AsyncClient) -> None:
    program, other = await a_program(works), await a_program(works, "Other")
    course, foreign = await a_course(works, program), await a_course(works, other)
    await enter(works, client, "program_manager", program)
    refused = await client.post(
        "/manage/sessions/new", data={**FORM, "course": str(course.id), "capacity_in_person": "0", "title": "Typed"}
    )
    assert refused.status_code == 422
    assert "Say how many places there are in the room." in refused.text
    assert 'value="Typed"' in refused.text
    assert (await client.post("/manage/sessions/new", data=FORM)).headers["location"] == "/manage/sessions/new"
    for out_of_reach in (foreign.id, MISSING):
        asked = {"course": str(out_of_reach)}
        assert (await client.get("/manage/sessions/new", params=asked)).status_code == 404
        assert (await client.post("/manage/sessions/new", data={**FORM, **asked})).status_code == 404


async def test_without_a_course_the_way_to_one_is_shown(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client, "program_manager", await a_program(works))
    page = (await client.get("/manage/sessions/new")).text
    assert "No course yet" in page
    assert 'href="/manage/programs"' in page
