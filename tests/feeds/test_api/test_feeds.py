"""One's own calendar addresses as JSON."""

import httpx

from tests.feeds.made import book, feed, learner, make_feed_scene, signed_in
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.actions.feeds import revoke_feeds_of
from training.feeds.rules.feeds import FeedKind


def by(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_program_makes_lists_renews_and_ends_them(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works)
    await book(works, scene, 0)
    headers = by(await signed_in(works, learner(scene)))
    made = (await client.post("/api/v1/feeds", json={"kind": "mine", "label": "Phone"}, headers=headers)).json()
    assert made["webcal"].removeprefix("webcal") == made["address"].removeprefix("http")
    assert "SUMMARY:Safe messaging" in (await client.get(made["address"])).text
    (listed,) = (await client.get("/api/v1/feeds", headers=headers)).json()["items"]
    assert (listed["label"], listed["kind"], "address" in listed) == ("Phone", "mine", False)
    path = f"/api/v1/feeds/{made['id']}"
    renewed = (await client.post(f"{path}/renewals", headers=headers)).json()
    assert (await client.get(made["address"])).status_code == 404
    assert (await client.get(renewed["address"])).status_code == 200
    assert (await client.delete(path, headers=headers)).status_code == 204
    assert (await client.get(renewed["address"])).status_code == 404
    assert (await client.delete(path, headers=headers)).status_code == 404


async def test_what_cannot_be_is_refused_with_its_fields(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works)
    headers = by(await signed_in(works, scene.coordinator))
    for body, status in (
        ({"kind": "coordinating", "label": "X"}, 422),
        ({"kind": "coordinating", "label": "X", "scope_id": str(scene.other_partner_id)}, 404),
        ({"kind": "mine", "label": " "}, 422),
        ({"kind": "mine", "label": "X", "alarm_minutes": 7}, 422),
        ({"kind": "everything", "label": "X"}, 422),
    ):
        answer = await client.post("/api/v1/feeds", json=body, headers=headers)
        assert answer.status_code in (status, 400), (body, answer.text)


async def test_operators_end_all_of_a_person(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works)
    theirs = [await feed(works, learner(scene)) for _ in range(2)]
    staff = Viewer(person_id=scene.manager.person_id)
    path = f"/api/v1/people/{scene.people[0]}/feeds"
    assert (await client.delete(path, headers=by(await signed_in(works, staff)))).status_code == 404
    from_cli = await works.run(Viewer.machine("test"), revoke_feeds_of, scene.people[0])
    assert from_cli == 2
    assert {(await client.get(made.path)).status_code for made in theirs} == {404}


async def test_a_calendar_whose_right_is_lost_is_not_renewed(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works)
    lost = await feed(works, scene.coordinator, kind=FeedKind.COORDINATING, scope_id=scene.partner_id)
    headers = by(await signed_in(works, scene.coordinator))
    await execute("DELETE FROM role_grant WHERE person_id = {}", scene.coordinator.person_id)
    answer = await client.post(f"/api/v1/feeds/{lost.id}/renewals", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "feed-ended")
    assert (await client.delete(f"/api/v1/feeds/{lost.id}", headers=headers)).status_code == 204
