"""Partners of a program on pages."""

import httpx
import pytest

from tests.partners.made import MISSING, STAFF, enter_as, make_coordinator, make_partner, make_program
from training.base.database import watch_statements
from training.base.work import Works
from training.partners import actions, queries
from training.people.rules import Role


async def test_a_manager_lets_partners_take_part_and_ends_it(works: Works, client: httpx.AsyncClient) -> None:
    partner, program = await make_partner(works), await make_program(works)
    await enter_as(works, client, Role.PROGRAM_MANAGER, program.id)
    base = f"/manage/programs/{program.id}/partners"
    assert "No organization takes part yet" in (await client.get(base)).text
    for name, sentence in (("", "Please fill this in."), ("Nobody", "There is no organization of this name yet")):
        shown = await client.post(base, data={"partner": name})
        assert (shown.status_code, sentence in shown.text) == (422, True)
    refused = await client.post(base, data={"partner": "alliance-a"})
    assert (refused.status_code, "This organization must agree first." in refused.text) == (422, True)
    await works.run(STAFF, actions.join_program, partner.id, program.id)
    assert (await client.post(base, data={"partner": "alliance-a"})).status_code == 303
    assert "Nobody yet: invite a coordinator" in (await client.get(base)).text
    await make_coordinator(works, partner.id, "c@a.example")
    assert "Has a coordinator" in (await client.get(base)).text
    assert "Alliance A" in (await client.get(f"{base}/export/csv")).text
    assert (await client.post(f"{base}/{partner.id}/leave")).status_code == 303
    assert await queries.list_participants(STAFF, program.id) == []


@pytest.mark.parametrize("number", [1, 30])
async def test_the_list_takes_as_many_statements_for_many(works: Works, client: httpx.AsyncClient, number: int) -> None:
    program = await make_program(works)
    for place in range(number):
        partner = await make_partner(works, f"P {place}")
        await works.run(STAFF, actions.join_program, partner.id, program.id)
    await enter_as(works, client, Role.PROGRAM_MANAGER, program.id)
    with watch_statements() as seen:
        assert (await client.get(f"/manage/programs/{program.id}/partners")).status_code == 200
    assert len(seen) == 4


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    partner, program = await make_partner(works), await make_program(works)
    await works.run(STAFF, actions.join_program, partner.id, program.id)
    await enter_as(works, client, Role.PROGRAM_MANAGER, MISSING)
    base = f"/manage/programs/{program.id}/partners"
    assert (await client.get(base)).status_code == 404
    assert (await client.get(f"{base}/export/csv")).status_code == 404
    assert (await client.post(base, data={"partner": "Alliance A"})).status_code == 404
    assert (await client.post(f"{base}/{partner.id}/leave")).status_code == 404
    assert len(await queries.list_participants(STAFF, program.id)) == 1
