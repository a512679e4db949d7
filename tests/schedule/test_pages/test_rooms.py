"""Rooms of a venue in a browser."""

import httpx

from tests.schedule.made import MISSING, a_program, a_room, enter
from training.base.work import Works
from training.schedule.queries import get_room, list_rooms


async def test_rooms_are_added_and_changed(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client, "program_manager", await a_program(works))
    blue = await get_room(await a_room(works))
    path = f"/manage/venues/{blue.venue_id}/rooms"
    typed = {"name": "Attic", "places": "12", "access_notes": "No lift", "version": "1"}
    assert (await client.post(path, data=typed)).headers["location"] == path
    attic = (await list_rooms(blue.venue_id))[0]
    page = (await client.get(path)).text
    assert f'href="/manage/rooms/{attic.id}"' in page
    assert "not said" in page
    assert 'value="Attic"' in (await client.get(f"/manage/rooms/{attic.id}")).text
    renamed = {**typed, "name": "Loft"}
    assert (await client.post(f"/manage/rooms/{attic.id}", data=renamed)).headers["location"] == path
    assert (await get_room(attic.id)).name == "Loft"
    for address, changes, sentence in (
        (path, {"name": "Loft"}, "This venue has a room of this name already."),
        (path, {"name": ""}, "Please fill this in."),
        (f"/manage/rooms/{attic.id}", {"version": "1"}, "Somebody changed this while you were writing."),
        (f"/manage/rooms/{attic.id}", {"places": "many", "version": "2"}, "Please enter a number."),
    ):
        answer = await client.post(address, data={**typed, **changes})
        assert (answer.status_code, sentence in answer.text) == (409 if changes == {"version": "1"} else 422, True)
    assert '"Loft"' in (await client.get(f"{path}/export/csv")).text


async def test_what_is_missing_or_out_of_reach_is_not_found(works: Works, client: httpx.AsyncClient) -> None:
    blue = await a_room(works)
    await enter(works, client)
    assert (await client.get(f"/manage/rooms/{blue}")).status_code == 404
    await enter(works, client, "staff")
    assert (await client.get(f"/manage/rooms/{MISSING}")).status_code == 404
    assert (await client.get(f"/manage/venues/{MISSING}/rooms")).status_code == 404
