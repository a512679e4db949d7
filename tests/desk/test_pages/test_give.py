"""Giving somebody who waits a place: who is overtaken is said first."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.desk.made import MISSING, foreign_manager, full_scene, messages, sign_in
from training.base.database import execute
from training.base.work import Works
from training.booking.queries import get_enrollment


async def opened(client: httpx.AsyncClient, works: Works, **values: Any) -> tuple[Scene, list[UUID]]:
    scene, booked = await full_scene(works, people=5, **values)
    await sign_in(client, works, scene.manager)
    return scene, [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]


def path(scene: Scene, enrollment_id: UUID) -> str:
    return f"/manage/sessions/{scene.session_id}/roster/{enrollment_id}/give-place"


async def test_a_free_place_after_the_cutoff(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    scene, ids = await opened(client, works, starts_in=timedelta(hours=13))
    clock.move(hours=2)
    await execute("UPDATE session SET capacity_in_person = 4 WHERE id = {}", scene.session_id)
    roster = await client.get(f"/manage/sessions/{scene.session_id}/roster")
    assert roster.text.count(">Give a place<") == 2
    assert path(scene, ids[4]) in roster.text
    asked = await client.get(path(scene, ids[4]))
    for words in ("One person who came before is overtaken", "Northern Line 3", "It is a free place", "1 message"):
        assert words in asked.text
    assert "Why above the capacity" not in asked.text
    assert (await get_enrollment(scene.manager, ids[4])).state == "waitlisted"
    done = await client.post(path(scene, ids[4]), data={"mode": "in_person", "version": "1"})
    assert (done.status_code, done.headers["location"]) == (303, f"/manage/sessions/{scene.session_id}/roster")
    assert (await get_enrollment(scene.manager, ids[4])).state == "enrolled"
    assert await messages("booking-promoted") == ["northern-line-4@example.org"]
    faster = await client.post(path(scene, ids[3]), data={"mode": "in_person", "version": "1", "reason": "x"})
    assert faster.status_code == 422
    assert "nobody more may be let in" in faster.text


async def test_above_the_capacity_a_reason_is_asked_for(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works, overbooking=1)
    asked = await client.get(path(scene, ids[3]))
    for words in ("This is above the capacity", "allowance of 1", "Nobody is overtaken", "Why above the capacity"):
        assert words in asked.text
    form = {"mode": "in_person", "version": "1"}
    silent = await client.post(path(scene, ids[3]), data=form | {"above": "true", "reason": " "})
    assert (silent.status_code, "Please say why." in silent.text) == (422, True)
    unaware = await client.post(path(scene, ids[3]), data=form)
    assert "The last free place was taken meanwhile" in unaware.text
    await client.post(path(scene, ids[3]), data=form | {"above": "true", "reason": "A chair more"})
    assert (await get_enrollment(scene.manager, ids[3])).state == "enrolled"


async def test_somebody_was_faster(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works, overbooking=1)
    stale = await client.post(path(scene, ids[3]), data={"mode": "in_person", "reason": "Chair", "version": "9"})
    assert (stale.status_code, "no place was given" in stale.text) == (409, True)
    odd = await client.post(path(scene, ids[3]), data={"mode": "hybrid", "version": "1"})
    assert odd.status_code == 422
    assert "not on the waitlist any more" in (await client.get(path(scene, ids[0]))).text
    assert (await get_enrollment(scene.manager, ids[3])).state == "waitlisted"


async def test_foreign_and_missing_answer_alike(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works, overbooking=1)
    form = {"mode": "in_person", "reason": "Chair", "version": "1"}
    other = f"/manage/sessions/{MISSING}/roster/{ids[3]}/give-place"
    for address in (path(scene, MISSING), other):
        assert (await client.get(address)).status_code == 404
        assert (await client.post(address, data=form)).status_code == 404
    for viewer in (await foreign_manager(works), scene.coordinator):
        await sign_in(client, works, viewer)
        assert (await client.get(path(scene, ids[3]))).status_code == 404
        assert (await client.post(path(scene, ids[3]), data=form)).status_code == 404
    assert (await get_enrollment(scene.manager, ids[3])).state == "waitlisted"
