"""The pages on which an announcement is written and found again."""

import httpx

from tests.booking.asked import bearer, order
from tests.booking.made import Scene, make_scene
from tests.reminders.announced import drafted, scheduled
from training.base.work import Works
from training.booking.actions import book_places

ROOT = "/manage/announcements"


async def signed_in(works: Works, client: httpx.AsyncClient) -> Scene:
    """The manager of a session with three people, in this browser."""
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3))
    client.cookies.set("sign_in", await bearer(works, scene.manager))
    return scene


async def test_the_list_says_what_there_is(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    empty = await client.get(ROOT)
    assert "Nothing was announced yet" in empty.text
    await drafted(works, scene, subject="Rooms & <more>")
    await scheduled(works, scene, subject="Waits")
    listed = await client.get(f"{ROOT}?session={scene.session_id}")
    assert "Rooms &amp; &lt;more&gt;" in listed.text
    assert "Scheduled" in listed.text
    table = await client.get(f"{ROOT}/export/csv?session={scene.session_id}")
    subjects = [line.split(",")[0].strip('\ufeff"') for line in table.text.splitlines()]
    assert (subjects[0], sorted(subjects[1:])) == ("Subject", ["Rooms & <more>", "Waits"])
    assert (await client.get(f"{ROOT}?cursor=x")).status_code == 422


async def test_what_it_is_about_is_asked_first(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    other = await make_scene(works, tag=" Two")
    asked = await client.get(f"{ROOT}/new")
    assert f"{ROOT}/new?course={scene.course_id}" in asked.text
    assert str(other.program_id) not in asked.text
    for query in (f"session={scene.session_id}", f"course={scene.course_id}", f"program={scene.program_id}"):
        form = await client.get(f"{ROOT}/new?{query}")
        assert 'name="words"' in form.text
        assert ("Which sessions" in form.text) == (not query.startswith("session"))
    assert (await client.get(f"{ROOT}/new?session={other.session_id}")).status_code == 404


async def test_a_draft_is_written_and_changed(works: Works, client: httpx.AsyncClient) -> None:
    scene = await signed_in(works, client)
    address, about = f"{ROOT}/new", {"session": str(scene.session_id)}
    empty = await client.post(
        address, data={**about, "subject": "", "words": "Kept", "partner_ids": str(scene.partner_id)}
    )
    assert empty.status_code == 422
    assert "Kept" in empty.text
    assert "Please fill this in." in empty.text
    nobody = await client.post(address, data={**about, "subject": "Rooms", "words": "Kept"})
    assert "Please choose at least one group of people." in nobody.text
    form = {
        **about,
        "subject": "Rooms",
        "words": "One.\n\nTwo.",
        "groups": ["enrolled", "waitlisted"],
        "when": "coming",
    }
    led = await client.post(address, data=form)
    assert led.status_code == 303
    draft = led.headers["location"]
    edit = await client.get(f"{draft}/edit")
    assert "One.\n\nTwo." in edit.text
    saved = await client.post(f"{draft}/edit", data={**form, "subject": "Room", "version": "1"})
    assert saved.headers["location"] == draft
    stale = await client.post(f"{draft}/edit", data={**form, "subject": "Mine", "version": "1"})
    assert stale.status_code == 409
    assert "Mine" in stale.text
    for wrong in ({"session": str(scene.partner_id)}, {"session": ""}, {"session": "x"}):
        assert (await client.post(address, data={**form, **wrong})).status_code == 404
