"""A version from the first look to publishing, with what stands against it."""

from datetime import timedelta

import httpx
import pytest

from tests.attendance.made import make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import a_file, a_note, added, draft_of, filled, of_file, published
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.versions import add_variant, publish_version, remove_variant
from training.materials.queries.editing import get_edited
from training.materials.rules.variants import Form


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


async def test_the_second_version_needs_a_note(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, title="Words")
    await enter(works, client, day.lead)
    begun = await client.post(f"/materials/{material.id}/versions")
    path = begun.headers["location"]
    shown = (await client.get(path)).text
    assert "In preparation: nobody else sees it" in shown
    assert "Visible to 6 people" in shown
    assert 'rows="3" maxlength="1000"' in shown
    again = await client.post(f"/materials/{material.id}/versions")
    assert again.headers["location"] == path
    draft = await draft_of(day, material.id)
    refused = await client.post(f"{path}/publish", data={"same": "yes", "version": str(draft.version)})
    assert (refused.status_code, "what is different from the version before" in refused.text) == (422, True)
    done = await client.post(
        f"{path}/publish", data={"note": "One <word> less.", "same": "yes", "version": str(draft.version)}
    )
    assert done.headers["location"] == f"/materials/{material.id}"
    assert "Version 2 is published" in (await client.get(f"/materials/{material.id}")).text
    after = (await client.get(path)).text
    assert "One &lt;word&gt; less." in after
    assert "Put something in" not in after


OVER = timedelta(hours=3)


@pytest.mark.parametrize(
    ("first", "before", "after"),
    [
        ("given", "it keeps version 1, which it gave", "The session is over and keeps version 1, which it gave"),
        ("late", "so the newest version is what is given", "Whoever may see the material has it now"),
        ("course", "stay with it and name this one beside it", "Sessions to come give it now."),
    ],
)
async def test_what_a_session_that_is_over_gives_is_said(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, first: str, before: str, after: str
) -> None:
    day = await make_day(works, clock)
    clock.now += OVER if first == "late" else timedelta()
    material = await published(works, day, title="Words", of_course=first == "course")
    clock.now += OVER
    await enter(works, client, day.manager)
    path = (await client.post(f"/materials/{material.id}/versions")).headers["location"]
    assert before in (await client.get(path)).text
    draft = await draft_of(day, material.id)
    said = {"note": "One word less.", "same": "yes", "version": str(draft.version)}
    done = await client.post(f"{path}/publish", data=said)
    shown = (await client.get(done.headers["location"])).text
    assert after in shown
    assert ("no version needs to be kept for it" in shown) == (first != "course")
    listed = (await client.get(f"/materials/sessions/{day.session_id}")).text
    assert ("so the newest version is what is given" in listed) == (first == "late")
    assert ("this session keeps what it gave" in listed) == (first != "late")


