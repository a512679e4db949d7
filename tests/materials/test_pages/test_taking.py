"""The list that whoever takes part reads: before the session, during it and after, signed in, by link, as a visitor."""

import re
from datetime import timedelta

import httpx
import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import learner, published
from tests.materials.shelf import (
    AFTER,
    BEFORE,
    DURING,
    changed,
    make_shelf,
    place_path,
    seen,
    shelf_at,
    showing,
    sign_in,
    was_there,
)
from training.attendance.actions.marking import close_roster
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.materials.actions.editing import withdraw
from training.materials.rules.showing import Audience, Opens
from training.schedule.actions import cancel_session


async def test_before_the_session(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    text = await seen(client, works, learner(shelf.day), shelf.path())
    before, here, later = (text.index(words) for words in ("To be done before", "What is there now", "Coming later"))
    assert before < text.index("Read this first") < here < text.index("Poster") < later
    assert later < text.index("Exercise") < text.index("Slides and handout") < text.index("Recording")
    assert "Poster &lt;b&gt;bold&lt;/b&gt;" in text
    assert "Lesson plan" not in text
    assert "Note – English, Spanish" in text
    assert "(for those who were there)" in text
    assert f'action="{shelf.path(shelf.read)}/acknowledge"' in text
    assert f'action="{shelf.path()}/follow"' in text
    assert f'href="{shelf.path(shelf.exercise)}"' not in text
    assert "Edit the materials" not in text


async def test_times_are_the_readers_own(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    await execute("UPDATE person SET zone = 'America/New_York' WHERE id = {}", shelf.day.scene.people[0])
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert "New York" in text
    assert "Dublin" not in text


async def test_during_the_session(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, DURING)
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert text.index("What is there now") < text.index("Slides and handout") < text.index("Coming later")
    assert text.index("Coming later") < text.index("Recording")
    assert f'href="{shelf.path("archive.zip")}"' in text


async def test_what_is_for_a_later_meeting_is_done_before_that(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=2)
    second = showing(Audience.ENROLLED, Opens.BEFORE, 720) | {"meeting_number": 2}
    one = await published(works, day, title="Workbook of day two", prework=True, **second)
    clock.move(hours=14)
    path = f"/sessions/{day.session_id}/materials"
    for address in (path, f"{path}/{one.id}"):
        text = await seen(client, works, learner(day), address)
        assert f'action="{path}/{one.id}/acknowledge"' in text
        assert "To be done before the session" in text
        assert re.search(r'To be done before <time class="number" datetime="2026-05-19T', text)
    assert "1 thing to do before" in await seen(client, works, learner(day), "/my/sessions")
    clock.move(hours=10)
    for address in (path, f"{path}/{one.id}"):
        text = await seen(client, works, learner(day), address)
        assert ("/acknowledge" in text, "To be done before" in text) == (False, False)


async def test_after_the_session(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, AFTER)
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert "What was given" in text
    assert "To be done before the session" not in text
    assert text.index("Not for you yet") < text.index("Recording") < text.index("your attendance is not recorded")
    await was_there(works, shelf.day)
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert f'href="{shelf.path(shelf.recording)}"' in text
    assert "Not for you yet" not in text


@pytest.mark.parametrize(("status", "said"), [("excused", "recorded as excused"), ("no-show", "recorded as not there")])
async def test_who_was_not_there_is_told_so(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, status: str, said: str
) -> None:
    shelf = await shelf_at(works, clock, AFTER)
    await was_there(works, shelf.day, status)
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert text.index("Not for you") < text.index("Recording") < text.index(said)
    assert "not for you yet" not in text.lower()
    answer = await client.get(shelf.path(shelf.recording))
    assert answer.status_code == 403
    assert said in answer.text
    assert "look again" not in answer.text
    assert f'href="/my/attendance/{shelf.day.enrollments[0]}"' in answer.text


async def test_every_change_since_is_told(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, AFTER)
    await changed(works, shelf.day, shelf.read, "Also on phones.", "Phones are in it.")
    await changed(works, shelf.day, shelf.read, "Also on paper.", "Paper is in it.")
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert text.index("Version 3 was published") < text.index("Version 2:") < text.index("Phones are in it.")
    assert text.index("Phones are in it.") < text.index("Version 3:") < text.index("Paper is in it.")
    assert "All versions" in text
    path = shelf.path(shelf.read)
    assert "Paper is in it." not in (await client.get(f"{path}?version=2")).text.partition("About this material")[0]
    assert "Phones are in it." in (await client.get(f"{path}?version=3")).text


async def test_what_changed_since(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, AFTER)
    await changed(works, shelf.day, shelf.read, "Also on phones.", "Phones are in it, <i>too</i>.")
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert "Changed since the session" in text
    assert "Phones are in it, &lt;i&gt;too&lt;/i&gt;." in text
    assert f'href="{shelf.path(shelf.read)}/versions"' in text


async def test_by_the_link_to_ones_place(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    base = place_path(works, shelf.day) + "/materials"
    answer = await client.get(base)
    assert answer.headers["referrer-policy"] == "strict-origin"
    for words in (f'action="{base}/{shelf.read}/acknowledge"', f'action="{base}/follow"', "Coming later", "noindex"):
        assert words in answer.text
    # Nothing in the frame leads to the address: neither the way to sign in nor the switch of light and dark.
    assert f"next={base}" not in answer.text
    assert f'value="{base}' not in answer.text
    assert (await client.get(base[:-12] + "x/materials")).status_code == 404


async def test_a_visitor_sees_what_is_for_everybody(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, DURING)
    assert (await client.get(shelf.path())).headers["location"].startswith("/sign-in")
    await execute("UPDATE session SET audience = 'public' WHERE id = {}", shelf.day.session_id)
    text = await seen(client, works, None, shelf.path())
    assert "Poster" in text
    assert "Slides" not in text
    assert "You see what is for everybody." in text
    assert f'action="{shelf.path()}/follow"' not in text


async def test_those_who_prepare_it_see_everything(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    for who in (shelf.day.lead, shelf.day.manager):
        text = await seen(client, works, who, shelf.path())
        for title in ("Read this first", "Exercise", "Slides and handout", "Recording", "Poster", "Lesson plan"):
            assert title in text
        assert f'href="/materials/sessions/{shelf.day.session_id}"' in text
        assert "for those who have a place, from" in text
    assert "/materials/sessions/" not in await seen(client, works, shelf.day.shadow, shelf.path())


async def test_empty_lists_say_what_to_do(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, audience="public")
    path = f"/sessions/{day.session_id}/materials"
    assert "No materials yet" in await seen(client, works, learner(day), path)
    assert "If you have one, sign in." in await seen(client, works, None, path)
    assert "for those who have a place in it." in await seen(client, works, day.stranger, path)


async def test_a_cancelled_session_shows_nothing(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    await execute("UPDATE session SET state = 'cancelled' WHERE id = {}", shelf.day.session_id)
    text = await seen(client, works, learner(shelf.day), shelf.path())
    assert "nothing of it is shown" in text
    assert "Read this first" not in text


async def test_what_was_given_before_the_rest_was_cancelled_stays(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, AFTER, meetings=2)
    day = shelf.day
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    clock.move(hours=1)
    await changed(works, day, shelf.slides, "One slide more.", "A slide is new.")
    await changed(works, day, shelf.exercise, "Other words.", "It has other words.")
    for who, path in ((learner(day), shelf.path()), (None, place_path(works, day) + "/materials")):
        text = await seen(client, works, who, path)
        assert text.index("The rest of this session was cancelled.") < text.index("What was given")
        assert text.index("What was given") < text.index("Changed since the session") < text.index("A slide is new.")
        # Its only meeting that was held is over, and they were there.
        for material in (shelf.slides, shelf.exercise, shelf.recording):
            assert f'href="{path}/{material}"' in text
        assert f'action="{path}/follow"' not in text
        one = (await client.get(f"{path}/{shelf.exercise}")).text
        assert "What you were given" in one
        assert "Other words." not in one
    for path in (f"/sessions/{day.session_id}", "/my/sessions"):
        assert f'href="{shelf.path()}"' in await seen(client, works, learner(day), path), path
    leads = place_path(works, day)
    assert f'href="{leads}/materials"' in await seen(client, works, None, leads)
    for nobody in (day.stranger, learner(day, 4)):
        await sign_in(client, works, nobody)
        assert str(shelf.exercise) not in (await client.get(shelf.path())).text
    editing = await seen(client, works, day.manager, f"/materials/sessions/{day.session_id}")
    assert "The rest of the session is cancelled." in editing


async def test_a_course_shows_what_is_for_everybody(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    path = f"/courses/{shelf.day.scene.course_id}/materials"
    text = await seen(client, works, None, path)
    assert f'href="{path}/{shelf.poster}"' in text
    assert "Read this first" not in text
    slug = (await execute("SELECT slug FROM program WHERE id = {}", shelf.day.scene.program_id))[0]["slug"]
    program = await seen(client, works, None, f"/programs/{slug}")
    assert "1 material for everybody" in program
    assert f'href="{path}"' in program
    await works.run(shelf.day.manager, withdraw, shelf.poster)
    assert "Nothing here for you" in await seen(client, works, None, path)
    assert path not in await seen(client, works, None, f"/programs/{slug}")
    assert (await client.get(f"/courses/{shelf.read}/materials")).status_code == 404


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        (BEFORE, ("One thing is to be gone through before the session.", "2 materials can be opened now, 3 more come")),
        (DURING, ("4 materials can be opened now, 1 more comes later.",)),
        (AFTER, ("4 materials can be opened now.",)),
    ],
)
async def test_the_pages_that_lead_there_count(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, moved: timedelta, said: tuple[str, ...]
) -> None:
    shelf = await shelf_at(works, clock, moved)
    own = await seen(client, works, learner(shelf.day), f"/sessions/{shelf.day.session_id}")
    place = (await client.get(place_path(works, shelf.day))).text
    for words in said:
        assert words in own
        assert words in place
    assert f'href="{shelf.path()}"' in own
    assert f'href="{place_path(works, shelf.day)}/materials"' in place
    mine = await seen(client, works, learner(shelf.day), "/my/sessions")
    assert f'href="{shelf.path()}"' in mine
    assert ("1 thing to do before" in mine) is (moved == BEFORE)


async def test_the_same_statements_however_many(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, DURING)
    counts = []
    for _ in range(2):
        await seen(client, works, learner(shelf.day), shelf.path())
        with watch_statements() as statements:
            await client.get(shelf.path())
        counts.append(len(statements))
        await make_shelf(works, shelf.day)
    assert counts[0] == counts[1] <= 9
