"""Who was there, who taught, and what is open for somebody."""

from tests.conftest import FrozenClock
from tests.surveys.made import a_session_that_is_over, answer, asked, record
from training.base.database import execute
from training.base.work import Works
from training.surveys.queries.rounds import (
    find_key,
    find_situation,
    list_asked_at,
    list_open_of,
    list_teaching,
    list_to_chase,
    list_unasked,
    names_of,
    standings,
)


async def test_a_situation_counts_what_is_open(works: Works) -> None:
    over = await a_session_that_is_over(works, meetings=2)
    before = await find_situation(over.session_id, works.clock())
    assert before is not None
    assert (before.meetings, before.open_rosters, before.survey_id) == (2, 2, None)
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", works.clock(), over.scene.meeting_ids[1])
    after = await find_situation(over.session_id, works.clock())
    assert after is not None
    assert (after.meetings, after.open_rosters) == (1, 1)


async def test_shadows_are_not_asked_about(works: Works) -> None:
    over = await a_session_that_is_over(works, trainers=("Tara", "Theo", "Una"))
    await execute("UPDATE trainer_assignment SET role = 'shadow' WHERE person_id = {}", over.trainers[2])
    assert await list_teaching(over.session_id) == list(over.trainers[:2])
    assert await names_of([over.trainers[2]]) == {over.trainers[2]: "Una"}
    assert await names_of([]) == {}


async def test_who_was_there_and_was_not_asked(works: Works) -> None:
    over = await a_session_that_is_over(works)
    await record(works, over, {over.enrollments[0]: "partial", over.enrollments[1]: "excused"})
    assert await list_unasked(over.session_id) == [over.enrollments[0]]
    await execute("UPDATE enrollment SET state = 'removed' WHERE id = {}", over.enrollments[0])
    assert await list_unasked(over.session_id) == []


async def test_what_somebody_can_still_answer(works: Works, clock: FrozenClock) -> None:
    over = await asked(works)
    person = over.scene.people[0]
    assert [one.id for one in await list_open_of(person, clock.now)] == [over.enrollments[0]]
    await answer(works, over, 0)
    assert await list_open_of(person, clock.now) == []
    clock.move(days=14)
    assert await list_open_of(over.scene.people[1], clock.now) == []
    assert await find_key(over.enrollments[7]) is None


async def test_the_next_of_many(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, present=6)
    await answer(works, over, 1)
    first = await list_asked_at(over.session_id, clock.now, "", 2)
    assert first == [over.enrollments[0], over.enrollments[2]]
    assert await list_asked_at(over.session_id, clock.now, str(first[-1]), 9) == list(over.enrollments[3:6])
    assert set(await standings(over.enrollments)) == set(over.enrollments[:6])
    assert await list_to_chase(clock.now, clock.now, 0, 9) == [over.session_id]
    assert await list_to_chase(clock.now, clock.now, 1, 9) == []
