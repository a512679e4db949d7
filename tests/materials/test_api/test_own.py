"""What learners say of the materials of their own session, by programs."""

import httpx

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import learner, published
from tests.materials.test_api.test_lists import as_
from training.base.work import Works


async def test_pre_work_is_acknowledged(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material, other = await published(works, day, prework=True), await published(works, day)
    path = f"/api/v1/enrollments/{day.enrollments[0]}/materials/{material.id}/acknowledgement"
    headers = await as_(works, learner(day))
    for _ in range(2):
        said = await client.put(path, headers=headers)
        assert (said.status_code, said.json()["acknowledged_number"]) == (200, 1)
    back = await client.delete(path, headers=headers)
    assert (back.status_code, back.json()["acknowledged_at"]) == (200, None)
    plain = await client.put(path.replace(str(material.id), str(other.id)), headers=headers)
    assert (plain.status_code, plain.json()["code"]) == (409, "not-prework")
    for viewer in (learner(day, 1), day.manager, day.scene.coordinator):
        assert (await client.put(path, headers=await as_(works, viewer))).status_code == 404
    assert (await client.put(path)).status_code == 401


async def test_changes_are_followed(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    path, headers = f"/api/v1/enrollments/{day.enrollments[0]}/materials/follow", await as_(works, learner(day))
    told = await client.put(path, headers=headers)
    assert (told.status_code, told.json()["following"]) == (200, True)
    told = await client.delete(path, headers=headers)
    assert (told.status_code, told.json()["following"]) == (200, False)
    assert (await client.put(path, headers=await as_(works, day.manager))).status_code == 404
