"""What is still needed from somebody stands first on their own pages."""

import httpx

from tests.booking.questions_made import agree, ask, of_course, taking_part
from tests.booking.test_pages.made import enter, words
from tests.materials.prepared import prepare, went_through
from tests.reminders.made import enrolled_scene
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions.asking import answer_questions
from training.booking.queries.asking import list_asked


async def test_what_was_asked_later_is_said_on_top(works: Works, client: httpx.AsyncClient) -> None:
    scene, (one, _) = await taking_part(works)
    me = Viewer(person_id=scene.people[0])
    await enter(works, client, me)
    for path in ("/my/sessions", "/"):
        assert "still needed from you" not in words((await client.get(path)).text)
    question = await ask(works, await of_course(scene), scene.manager, required=True)
    await agree(works, scene)
    for path in ("/my/sessions", "/"):
        shown = (await client.get(path)).text
        assert "2 things are still needed from you" in words(shown)
        assert f'href="/enrollments/{one.id}/questions"' in shown
    terms = (await list_asked(scene.session_id, one.person_id)).terms[0]
    await works.run(me, answer_questions, one.id, {f"q-{question.id}": "x", terms.field: "yes"})
    for path in ("/my/sessions", "/"):
        assert "still needed from you" not in words((await client.get(path)).text)


async def test_what_is_to_be_gone_through_before_leads_to_it(works: Works, client: httpx.AsyncClient) -> None:
    """Only what can be seen by now, and only until it is gone through."""
    scene = await enrolled_scene(works, 0, 1)
    first = await prepare(works, scene, "Safe words")
    await prepare(works, scene, "A film", opens="before", offset_minutes=60)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    for path in ("/my/sessions", "/"):
        shown = (await client.get(path)).text
        assert "One thing is still needed from you Go through one thing before Safe messaging" in words(shown)
        assert f'href="/sessions/{scene.session_id}/materials"' in shown
    await prepare(works, scene, "Two pages")
    question = await ask(works, await of_course(scene), scene.manager, required=True)
    shown = words((await client.get("/my/sessions")).text)
    assert "3 things are still needed from you Answer for Safe messaging Go through 2 things before" in shown
    await execute("UPDATE material SET withdrawn_at = created_at WHERE title = 'Two pages'")
    await execute("UPDATE question SET retired_at = {} WHERE id = {}", works.clock(), question.id)
    await went_through(works, scene, first)
    assert "still needed from you" not in words((await client.get("/my/sessions")).text)


async def test_whoever_waits_is_not_asked_to_prepare(works: Works, client: httpx.AsyncClient) -> None:
    scene = await enrolled_scene(works, 0, 1, capacity_in_person=1)
    await prepare(works, scene)
    await enter(works, client, Viewer(person_id=scene.people[1]))
    assert "still needed from you" not in words((await client.get("/my/sessions")).text)
