"""Moments for those who manage their program."""

import httpx

from tests.catalogue.made import MISSING, MONTH, STAFF, WORLD_DAY, enter
from training.base.work import Works
from training.catalogue import actions, queries


async def test_a_moment_from_added_to_removed(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    await enter(works, client, "program_manager", program.id)
    assert (await client.get(f"/manage/programs/{program.id}/moments/new")).status_code == 200
    address = f"/manage/programs/{program.id}/moments"
    wrong = await client.post(address, data={"name": "Day", "starts_on": "2026-10-10", "ends_on": "2026-10-01"})
    assert (wrong.status_code, "The last day cannot be before" in wrong.text) == (422, True)
    assert (await client.post(address, data={"name": "Day", "starts_on": ""})).status_code == 422
    made = await client.post(address, data={"name": "Day", "starts_on": "2026-10-10", "ends_on": ""})
    assert (made.status_code, made.headers["location"]) == (303, f"/manage/programs/{program.id}#moments")
    moment = (await queries.list_moments(program.id))[0]
    page = f"/manage/moments/{moment.id}"
    assert 'value="2026-10-10"' in (await client.get(page)).text
    looked = {"version": 1}
    assert (await client.post(page, data={**looked, "name": "", "starts_on": "2026-10-10"})).status_code == 422
    late = {**looked, "name": "Day", "starts_on": "2026-10-10", "ends_on": "2026-10-09"}
    assert (await client.post(page, data=late)).status_code == 422
    assert (await client.post(page, data={**looked, "name": "Big Day", "starts_on": "2026-10-10"})).status_code == 303
    assert (await queries.get_moment(moment.id)).name == "Big Day"
    stale = await client.post(f"{page}/remove", data=looked)
    assert stale.headers["location"] == page, "somebody who saw another moment removes nothing"
    assert (await client.post(f"{page}/remove", data={"version": 2})).status_code == 303
    assert await queries.list_moments(program.id) == []


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    moment = await works.run(STAFF, actions.add_moment, program.id, WORLD_DAY)
    await enter(works, client, "program_manager", MISSING)
    body = {"name": "X", "starts_on": "2026-10-10"}
    for key in (moment.id, MISSING):
        assert (await client.get(f"/manage/moments/{key}")).status_code == 404
        assert (await client.post(f"/manage/moments/{key}", data=body)).status_code == 404
        assert (await client.post(f"/manage/moments/{key}/remove")).status_code == 404
    assert (await client.get(f"/manage/programs/{program.id}/moments/new")).status_code == 404
    assert (await client.post(f"/manage/programs/{program.id}/moments", data=body)).status_code == 404
