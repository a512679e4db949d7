"""One material: its form, the sentence, the list it is in, and two people at once."""

import httpx

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import added, again, published
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.editing import edit_material
from training.materials.queries.editing import get_edited, list_edited
from training.materials.rules.materials import MaterialDetails
from training.materials.rules.showing import NO_MEETING, Opens

FORM = {"title": "Renamed", "summary": "", "audience": "enrolled", "opens": "start", "version": "1"}


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def test_it_shows_its_versions_and_who_sees_it(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, title="Words", of_course=True)
    await again(works, day, material.id, "Two <slides> are new.")
    await enter(works, client, day.manager)
    shown = (await client.get(f"/materials/{material.id}")).text
    for words in (
        "Version 2",
        "Version 1",
        "Two &lt;slides&gt; are new.",
        "Begin version 3",
        "Visible to 6 people",
        "Visible to 6 people in 1 session, now.",
    ):
        assert words in shown, words


async def test_it_is_saved_or_only_counted(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, title="Words")
    await enter(works, client, day.lead)
    path = f"/materials/{material.id}"
    counted = await client.post(path, data={**FORM, "audience": "trainers", "step": "show"})
    assert (counted.status_code, "Only for those who teach" in counted.text) == (200, True)
    assert (await get_edited(day.manager, material.id)).material.title == "Words"
    done = await client.post(path, data=FORM)
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert (await get_edited(day.manager, material.id)).material.title == "Renamed"
    wrong = await client.post(path, data={**FORM, "title": "", "version": "2"})
    assert (wrong.status_code, "Please fill this in." in wrong.text) == (422, True)


async def test_a_meeting_that_is_gone_stays_named_until_another_is_chosen(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, opens=Opens.AFTER, meeting_number=NO_MEETING)
    await enter(works, client, day.manager)
    shown = (await client.get(f"/materials/{material.id}")).text
    assert "the meeting that it waits for is not there any more" in shown
    assert f'<option value="{NO_MEETING}" selected>A meeting that is not held</option>' in shown
    listed = (await client.get(f"/materials/sessions/{day.session_id}")).text
    assert "(a meeting that is not there)" in listed
    assert "1000" not in listed


async def test_whoever_saves_second_is_shown_the_difference(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, title="Words")
    await works.run(day.lead, edit_material, material.id, MaterialDetails(title="Theirs"))
    await enter(works, client, day.manager)
    stale = await client.post(f"/materials/{material.id}", data={**FORM, "title": "Mine"})
    assert stale.status_code == 409
    for words in ("saved a change", "Theirs", "Mine", 'name="version" value="2"'):
        assert words in stale.text, words


async def titles(day: Day) -> list[str]:
    found = await list_edited(day.manager, session_id=day.session_id)
    return [one.material.title for one in found.items if one.material.withdrawn_at is None]


async def test_it_moves_and_is_withdrawn_and_put_back(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    first, second = [await added(works, day, title=title) for title in ("A", "B")]
    await enter(works, client, day.manager)
    moved = await client.post(f"/materials/{second.id}/move", data={"step": "up"})
    assert moved.headers["location"] == f"/materials/sessions/{day.session_id}"
    assert await titles(day) == ["B", "A"]
    path = f"/materials/{first.id}"
    early = await client.post(f"{path}/withdraw", data={"version": "7"})
    assert (early.headers["location"], await titles(day)) == (path, ["B", "A"])
    gone = await client.post(f"{path}/withdraw", data={"version": "1"})
    assert (gone.headers["location"], await titles(day)) == (f"/materials/sessions/{day.session_id}", ["B"])
    assert "It is on no list since" in (await client.get(path)).text
    back = await client.post(f"{path}/put-back", data={"version": "2"})
    assert (back.headers["location"], await titles(day)) == (path, ["B", "A"])


async def test_others_find_nothing(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    own, of_course = await published(works, day), await published(works, day, of_course=True)
    for who in (day.assistant, day.stranger, day.scene.coordinator):
        await enter(works, client, who)
        for one in (own, of_course):
            path = f"/materials/{one.id}"
            assert (await client.get(path)).status_code == 404
            for tail in ("", "/move", "/withdraw", "/put-back", "/versions"):
                assert (await client.post(f"{path}{tail}", data=FORM)).status_code == 404, tail
    await enter(works, client, day.lead)
    assert (await client.get(f"/materials/{own.id}")).status_code == 200
    assert (await client.get(f"/materials/{of_course.id}")).status_code == 404
