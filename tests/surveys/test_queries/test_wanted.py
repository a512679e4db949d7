"""Whether somebody is still to be asked is looked at when the message is about to leave."""

from uuid import UUID

from tests.conftest import FrozenClock
from tests.surveys.made import Over, answer, asked, record
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.outbox.actions.delivery import Due, look_at
from training.surveys.jobs import chase
from training.surveys.queries.wanted import find_unwanted


async def due(kind: str = "survey-asked") -> list[Due]:
    rows = await execute("SELECT id FROM message WHERE kind = {} ORDER BY subject_id", kind)
    return await look_at([UUID(str(row["id"])) for row in rows])


async def told(over: Over, kind: str = "survey-asked") -> dict[int, str]:
    """Why, by the number of the person."""
    messages = await due(kind)
    why = await find_unwanted(messages)
    return {over.enrollments.index(one.subject_id): why[one.id] for one in messages if one.id in why and one.subject_id}


async def test_who_answered_or_was_not_there_is_not_asked(works: Works) -> None:
    over = await asked(works)
    assert await told(over) == {}
    await answer(works, over, 1)
    await record(works, over, {over.enrollments[2]: "no-show"})
    await execute("UPDATE enrollment SET state = 'removed' WHERE id = {}", over.enrollments[3])
    assert await told(over) == {1: "It is answered.", 2: "They were not there.", 3: "They were not there."}


async def test_who_answers_after_the_reminder_was_written_is_not_reminded(works: Works, clock: FrozenClock) -> None:
    over = await asked(works)
    clock.move(days=4)
    assert await chase(works) == 6
    await answer(works, over, 5)
    assert await told(over, "survey-reminder") == {5: "It is answered."}


async def test_nobody_is_asked_while_a_roster_is_open_or_a_meeting_is_to_come(works: Works) -> None:
    over = await asked(works)
    assert await told(over) == {}
    await execute("UPDATE roster SET closed_at = NULL")
    waits = "A roster of the session is open, or a meeting is still to come."
    assert await told(over) == dict.fromkeys(range(6), waits)
    await execute("DELETE FROM roster")
    assert await told(over) == dict.fromkeys(range(6), waits)
    await execute("UPDATE meeting SET cancelled_at = {}", works.clock())
    assert await told(over) == {}


async def test_one_statement_for_all_of_them(works: Works) -> None:
    await asked(works)
    messages = await due()
    with watch_statements() as seen:
        await find_unwanted(messages)
        await find_unwanted([])
    assert len(seen) == 1
