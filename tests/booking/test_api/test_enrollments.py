"""Single enrollments through the API."""

import httpx

from tests.booking.asked import bearer
from tests.booking.test_api.test_bookings import opened, party
from training.base.work import Works


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
