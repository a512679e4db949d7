"""Details of a partner on pages."""

import httpx

from tests.partners.made import MISSING, STAFF, enter, enter_as, make_coordinator, make_partner, make_program
from training.base.work import Works
from training.partners import queries
from training.people.rules import Role

FORM = {"name": "Alliance A", "country": "DE", "website": "https://a.example", "version": "1"}


async def test_a_coordinator_changes_details_and_not_the_parent(works: Works, client: httpx.AsyncClient) -> None:
    top = await make_partner(works, "Top")
    partner = await make_partner(works, "Alliance A", top.id)
    await make_coordinator(works, partner.id, "c@a.example")
    await enter(works, client, "c@a.example")
    page = f"/partners/{partner.id}/settings"
    shown = (await client.get(page)).text
    assert ("Part of Top" in shown, 'name="parent"' in shown) == (True, False)
    assert (await client.post(page, data={**FORM, "parent": ""})).status_code == 303
    kept = await queries.get_partner(STAFF, partner.id)
    assert (kept.country, kept.parent_id, kept.version) == ("DE", top.id, 2)
    overtaken = await client.post(page, data={**FORM, "name": "Other"})
    assert (overtaken.status_code, 'value="Other"' in overtaken.text) == (409, True)


async def test_staff_names_a_parent_in_any_spelling(works: Works, client: httpx.AsyncClient) -> None:
    top, partner = await make_partner(works, "Top Alliance"), await make_partner(works)
    await enter_as(works, client, Role.STAFF)
    page = f"/partners/{partner.id}/settings"
    assert 'name="parent"' in (await client.get(page)).text
    for parent in ("Nobody", "alliance a"):
        shown = await client.post(page, data={**FORM, "parent": parent})
        assert (shown.status_code, 'id="f-parent-error"' in shown.text) == (422, True)
    assert (await client.post(page, data={**FORM, "parent": "top-alliance"})).status_code == 303
    assert (await queries.get_partner(STAFF, partner.id)).parent_id == top.id


async def test_a_manager_adds_a_partner_and_its_coordinator(works: Works, client: httpx.AsyncClient) -> None:
    program = await make_program(works)
    await enter_as(works, client, Role.PROGRAM_MANAGER, program.id)
    assert "Month" in (await client.get("/manage/partners/new")).text
    none = await client.post("/manage/partners", data={**FORM, "program_id": ""})
    assert (none.status_code, 'id="f-program_id-error"' in none.text) == (422, True)
    made = await client.post("/manage/partners", data={**FORM, "program_id": str(program.id)})
    partner = await queries.get_partner(STAFF, "alliance-a")
    page = f"/manage/partners/{partner.id}/coordinator"
    assert (made.status_code, made.headers["location"]) == (303, page)
    assert (await client.post(page, data={"email": "x"})).status_code == 422
    assert (await client.get(page)).status_code == 200
    assert (await client.post(page, data={"email": "c@a.example", "name": "Cleo"})).status_code == 303
    assert await queries.has_coordinator(partner.id)
    assert "Somebody books for this organization already" in (await client.get(page)).text
    assert (await client.post(page, data={"email": "d@a.example"})).status_code == 404


async def test_what_is_wrong_stands_beside_its_field(works: Works, client: httpx.AsyncClient) -> None:
    await make_partner(works)
    await enter_as(works, client, Role.STAFF)
    for field, value in (("name", ""), ("name", "ALLIANCE-A"), ("website", "a.example"), ("parent", "Nobody")):
        shown = await client.post("/manage/partners", data={**FORM, "name": "New", field: value})
        assert (shown.status_code, f'id="f-{field}-error"' in shown.text) == (422, True)
    assert "Alliance A" in (await client.get("/manage/partners/export/csv")).text


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    mine, theirs = await make_partner(works, "B"), await make_partner(works, "A")
    await make_coordinator(works, mine.id, "c@b.example")
    assert (await client.get(f"/partners/{mine.id}/settings")).headers["location"].startswith("/sign-in")
    await enter(works, client, "c@b.example")
    for key in (theirs.id, MISSING):
        assert (await client.get(f"/partners/{key}/settings")).status_code == 404
        assert (await client.post(f"/partners/{key}/settings", data=FORM)).status_code == 404
    for path in ("/new", "/export/csv", f"/{mine.id}/coordinator"):
        assert (await client.get(f"/manage/partners{path}")).status_code == 404
    assert (await client.post("/manage/partners", data=FORM)).status_code == 404
