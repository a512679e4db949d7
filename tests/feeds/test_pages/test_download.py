"""One session as a file."""

import httpx

from tests.feeds.made import make_feed_scene, signed_in
from training.base.work import Works


async def test_a_session_can_be_saved_by_whoever_sees_it(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_feed_scene(works, meetings=2)
    path = f"/sessions/{scene.session_id}/calendar.ics"
    assert (await client.get(path)).status_code == 404
    client.cookies.set("sign_in", await signed_in(works, scene.coordinator))
    answer = await client.get(path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="session.ics"'
    assert answer.text.count("BEGIN:VEVENT") == 2
    for never in ("METHOD", "X-WR-CALNAME", "VALARM", "/join/"):
        assert never not in answer.text
    assert path in (await client.get(f"/sessions/{scene.session_id}")).text


async def test_a_public_session_and_one_by_code(works: Works, client: httpx.AsyncClient) -> None:
    public = await make_feed_scene(works, audience="public")
    coded = await make_feed_scene(works, tag=" two", audience="invited", access_code="ABCD-2345")
    assert (await client.get(f"/sessions/{public.session_id}/calendar.ics")).status_code == 200
    path = f"/sessions/{coded.session_id}/calendar.ics"
    assert (await client.get(path)).status_code == 404
    assert (await client.get(f"{path}?code=ABCD-2345")).status_code == 200
