"""How far people are, and what another rule would change."""

import pytest
from msgspec.structs import replace

from tests.attendance.made import make_day, mark
from tests.completion.judged import ask, attend, close, taught
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.statuses import Status
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.rules.states import State
from training.completion.queries.progress import Changes, foresee_rule, get_completions, list_progress
from training.completion.rules.conditions import Rule, Scope


async def test_ones_own(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(days=16)
    await attend(works, of, ada, 1)
    await close(works, of)
    with watch_statements() as seen:
        mine = await list_progress(of.scene.people[0], [of.scene.session_id], clock())
    assert len(seen) == 4
    assert {key: one.progress.sentence for key, one in mine.items()} == {ada: "1 of 2 meetings"}
    assert await list_progress(of.scene.people[1], [], clock()) == {}
    assert ben not in mine


async def test_marks_of_open_rosters_are_told_once_they_are_closed(works: Works, clock: FrozenClock) -> None:
    """To those whom they are about; who manages reads them at once."""
    day = await make_day(works, clock, meetings=2)
    present, absent, corrected = day.enrollments

    async def far() -> list[str]:
        about = zip(day.scene.people, day.enrollments, strict=False)
        return [(await list_progress(who, [day.session_id], clock()))[key].progress.sentence for who, key in about]

    marks = [mark(present), mark(absent, Status.NO_SHOW), mark(corrected)]
    await works.run(day.lead, save_marks, day.meeting_ids[0], marks)
    said = Correction(status="no-show", reason="Slept")
    await works.run(day.lead, correct_overall, corrected, said)
    assert await far() == ["0 of 2 meetings"] * 3
    managed = (await get_completions(day.manager, day.session_id, clock())).people
    assert [one.progress.sentence for one in managed] == ["1 of 2 meetings", "0 of 2 meetings", "0 of 2 meetings"]
    await works.run(day.lead, close_roster, day.meeting_ids[0])
    assert await far() == ["1 of 2 meetings", "0 of 2 meetings", "0 of 2 meetings"]
    clock.move(days=1)
    await works.run(day.lead, save_marks, day.meeting_ids[1], [mark(present), mark(absent)])
    with watch_statements() as seen:
        one = (await list_progress(day.scene.people[0], [day.session_id], clock()))[present]
    assert len(seen) == 5
    assert (one.progress.meetings, one.progress.minutes, one.session.told) == (1, 120, False)
    assert await far() == ["1 of 2 meetings", "0 of 2 meetings", "0 of 2 meetings"]
    await works.run(day.lead, close_roster, day.meeting_ids[1], rest="present")
    assert await far() == ["2 of 2 meetings", "1 of 2 meetings", "0 of 2 meetings"]


async def test_everybody_for_who_manages(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 2)
    found = await get_completions(of.scene.manager, of.scene.session_id, clock())
    assert [one.facts.name for one in found.people] == ["Northern Line 0", "Northern Line 1"]
    for viewer in (of.scene.coordinator, of.scene.other_coordinator):
        with pytest.raises(NotFound):
            await get_completions(viewer, of.scene.session_id, clock())


async def test_what_another_rule_would_change(works: Works, clock: FrozenClock) -> None:
    of = await taught(works, 3)
    clock.move(days=16)
    for key, meetings in zip(of.enrollments, (2, 1, 0), strict=True):
        await attend(works, of, key, meetings)
    await close(works, of)
    about = (of.scene.manager, Scope.PROGRAM, of.scene.program_id)
    assert await foresee_rule(*about, None, clock()) == Changes()
    laxer = Rule(scope=Scope.PROGRAM, meetings_needed=1, valid_months=3)
    found = await foresee_rule(*about, laxer, clock())
    assert replace(found, people=()) == Changes(
        sessions=1, concerns=2, enrollments=2, completed=1, validity=1, issued=1, editions=1
    )
    assert [(one.name, one.was, one.then) for one in found.people] == [
        ("Northern Line 1", State.NOT_COMPLETED, State.COMPLETED),
        ("Northern Line 0", State.COMPLETED, State.COMPLETED),
    ]
    stricter = Rule(scope=Scope.PROGRAM, minutes_needed=240, survey_needed=True)
    # Too few were there to be asked how it was, so nothing of it is missing.
    assert await foresee_rule(*about, stricter, clock()) == Changes()
    await execute("DELETE FROM survey_question")
    await execute("DELETE FROM survey")
    await ask(works, of, of.enrollments[:1])
    found = await foresee_rule(*about, stricter, clock())
    assert replace(found, people=()) == Changes(sessions=1, concerns=1, enrollments=1, opened=1, revoked=1)
    (code,) = await execute("SELECT code FROM certificate WHERE revoked_at IS NULL")
    assert [(one.name, one.certificate) for one in found.people] == [("Northern Line 0", code["code"])]
    none = Rule(scope=Scope.SESSION, meetings_needed=0, minutes_needed=1)
    of_session = (of.scene.manager, Scope.SESSION, of.scene.session_id)
    assert (await foresee_rule(*of_session, none, clock())).completed == 1
    with pytest.raises(NotFound):
        await foresee_rule(of.scene.coordinator, Scope.PROGRAM, of.scene.program_id, laxer, clock())


async def test_ten_are_named_and_the_others_counted_those_who_lose_something_first(
    works: Works, clock: FrozenClock
) -> None:
    of = await taught(works, 12)
    clock.move(days=16)
    for key in of.enrollments:
        await attend(works, of, key, 2, 100)
    await close(works, of)
    stricter = Rule(scope=Scope.PROGRAM, minutes_needed=200)
    about = (of.scene.manager, Scope.PROGRAM, of.scene.program_id)
    found = await foresee_rule(*about, stricter, clock())
    assert (found.enrollments, found.not_completed, found.revoked) == (12, 12, 12)
    assert (len(found.people), found.unnamed) == (10, 2)
    assert all(one.then is State.NOT_COMPLETED and one.certificate for one in found.people)
