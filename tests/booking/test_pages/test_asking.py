"""Questions on the pages of those who write them."""

from typing import Any

import httpx
import pytest

from tests.booking.made import Scene, make_scene
from tests.booking.questions_made import BOTH, ask, of_course, of_session, person
from tests.booking.test_pages.made import enter, hidden, words
from training.base.work import Works
from training.booking.queries.questions import get_question, list_questions
from training.booking.rules.questions import Kind

NEW: dict[str, Any] = {"kind": "line", "label": "What do you need?", "reusable": "yes"}


async def opened(works: Works, client: httpx.AsyncClient) -> tuple[Scene, str]:
    scene = await make_scene(works)
    await enter(works, client, scene.manager)
    return scene, f"/manage/courses/{scene.course_id}/questions"


@pytest.mark.parametrize("place", ["courses", "sessions"])
async def test_a_question_is_added_and_seen(works: Works, client: httpx.AsyncClient, place: str) -> None:
    scene, _ = await opened(works, client)
    address = f"/manage/{place}/{scene.course_id if place == 'courses' else scene.session_id}/questions"
    assert "Nothing is asked yet" in words((await client.get(address)).text)
    many = NEW | {"kind": "choices", "options": " a \r\n\r\n<b>b</b>\r\n", "readers": ["trainer", "coordinator"]}
    done = await client.post(address, data=many)
    assert (done.status_code, done.headers["location"]) == (303, address)
    shown = await client.get(address)
    assert "What do you need? any of several · optional · asked once a , &lt;b&gt;b&lt;/b&gt;" in words(shown.text)
    assert "Read by: the program's managers, the person's coordinator and the trainers." in words(shown.text)
    (question,) = await list_questions(await (of_course if place == "courses" else of_session)(scene))
    assert (question.options, question.readers) == (("a", "<b>b</b>"), BOTH)
    preview = await client.get(f"{address}/preview")
    assert "Read by: the program's managers, your coordinator and your trainers." in words(preview.text)
    assert "<b>b</b>" not in preview.text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"label": ""}, "Please fill this in."),
        ({"label": "x" * 301}, "at most 300"),
        ({"kind": "choice", "options": "one"}, "at least two options"),
        ({"kind": "poem"}, "Please choose one of the list."),
        ({"readers": "everybody"}, "Please choose one of the list."),
        ({"condition": "00000000-0000-0000-0000-000000000001 yes"}, "not in this list"),
    ],
)
async def test_a_form_that_cannot_be_used(
    works: Works, client: httpx.AsyncClient, sent: dict[str, str], sentence: str
) -> None:
    scene, address = await opened(works, client)
    refused = await client.post(address, data=NEW | {"help": "keep me"} | sent)
    assert refused.status_code == 422
    assert sentence in refused.text
    assert "keep me" in refused.text
    assert await list_questions(await of_course(scene)) == []


async def test_a_question_is_changed_and_retired(works: Works, client: httpx.AsyncClient) -> None:
    scene, address = await opened(works, client)
    first = await ask(works, await of_course(scene), scene.manager, Kind.YES_NO, label="Do you eat?")
    second = await ask(works, await of_course(scene), scene.manager, label="What?")
    edit = f"/manage/questions/{second.id}"
    assert "“Do you eat?” is answered with “Yes”" in words((await client.get(edit)).text)
    typed = NEW | {"version": "1", "condition": f"{first.id} yes", "counts": "still"}
    done = await client.post(edit, data=typed)
    assert done.status_code == 303
    assert "What was answered still counts" in words((await client.get(address)).text)
    assert "Only if “ Do you eat? ” = “ Yes ”" in words((await client.get(address)).text)
    stale = await client.post(edit, data=typed | {"label": "Mine"})
    assert stale.status_code == 409
    assert "Somebody changed this while you were writing" in stale.text
    assert (hidden(stale.text, "version"), 'value="Mine"' in stale.text) == ("2", True)
    again = await client.post(edit, data=typed | {"version": "2", "label": "Mine", "counts": "again"})
    assert again.status_code == 303
    assert (await get_question(scene.manager, second.id)).wording == 2
    held = await client.post(f"/manage/questions/{first.id}/retire", data={"version": "1"})
    assert held.status_code == 303
    assert "depends on this question" in words((await client.get(address)).text)
    await client.post(f"{edit}/retire", data={"version": "3"})
    assert "Retired." in words((await client.get(address)).text)
    assert "nobody is asked it any more" in words((await client.get(edit)).text)
    assert (await client.post(edit, data=typed | {"version": "4"})).status_code in (303, 410, 422)


async def test_questions_change_places(works: Works, client: httpx.AsyncClient) -> None:
    scene, address = await opened(works, client)
    a, b = [await ask(works, await of_course(scene), scene.manager, label=label) for label in "ab"]
    done = await client.post(f"/manage/questions/{b.id}/move", data={"step": "up"})
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert [each.id for each in await list_questions(await of_course(scene))] == [b.id, a.id]


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, address = await opened(works, client)
    question = await ask(works, await of_course(scene), scene.manager)
    other = await make_scene(works, tag=" B")
    session = f"/manage/sessions/{scene.session_id}/questions"
    for viewer in (other.manager, scene.coordinator, person(scene, 0)):
        await enter(works, client, viewer)
        for path in (address, f"{address}/preview", session, f"{session}/preview", f"/manage/questions/{question.id}"):
            assert (await client.get(path)).status_code == 404
        for path in (
            address,
            session,
            *(f"/manage/questions/{question.id}{step}" for step in ("", "/move", "/retire")),
        ):
            assert (await client.post(path, data=NEW)).status_code == 404
