"""Results are of released answers, as far as each viewer may know them."""

from uuid import UUID

import pytest

from tests.surveys.made import Over, answer, asked, past
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.surveys.queries.results import get_course_results, get_session_results, get_trainer_results

STAFF = Viewer(grants=frozenset({Grant(role="staff")}))


async def answered(works: Works) -> Over:
    over = await asked(works, present=6)
    for number in range(6):
        await answer(works, over, number, rating=5, words=f"word {number}")
    return over


async def test_a_manager_sees_all_of_one_group(works: Works) -> None:
    over = await answered(works)
    seen = await get_session_results(over.scene.manager, over.session_id)
    assert (seen.found.asked, seen.found.answered, seen.found.released, seen.manages) == (6, 6, 5, True)
    assert [(one.trainer.name if one.trainer else "", one.tally.answers) for one in seen.results] == [
        ("", 5), ("", 5), ("", 5), ("", 5), ("Tara", 5), ("Theo", 5),
    ]  # fmt: skip
    assert len(seen.results[3].tally.words) == 5
    first = seen.results[0].tally
    assert seen.find(first.question.id, None).tally == first
    with pytest.raises(NotFound):
        seen.find(first.question.id, over.trainers[0])


async def test_a_trainer_sees_nothing_of_another(works: Works) -> None:
    over = await answered(works)
    await past(works, over, 30, rating=1)
    seen = await get_session_results(Viewer(person_id=over.trainers[0]), over.session_id)
    assert [one.trainer.name for one in seen.results if one.trainer] == ["Tara"]
    about = next(one for one in seen.results if one.trainer)
    assert about.compared.course is None
    assert about.compared.own_past is not None
    assert about.compared.own_past.value == 1
    own = await get_trainer_results(Viewer(person_id=over.trainers[0]), over.trainers[0])
    assert [line.overall.answers for line in own.lines] == [11]
    with pytest.raises(NotFound):
        await get_trainer_results(Viewer(person_id=over.trainers[0]), over.trainers[1])


async def test_a_shadow_sees_nothing_and_who_taught_sees_it_for_good(works: Works) -> None:
    over = await answered(works)
    shadow = over.trainers[1]
    await execute("UPDATE trainer_assignment SET role = 'shadow' WHERE person_id = {}", shadow)
    assert (await get_session_results(Viewer(person_id=shadow), over.session_id)).results, "they were asked about"
    await execute("UPDATE survey_round SET trainers = '[]' WHERE id = {}", over.session_id)
    with pytest.raises(NotFound):
        await get_session_results(Viewer(person_id=shadow), over.session_id)


async def test_nobody_else_learns_anything(works: Works) -> None:
    over = await answered(works)
    for viewer in (over.scene.coordinator, Viewer(person_id=over.scene.people[0]), Viewer()):
        with pytest.raises(NotFound):
            await get_session_results(viewer, over.session_id)
        with pytest.raises(NotFound):
            await get_course_results(viewer, over.scene.course_id)
        with pytest.raises(NotFound):
            await get_trainer_results(viewer, over.trainers[0])
    for unknown in (get_session_results, get_course_results, get_trainer_results):
        with pytest.raises(NotFound):
            await unknown(STAFF, UUID(int=404))


async def test_a_manager_sees_a_trainer_only_in_their_own_programs(works: Works) -> None:
    over = await answered(works)
    assert (await get_trainer_results(over.scene.manager, over.trainers[0])).lines
    elsewhere = Viewer(grants=frozenset({Grant(role="program_manager", scope_id=UUID(int=5))}))
    with pytest.raises(NotFound):
        await get_trainer_results(elsewhere, over.trainers[0])
    assert (await get_trainer_results(STAFF, over.trainers[0])).lines


async def test_over_time_is_in_the_order_of_time(works: Works) -> None:
    over = await answered(works)
    await past(works, over, 90, rating=1)
    await past(works, over, 30, rating=3)
    found = await get_course_results(over.scene.manager, over.scene.course_id)
    assert [point.average.value for point in found.lines[0].points] == [1, 3, 5]
    assert found.find(found.lines[0].question.id) == found.lines[0]
    with pytest.raises(NotFound):
        found.find(UUID(int=404))
