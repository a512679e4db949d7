"""What a version consists of: files, links and notes, put in, changed and taken out."""

from typing import Any

import httpx

from tests.attendance.made import Day, make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import a_file, added, draft_of, filled, of_file, published
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.versions import discard_draft, publish_version, remove_variant
from training.materials.queries.editing import get_edited
from training.materials.rules.variants import Form, VariantView

VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n"
LINK = {"name": "Slides", "link": "https://example.org/slides", "form": "slides", "language": "es"}
NOTE = {"name": "Words", "body": "Say **this**.", "form": "document", "language": "en"}


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def begun(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> tuple[Day, Any, str]:
    """A day, the empty version of a material of its session, and the address of that version."""
    day = await make_day(works, clock)
    material = await added(works, day, title="Recording")
    version = await draft_of(day, material.id)
    await enter(works, client, day.lead)
    return day, material.id, f"/materials/{material.id}/versions/{version.id}"


async def variants(day: Day, material_id: Any) -> tuple[VariantView, ...]:
    return (await draft_of(day, material_id)).variants


async def test_a_language_may_be_written_by_its_name(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, key, path = await begun(works, client, clock)
    assert "Its English name, or a code" in (await client.get(f"{path}/links")).text
    for number, written in enumerate(("Spanish", "British Sign Language", "Chinese (Traditional)"), 1):
        sent = await client.post(f"{path}/links", data={**LINK, "language": written, "version": str(number)})
        assert sent.status_code == 303, written
    assert [one.language for one in await variants(day, key)] == ["es", "bfi", "zh-Hant"]
    wrong = await client.post(f"{path}/links", data={**LINK, "language": "Klingonish", "version": "4"})
    assert (wrong.status_code, "Write a language by its English name" in wrong.text) == (422, True)


async def test_two_films_in_one_language_are_told_apart(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, key, path = await begun(works, client, clock)
    names = ("welcome.webm", "goodbye.webm", "solo.webm")
    for name, language in zip(names, ("en", "en", "es"), strict=True):
        file = await a_file(works, day, media_type="video/webm", kind="video")
        await filled(works, day, key, of_file(file, Form.VIDEO, name=name, language=language))
    shown = (await client.get(path)).text
    for name in names[:2]:
        assert f"<h3>Video, English: <bdi>{name}</bdi></h3>" in shown
        assert f'aria-label="Recording: Video, English: {name}"' in shown
    assert "<h3>Video, Spanish</h3>" in shown


async def test_what_is_in_the_way_of_sending_is_said_for_what_it_is(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    _, _, path = await begun(works, client, clock)
    shown = (await client.get(path)).text
    for which, words in (("refused", "Press “Remove” there"), ("faults", "Try those again"), ("both", "Remove what")):
        assert words in shown.partition(f'data-text-{which}="')[2].partition('"')[0], which


async def test_a_note_that_is_too_long_is_told_how_long_it_may_be(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    _, _, path = await begun(works, client, clock)
    for length in (50_001, 100_000, 100_001, 300_000):
        told = await client.post(f"{path}/notes", data={**NOTE, "version": "1", "body": "x" * length})
        assert (told.status_code, "Write the note, at most 50,000 characters." in told.text) == (422, True), length
        assert f">{'x' * length}</textarea>" in told.text.replace("\n", ""), length
    # A browser sends two signs for the end of a line.
    long = {**NOTE, "version": "1", "body": f"{'x' * 98}\r\n" * 504}
    assert (await client.post(f"{path}/notes", data=long)).status_code == 303


async def test_links_and_notes(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, key, path = await begun(works, client, clock)
    for tail, form in (("/links", LINK), ("/notes", NOTE)):
        assert "What it is called" in (await client.get(path + tail)).text
        wrong = await client.post(path + tail, data={**form, "link": "javascript:1", "body": "", "version": "1"})
        assert (wrong.status_code, "One thing to put right" in wrong.text) == (422, True), tail
    assert (await client.post(f"{path}/links", data={**LINK, "version": "1"})).headers["location"] == path
    stale = await client.post(f"{path}/notes", data={**NOTE, "version": "1"})
    assert (stale.status_code, "Say **this**." in stale.text, "saved a change" in stale.text) == (409, True, True)
    assert (await client.post(f"{path}/notes", data={**NOTE, "version": "2"})).status_code == 303
    link, note = await variants(day, key)
    assert (link.link, link.form, link.language) == ("https://example.org/slides", Form.SLIDES, "es")
    shown = (await client.get(path)).text
    assert "Say <strong>this</strong>." in shown
    assert note.name in shown


async def overtaken(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> tuple[Day, Any, str]:
    """A version with a note whose forms are open in a browser, and that a colleague publishes just then."""
    day, key, path = await begun(works, client, clock)
    await client.post(f"{path}/notes", data={**NOTE, "version": "1"})
    await works.run(day.manager, publish_version, (await draft_of(day, key)).id)
    return day, key, path


async def test_a_note_for_a_version_that_was_published_meanwhile_keeps_its_text(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, key, path = await overtaken(works, client, clock)
    typed = {**NOTE, "name": "More", "body": "Say **that**, too.", "version": "2"}
    told = await client.post(f"{path}/notes", data=typed)
    assert (told.status_code, "Say **that**, too." in told.text) == (409, True)
    assert ("Put it into version 2" in told.text, 'name="begin" value="yes"' in told.text) == (True, True)
    done = await client.post(f"{path}/notes", data={**typed, "begin": "yes"})
    draft = await draft_of(day, key)
    assert (done.status_code, done.headers["location"]) == (303, f"/materials/{key}/versions/{draft.id}")
    assert [one.name for one in draft.variants] == ["Words", "More"]


async def test_a_change_of_what_was_published_meanwhile_goes_into_the_next(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, key, path = await overtaken(works, client, clock)
    newest = (await get_edited(day.manager, key)).newest
    assert newest is not None
    one = f"{path}/variants/{newest.variants[0].id}"
    typed = {**NOTE, "body": "Say **that**.", "version": "2"}
    told = await client.post(one, data=typed)
    assert (told.status_code, "Say **that**." in told.text) == (409, True)
    for _ in range(2):
        assert (await client.post(one, data={**typed, "begin": "yes"})).status_code == 303
    # The second time it is not there any more as it was published.
    assert [text.body for text in (await draft_of(day, key)).variants] == ["Say **that**.", "Say **that**."]
    kept = (await get_edited(day.manager, key)).newest
    assert kept is not None
    assert kept.variants[0].body == "Say **this**."


async def discarded(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> tuple[Day, Any, str]:
    """The second version of a material, with a note, that a colleague throws away while its forms are open."""
    day, key, path = await overtaken(works, client, clock)
    path = (await client.post(f"/materials/{key}/versions")).headers["location"]
    await works.run(day.manager, discard_draft, (await draft_of(day, key)).id)
    return day, key, path


async def test_a_note_for_a_version_that_was_thrown_away_goes_into_the_next(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, key, path = await discarded(works, client, clock)
    for tail in ("notes", f"variants/{key}"):
        typed = {**NOTE, "body": f"Say **that**, {tail}.", "version": "1"}
        told = await client.post(f"{path}/{tail}", data=typed)
        assert (told.status_code, "This version was thrown away meanwhile" in told.text) == (404, True), tail
        assert f"Say **that**, {tail}." in told.text
        assert ("Put it into version 2" in told.text, f'action="{path}/notes"' in told.text) == (True, True)
        wrong = await client.post(f"{path}/notes", data={**typed, "begin": "yes", "language": "Martian"})
        assert (wrong.status_code, "f-language-error" in wrong.text) == (404, True)
        done = await client.post(f"{path}/notes", data={**typed, "begin": "yes"})
        draft = await draft_of(day, key)
        assert (done.status_code, done.headers["location"]) == (303, f"/materials/{key}/versions/{draft.id}")
        assert draft.variants[-1].body == f"Say **that**, {tail}."
    told = await client.post(f"{path}/links", data={**LINK, "language": "x" * 61})
    assert (told.status_code, LINK["link"] in told.text) == (404, True)


async def test_what_was_taken_out_while_it_was_changed_can_be_put_in_anew(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, key, path = await begun(works, client, clock)
    await client.post(f"{path}/notes", data={**NOTE, "version": "1"})
    (note,) = await variants(day, key)
    await works.run(day.manager, remove_variant, note.id)
    typed = {**NOTE, "body": "Say **that**.", "version": "2"}
    told = await client.post(f"{path}/variants/{note.id}", data=typed)
    assert (told.status_code, "Somebody took this out of the version meanwhile" in told.text) == (404, True)
    assert ("Say **that**." in told.text, f'action="{path}/notes"' in told.text) == (True, True)
    assert 'name="version" value="3"' in told.text
    assert (await client.post(f"{path}/notes", data={**typed, "version": "3"})).status_code == 303
    assert [one.body for one in await variants(day, key)] == ["Say **that**."]
    for tail in ("", "/remove"):
        told = await client.post(f"{path}/variants/{note.id}{tail}", data={"name": "talk.pdf", "version": "2"})
        assert (told.status_code, "somebody took it out meanwhile" in told.text) == (404, True), tail
        assert f'href="{path}"' in told.text


async def test_one_is_changed_and_taken_out(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, key, path = await begun(works, client, clock)
    file = await a_file(works, day, by=day.lead)
    version = await filled(works, day, key, of_file(file, name="old.pdf"))
    one = f"{path}/variants/{version.variants[0].id}"
    assert "old.pdf" in (await client.get(one)).text
    form = {
        "name": "new.pdf",
        "form": "handout",
        "language": "xx-not-a-language-at-all",
        "version": str(version.version),
    }
    assert (await client.post(one, data=form)).status_code == 422
    wrong = await client.post(one, data={**form, "language": "!"})
    assert (wrong.status_code, "f-language-error" in wrong.text) == (422, True)
    assert (await client.post(one, data={**form, "language": "fr"})).headers["location"] == path
    (kept,) = await variants(day, key)
    assert (kept.name, kept.form, kept.language, kept.file_id) == ("new.pdf", Form.HANDOUT, "fr", file)
    stale = await client.post(one, data={**form, "language": "de", "name": "mine.pdf"})
    assert (stale.status_code, "new.pdf" in stale.text, "mine.pdf" in stale.text) == (409, True, True)
    early = await client.post(f"{one}/remove", data={"version": "1"})
    assert (early.headers["location"], len(await variants(day, key))) == (path, 1)
    await client.post(f"{one}/remove", data={"version": str((await draft_of(day, key)).version)})
    assert await variants(day, key) == ()


async def test_what_is_published_has_no_forms(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    newest = (await get_edited(day.manager, material.id)).newest
    assert newest is not None
    await enter(works, client, day.manager)
    path = f"/materials/{material.id}/versions/{newest.id}"
    one = f"{path}/variants/{newest.variants[0].id}"
    told = await client.get(one)
    assert (told.status_code, f'href="{path}"' in told.text) == (409, True)
    assert (await client.post(f"{path}/notes", data={**NOTE, "version": "2"})).status_code == 409
    assert (await client.post(f"{one}/remove", data={"version": "2"})).headers["location"] == path
    await enter(works, client, day.stranger)
    for tail in ("/files", "/links", "/notes"):
        assert (await client.post(path + tail, data=LINK)).status_code == 404
    assert (await client.get(one)).status_code == 404
