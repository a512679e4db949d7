"""Copying to another session or course: what, where to, and what cannot be."""

import httpx

from tests.attendance.made import make_day
from tests.booking.asked import bearer
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.materials.made import added, filled, published
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.materials.actions.editing import withdraw
from training.materials.queries.editing import list_edited


async def enter(works: Works, client: httpx.AsyncClient, who: Viewer) -> None:
    client.cookies.set("sign_in", await bearer(works, who))


def staff(viewer: Viewer) -> Viewer:
    return Viewer(
        person_id=viewer.person_id, name="Stella", email=viewer.email, grants=frozenset({Grant(role="staff")})
    )


async def test_materials_of_a_course_go_to_another_program(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    other = await make_scene(works, tag=" elsewhere", title="Crisis <lines>", search="crisis lines")
    one, two = [await published(works, day, of_course=True, title=title) for title in ("Words", "Numbers")]
    empty = await added(works, day, of_course=True, title="Nothing in it")
    await enter(works, client, staff(day.manager))
    path = f"/materials/courses/{day.scene.course_id}/copy"
    page = (await client.get(path)).text
    assert "There is nothing in it yet." in page
    assert "Crisis &lt;lines&gt;" in page
    # Looked for by an address of its own, so that going back to it asks nothing; what only the form needs is not in it.
    wanted = {"q": "crisis", "step": "find", "to": "", "material": [str(one.id)], "form_token": "once"}
    there = (await client.post(path, data=wanted)).headers["location"]
    assert there == f"{path}?q=crisis&step=find&to=&material={one.id}"
    found = await client.get(there)
    assert found.status_code == 200
    assert f'value="{other.session_id}"' in found.text
    assert f'value="{day.session_id}"' not in found.text
    assert f'value="{one.id}" id="f-material" checked' in found.text
    assert f'value="{two.id}" checked' not in found.text
    done = await client.post(path, data={"to": str(other.session_id), "material": [str(one.id), str(two.id)]})
    assert done.headers["location"] == f"/materials/sessions/{other.session_id}"
    copies = (await list_edited(staff(day.manager), session_id=other.session_id)).items
    assert [(each.material.title, each.material.source_id) for each in copies] == [
        ("Words", one.id),
        ("Numbers", two.id),
    ]
    assert empty.id not in {each.material.source_id for each in copies}


async def test_what_is_missing_is_asked_for(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock)
    own = await published(works, day, title="Words")
    await enter(works, client, day.manager)
    path = f"/materials/sessions/{day.session_id}/copy"
    missing = await client.post(path, data={"to": ""})
    assert missing.status_code == 422
    assert "Choose at least one." in missing.text
    assert "Choose where to." in missing.text
    # Whoever chose none has none: a second press must not copy everything.
    assert "checked" not in _fieldset(missing.text)
    assert "checked" in _fieldset((await client.get(path)).text)
    assert "checked" not in _fieldset((await client.get(path, params={"step": "find"})).text)
    itself = await client.post(path, data={"to": str(day.session_id), "material": [str(own.id)]})
    assert (itself.status_code, "Choose another course or session" in itself.text) == (422, True)
    nothing = await client.post(path, data={"step": "find", "q": "nothing like it"}, follow_redirects=True)
    assert "is called so" in nothing.text


def _fieldset(text: str) -> str:
    return text.split('<ul class="people">')[1].split("</ul>", maxsplit=1)[0]


async def test_what_was_withdrawn_while_the_page_was_open_is_named(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    kept, taken = await published(works, day, title="Words"), await published(works, day, title="Numbers of callers")
    await enter(works, client, day.manager)
    path = f"/materials/sessions/{day.session_id}/copy"
    assert f'value="{taken.id}" checked' in (await client.get(path)).text
    await works.run(day.manager, withdraw, taken.id)
    target = str(day.scene.course_id)
    refused = await client.post(path, data={"to": target, "material": [str(kept.id), str(taken.id)]})
    assert (refused.status_code, "“Numbers of callers” is withdrawn" in refused.text) == (422, True)
    assert f'value="{taken.id}"' not in refused.text
    assert f'value="{kept.id}" id="f-material" checked' in refused.text
    assert (await list_edited(day.manager, course_id=day.scene.course_id)).items == ()


async def test_drafts_are_said_to_be_copied_as_drafts(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.manager)
    path = f"/materials/sessions/{day.session_id}/copy"
    empty = (await client.get(path)).text
    assert "There is no material here, or all of it is withdrawn." in empty
    await filled(works, day, (await added(works, day, title="Not yet")).id)
    page = (await client.get(path)).text
    assert "stays unpublished" in page
    assert "not published yet: its copy is not, either" in page


async def test_nobody_copies_from_or_to_what_is_not_theirs(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    other = await make_scene(works, tag=" elsewhere")
    own, of_course = await published(works, day), await published(works, day, of_course=True)
    await enter(works, client, day.lead)
    path = f"/materials/sessions/{day.session_id}/copy"
    page = (await client.get(path)).text
    assert "is called so" in page
    for target in (str(other.session_id), str(day.scene.course_id)):
        answer = await client.post(path, data={"to": target, "material": [str(own.id)]})
        assert answer.status_code == 404, target
    await enter(works, client, day.manager)
    foreign = {"to": str(day.scene.course_id), "material": [str(of_course.id)]}
    assert (await client.post(path, data=foreign)).status_code == 404
