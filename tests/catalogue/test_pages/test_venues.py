"""Venues for those who plan sessions."""

from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from tests.catalogue.made import LIBRARY, MISSING, STAFF, enter
from training.base.work import Works
from training.catalogue import actions, queries

FORM: dict[str, Any] = {
    "name": "Library",
    "address": "Main Street 1",
    "country": "DE",
    "zone": "Europe/Berlin",
    "latitude": "52.52",
    "longitude": "13.405",
    "access_notes": "Lift at the back",
}


async def test_a_venue_from_added_to_changed(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client, "program_manager", MISSING)
    assert "No venues yet" in (await client.get("/manage/venues")).text
    assert (await client.get("/manage/venues/new")).status_code == 200
    made = await client.post("/manage/venues", data=FORM)
    assert made.status_code == 303
    venue = (await queries.list_venues(STAFF)).items[0]
    page = f"/manage/venues/{venue.id}"
    assert made.headers["location"] == page
    shown = (await client.get(page)).text
    for words in ('value="Library"', 'value="52.52"', '<option value="DE" selected>', "Lift at the back"):
        assert words in shown
    cleared = {**FORM, "latitude": "", "longitude": "", "country": "", "version": 1}
    assert (await client.post(page, data=cleared)).status_code == 303
    changed = await queries.load_venue(venue.id)
    assert (changed.latitude, changed.country, changed.version) == (None, "", 2)
    assert "Library" in (await client.get("/manage/venues")).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"zone": "Atlantis"}, "Choose a time zone"),
        ({"latitude": "91"}, "Degrees go from -90 to 90."),
        ({"longitude": ""}, "Give both coordinates or neither."),
        ({"country": "ZZ"}, "Choose a country"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    works: Works, client: httpx.AsyncClient, changes: dict[str, str], sentence: str
) -> None:
    venue = await works.run(STAFF, actions.create_venue, LIBRARY)
    await enter(works, client, "staff")
    for address in ("/manage/venues", f"/manage/venues/{venue.id}"):
        shown = await client.post(address, data={**FORM, **changes, "version": 1})
        assert shown.status_code == 422
        assert sentence in shown.text
        assert f'id="f-{next(iter(changes))}-error"' in shown.text


async def test_venues_go_on_behind_a_cursor_and_into_files(works: Works, client: httpx.AsyncClient) -> None:
    for number in range(201):
        await works.run(STAFF, actions.create_venue, replace(LIBRARY, name=f"Venue {number}"))
    await enter(works, client, "staff")
    first = (await client.get("/manage/venues")).text
    after = first.split('href="/manage/venues?cursor=')[1].split('"')[0]
    rest = (await client.get(f"/manage/venues?cursor={after}")).text
    assert (first.count('href="/manage/venues/0'), rest.count('href="/manage/venues/0')) == (200, 1)
    csv = await client.get("/manage/venues/export/csv")
    assert csv.text.count("Europe/Berlin") == 201


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    venue = await works.run(STAFF, actions.create_venue, LIBRARY)
    await enter(works, client, "coordinator", MISSING)
    for path in ("", "/new", f"/{venue.id}", f"/{MISSING}", "/export/csv"):
        assert (await client.get(f"/manage/venues{path}")).status_code == 404
    assert (await client.post(f"/manage/venues/{venue.id}", data=FORM)).status_code == 404
