"""What enrollments become when attendance, surveys and rules change: the same in whatever order."""

import asyncio
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from tests.attendance.made import make_day
from tests.booking.asked import one
from tests.completion.judged import (
    answer,
    ask,
    attend,
    certificates,
    close,
    reopen,
    stands,
    taught,
    write_survey,
)
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, reopen_roster, save_all_but
from training.base.database import execute, fetch
from training.base.structs import Frozen
from training.base.work import Works
from training.cli.completions import find_wrong_completions
from training.completion.actions.certifying import issue_certificates
from training.completion.actions.excepting import except_by_hand
from training.completion.actions.judging import judge, judge_sessions
from training.completion.actions.ruling import set_rule
from training.completion.jobs import decide_due, look_back
from training.completion.queries.progress import get_completions
from training.completion.rules.conditions import RuleValues, Scope
from training.completion.rules.excepting import ExceptionValues
from training.schedule.actions import cancel_session

AFTER = {"days": 16}


class Counted(Frozen, frozen=True, kw_only=True):
    event: str
    number: int


async def decided() -> int:
    found = await fetch(
        Counted,
        "SELECT j.event, COUNT(*) AS number FROM journal_entry j WHERE j.event = 'CompletionDecided' GROUP BY j.event",
    )
    return found[0].number if found else 0


async def test_completed_when_the_last_roster_is_closed_and_a_certificate_with_it(
    works: Works, clock: FrozenClock
) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(**AFTER)
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 1)
    await close(works, of, 0)
    assert [(await stands(key)).state for key in (ada, ben)] == ["enrolled", "enrolled"]
    await close(works, of, 1)
    first, second = await stands(ada), await stands(ben)
    assert (first.state, first.state_reason) == ("completed", "2 of 2 meetings")
    assert first.completed_at is not None
    assert first.completed_at < clock()
    assert first.valid_until is None
    assert (second.state, second.state_reason, second.completed_at) == ("not completed", "1 of 2 meetings", None)
    assert [one.enrollment_id for one in await certificates()] == [ada]


async def test_a_correction_takes_it_back_with_the_certificate_and_gives_it_again(
    works: Works, clock: FrozenClock
) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    clock.move(**AFTER)
    await attend(works, of, ada, 2)
    await close(works, of)
    await attend(works, of, ada, 2, corrected="no-show", corrected_reason="A mix-up")
    assert (await stands(ada)).state == "not completed"
    assert [one.revoked_reason for one in await certificates(good=False)] == [
        "The session does not count as completed any more: 0 of 2 meetings."
    ]
    clock.move(minutes=15)
    await attend(works, of, ada, 2)
    assert (await stands(ada)).state == "completed"
    assert [one.enrollment_id for one in await certificates()] == [ada]


async def test_corrections_in_a_row_make_one_new_edition(works: Works, clock: FrozenClock) -> None:
    """Somebody taps the wrong name and the right one; a roster is opened and closed again. No code for each of that."""
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(**AFTER)
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 2)
    await close(works, of)
    for minutes in (230, 220, 210, 200):
        clock.move(minutes=1)
        await attend(works, of, ada, 2, minutes)
        await attend(works, of, ben, 0)
        await attend(works, of, ben, 2)
    count = "SELECT COUNT(*) AS n FROM certificate"
    assert await one(count) == 2
    # What somebody did not complete is not certified for a moment, not even while it rests.
    assert [good.enrollment_id for good in await certificates()] == [ada]
    assert await decide_due(works) == 0
    clock.move(minutes=6)
    assert await decide_due(works) == 2
    assert await one(count) == 4
    assert {good.enrollment_id for good in await certificates()} == {ada, ben}
    assert await one("SELECT COUNT(*) AS n FROM certificate WHERE CAST(said AS TEXT) LIKE '%200%' AND edition = 2") == 1
    assert await decide_due(works) == 0


