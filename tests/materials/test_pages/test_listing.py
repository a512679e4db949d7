"""The list of those who change materials: what comes from the course, what is missing, and one more to add."""

import re
from typing import Any

import httpx
import pytest

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import a_file, a_link, a_note, added, draft_of, filled, of_file, published
from training.base.database import watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.editing import withdraw
from training.materials.actions.placing import place
from training.materials.actions.versions import publish_version
from training.materials.rules.materials import PlacementDetails
from training.materials.rules.showing import Audience, Opens
from training.materials.rules.variants import Form

FORM = {"title": "Slides", "audience": "enrolled", "opens": "before", "amount": "2", "unit": "days"}


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def test_the_list_tells_what_comes_from_the_course_and_what_is_missing(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    await published(works, day, of_course=True, title="Words <that> help", prework=True)
    own = await added(works, day, title="Recording")
    file = await a_file(works, day, media_type="video/webm", kind="video", state="waiting")
    await filled(works, day, own.id, of_file(file, Form.RECORDING, name="talk.webm", language="en"))
    gone = await added(works, day, title="Old handout")
    await works.run(day.manager, withdraw, gone.id)
    await enter(works, client, day.manager)
    shown = (await client.get(f"/materials/sessions/{day.session_id}")).text
    for words in (
        "Words &lt;that&gt; help",
        "From the course",
        "To be done before",
        "In this session",
        "Not published yet",
        "Captions missing",
        "Waits for the scanner",
        "1 withdrawn",
    ):
        assert words in shown, words
    of_course = (await client.get(f"/materials/courses/{day.scene.course_id}")).text
    assert "Words &lt;that&gt; help" in of_course
    assert "Recording" not in of_course


async def test_the_list_of_a_course_says_where_a_meeting_is_missing(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.manager)
    path, said = f"/materials/courses/{day.scene.course_id}", "nobody, no session of the course has such a meeting"
    await published(works, day, of_course=True, title="First", opens=Opens.START, meeting_number=1)
    assert said not in (await client.get(path)).text
    await published(works, day, of_course=True, title="Seventh", opens=Opens.START, meeting_number=7)
    shown = (await client.get(path)).text
    assert shown.count(said) == 1
    assert shown.index("Seventh") < shown.index(said)


async def test_it_was_seen_by_nobody_before_it_was_published_nor_where_it_is_left_out(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    clock.move(hours=72)
    opens: dict[str, Any] = {"opens": Opens.AFTER, "audience": Audience.EVERYONE}
    await published(works, day, **opens)
    await added(works, day, **opens)
    await enter(works, client, day.manager)
    path = f"/materials/sessions/{day.session_id}"
    shown = (await client.get(path)).text
    since = re.findall(
        r"Everyone, after the end\s*: (since|as soon as it is published)(?: <time[^>]* datetime=\"([^\"]+))?", shown
    )
    assert sorted(since) == [("as soon as it is published", ""), ("since", works.clock().isoformat())]
    of_course = await published(works, day, of_course=True, title="Left out")
    await works.run(day.manager, place, day.session_id, of_course.id, PlacementDetails(hidden=True))
    assert "Nobody of this session: it is left out here." in (await client.get(path)).text


async def test_empty_lists_say_what_is_next(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, people=0)
    await enter(works, client, day.manager)
    for path in (f"/materials/sessions/{day.session_id}", f"/materials/courses/{day.scene.course_id}"):
        shown = (await client.get(path)).text
        assert "Nothing here yet" in shown
        assert f"{path}/add" in shown


@pytest.mark.parametrize("state", ["draft", "cancelled"])
async def test_a_session_that_is_not_held_says_so(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, state: str
) -> None:
    day = await make_day(works, clock, people=0, state=state)
    await published(works, day)
    await enter(works, client, day.manager)
    said = {"draft": "The session is a draft", "cancelled": "The session is cancelled"}[state]
    assert said in (await client.get(f"/materials/sessions/{day.session_id}")).text


async def test_a_draft_says_when_its_materials_open_once_it_is_published(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=3, people=0, state="draft")
    await published(works, day, title="Handout", opens=Opens.START, meeting_number=2)
    await published(works, day, title="Answers", opens=Opens.AFTER)
    await enter(works, client, day.manager)
    paths = (f"/materials/sessions/{day.session_id}", f"/sessions/{day.session_id}/materials")
    for _ in ("before", "when the days that it would have had are over"):
        for path in paths:
            shown = (await client.get(path)).text
            words = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
            times = re.findall(r" from (\w+ \d+ May) 2026, [^;]{,40}, once the session is published", words)
            assert times == ["Tue 19 May", "Wed 20 May"], (path, words)
            assert "no such meeting" not in shown
            assert "as things stand" not in shown
        clock.move(days=9)
    await published(works, day, title="Seventh", opens=Opens.START, meeting_number=7)
    missing = [(await client.get(path)).text for path in paths]
    assert ["nobody, there is no such meeting" in missing[0], "as things stand" in missing[1]] == [True, True]


async def test_one_more_is_added_step_by_step(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    path = f"/materials/sessions/{day.session_id}"
    assert "Visible to 4 people" not in (await client.get(f"{path}/add")).text
    shown = await client.post(f"{path}/add", data={**FORM, "step": "show"})
    assert shown.status_code == 200
    assert "as soon as it is published" in shown.text
    # Whoever has no title yet asks all the same.
    early = await client.post(f"{path}/add", data={**FORM, "title": "", "audience": "trainers", "step": "show"})
    assert (early.status_code, "Only for those who teach" in early.text) == (200, True)
    assert "Please fill this in" not in early.text
    odd = await client.post(f"{path}/add", data={**FORM, "amount": "-1", "step": "show"})
    assert odd.status_code == 422
    done = await client.post(f"{path}/add", data=FORM)
    assert (done.status_code, "/versions/" in done.headers["location"]) == (303, True)
    assert "Nothing yet" in (await client.get(done.headers["location"])).text
    assert "Slides" in (await client.get(path)).text


async def test_what_cannot_be_used_stays_in_the_form(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, people=0)
    await enter(works, client, day.manager)
    path = f"/materials/courses/{day.scene.course_id}/add"
    for wrong, said in (
        ({"title": ""}, "Please fill this in."),
        ({"amount": ""}, "Say how long before the start"),
        ({"opens": "after", "prework": "yes"}, "has to be seen before"),
    ):
        answer = await client.post(path, data={**FORM, "summary": "Kept", **wrong})
        assert (answer.status_code, said in answer.text, "Kept" in answer.text) == (422, True, True), wrong


async def test_the_list_as_a_file(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    await published(works, day, of_course=True, title="=Words")
    await enter(works, client, day.manager)
    for path in (f"/materials/sessions/{day.session_id}", f"/materials/courses/{day.scene.course_id}"):
        rows = (await client.get(f"{path}/export/csv")).text.splitlines()
        assert rows[0].startswith('\ufeff"Title"')
        assert rows[1].startswith('"\'=Words","course","enrolled","always"')
        assert (await client.get(f"{path}/export/pdf")).status_code == 422


async def test_shapes_are_told_by_what_they_are_and_by_name(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await added(works, day, title="Many")
    picture = await a_file(works, day, kind="image", media_type="image/png")
    await filled(works, day, material.id, of_file(picture, name="good.png"))
    await filled(works, day, material.id, a_link(name="Elsewhere", language="en"))
    for number in range(6):
        await filled(works, day, material.id, a_note(name=f"Note {number}"))
    version = await draft_of(day, material.id)
    await works.run(day.manager, publish_version, version.id)
    await enter(works, client, day.manager)
    path = f"/materials/sessions/{day.session_id}"
    shown = (await client.get(path)).text
    assert "Picture <bdi>good.png</bdi>, Link (English) <bdi>Elsewhere</bdi>, Note <bdi>Note 0</bdi>" in shown
    assert "<bdi>Note 3</bdi> and 2 more" in shown
    table = (await client.get(f"{path}/export/csv")).text
    assert "picture: good.png" in table
    assert "link (en): Elsewhere" in table


async def doors(day: Day) -> list[str]:
    session, course = f"/materials/sessions/{day.session_id}", f"/materials/courses/{day.scene.course_id}"
    return [f"{path}{tail}" for path in (session, course) for tail in ("", "/add", "/reach", "/export/csv", "/copy")]


async def test_others_find_nothing(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    paths = await doors(day)
    assert {(await client.get(path)).status_code for path in paths} == {303}
    for who in (day.assistant, day.shadow, day.stranger, day.scene.coordinator):
        await enter(works, client, who)
        assert {(await client.get(path)).status_code for path in paths} == {404}
    await enter(works, client, day.lead)
    assert [(await client.get(path)).status_code for path in paths] == [200] * 5 + [404] * 5


async def test_as_many_statements_for_many_materials(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.manager)
    paths = (f"/materials/sessions/{day.session_id}", f"/materials/courses/{day.scene.course_id}")
    counts: list[list[int]] = []
    for more in (1, 6):
        for _ in range(more):
            for of_course in (True, False):
                material = await published(works, day, of_course=of_course)
                await filled(works, day, material.id)
        counts.append([])
        for path in paths:
            for tail in ("", "/copy", "/export/csv", "/reach"):
                with watch_statements() as seen:
                    assert (await client.get(path + tail)).status_code == 200
                counts[-1].append(len(seen))
    assert counts[0] == counts[1]
