"""Addresses of files for programs."""

from typing import Any

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import SITE, FrozenClock
from tests.materials.handed import CONTENT, handed
from tests.materials.made import learner
from training.base.database import execute
from training.base.work import Works
from training.materials.storage.keeping import Storage
from training.people.actions.tokens import make_own_token, revoke_own_token
from training.people.queries import find_viewer
from training.people.rules import TokenScope
from training.people.rules.tokens import TokenOrder

pytestmark = pytest.mark.parametrize("storage", ["local"], indirect=True)


@pytest.fixture
async def day(works: Works, clock: FrozenClock) -> Day:
    return await make_day(works, clock)


async def asked(client: httpx.AsyncClient, path: str, token: str = "") -> Any:
    return await client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {token}"} if token else {})


async def test_an_address_that_needs_no_bearer(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage)
    told = (await asked(client, file.path, await bearer(works, learner(day)))).json()
    assert told["url"].startswith(f"{SITE.base_url}/files/")
    assert {name: told[name] for name in ("name", "media_type", "size", "sha256")} == {
        "name": "slides.pdf",
        "media_type": "application/pdf",
        "size": len(CONTENT),
        "sha256": file.etag.strip('"'),
    }
    assert told["expires_at"] == "2026-05-18T15:10:00Z"
    assert (await client.get(told["url"])).content == CONTENT
    assert [row["way"] for row in await execute("SELECT way FROM material_opening")] == ["download"]


async def test_an_api_token_that_is_revoked_ends_it(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    file = await handed(works, day, storage)
    viewer = await find_viewer(await bearer(works, learner(day)), works.clock())
    assert viewer is not None
    order = TokenOrder(label="files", scopes=frozenset({TokenScope.READ}), days=30)
    made = await works.run(viewer, make_own_token, order)
    url = (await asked(client, file.path, made.token)).json()["url"]
    assert (await client.get(url)).content == CONTENT
    await works.run(viewer, revoke_own_token, made.id)
    assert (await client.get(url)).status_code == 404


async def test_of_a_course(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    file = await handed(works, day, storage, of_course=True, audience="everyone")
    told = (await asked(client, f"/courses/{day.scene.course_id}{file.tail}")).json()
    assert (await client.get(told["url"])).content == CONTENT


async def test_who_gets_none(works: Works, client: httpx.AsyncClient, storage: Storage, day: Day) -> None:
    file = await handed(works, day, storage)
    link = await handed(works, day, storage, variant={"kind": "link", "file_id": None, "link": "https://example.org"})
    token = await bearer(works, day.stranger)
    assert (await asked(client, file.path)).status_code == 404
    assert (await asked(client, file.path, token)).status_code == 404
    inside = await bearer(works, learner(day))
    assert (await asked(client, link.path, inside)).status_code == 404
    foreign = file.path.replace(str(file.material_id), str(link.material_id))
    assert (await asked(client, foreign, inside)).status_code == 404