async def test_a_correction_taken_back_makes_no_new_edition(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    clock.move(**AFTER)
    await attend(works, of, ada, 2)
    await close(works, of)
    await attend(works, of, ada, 2, 200)
    await attend(works, of, ada, 2)
    clock.move(minutes=10)
    assert [await decide_due(works), await one("SELECT COUNT(*) AS n FROM certificate")] == [0, 1]
    assert await one("SELECT COUNT(*) AS n FROM certificate WHERE again_at IS NOT NULL") == 0
    # An edition that has rested is replaced at once.
    await attend(works, of, ada, 2, 200)
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 2


async def test_whoever_manages_need_not_wait(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    clock.move(**AFTER)
    await attend(works, of, ada, 2)
    await close(works, of)
    await attend(works, of, ada, 2, 200)
    assert len(await works.run(of.scene.manager, issue_certificates, of.scene.session_id)) == 1
    clock.move(minutes=10)
    assert [await decide_due(works), await one("SELECT COUNT(*) AS n FROM certificate")] == [0, 2]


async def test_an_opened_roster_makes_it_open_again(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    clock.move(**AFTER)
    await attend(works, of, ada, 2)
    await close(works, of)
    await reopen(works, of, 1)
    now = await stands(ada)
    assert (now.state, now.completed_at) == ("enrolled", None)
    assert not await certificates()
    await close(works, of, 1)
    assert (await stands(ada)).state == "completed"


async def test_the_order_of_events_does_not_matter(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 6)
    clock.move(**AFTER)
    rule = RuleValues(meetings_needed=1, minutes_needed=100, survey_needed=True, valid_months=12)
    outcomes = set()
    await ask(works, of, of.enrollments)
    for key, orders in zip(of.enrollments, permutations(("attend", "answer", "close")), strict=True):
        await execute("DELETE FROM roster")
        await execute("DELETE FROM completion_rule")
        await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, rule)
        for step in orders:
            if step == "attend":
                await attend(works, of, key, 1, 110)
            elif step == "answer":
                await answer(works, of, key)
            else:
                await close(works, of)
        now = await stands(key)
        outcomes.add((now.state, now.completed_at, now.valid_until, now.state_reason))
    assert len(outcomes) == 1
    assert next(iter(outcomes))[0] == "completed"


async def test_judging_again_changes_nothing(works: Works, clock: FrozenClock) -> None:
    of = await taught(works)
    clock.move(**AFTER)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    before, events = await stands(of.enrollments[0]), await decided()
    clock.move(days=3)
    assert await works.run(of.scene.manager, judge, of.enrollments) == []
    assert await works.run(of.scene.manager, judge_sessions, [of.scene.session_id]) == []
    assert (await stands(of.enrollments[0]), await decided()) == (before, events)
    assert len(await certificates()) == 1


async def test_a_survey_that_is_needed_is_waited_for(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(**AFTER)
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, RuleValues(survey_needed=True))
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 1)
    await ask(works, of, [ada, ben])
    await close(works, of)
    # Ben is short of a meeting, whatever he answers.
    assert [(await stands(key)).state for key in (ada, ben)] == ["enrolled", "not completed"]
    await answer(works, of, ada)
    assert (await stands(ada)).state_reason == "2 of 2 meetings, survey answered"


async def test_where_too_few_were_there_to_be_asked_nobody_waits_for_a_survey(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 4)
    await write_survey(works, of)
    about = (Scope.SESSION, of.scene.session_id)
    await works.run(of.scene.manager, set_rule, *about, RuleValues(survey_needed=True))
    clock.move(**AFTER)
    for key in of.enrollments[:3]:
        await attend(works, of, key, 2)
    await close(works, of)
    there, absent = "2 of 2 meetings", "0 of 2 meetings"
    states = [(await stands(key)).state_reason for key in of.enrollments]
    assert states == [there, there, there, absent]
    assert len(await certificates()) == 3
    found = await get_completions(of.scene.manager, of.scene.session_id, clock())
    assert [one.progress.sentence for one in found.people] == [there, there, there, absent]
    await reopen(works, of, 1)
    assert {one.revoked_reason for one in await certificates(good=False)} == {
        "Attendance is worked on again, so it is open whether this is completed."
    }
    clock.move(minutes=15)
    await close(works, of, 1)
    assert len(await certificates()) == 3
    assert [await decide_due(works), await look_back(works)] == [0, 0]


async def test_a_survey_that_is_needed_only_afterwards_takes_nothing_from_whom_nobody_asked(
    works: Works, clock: FrozenClock
) -> None:
    of = await taught(works, 3)
    await write_survey(works, of)
    clock.move(**AFTER)
    for key in of.enrollments:
        await attend(works, of, key, 2)
    await close(works, of)
    clock.move(days=1)
    about = (Scope.SESSION, of.scene.session_id)
    await works.run(of.scene.manager, set_rule, *about, RuleValues(survey_needed=True))
    assert [(await stands(key)).state for key in of.enrollments] == ["completed"] * 3
    assert await certificates(good=False) == []


async def test_whom_others_make_enough_keeps_what_was_completed(works: Works, clock: FrozenClock) -> None:
    """Four were there, too few to be asked, and have their certificates. Then it turns out that a fifth was, too."""
    of = await taught(works, 5, capacity_in_person=5)
    four, fifth = of.enrollments[:4], of.enrollments[4]
    await write_survey(works, of)
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, RuleValues(survey_needed=True))
    clock.move(**AFTER)
    for key in four:
        await attend(works, of, key, 2)
    await close(works, of)
    clock.move(days=1)
    await attend(works, of, fifth, 2)
    assert await one("SELECT COUNT(*) AS n FROM survey_request") == 5
    assert [await decide_due(works), await look_back(works)] == [0, 0]
    assert [(await stands(key)).state for key in of.enrollments] == ["completed"] * 4 + ["enrolled"]
    await answer(works, of, fifth)
    await answer(works, of, four[0])
    assert [(await stands(key)).state for key in of.enrollments] == ["completed"] * 5
    assert await certificates(good=False) == []
    # Once a roster was open again, everybody stands before the survey alike.
    await reopen(works, of, 1)
    clock.move(days=1)
    await close(works, of, 1)
    assert (await stands(four[1])).state == "enrolled"


