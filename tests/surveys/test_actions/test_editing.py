"""What managers do to surveys: the wording of a question never changes, and what was asked stays what it was."""

import asyncio
from typing import Any

import pytest

from tests.booking.made import Scene, make_scene
from tests.surveys.made import answer, asked, count, sheet_of
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Work, Works
from training.surveys.actions.editing import (
    add_question,
    edit_question,
    ensure_survey,
    move_question,
    retire_question,
    save_survey,
)
from training.surveys.queries.surveys import (
    Scope,
    find_survey,
    get_course_scope,
    get_program_scope,
    list_questions,
    list_retired,
)
from training.surveys.rules.questions import (
    BUILT_IN,
    MOST_QUESTIONS,
    About,
    Kind,
    QuestionDetails,
    SurveyDetails,
    SurveyQuestionGone,
    SurveyQuestionsLimit,
)

WARM = QuestionDetails(kind=Kind.YES_NO, label="Was the room warm enough?")


async def of_program(scene: Scene) -> Scope:
    return await get_program_scope(scene.manager, scene.program_id)


async def labels(scope: Scope) -> list[str]:
    survey = await find_survey(scope.program_id, scope.course_id)
    return [one.label for one in await list_questions(survey.id)] if survey else []


async def test_saving_writes_the_built_in_survey_down_once(works: Works) -> None:
    scene = await make_scene(works)
    scope = await of_program(scene)
    made = await works.run(scene.manager, save_survey, scope, SurveyDetails(minimum=7), 0)
    assert (made.minimum, made.version) == (7, 1)
    assert await labels(scope) == [one.label for one in BUILT_IN]
    with pytest.raises(Stale):
        await works.run(scene.manager, save_survey, scope, SurveyDetails(), 0)
    again = await works.run(scene.manager, save_survey, scope, SurveyDetails(minimum=8), 1)
    assert (again.id, again.version) == (made.id, 2)
    same = await works.run(scene.manager, save_survey, scope, SurveyDetails(minimum=8), 2)
    assert same.version == 2


async def test_a_survey_is_begun_once_also_by_two_at_once(works: Works) -> None:
    scene = await make_scene(works)
    scope = await of_program(scene)

    async def ensure(work: Work) -> Any:
        return await ensure_survey(work, scene.program_id)

    begun = (
        works.run(scene.manager, ensure),
        works.run(scene.manager, ensure),
        works.run(scene.manager, add_question, scope, WARM),
    )
    await asyncio.gather(*begun)
    assert await count("SELECT count(*) AS n FROM survey") == 1
    assert len(await labels(scope)) == 6


async def test_a_courses_own_begins_as_the_programs(works: Works) -> None:
    scene = await make_scene(works)
    program, course = await of_program(scene), await get_course_scope(scene.manager, scene.course_id)
    with pytest.raises(NotFound):
        await works.run(scene.manager, add_question, course, WARM)
    await works.run(scene.manager, add_question, program, WARM)
    await works.run(scene.manager, save_survey, course, SurveyDetails())
    assert await labels(course) == await labels(program)
    await works.run(scene.manager, add_question, course, QuestionDetails(label="Only here"))
    assert len(await labels(course)) == len(await labels(program)) + 1


async def test_an_edited_question_is_another_in_its_place(works: Works) -> None:
    scene = await make_scene(works)
    scope = await of_program(scene)
    survey = await works.run(scene.manager, save_survey, scope, SurveyDetails())
    first, second, *_ = await list_questions(survey.id)
    new = await works.run(scene.manager, edit_question, scope, second.id, QuestionDetails(label="Was it too fast?"))
    assert new.id != second.id
    assert [one.id for one in (await list_questions(survey.id))[:2]] == [first.id, new.id]
    assert [(one.id, one.label) for one in await list_retired(survey.id)] == [(second.id, second.label)]
    with pytest.raises(SurveyQuestionGone):
        await works.run(scene.manager, edit_question, scope, second.id, WARM)
    kept = await works.run(scene.manager, edit_question, scope, new.id, QuestionDetails(label="Was it too fast?"))
    assert kept.id == new.id
    required = QuestionDetails(label="Was it too fast?", required=True)
    assert (await works.run(scene.manager, edit_question, scope, new.id, required)).id == new.id
    assert (await list_questions(survey.id))[1].required


async def test_what_was_asked_of_a_session_stays_what_it_was(works: Works) -> None:
    """The attack by editing: with a question or a trainer that only the last one is asked about, they stand alone."""
    over = await asked(works, present=6)
    for number in range(4):
        await answer(works, over, number)
    before, scope = await sheet_of(over), await of_program(over.scene)
    await works.run(over.scene.manager, add_question, scope, WARM)
    await works.run(over.scene.manager, retire_question, scope, before.questions[1].id)
    await works.run(over.scene.manager, save_survey, scope, SurveyDetails(minimum=3))
    await execute("DELETE FROM trainer_assignment WHERE person_id = {}", over.trainers[0])
    after = await sheet_of(over)
    assert [one.id for one in after.questions] == [one.id for one in before.questions]
    assert (after.minimum, after.trainers) == (before.minimum, before.trainers)
    await answer(works, over, 4)
    answers = "SELECT count(*) AS n FROM survey_answer WHERE question_id = {}"
    assert {await count(answers, one.id) for one in before.questions if one.about is About.SESSION} == {5, 0}


async def test_order_and_retiring(works: Works) -> None:
    scene = await make_scene(works)
    scope = await of_program(scene)
    survey = await works.run(scene.manager, save_survey, scope, SurveyDetails())
    first, second, *_ = await list_questions(survey.id)
    await works.run(scene.manager, move_question, scope, second.id, up=True)
    assert [one.id for one in (await list_questions(survey.id))[:2]] == [second.id, first.id]
    await works.run(scene.manager, retire_question, scope, second.id)
    assert (await list_questions(survey.id))[0].id == first.id
    with pytest.raises(SurveyQuestionGone):
        await works.run(scene.manager, retire_question, scope, second.id)
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'SurveyEdited'") == 3


async def test_limits_and_rights(works: Works) -> None:
    scene = await make_scene(works)
    scope = await of_program(scene)
    for number in range(MOST_QUESTIONS - len(BUILT_IN)):
        await works.run(scene.manager, add_question, scope, QuestionDetails(label=f"One more {number}"))
    with pytest.raises(SurveyQuestionsLimit):
        await works.run(scene.manager, add_question, scope, WARM)
    with pytest.raises(Invalid):
        await works.run(scene.manager, save_survey, scope, SurveyDetails(minimum=2))
    for action, said in ((save_survey, SurveyDetails()), (add_question, WARM)):
        with pytest.raises(NotFound):
            await works.run(scene.coordinator, action, scope, said)  # type: ignore[arg-type]
