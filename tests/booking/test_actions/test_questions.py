"""Questions are written, changed, ordered and retired; what was answered counts as long as it may."""

from typing import Any

import pytest

from tests.booking.made import Scene, make_scene
from tests.booking.questions_made import TRAINER, ask, of_course, of_session, person, taking_part
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.booking.actions.asking import answer_questions
from training.booking.actions.questions import (
    add_question,
    edit_question,
    move_question,
    order_questions,
    retire_question,
)
from training.booking.queries.asking import list_asked
from training.booking.queries.questions import get_question, list_questions
from training.booking.rules.questions import (
    ConditionInUse,
    Kind,
    ListChanged,
    Question,
    QuestionDetails,
    QuestionGone,
    QuestionsLimit,
)
from training.catalogue.rules import only


def details(question: Question, **more: object) -> QuestionDetails:
    return QuestionDetails(**{**only(QuestionDetails, question), **more})


async def labels(scene: Scene) -> list[str]:
    return [question.label for question in await list_questions(await of_course(scene))]


async def test_a_question_is_kept_as_it_was_asked(works: Works) -> None:
    scene = await make_scene(works)
    options = ("<script>alert(1)</script>", "مرحبا", "x" * 200)
    told: dict[str, Any] = {
        "label": "y" * 300,
        "help": "Why\nnot",
        "options": options,
        "readers": TRAINER,
        "required": True,
    }
    added = await ask(works, await of_session(scene), scene.manager, Kind.CHOICES, **told)
    found = await get_question(scene.manager, added.id)
    assert found == added
    assert (found.session_id, found.course_id, found.position, found.wording) == (scene.session_id, None, 1, 1)
    assert await list_questions(await of_course(scene)) == []


async def test_only_managers_of_the_program(works: Works) -> None:
    scene, other = await make_scene(works), await make_scene(works, tag=" B")
    scope, question = await of_course(scene), await ask(works, await of_course(scene), scene.manager)
    for viewer in (scene.coordinator, other.manager):
        for action, args in (
            (add_question, (scope, details(question))),
            (edit_question, (question.id, details(question, label="Mine"))),
            (retire_question, (question.id,)),
            (order_questions, (scope, [question.id])),
        ):
            with pytest.raises(NotFound):
                await works.run(viewer, action, *args)  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            await works.run(viewer, move_question, question.id, up=True)
    assert await list_questions(scope) == [question]


async def test_forty_are_enough(works: Works) -> None:
    scene = await make_scene(works)
    scope = await of_course(scene)
    made = [await ask(works, scope, scene.manager, label=f"Q{number}") for number in range(40)]
    with pytest.raises(QuestionsLimit):
        await ask(works, scope, scene.manager)
    await works.run(scene.manager, retire_question, made[0].id)
    await ask(works, scope, scene.manager)
    await ask(works, await of_session(scene), scene.manager)


async def test_conditions_are_checked_with_the_whole_list(works: Works) -> None:
    scene = await make_scene(works)
    course, session = await of_course(scene), await of_session(scene)
    first = await ask(works, course, scene.manager, Kind.YES_NO)
    told: dict[str, Any] = {"asks_if": first.id, "asks_if_value": "yes"}
    second = await ask(works, course, scene.manager, Kind.YES_NO, **told)
    with pytest.raises(Invalid):
        await ask(works, session, scene.manager, **told)
    for changed in ({"asks_if": first.id, "asks_if_value": "yes"}, {"asks_if": second.id, "asks_if_value": "yes"}):
        with pytest.raises(Invalid):
            await works.run(scene.manager, edit_question, first.id, details(first, **changed))
    with pytest.raises(Invalid):
        await works.run(scene.manager, edit_question, first.id, details(first, kind=Kind.LINE))
    with pytest.raises(ConditionInUse):
        await works.run(scene.manager, retire_question, first.id)
    with pytest.raises(Invalid):
        await works.run(scene.manager, move_question, second.id, up=True)
    await works.run(scene.manager, retire_question, second.id)
    await works.run(scene.manager, retire_question, first.id)
    with pytest.raises(Invalid):
        await ask(works, course, scene.manager, **told)


async def test_the_order(works: Works) -> None:
    scene = await make_scene(works)
    scope = await of_course(scene)
    a, b, c = [await ask(works, scope, scene.manager, label=label) for label in "abc"]
    await works.run(scene.manager, order_questions, scope, [c.id, a.id, b.id])
    assert await labels(scene) == ["c", "a", "b"]
    await works.run(scene.manager, move_question, b.id, up=True)
    await works.run(scene.manager, move_question, c.id, up=True)
    await works.run(scene.manager, move_question, c.id, up=False)
    assert await labels(scene) == ["b", "c", "a"]
    with pytest.raises(ListChanged):
        await works.run(scene.manager, order_questions, scope, [a.id, b.id])
    await works.run(scene.manager, retire_question, b.id)
    for action in (retire_question, edit_question):
        with pytest.raises(QuestionGone):
            await works.run(scene.manager, action, b.id, *([details(b)] if action is edit_question else []))  # type: ignore[arg-type]
    with pytest.raises(QuestionGone):
        await works.run(scene.manager, move_question, b.id, up=True)


async def test_a_change_says_whether_old_answers_count(works: Works) -> None:
    scene, (one, _) = await taking_part(works)
    question = await ask(works, await of_course(scene), scene.manager, label="Anythin you need?")
    await works.run(person(scene, 0), answer_questions, one.id, {f"q-{question.id}": "A ramp"})

    async def counts() -> bool:
        asked = (await list_asked(scene.session_id, one.person_id)).questions[0]
        assert (asked.known or asked.outdated) is not None
        return asked.known is not None

    async def edit(still: bool, **more: object) -> Question:
        now = details(await get_question(scene.manager, question.id), **more)
        return await works.run(scene.manager, edit_question, question.id, now, still_counts=still)

    assert (await edit(True, label="Anything you need?")).wording == 1
    assert (await edit(False, required=True, reusable=False)).wording == 1
    assert await counts()
    assert (await edit(True, readers=TRAINER)).wording == 2
    assert not await counts()
    await works.run(person(scene, 0), answer_questions, one.id, {f"q-{question.id}": "A ramp"})
    assert await counts()
    assert (await edit(False, readers=())).wording == 2
    assert (await edit(False, label="What do you not need?")).wording == 3
    assert not await counts()


async def test_the_second_editor_is_told(works: Works) -> None:
    scene = await make_scene(works)
    question = await ask(works, await of_course(scene), scene.manager)
    edited = await works.run(
        scene.manager, edit_question, question.id, details(question, label="B"), expected_version=1
    )
    assert edited.version == 2
    with pytest.raises(Stale) as stale:
        await works.run(scene.manager, edit_question, question.id, details(question, label="C"), expected_version=1)
    assert stale.value.data["current"]["label"] == "B"
    with pytest.raises(Stale):
        await works.run(scene.manager, retire_question, question.id, expected_version=1)
    same = await works.run(scene.manager, edit_question, question.id, details(edited), expected_version=2)
    assert same == edited
