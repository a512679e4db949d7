"""Answers are taken once, by who was there, and nothing that is kept tells whose they are."""

import asyncio
from itertools import pairwise
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.surveys.made import Over, answer, asked, count, filled_in, record, sheet_of
from training.base.database import execute
from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.surveys.actions.answering import answer_survey
from training.surveys.queries.results import get_session_results
from training.surveys.rules.asking import SurveyAnsweredBefore, SurveyClosed, SurveyNotPresent

GUEST = Viewer(name="Guest")


async def shown(over: Over) -> list[int]:
    """Every rating that a manager can see of the first question, one by one."""
    results = (await get_session_results(over.scene.manager, over.session_id)).results
    if not results:
        return []
    return [int(value) for value, many in results[0].tally.counts for _ in range(many)]


async def kept(over: Over) -> list[int]:
    """The control: every rating that is kept, released or not, as a naive page would show it."""
    rows = await execute(
        "SELECT CAST(value AS TEXT) AS value FROM survey_answer WHERE question_id = {} ORDER BY 1",
        (await sheet_of(over)).questions[0].id,
    )
    return [int(row["value"]) for row in rows]


def gained(before: list[int], after: list[int]) -> list[int]:
    """What a look shows that the one before did not."""
    left = list(after)
    for value in before:
        left.remove(value)
    return left


RATINGS = (1, 5, 4, 2, 5, 3, 1)


async def test_differences_between_two_looks_tell_nobodys_answer(works: Works) -> None:
    """Somebody looks after each answer. The attack on what is shown fails; on what is kept it names all of them."""
    over = await asked(works, present=7)
    looks, naive = [await shown(over)], [await kept(over)]
    for number, rating in enumerate(RATINGS):
        await answer(works, over, number, rating)
        looks.append(await shown(over))
        naive.append(await kept(over))
    gains = [gained(first, second) for first, second in pairwise(looks)]
    assert [len(gain) for gain in gains] == [0, 0, 0, 0, 5, 0, 0]
    assert sorted(gains[4]) == sorted(RATINGS[:5])
    control = [gained(first, second) for first, second in pairwise(naive)]
    assert control == [[rating] for rating in RATINGS], "against naive release the attack succeeds"


async def test_everything_is_kept_without_person_time_or_order(works: Works) -> None:
    over = await asked(works, present=6)
    seen: set[UUID] = set()
    for number in range(4):
        await answer(works, over, number)
        sheets = {UUID(str(row["id"])) for row in await execute("SELECT id FROM survey_sheet")}
        assert len(sheets) == number + 1
        assert not sheets & seen, "all that is not shown yet is written anew"
        assert all(key.version == 4 for key in sheets)
        seen |= sheets
    columns = set((await execute("SELECT * FROM survey_sheet LIMIT 1"))[0])
    columns |= set((await execute("SELECT * FROM survey_answer LIMIT 1"))[0])
    columns -= {"id", "session_id", "survey_id", "released", "sheet_id", "question_id", "trainer_id", "value"}
    assert columns == set()


async def test_the_order_of_rows_is_not_that_of_answers(works: Works) -> None:
    """Twelve answers, each another word; read back as the database gives them, they are mixed."""
    over = await asked(works, places=12, present=12)
    words = [f"word {number:02}" for number in range(12)]
    for number, said in enumerate(words):
        await answer(works, over, number, words=said)
    rows = await execute(
        "SELECT CAST(value AS TEXT) AS value FROM survey_answer WHERE CAST(value AS TEXT) LIKE '\"word%'"
    )
    found = [str(row["value"]).strip('"') for row in rows]
    assert sorted(found) == words
    assert found != words


async def test_answering_twice_is_refused_also_at_once(works: Works) -> None:
    over = await asked(works, present=6)
    await answer(works, over, 0)
    with pytest.raises(SurveyAnsweredBefore):
        await answer(works, over, 0)
    both = await asyncio.gather(answer(works, over, 1), answer(works, over, 1), return_exceptions=True)
    assert sum(isinstance(one, SurveyAnsweredBefore) for one in both) == 1
    assert await count("SELECT count(*) AS n FROM survey_sheet") == 2
    assert await count("SELECT count(*) AS n FROM survey_request WHERE answered") == 2
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'SurveyAnswered'") == 2


async def test_many_at_once_come_one_after_the_other(works: Works) -> None:
    over = await asked(works, present=7)
    await asyncio.gather(*(answer(works, over, number) for number in range(7)))
    assert await count("SELECT count(*) AS n FROM survey_sheet WHERE released") == 5
    assert await count("SELECT count(*) AS n FROM survey_sheet WHERE NOT released") == 2


async def test_who_turned_out_to_be_absent_cannot_answer(works: Works) -> None:
    over = await asked(works, present=6)
    await record(works, over, {over.enrollments[0]: "no-show"})
    with pytest.raises(SurveyNotPresent):
        await answer(works, over, 0)


async def test_too_late_is_too_late(works: Works, clock: FrozenClock) -> None:
    over = await asked(works, present=6)
    clock.move(days=14)
    with pytest.raises(SurveyClosed):
        await answer(works, over, 0)


async def test_who_was_never_asked_is_not_found(works: Works) -> None:
    over = await asked(works, present=6)
    typed = filled_in(await sheet_of(over))
    with pytest.raises(NotFound):
        await works.run(GUEST, answer_survey, over.enrollments[7], typed)


async def test_what_is_wrong_keeps_nothing(works: Works) -> None:
    over = await asked(works, present=6)
    with pytest.raises(Invalid):
        await works.run(GUEST, answer_survey, over.enrollments[0], {})
    assert await count("SELECT count(*) AS n FROM survey_sheet") == 0
    assert await count("SELECT count(*) AS n FROM survey_request WHERE answered") == 0
