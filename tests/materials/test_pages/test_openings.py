"""Who opened a material, for those who change it."""

import httpx

from tests.attendance.made import make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import published
from tests.materials.prepared import opened
from training.base.structs import Viewer
from training.base.work import Works


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def test_the_log_as_page_and_file(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, title="Words")
    await enter(works, client, day.lead)
    path = f"/materials/{material.id}/openings"
    assert "Nobody opened it yet" in (await client.get(path)).text
    await opened(works, day.scene, material.id, way="download")
    shown = (await client.get(path)).text
    for words in ("Northern Line 0", "Downloaded it", "Version 1", "Kept for 180 days"):
        assert words in shown, words
    rows = (await client.get(f"{path}/export/csv")).text.splitlines()
    assert '"Northern Line 0","northern-line-0@example.org",1,"","download"' in rows[1]
    assert (await client.get(f"{path}?cursor=strange")).status_code == 422


async def test_others_find_nothing(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True)
    for who in (day.lead, day.assistant, day.scene.coordinator):
        await enter(works, client, who)
        for tail in ("", "/export/csv"):
            assert (await client.get(f"/materials/{material.id}/openings{tail}")).status_code == 404
