"""One material: in the reader's language first, in the version that was given, and in every other."""

from datetime import timedelta

import httpx
import pytest

from tests.conftest import FrozenClock
from tests.materials.made import a_note, added, learner
from tests.materials.shelf import (
    AFTER,
    BEFORE,
    DURING,
    SPANISH,
    changed,
    given,
    place_path,
    seen,
    shelf_at,
    sign_in,
    was_there,
)
from training.base.database import execute
from training.base.work import Works
from training.materials.actions.acknowledging import acknowledge


async def openings() -> list[tuple[str, bool]]:
    """The ways in which something was opened, and whether it is known by whom."""
    rows = await execute("SELECT way, person_id FROM material_opening ORDER BY at, id")
    return [(row["way"], row["person_id"] is not None) for row in rows]


async def test_ones_own_language_stands_first(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    path = shelf.path(shelf.read)
    text = await seen(client, works, learner(shelf.day), path)
    assert text.index("<strong>died by suicide</strong>") < text.index("In other languages")
    assert text.index("In other languages") < text.index("<strong>murió por suicidio</strong>")
    text = (await client.get(path, headers=SPANISH)).text
    assert text.index("<strong>murió por suicidio</strong>") < text.index("<strong>died by suicide</strong>")
    text = (await client.get(f"{path}?in=es")).text
    assert text.index("<strong>murió por suicidio</strong>") < text.index("<strong>died by suicide</strong>")
    assert '<b lang="es" aria-current="true">Spanish</b>' in text
    assert f'href="{path}?in=en"' in text


@pytest.mark.parametrize("asked", ["in=%22%3E%3Cscript%3E", "in=" + "x" * 3000, "in=%00", "in=&in=", "what=ever"])
async def test_a_strange_language_is_only_a_wish(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, asked: str
) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    text = await seen(client, works, learner(shelf.day), f"{shelf.path(shelf.read)}?{asked}")
    assert "died by suicide" in text
    assert '"><script>' not in text


async def test_a_recording_has_its_captions(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, AFTER)
    await was_there(works, shelf.day)
    text = await seen(client, works, learner(shelf.day), shelf.path(shelf.recording))
    assert "<video" in text
    assert text.index('srclang="en" default') < text.index('srclang="es"')
    assert "What is said, as text" in text
    text = (await client.get(shelf.path(shelf.recording), headers=SPANISH)).text
    assert text.index('srclang="es" default') < text.index('srclang="en"')


async def test_every_version_stays(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, AFTER)
    path = shelf.path(shelf.read)
    await changed(works, shelf.day, shelf.read, "Also on phones.", "Phones are in it.")
    text = await seen(client, works, learner(shelf.day), path)
    assert "What you were given" in text
    assert "Also on phones." not in text
    assert "Changed since the session" in text
    history = await seen(client, works, learner(shelf.day), f"{path}/versions")
    assert history.index("Version 2") < history.index("Phones are in it.") < history.index("Version 1")
    assert history.index("Newest") < history.index("What you were given")
    newer = await seen(client, works, learner(shelf.day), f"{path}?version=2")
    assert "Also on phones." in newer
    assert "Newer than what you were given" in newer
    for wrong in ("3", "0", "x", "%00", "9" * 40):
        assert (await client.get(f"{path}?version={wrong}")).status_code == 404


async def test_what_came_after_the_session_says_so(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, AFTER)
    film = await given(works, shelf.day, a_note("The wrong one."), title="What we said")
    await changed(works, shelf.day, film.id, "The right one.", "It was the wrong film.")
    path = shelf.path(film.id)
    listed = await seen(client, works, learner(shelf.day), shelf.path())
    assert listed.count("It came after the session,") == 1
    assert "What came only after the session is here in its newest version." in listed
    text = await seen(client, works, learner(shelf.day), path)
    for words in ("The right one.", "It came after the session", "Version 2"):
        assert words in text, words
    for words in ("What you were given", "Changed since the session"):
        assert words not in text, words
    history = await seen(client, works, learner(shelf.day), f"{path}/versions")
    assert ("What this session gives" in history, "What you were given" in history) == (True, False)
    old = await seen(client, works, learner(shelf.day), f"{path}?version=1")
    assert ("There is a newer one." in old, "not what your session was given" in old) == (True, False)


async def test_before_the_session_the_older_version_is_the_old_one(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    path = shelf.path(shelf.read)
    await changed(works, shelf.day, shelf.read, "Also on phones.", "Phones are in it.")
    assert "Also on phones." in await seen(client, works, learner(shelf.day), path)
    old = await seen(client, works, learner(shelf.day), f"{path}?version=1")
    assert "An older version" in old
    assert "Also on phones." not in old
    assert "What this session gives" in await seen(client, works, learner(shelf.day), f"{path}/versions")


async def test_what_comes_later_says_from_when(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    await sign_in(client, works, learner(shelf.day))
    for path in (shelf.path(shelf.slides), shelf.path(shelf.slides, "versions")):
        answer = await client.get(path)
        assert answer.status_code == 403
        assert "It is there for you from" in answer.text
        assert "Slides and handout" in answer.text
    clock.now += AFTER - BEFORE
    answer = await client.get(shelf.path(shelf.recording))
    assert answer.status_code == 403
    assert "This is for those who were there." in answer.text


async def test_what_is_not_for_one_is_not_there(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, DURING)
    await sign_in(client, works, learner(shelf.day))
    for path in (shelf.path(shelf.plan), shelf.path(shelf.plan, "versions"), shelf.path(shelf.day.session_id)):
        assert (await client.get(path)).status_code == 404
    await sign_in(client, works, None)
    answer = await client.get(shelf.path(shelf.read))
    assert (answer.status_code, answer.headers["location"].startswith("/sign-in")) == (303, True)


async def test_by_the_link_to_ones_place(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    shelf = await shelf_at(works, clock, DURING)
    base = f"{place_path(works, shelf.day)}/materials"
    answer = await client.get(f"{base}/{shelf.slides}")
    assert answer.status_code == 200
    assert answer.headers["referrer-policy"] == "strict-origin"
    assert f'href="{base}/{shelf.slides}/files/' in answer.text
    assert "next=/places" not in answer.text
    history = await client.get(f"{base}/{shelf.slides}/versions")
    assert "What this session gives" in history.text
    later = await client.get(f"{base}/{shelf.recording}")
    assert (later.status_code, later.headers["referrer-policy"]) == (403, "strict-origin")
    assert (await client.get(f"{base}/{shelf.plan}")).status_code == 404


async def test_a_course_shows_what_is_for_everybody(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    base = f"/courses/{shelf.day.scene.course_id}/materials"
    text = await seen(client, works, None, f"{base}/{shelf.poster}")
    assert "Poster &lt;b&gt;bold&lt;/b&gt;" in text
    assert "What this session gives" in await seen(client, works, None, f"{base}/{shelf.poster}/versions")
    for path in (f"{base}/{shelf.read}", f"{base}/{shelf.read}/versions", f"{base}/{shelf.exercise}"):
        assert (await client.get(path)).status_code == 404
    assert await openings() == []


async def test_who_opened_a_page_is_written_down_once_an_hour(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    for _ in range(2):
        await seen(client, works, learner(shelf.day), shelf.path(shelf.read))
        await client.get(f"{place_path(works, shelf.day)}/materials/{shelf.read}")
    assert await openings() == [("page", True)]
    clock.now += timedelta(hours=1)
    await seen(client, works, learner(shelf.day), shelf.path(shelf.read))
    assert await openings() == [("page", True)] * 2


async def test_who_edits_sees_what_is_not_published(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    material = await added(works, shelf.day, title="Not ready")
    text = await seen(client, works, shelf.day.lead, shelf.path(material.id))
    assert "Nothing is published yet" in text
    assert f'href="/materials/{material.id}"' in text
    # What is of the course is changed by those who manage it.
    assert f'href="/materials/{shelf.read}"' not in await seen(client, works, shelf.day.lead, shelf.path(shelf.read))
    assert f'href="/materials/{shelf.read}"' in await seen(client, works, shelf.day.manager, shelf.path(shelf.read))


async def test_who_went_through_an_earlier_version_is_told(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    shelf = await shelf_at(works, clock, BEFORE)
    person = learner(shelf.day)
    await works.run(person, acknowledge, shelf.day.enrollments[0], shelf.read)
    assert "You said so on" in await seen(client, works, person, shelf.path(shelf.read))
    await changed(works, shelf.day, shelf.read, "Also on phones.", "Phones are in it.")
    text = await seen(client, works, person, shelf.path(shelf.read))
    assert "It has changed since: you went through version 1." in text
    assert "I have gone through the new version, too" in text


async def test_the_link_to_a_place_opens_its_own_session_only(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    other = await shelf_at(works, clock, BEFORE)
    shelf = await shelf_at(works, clock, BEFORE, tag=" Two")
    base = f"{place_path(works, shelf.day)}/materials"
    for path in (f"{base}/{other.read}", f"{base}/{other.read}/versions"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post(f"{base}/{other.read}/acknowledge")).status_code == 404
