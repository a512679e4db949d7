"""Whose survey it is, and who may write it."""

from uuid import UUID

import pytest

from tests.booking.made import make_scene
from training.base.errors import NotFound
from training.base.work import Works
from training.surveys.actions.editing import retire_question, save_survey
from training.surveys.queries.surveys import (
    find_survey,
    get_course_scope,
    get_program_scope,
    list_questions,
    list_surveys,
    list_these,
    scope_of_question,
)
from training.surveys.rules.questions import SurveyDetails, SurveyQuestionGone


async def test_only_managers_of_the_program_find_what_it_belongs_to(works: Works) -> None:
    scene, elsewhere = await make_scene(works), await make_scene(works, tag=" two")
    scope = await get_course_scope(scene.manager, scene.course_id)
    assert (scope.kind, scope.path) == ("course", f"/manage/courses/{scene.course_id}")
    assert (await get_program_scope(scene.manager, scene.program_id)).kind == "program"
    for viewer in (elsewhere.manager, scene.coordinator):
        with pytest.raises(NotFound):
            await get_course_scope(viewer, scene.course_id)
        with pytest.raises(NotFound):
            await get_program_scope(viewer, scene.program_id)
    with pytest.raises(NotFound):
        await get_course_scope(scene.manager, UUID(int=404))


async def test_the_courses_own_comes_first(works: Works) -> None:
    scene = await make_scene(works)
    assert await find_survey(scene.program_id, None) is None
    program = await works.run(
        scene.manager, save_survey, await get_program_scope(scene.manager, scene.program_id), SurveyDetails()
    )
    course = await works.run(
        scene.manager, save_survey, await get_course_scope(scene.manager, scene.course_id), SurveyDetails()
    )
    assert await list_surveys(scene.program_id, scene.course_id) == [course, program]
    assert await find_survey(scene.program_id, scene.course_id) == course


async def test_a_question_leads_to_its_survey_until_it_is_retired(works: Works) -> None:
    scene = await make_scene(works)
    scope = await get_program_scope(scene.manager, scene.program_id)
    survey = await works.run(scene.manager, save_survey, scope, SurveyDetails())
    first, second, *_ = await list_questions(survey.id)
    assert await scope_of_question(scene.manager, first.id) == scope
    with pytest.raises(NotFound):
        await scope_of_question(scene.coordinator, first.id)
    await works.run(scene.manager, retire_question, scope, first.id)
    with pytest.raises(SurveyQuestionGone):
        await scope_of_question(scene.manager, first.id)
    assert [one.id for one in await list_these([second.id, first.id, UUID(int=404)])] == [second.id, first.id]
