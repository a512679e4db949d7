"""The page of one's calendar addresses: made, shown once, renewed, revoked."""

import re

import httpx
import pytest

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.feeds.made import book, feed, in_room, learner, make_feed_scene, signed_in
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.queries.feeds import list_own_feeds
from training.feeds.rules.feeds import FeedKind

ADDRESS = re.compile(r">(http[^<]*/calendars/[^<]+\.ics)</textarea>")


async def entered(works: Works, client: httpx.AsyncClient, viewer: Viewer) -> None:
    client.cookies.set("sign_in", await signed_in(works, viewer))


async def made(client: httpx.AsyncClient, **typed: str) -> str:
    """Make an address on the page, and return it."""
    form = {"what": "mine", "label": "My phone", "names": "yes", "alarm_minutes": "0"} | typed
    answer = await client.post("/account/calendars", data=form)
    assert answer.status_code == 200, answer.text[:500]
    found = ADDRESS.search(answer.text)
    assert found is not None
    assert f"webcal://{found[1].partition('://')[2]}" in answer.text
    return found[1]


async def test_an_address_is_shown_once_and_works_at_once(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works)
    await book(works, scene, 0)
    await entered(works, client, learner(scene))
    address = await made(client, label="My <b>phone</b>", alarm_minutes="30")
    calendar = await client.get(address, headers={"user-agent": "Thunderbird/140.0"})
    assert "SUMMARY:Safe messaging" in calendar.text
    assert "TRIGGER:-PT30M" in calendar.text
    page = await client.get("/account/calendars")
    assert address.rsplit("/", 1)[1].removesuffix(".ics") not in page.text
    assert "Thunderbird" in page.text
    assert "My &lt;b&gt;phone&lt;/b&gt;" in page.text
    assert "with an alarm" in page.text


async def test_a_new_address_makes_the_old_one_unknown(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works)
    await entered(works, client, learner(scene))
    old = await made(client)
    (record,) = await list_own_feeds(scene.people[0])
    asked = await client.get(f"/account/calendars/{record.id}/renew")
    assert "The old address opens nothing any more" in asked.text
    answer = await client.post(f"/account/calendars/{record.id}/renew")
    found = ADDRESS.search(answer.text)
    assert found is not None
    assert (await client.get(old)).status_code == 404
    assert (await client.get(found[1])).status_code == 200


async def test_a_revoked_address_is_gone_from_the_list_and_opens_nothing(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene = await make_feed_scene(works)
    await entered(works, client, learner(scene))
    address = await made(client)
    (record,) = await list_own_feeds(scene.people[0])
    assert (await client.get(f"/account/calendars/{record.id}/revoke")).status_code == 200
    assert (await client.post(f"/account/calendars/{record.id}/revoke")).status_code == 303
    assert (await client.get(address)).status_code == 404
    assert await list_own_feeds(scene.people[0]) == []


async def test_what_is_not_ones_own_is_not_found(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works)
    theirs = await feed(works, learner(scene, 1))
    await entered(works, client, learner(scene))
    for step in ("renew", "revoke"):
        assert (await client.get(f"/account/calendars/{theirs.id}/{step}")).status_code == 404
        assert (await client.post(f"/account/calendars/{theirs.id}/{step}")).status_code == 404
    assert (await client.get(theirs.path)).status_code == 200


@pytest.fixture
async def scene(works: Works) -> Scene:
    return await make_feed_scene(works)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"label": ""}, "Please fill this in."),
        ({"label": "x" * 81}, "at most 80 characters"),
        ({"what": "everything"}, "Choose one of those offered."),
        ({"what": "coordinating"}, "Choose the organization or the room."),
        ({"alarm_minutes": "7"}, "f-alarm_minutes"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field(
    works: Works, client: httpx.AsyncClient, scene: Scene, typed: dict[str, str], said: str
) -> None:
    await entered(works, client, scene.coordinator)
    form = {"what": "mine", "label": "My phone", "alarm_minutes": "0"} | typed
    answer = await client.post("/account/calendars", data=form)
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_coordinator_is_offered_their_partner_and_nobody_elses(
    works: Works, client: httpx.AsyncClient, scene: Scene
) -> None:
    await entered(works, client, scene.coordinator)
    page = await client.get("/account/calendars")
    assert f"coordinating:{scene.partner_id}" in page.text
    assert f"coordinating:{scene.other_partner_id}" not in page.text
    await made(client, what=f"coordinating:{scene.partner_id}")
    answer = await client.post(
        "/account/calendars", data={"what": f"coordinating:{scene.other_partner_id}", "label": "X"}
    )
    assert answer.status_code == 404


async def test_a_manager_is_offered_rooms(works: Works, client: httpx.AsyncClient, scene: Scene) -> None:
    room_id = await in_room(works, scene)
    await entered(works, client, scene.manager)
    assert "Quay House, Red room" in (await client.get("/account/calendars")).text
    assert "Safe messaging" in (await client.get(await made(client, what=f"room:{room_id}"))).text
    await entered(works, client, scene.coordinator)
    answer = await client.post("/account/calendars", data={"what": f"room:{room_id}", "label": "X"})
    assert answer.status_code == 404


async def test_there_are_at_most_thirty(
    works: Works, client: httpx.AsyncClient, scene: Scene, clock: FrozenClock
) -> None:
    for _ in range(30):
        await feed(works, learner(scene))
    clock.move(minutes=1)
    await entered(works, client, learner(scene))
    answer = await client.post("/account/calendars", data={"what": "mine", "label": "One more"})
    assert (answer.status_code, "30 calendar links already" in answer.text) == (422, True)


async def test_of_a_calendar_whose_right_is_lost_only_removing_is_offered(
    works: Works, client: httpx.AsyncClient, scene: Scene
) -> None:
    lost = await feed(works, scene.coordinator, kind=FeedKind.COORDINATING, scope_id=scene.partner_id)
    await entered(works, client, scene.coordinator)
    assert f"{lost.id}/renew" in (await client.get("/account/calendars")).text
    await execute("DELETE FROM role_grant WHERE person_id = {}", scene.coordinator.person_id)
    page = await client.get("/account/calendars")
    assert "Ended: you lost access" in page.text
    assert f"{lost.id}/renew" not in page.text
    assert re.search(rf'{lost.id}/revoke"><span>Remove<', page.text)
    for answer in (
        await client.get(f"/account/calendars/{lost.id}/renew"),
        await client.post(f"/account/calendars/{lost.id}/renew"),
    ):
        assert (answer.status_code, "You lost access to what this calendar shows" in answer.text) == (409, True)
        assert ADDRESS.search(answer.text) is None
    assert (await client.post(f"/account/calendars/{lost.id}/revoke")).status_code == 303


async def test_copying_is_a_module_of_ours_and_its_button_waits_for_it(
    works: Works, client: httpx.AsyncClient, scene: Scene
) -> None:
    await entered(works, client, learner(scene))
    answer = await client.post("/account/calendars", data={"what": "mine", "label": "X", "alarm_minutes": "0"})
    assert re.search(r'<script type="module" src="/static/\w+/js/copying\.js"></script>', answer.text)
    assert re.search(r"<button [^>]*data-copy hidden>", answer.text)
    assert re.search(r"<textarea [^>]*readonly", answer.text)
