"""What is still needed from somebody stands first on their own pages."""

import httpx

from tests.booking.questions_made import agree, ask, of_course, taking_part
from tests.booking.test_pages.made import enter, words
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
