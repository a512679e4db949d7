"""Files on their way, on the page that lists materials: who sees them, and who ends them."""

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.materials.storages import pieces
from tests.materials.uploading import API, as_, rows
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.materials.actions.receiving import keep_part
from training.materials.actions.uploading import begin_upload, lease_upload
from training.materials.queries.uploads import UploadView, get_destination
from training.materials.storage.keeping import Storage
from training.schedule.tables import TrainerAssignment


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def teach_too(work: Work, who: Viewer, scene: Scene) -> None:
    ids = {"id": work.new_id(), "session_id": scene.session_id, "meeting_id": scene.meeting_ids[0]}
    work.add(TrainerAssignment, **ids, person_id=who.person_id, role="lead")


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


async def test_stopped_from_elsewhere_one_stays_where_it_was_pressed(
    works: Works, client: httpx.AsyncClient, day: Day
) -> None:
    first, second = [await begun(works, day, day.manager, name) for name in ("a.txt", "b.txt")]
    await enter(works, client, day.manager)
    course = f"/materials/courses/{day.scene.course_id}"
    shown = (await client.get(course)).text
    assert f'<input type="hidden" name="course_id" value="{day.scene.course_id}">' in shown
    assert f'<a href="/materials/sessions/{day.session_id}">' in shown, "it says where it goes"
    stopped = await client.post(f"/materials/uploads/{first.id}/stop", data={"course_id": str(day.scene.course_id)})
    assert stopped.headers["location"] == course
    listed = f"/materials/sessions/{day.session_id}"
    assert "(this page)" in (await client.get(listed)).text
    # What is no id of anything is no place to go to.
    stopped = await client.post(f"/materials/uploads/{second.id}/stop", data={"course_id": "//elsewhere.example"})
    assert stopped.headers["location"] == listed


async def test_all_are_stopped_at_once(works: Works, client: httpx.AsyncClient, day: Day) -> None:
    mine, theirs, busy = [
        await begun(works, day, who, f"{number}.txt") for number, who in enumerate((day.lead, day.manager, day.lead))
    ]
    await works.run(day.lead, lease_upload, busy.id)
    everything = {"upload": [str(one.id) for one in (mine, theirs, busy)]}
    await enter(works, client, day.stranger)
    assert (await client.post("/materials/uploads/stop", data=everything)).status_code == 404
    for nothing in ({}, {"upload": "x"}, {"upload": [str(mine.id)] * 201}):
        assert (await client.post("/materials/uploads/stop", data=nothing)).status_code == 404
    await enter(works, client, day.lead)
    page = f"/materials/sessions/{day.session_id}"
    assert "Stop 2 files" in (await client.get(page)).text
    stopped = await client.post("/materials/uploads/stop", data=everything)
    assert stopped.headers["location"] == page
    assert {row.id for row in await rows()} == {theirs.id, busy.id}, "what is somebody else's goes on"
    shown = (await client.get(page)).text
    assert "Stopped: nothing of it is kept. 1 had arrived already, or are just being put together." in shown
    assert "Stop all of them" not in shown
    await enter(works, client, day.manager)
    course = {"course_id": str(day.scene.course_id), "upload": str(theirs.id)}
    stopped = await client.post("/materials/uploads/stop", data=course)
    assert stopped.headers["location"] == f"/materials/courses/{day.scene.course_id}"
    assert [row.id for row in await rows()] == [busy.id]


async def test_a_trainer_finds_all_of_their_own_on_each_page(works: Works, client: httpx.AsyncClient, day: Day) -> None:
    mine = await begun(works, day, day.lead, "mine.txt")
    other = await make_scene(works, tag=" elsewhere")
    await works.run(day.manager, teach_too, day.lead, other)
    await enter(works, client, day.lead)
    shown = (await client.get(f"/materials/sessions/{other.session_id}")).text
    assert f"/materials/uploads/{mine.id}/stop" in shown
    assert f'<a href="/materials/sessions/{day.session_id}">' in shown


async def test_who_does_not_teach_there_any_more_stops_what_they_began(
    works: Works, client: httpx.AsyncClient, day: Day
) -> None:
    first, second = [await begun(works, day, day.lead, name) for name in ("a.txt", "b.txt")]
    other = await make_scene(works, tag=" elsewhere")
    await works.run(day.manager, teach_too, day.lead, other)
    await execute("DELETE FROM trainer_assignment WHERE session_id = {}", day.session_id)
    await enter(works, client, day.lead)
    page = f"/materials/sessions/{other.session_id}"
    assert f"/materials/uploads/{first.id}/stop" in (await client.get(page)).text
    stopped = await client.post(f"/materials/uploads/{first.id}/stop", data={"session_id": str(other.session_id)})
    assert (stopped.status_code, stopped.headers["location"]) == (303, page)
    client.cookies.clear()
    await as_(works, client, day.lead)
    assert [one["id"] for one in (await client.get(API)).json()] == [str(second.id)]
    assert (await client.get(f"{API}/{second.id}")).status_code == 404, "nothing more of it is taken"
    assert (await client.delete(f"{API}/{second.id}")).status_code == 204
    assert await rows() == []


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