async def test_a_certificate_that_is_revoked_says_what_is_so(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(**AFTER)
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 1)
    await ask(works, of, [ada, ben])
    manager, course_id = of.scene.manager, of.scene.course_id
    await works.run(manager, set_rule, Scope.COURSE, course_id, RuleValues(meetings_needed=1))
    await close(works, of)
    assert len(await certificates()) == 2
    await works.run(manager, set_rule, Scope.COURSE, course_id, RuleValues(survey_needed=True))
    assert {one.enrollment_id: one.revoked_reason for one in await certificates(good=False)} == {
        ada: "What it takes to complete the session has changed: 2 of 2 meetings, survey still open.",
        ben: "What it takes to complete the session has changed: 1 of 2 meetings, survey still open.",
    }


async def test_a_certificate_that_is_revoked_because_the_session_goes_on_says_so(
    works: Works, clock: FrozenClock
) -> None:
    of = await taught(works)
    clock.move(**AFTER)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    ends = clock() + timedelta(days=1)
    begins = ends - timedelta(hours=2)
    await execute(
        "UPDATE meeting SET starts_at = {}, ends_at = {} WHERE id = {}", begins, ends, of.scene.meeting_ids[1]
    )
    await execute("UPDATE session SET ends_at = {} WHERE id = {}", ends, of.scene.session_id)
    assert await decide_due(works) == 1
    assert [one.revoked_reason for one in await certificates(good=False)] == [
        "The session is not over after all, so it is open whether this is completed."
    ]


