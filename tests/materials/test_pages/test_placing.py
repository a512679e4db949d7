"""A material of the course in one session: left out, kept at a version, shown otherwise, and all taken back."""

from datetime import timedelta

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import added, again, published
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.placing import place
from training.materials.queries.editing import find_placement, get_edited
from training.materials.rules.materials import Placement, PlacementDetails
from training.materials.rules.showing import Audience, Opens

HERE = {"shown": "here", "audience": "everyone", "opens": "before", "amount": "3", "unit": "hours", "version": "0"}


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def used(works: Works, client: httpx.AsyncClient, day: Day) -> tuple[Placement, str]:
    """What nobody said yet of a material of the course, and the address to say it at, for the manager."""
    material = await published(works, day, of_course=True, title="Words")
    await enter(works, client, day.manager)
    path = f"/materials/sessions/{day.session_id}/placements/{material.id}"
    return await find_placement(day.session_id, material.id), path


async def test_a_version_is_kept_and_it_is_left_out(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    before, path = await used(works, client, day)
    first = (await get_edited(day.manager, before.material_id)).versions[0]
    await again(works, day, before.material_id)
    assert "Version 2" in (await client.get(path)).text
    form = {"hidden": "yes", "pinned_id": str(first.id), "version": "0"}
    done = await client.post(path, data=form)
    assert done.headers["location"] == f"/materials/sessions/{day.session_id}"
    after = await find_placement(day.session_id, before.material_id)
    assert (after.hidden, after.pinned_id, after.opens) == (True, first.id, None)
    listed = (await client.get(f"/materials/sessions/{day.session_id}")).text
    assert "Left out here" in listed
    assert "This version is kept here" in listed
    strange = await client.post(path, data={"pinned_id": str(day.session_id), "version": "1"})
    assert (strange.status_code, "Choose a version that is published" in strange.text) == (422, True)


async def test_what_was_never_published_is_placed_by_managers_alone(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await added(works, day, of_course=True, title="Words to come")
    path = f"/materials/sessions/{day.session_id}"
    for who, status in ((day.manager, 200), (day.lead, 404)):
        await enter(works, client, who)
        assert ("Words to come" in (await client.get(path)).text) == (status == 200)
        assert (await client.get(f"{path}/placements/{material.id}")).status_code == status


@pytest.mark.parametrize(
    ("published_in", "again_in", "said"),
    [
        (0, 0, "The newest, until the session ends (version 2 now)"),
        (0, 3, "What it gave when it ended (version 1)"),
        (3, 3, "The newest, because it came after the session (version 2 now)"),
    ],
)
async def test_which_version_it_gives_by_itself_is_said(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, published_in: int, again_in: int, said: str
) -> None:
    day = await make_day(works, clock)
    clock.now += timedelta(hours=published_in)
    before, path = await used(works, client, day)
    clock.now += timedelta(hours=again_in)
    await again(works, day, before.material_id)
    assert said in (await client.get(path)).text


async def test_a_session_to_come_keeps_to_a_version_and_gave_nothing_yet(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    before, _ = await used(works, client, day)
    first = (await get_edited(day.manager, before.material_id)).versions[0]
    await again(works, day, before.material_id)
    await works.run(day.manager, place, day.session_id, before.material_id, PlacementDetails(pinned_id=first.id))
    listed = (await client.get(f"/materials/sessions/{day.session_id}")).text
    assert "Version 2 came later; this session keeps to version 1." in listed
    assert "what it gave" not in listed


async def test_it_is_shown_otherwise_and_as_the_course_says_again(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    before, path = await used(works, client, day)
    shown = await client.post(path, data={**HERE, "step": "show"})
    assert (shown.status_code, "since" in shown.text) == (200, True)
    assert (await find_placement(day.session_id, before.material_id)).version == 0
    await client.post(path, data={**HERE, "prework": "yes"})
    after = await find_placement(day.session_id, before.material_id)
    assert (after.audience, after.opens, after.offset_minutes) == (Audience.EVERYONE, Opens.BEFORE, 180)
    assert after.prework is True
    page = (await client.get(path)).text
    for words in ("Differs from the course", 'value="3"', 'value="hours" selected'):
        assert words in page, words
    stale = await client.post(path, data={**HERE, "amount": "4"})
    assert (stale.status_code, "How long before the start" in stale.text) == (409, True)
    assert (await client.post(path, data={"step": "reset", "version": "1"})).status_code == 303
    reset = await find_placement(day.session_id, before.material_id)
    assert (reset.audience, reset.opens, reset.prework) == (None, None, None)


async def test_the_sentence_follows_the_form(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    _, path = await used(works, client, day)
    here = {"shown": "here", "audience": "trainers"}
    assert "Only for those who teach" in (await client.get(f"{path}/reach", params=here)).text
    as_course = await client.get(f"{path}/reach", params={**here, "shown": "course"})
    assert ("Visible to 6 people" in as_course.text, as_course.headers["x-reach"]) == (True, "some")


async def test_trainers_say_everything_but_who_sees_it(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    before, path = await used(works, client, day)
    details = PlacementDetails(audience=Audience.EVERYONE, opens=Opens.ALWAYS)
    await works.run(day.manager, place, day.session_id, before.material_id, details)
    await enter(works, client, day.lead)
    assert 'name="audience"' not in (await client.get(path)).text
    assert (await client.post(path, data={**HERE, "hidden": "yes", "version": "1"})).status_code == 303
    after = await find_placement(day.session_id, before.material_id)
    assert (after.hidden, after.audience, after.opens) == (True, Audience.EVERYONE, Opens.ALWAYS)


@pytest.mark.parametrize("which", ["own", "foreign"])
async def test_only_materials_of_the_course_have_this(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, which: str
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day) if which == "own" else None
    path = f"/materials/sessions/{day.session_id}/placements/{material.id if material else day.session_id}"
    await enter(works, client, day.manager)
    assert (await client.get(path)).status_code == 404
    assert (await client.post(path, data=HERE)).status_code == 404
    of_course = await published(works, day, of_course=True)
    await enter(works, client, day.assistant)
    for tail in ("", "/reach"):
        found = await client.get(f"/materials/sessions/{day.session_id}/placements/{of_course.id}{tail}")
        assert found.status_code == 404
