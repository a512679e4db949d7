"""Questions and terms for those who write them, by course, session and program."""

from uuid import uuid4

import pytest

from tests.booking.made import make_scene
from tests.booking.questions_made import agree, ask, of_course, of_session, person, taking_part
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions.asking import answer_questions
from training.booking.queries.questions import (
    count_answers,
    course_scope,
    get_question,
    get_terms,
    program_scope,
    scope_of,
    session_scope,
)


async def test_foreign_and_missing_are_the_same(works: Works) -> None:
    scene, other = await make_scene(works), await make_scene(works, tag=" B")
    question, terms = await ask(works, await of_session(scene), scene.manager), await agree(works, scene)
    foreign = (
        (course_scope, scene.course_id),
        (session_scope, scene.session_id),
        (program_scope, scene.program_id),
        (get_question, question.id),
        (get_terms, terms.id),
    )
    for read, key in foreign:
        assert await read(scene.manager, key) is not None
        for viewer, wanted in ((other.manager, key), (scene.coordinator, key), (scene.manager, uuid4())):
            with pytest.raises(NotFound):
                await read(viewer, wanted)


async def test_what_something_belongs_to(works: Works) -> None:
    scene = await make_scene(works)
    assert await scope_of(scene.manager, await ask(works, await of_course(scene), scene.manager)) == await of_course(
        scene
    )
    assert await scope_of(scene.manager, await ask(works, await of_session(scene), scene.manager)) == await of_session(
        scene
    )
    assert (await scope_of(scene.manager, await agree(works, scene))).kind == "program"


async def test_how_many_answered_this_wording(works: Works) -> None:
    scene, rows = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager)
    for number, row in enumerate(rows):
        await works.run(person(scene, number), answer_questions, row.id, {f"q-{question.id}": "x"})
    assert (await count_answers(question.id, 1), await count_answers(question.id, 2)) == (2, 0)