@pytest.mark.parametrize("rule", [{"meetings_needed": 1}, {"meetings_needed": 0, "minutes_needed": 100}])
async def test_another_rule_judges_anew(works: Works, clock: FrozenClock, rule: dict[str, Any]) -> None:
    of = await taught(works)
    clock.move(**AFTER)
    await attend(works, of, of.enrollments[0], 1)
    await close(works, of)
    assert (await stands(of.enrollments[0])).state == "not completed"
    await works.run(of.scene.manager, set_rule, Scope.COURSE, of.scene.course_id, RuleValues(**rule, valid_months=6))
    now = await stands(of.enrollments[0])
    assert now.state == "completed"
    assert now.valid_until is not None
    assert now.completed_at is not None
    assert timedelta(days=170) < now.valid_until - now.completed_at < timedelta(days=190)


async def test_a_correction_while_the_roster_closes_is_seen(works: Works, clock: FrozenClock) -> None:
    """Whoever is second sees what the first one wrote, because both hold the session's row when they look."""
    clock.move(days=-30)
    for n in range(5):
        of = await taught(works, tag=str(n), starts_in=timedelta(days=1))
        key = of.enrollments[0]
        clock.move(days=4)
        await attend(works, of, key, 1)
        await close(works, of, 0)
        await asyncio.gather(close(works, of, 1), attend(works, of, key, 2))
        assert (await stands(key)).state == "completed"
        await asyncio.gather(reopen(works, of, 1), attend(works, of, key, 1))
        assert (await stands(key)).state == "enrolled"
        await asyncio.gather(attend(works, of, key, 1), close(works, of, 1))
        assert (await stands(key)).state == "not completed"
        assert not [one for one in await certificates() if one.enrollment_id == key]


async def test_rosters_as_trainers_keep_them_decide(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, meetings=2)
    ada, ben = day.enrollments
    await works.run(day.lead, save_all_but, day.meeting_ids[0], ())
    await works.run(day.lead, close_roster, day.meeting_ids[0])
    clock.move(days=1, hours=3)
    await works.run(day.lead, save_all_but, day.meeting_ids[1], [ben])
    await works.run(day.lead, close_roster, day.meeting_ids[1])
    assert [(await stands(key)).state for key in (ada, ben)] == ["completed", "not completed"]
    caught_up = Correction(status="present", minutes=240, reason="Caught up")
    await works.run(day.manager, correct_overall, ben, caught_up)
    assert (await stands(ben)).state == "completed"
    assert len(await certificates()) == 2
    await works.run(day.lead, reopen_roster, day.meeting_ids[1], "Once more")
    assert [(await stands(key)).state for key in (ada, ben)] == ["enrolled", "enrolled"]
    assert await certificates() == []


async def test_nobody_has_completed_a_session_that_is_cancelled(works: Works, clock: FrozenClock) -> None:
    """Not even whoever somebody decided for by hand before its end; it says so wherever it is looked at."""
    of = await taught(works, 2)
    ada, ben = of.enrollments
    lasting = RuleValues(valid_months=12)
    await works.run(of.scene.manager, set_rule, Scope.SESSION, of.scene.session_id, lasting)
    for key, completed in ((ada, True), (ben, False)):
        said = ExceptionValues(completed=completed, reason="Seen")
        await works.run(of.scene.manager, except_by_hand, key, said)
    assert [one.enrollment_id for one in await certificates()] == [ada]
    await works.run(of.scene.manager, cancel_session, of.scene.session_id, "The house is closed.")
    assert await certificates() == []
    (revoked,) = await certificates(good=False)
    assert revoked.revoked_reason == "The session was cancelled, so nobody has completed it."
    assert revoked.enrollment_id == ada
    for key in (ada, ben):
        now = await stands(key)
        assert (now.state, now.completed_at, now.valid_until) == ("cancelled", None, None)
    assert await find_wrong_completions(clock()) == []
    assert await works.run(of.scene.manager, judge, [ada]) == []
    assert await certificates() == []
