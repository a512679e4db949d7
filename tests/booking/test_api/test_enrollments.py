"""Single enrollments through the API."""

from uuid import UUID

import httpx

from tests.booking.asked import bearer, order
from tests.booking.test_api.test_bookings import opened, party
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.declining import note_answers


async def test_a_manager_gives_a_place_by_hand(works: Works, client: httpx.AsyncClient) -> None:
    scene, cora = await opened(works, overbooking=1)
    mona = {"authorization": f"Bearer {await bearer(works, scene.manager)}"}
    booked = await client.post(
        f"/api/v1/sessions/{scene.session_id}/bookings", json=party(scene, 0, 1, 2, 3, 4), headers=cora
    )
    waiting = booked.json()["verdicts"][4]["enrollment_id"]
    give = f"/api/v1/enrollments/{waiting}/give-place"
    assert (await client.post(give, json={}, headers=mona)).status_code == 428
    version = {"if-match": '"1"'}
    foreign = await client.post(give, json={"reason": "Mine"}, headers=cora | version)
    assert foreign.status_code == 404
    why = await client.post(give, json={}, headers=mona | version)
    assert (why.status_code, why.json()["code"]) == (409, "above-capacity")
    given = await client.post(give, json={"reason": "A chair more"}, headers=mona | version)
    assert given.status_code == 200
    assert given.json() == {
        "enrollment_id": waiting,
        "session_id": str(scene.session_id),
        "mode": "in_person",
        "above_capacity": True,
        "promoted": [],
        "version": 2,
    }
    again = await client.post(give, json={"reason": "Again"}, headers=mona | {"if-match": '"2"'})
    assert (again.status_code, again.json()["code"]) == (409, "not-waiting")


async def test_who_of_another_partner_moved_up_is_not_told(works: Works, client: httpx.AsyncClient) -> None:
    scene, cora = await opened(works)
    path = f"/api/v1/sessions/{scene.session_id}/bookings"
    given = (await client.post(path, json=party(scene, 0, 1, 2), headers=cora)).json()["verdicts"]
    mona = {"authorization": f"Bearer {await bearer(works, scene.manager)}"}
    for number, headers in enumerate((cora, mona)):
        booked = await works.run(scene.other_coordinator, book_places, order(scene, number, other=True))
        cancel = f"/api/v1/enrollments/{given[number]['enrollment_id']}/cancel"
        left = await client.post(cancel, json={}, headers=headers | {"if-match": '"1"'})
        assert left.status_code == 200
        assert left.json()["promoted"] == ([] if headers is cora else [str(booked.verdicts[0].enrollment_id)])


async def test_the_place_of_somebody_who_declined_is_kept(works: Works, client: httpx.AsyncClient) -> None:
    scene, cora = await opened(works)
    path = f"/api/v1/sessions/{scene.session_id}/bookings"
    enrollment = (await client.post(path, json=party(scene, 0), headers=cora)).json()["verdicts"][0]["enrollment_id"]
    await works.run(Viewer.machine("mailbox"), note_answers, UUID(enrollment), ["declined"])
    here = f"/api/v1/enrollments/{enrollment}"
    seen = (await client.get(here, headers=cora)).json()
    assert (seen["calendar_answer"], seen["gives_back_at"]) == ("declined", "2026-05-04T09:30:00Z")
    kept = await client.post(f"{here}/keep", headers=cora)
    assert (kept.status_code, kept.json()["gives_back_at"], kept.json()["version"]) == (200, None, 3)
    again = await client.post(f"{here}/keep", headers=cora)
    assert again.json() == kept.json()