async def test_the_mail_is_promised_for_when_it_goes(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    await enter(works, client, day.manager)
    shown = (await client.get((await client.post(f"/materials/{material.id}/versions")).headers["location"])).text
    assert "ten minutes after the last change in the course and its sessions, at the latest an hour after" in shown


async def test_missing_captions_stop_it_until_there_is_a_reason(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    file = await a_file(works, day, media_type="video/webm", kind="video")
    version = await filled(works, day, material.id, of_file(file, Form.RECORDING, name="talk.webm", language="en"))
    await enter(works, client, day.manager)
    path = f"/materials/{material.id}/versions/{version.id}"
    assert "Captions are missing" in (await client.get(path)).text
    form = {"note": "", "version": str(version.version)}
    stopped = await client.post(f"{path}/publish", data=form)
    assert (stopped.status_code, "Somebody who cannot hear gets nothing" in stopped.text) == (422, True)
    assert (await client.post(f"{path}/publish", data={**form, "waive": "No speech"})).status_code == 303
    newest = (await get_edited(day.manager, material.id)).newest
    assert newest is not None
    assert newest.waived == "No speech"
    assert "No speech" in (await client.get(path)).text


async def test_what_waits_or_was_refused_or_is_empty_is_not_published(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.manager)
    for state, said in (("waiting", "still being looked at"), ("refused", "found something"), ("", "nothing in this")):
        material = await added(works, day)
        version = await draft_of(day, material.id)
        if state:
            file = await a_file(works, day, state=state, verdict="Eicar" if state == "refused" else "")
            version = await filled(works, day, material.id, of_file(file))
        path = f"/materials/{material.id}/versions/{version.id}"
        answer = await client.post(f"{path}/publish", data={"version": str(version.version)})
        assert (answer.status_code, said in answer.text) == (422, True), state


async def test_a_version_that_changed_meanwhile_is_looked_at_again(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    version = await filled(works, day, material.id)
    await works.run(day.lead, add_variant, version.id, a_note(name="More"))
    await enter(works, client, day.manager)
    path = f"/materials/{material.id}/versions/{version.id}"
    stale = await client.post(f"{path}/publish", data={"note": "Mine", "version": str(version.version)})
    assert (stale.status_code, "Mine" in stale.text, "saved a change" in stale.text) == (409, True, True)
    kept = await client.post(f"{path}/discard", data={"version": str(version.version)})
    assert kept.headers["location"] == path
    gone = await client.post(f"{path}/discard", data={"version": str(version.version + 1)})
    assert gone.headers["location"] == f"/materials/{material.id}"
    assert (await client.get(path)).status_code == 404


async def test_a_version_that_holds_the_same_as_the_one_before_is_published_only_by_whoever_says_so(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    await enter(works, client, day.manager)
    path = (await client.post(f"/materials/{material.id}/versions")).headers["location"]
    assert "It holds the same as version 1" in (await client.get(path)).text
    said = {"note": "The new slides", "version": str((await draft_of(day, material.id)).version)}
    told = await client.post(f"{path}/publish", data=said)
    assert (told.status_code, "Nothing in it differs" in told.text, "The new slides" in told.text) == (422, True, True)
    draft = await draft_of(day, material.id)
    one = await works.run(day.manager, add_variant, draft.id, a_note(name="More"))
    assert "It holds the same" not in (await client.get(path)).text
    await works.run(day.manager, remove_variant, one.id)
    said = {**said, "same": "yes", "version": str((await draft_of(day, material.id)).version)}
    assert (await client.post(f"{path}/publish", data=said)).status_code == 303


async def test_who_publishes_what_was_published_a_moment_before_is_told_and_keeps_the_note(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    await enter(works, client, day.manager)
    path = (await client.post(f"/materials/{material.id}/versions")).headers["location"]
    draft = await draft_of(day, material.id)
    await works.run(day.lead, publish_version, draft.id, note="Theirs")
    mine = {"note": "My <long> note", "waive": "No speech", "version": str(draft.version)}
    for note in ("My <long> note", "My <long> note" * 1000):
        told = await client.post(f"{path}/publish", data={**mine, "note": note})
        assert (told.status_code, "Version 2 was published before you pressed" in told.text) == (409, True)
        for shown in ("Theirs", "My &lt;long&gt; note", "No speech", "Go on with version 3", "published it,"):
            assert shown in told.text, shown
        assert "You published it yourself" not in told.text
    await enter(works, client, day.lead)
    told = await client.post(f"{path}/publish", data={"version": str(draft.version)})
    assert (told.status_code, "You published it yourself" in told.text) == (409, True)
    assert "Nothing of yours was saved." in told.text


async def test_a_version_is_found_through_its_material_only(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    one, other = await published(works, day), await published(works, day)
    newest = (await get_edited(day.manager, one.id)).newest
    assert newest is not None
    await enter(works, client, day.manager)
    path = f"/materials/{other.id}/versions/{newest.id}"
    assert (await client.get(path)).status_code == 404
    for tail in ("/publish", "/discard"):
        assert (await client.post(path + tail, data={"version": "1"})).status_code == 404


async def test_a_size_is_said_as_while_it_was_uploaded(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    material = await added(works, day, title="Sizes")
    file_id = await a_file(works, day, size=352_300)
    version = await filled(works, day, material.id, of_file(file_id))
    await enter(works, client, day.manager)
    assert "352.3 KB" in (await client.get(f"/materials/{material.id}/versions/{version.id}")).text
