"""Files on their way, on the page that lists materials: who sees them, and who ends them."""

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.storages import pieces
from tests.materials.uploading import rows
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.receiving import keep_part
from training.materials.actions.uploading import begin_upload, lease_upload
from training.materials.queries.uploads import UploadView, get_destination
from training.materials.storage.keeping import Storage


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def begun(works: Works, day: Day, who: Viewer, name: str) -> UploadView:
    to = await get_destination(who, session_id=day.session_id)
    return await works.run(who, begin_upload, to, name, 3)


@pytest.fixture
async def day(works: Works, clock: FrozenClock) -> Day:
    return await make_day(works, clock)


async def test_managers_see_all_and_trainers_their_own(
    works: Works, client: httpx.AsyncClient, storage: Storage, day: Day
) -> None:
    theirs = await begun(works, day, day.manager, "theirs.txt")
    mine = await begun(works, day, day.lead, "mine.txt")
    await keep_part(works, day.lead, storage, (mine.id, 1), pieces(b"abc"))
    path = f"/materials/sessions/{day.session_id}"
    await enter(works, client, day.lead)
    shown = (await client.get(path)).text
    assert "3 bytes of 3 bytes have arrived" in shown
    assert str(theirs.id) not in shown
    assert (await client.post(f"/materials/uploads/{theirs.id}/stop")).status_code == 404
    await enter(works, client, day.manager)
    for where in (path, f"/materials/courses/{day.scene.course_id}"):
        shown = (await client.get(where)).text
        assert "theirs.txt" in shown
        assert "3 bytes announced, nothing has arrived yet" in shown
        assert f"/materials/uploads/{mine.id}/stop" in shown
    stopped = await client.post(f"/materials/uploads/{mine.id}/stop")
    assert (stopped.status_code, stopped.headers["location"]) == (303, path)
    assert [row.id for row in await rows()] == [theirs.id]
    assert [kept async for kept in storage.find("incoming/")] == []


async def test_what_is_put_together_is_not_stopped(works: Works, client: httpx.AsyncClient, day: Day) -> None:
    mine = await begun(works, day, day.lead, "mine.txt")
    await works.run(day.lead, lease_upload, mine.id)
    await enter(works, client, day.lead)
    stopped = await client.post(f"/materials/uploads/{mine.id}/stop")
    assert stopped.status_code == 303
    assert [row.state for row in await rows()] == ["finishing"]


async def test_where_nothing_is_on_its_way_nothing_is_said(works: Works, client: httpx.AsyncClient, day: Day) -> None:
    await enter(works, client, day.manager)
    assert "on their way" not in (await client.get(f"/materials/sessions/{day.session_id}")).text
