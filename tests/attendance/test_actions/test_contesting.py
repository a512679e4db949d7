"""A learner says that a mark is wrong, and somebody answers."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import make_day, overall
from tests.attendance.made import mark as there
from tests.attendance.test_actions.test_absences import letters, mark, taught
from tests.booking.made import Scene
from tests.conftest import FrozenClock
from training.attendance.actions.contesting import contest_mark, decide_contest, withdraw_contest
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.contests import list_contests, list_own_meetings, list_to_answer
from training.attendance.queries.overall import find_overall
from training.attendance.rules.contests import (
    MEETING_CANCELLED,
    Claim,
    ClaimImpossible,
    ClaimsTheSame,
    ContestDecidedAlready,
    ContestedAlready,
    ContestTooLate,
    CorrectionStands,
    NothingToContest,
    NothingToTakeBack,
)
from training.attendance.rules.rosters import NotOnRoster, RosterShut
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.queries import list_enrollments
from training.desk.queries.overdue import list_contested
from training.schedule.actions import cancel_session


def claim_of(scene: Scene, claims: Status = Status.PRESENT) -> Claim:
    return Claim(meeting_id=scene.meeting_ids[0], claims=claims, words="I sat in the last row.")


async def contested(works: Works, clock: FrozenClock) -> tuple[Scene, Viewer, UUID]:
    """A mark that somebody contests, with the trainer who decides."""
    scene, trainer, ids = await taught(works, clock)
    await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    await execute("UPDATE message SET state = 'sent', sent_at = {}", clock.now)
    learner = Viewer(person_id=scene.people[0])
    return scene, trainer, await works.run(learner, contest_mark, ids[0], claim_of(scene))


async def state() -> tuple[str, str]:
    (row,) = await execute("SELECT c.state, k.status FROM contest c JOIN mark k ON k.enrollment_id = c.enrollment_id")
    return row["state"], row["status"]


async def test_granted_changes_the_mark_and_tells(works: Works, clock: FrozenClock) -> None:
    _, trainer, key = await contested(works, clock)
    clock.now += timedelta(hours=1)
    await works.run(trainer, decide_contest, key, granted=True, answer="Sorry!")
    assert await state() == ("granted", "present")
    (letter,) = await letters("contest-decided")
    assert "Sorry!" in letter.text
    # What they were told of the absence is put right by the same answer; the coordinator hears of it by a message.
    assert await letters("absence-corrected") == []
    (people,) = await letters("absence-people")
    assert "Put right" in people.subject
    with pytest.raises(ContestDecidedAlready):
        await works.run(trainer, decide_contest, key, granted=False, answer="No")


async def test_who_gave_the_place_back_is_on_no_roster(works: Works, clock: FrozenClock) -> None:
    _, trainer, key = await contested(works, clock)
    await execute("UPDATE enrollment SET state = 'cancelled'")
    with pytest.raises(NotOnRoster, match="gave their place back"):
        await works.run(trainer, decide_contest, key, granted=True)
    assert await state() == ("open", "no-show")


async def test_what_was_held_before_the_rest_was_cancelled_is_contested_as_ever(
    works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2)
    a, b, _ = day.enrollments
    await works.run(day.lead, save_marks, day.meeting_id, [there(a, Status.NO_SHOW), there(b, Status.NO_SHOW)])
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    await works.run(day.manager, cancel_enrollment, b)
    clock.move(hours=3)
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    claim = Claim(meeting_id=day.meeting_id, claims=Status.PRESENT)
    learners = [Viewer(person_id=key) for key in day.scene.people]
    key = await works.run(learners[0], contest_mark, a, claim)
    await works.run(day.lead, decide_contest, key, granted=True)
    assert (await overall(a)).minutes == 120
    # Who left before is on no roster, and is not offered what would be refused.
    offered = [await list_own_meetings(each, day.session_id) for each in (a, b)]
    assert [[one.can_contest(clock.now) for one in meetings] for meetings in offered] == [[True], [False]]
    with pytest.raises(NotFound):
        await works.run(learners[1], contest_mark, b, claim)


async def test_nobody_answers_for_a_meeting_that_is_cancelled_while_it_runs(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, claim = day.enrollments[0], Claim(meeting_id=day.meeting_id, claims=Status.PRESENT)
    clock.move(hours=1)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    key = await works.run(Viewer(person_id=day.scene.people[0]), contest_mark, a, claim)
    await works.run(day.manager, cancel_session, day.session_id, "Fire alarm")
    (found,) = await list_contests(day.lead, day.session_id)
    assert (found.state, found.answer) == ("withdrawn", MEETING_CANCELLED)
    assert await list_to_answer(day.lead, clock()) == []
    assert await list_contested(day.manager, None) == []
    (letter,) = await letters("contest-decided")
    assert letter.subject == "Nobody has to answer any more: Safe messaging"
    assert "You said that you were present. The meeting was cancelled while it ran" in " ".join(letter.text.split())
    assert "How you were recorded" not in letter.text
    (row,) = await execute("SELECT subject_id FROM journal_entry WHERE event = 'ContestDropped'")
    assert str(row["subject_id"]) == str(key)


async def test_after_thirty_days_it_waits_for_managers_only(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, claim = day.enrollments[0], Claim(meeting_id=day.meeting_id, claims=Status.PRESENT)
    clock.move(days=31)
    await works.run(day.manager, close_roster, day.meeting_id, rest="no-show")
    key = await works.run(Viewer(person_id=day.scene.people[0]), contest_mark, a, claim)
    assert await list_to_answer(day.lead, clock()) == []
    assert [one.contest_id for one in await list_contested(day.manager, None)] == [key]
    with pytest.raises(RosterShut):
        await works.run(day.lead, decide_contest, key, granted=True)
    assert (await works.run(day.manager, decide_contest, key, granted=True)).state == "granted"


async def test_refused_leaves_it_and_tells(works: Works, clock: FrozenClock) -> None:
    scene, _, key = await contested(works, clock)
    await works.run(scene.manager, decide_contest, key, granted=False, answer="The chair was empty.")
    assert await state() == ("refused", "no-show")
    (letter,) = await letters("contest-decided")
    assert "The chair was empty." in letter.text
    assert "stay recorded as absent and not excused" in " ".join(letter.text.split())


async def test_only_oneself_contests_and_once(works: Works, clock: FrozenClock) -> None:
    scene, trainer, _ = await contested(works, clock)
    (own, other) = (one.id for one in await list_enrollments(scene.manager, scene.session_id))
    for viewer in (scene.coordinator, scene.manager, trainer, Viewer(person_id=scene.people[1])):
        with pytest.raises(NotFound):
            await works.run(viewer, contest_mark, own, claim_of(scene))
    with pytest.raises(ContestedAlready):
        await works.run(Viewer(person_id=scene.people[0]), contest_mark, own, claim_of(scene))
    with pytest.raises(ClaimsTheSame):
        await works.run(Viewer(person_id=scene.people[1]), contest_mark, other, claim_of(scene))


async def test_not_before_it_is_closed_and_not_for_ever(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    learner = Viewer(person_id=scene.people[0])
    with pytest.raises(NothingToContest):
        await works.run(learner, contest_mark, ids[0], claim_of(scene))
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="no-show")
    clock.now += timedelta(days=14)
    with pytest.raises(ContestTooLate):
        await works.run(learner, contest_mark, ids[0], claim_of(scene))


@pytest.mark.parametrize(
    ("claims", "said", "given", "stands"),
    [
        (Status.LATE, 20, None, (20, 0, None)),
        (Status.LATE, 20, 15, (15, 0, None)),
        (Status.LATE, None, 5, (5, 0, None)),
        (Status.LEFT_EARLY, 10, None, (0, 10, None)),
        (Status.PARTIAL, None, 40, (0, 0, 40)),
        (Status.PRESENT, 20, None, (0, 0, None)),
    ],
)
async def test_the_mark_has_the_minutes_that_were_said_or_given(
    works: Works,
    clock: FrozenClock,
    claims: Status,
    said: int | None,
    given: int | None,
    stands: tuple[int, int, int | None],
) -> None:
    scene, trainer, key = await contested(works, clock)
    (row,) = await execute("SELECT enrollment_id FROM contest")
    learner = Viewer(person_id=scene.people[0])
    await works.run(learner, withdraw_contest, row["enrollment_id"], scene.meeting_ids[0])
    claim = Claim(meeting_id=scene.meeting_ids[0], claims=claims, minutes=said)
    again = await works.run(learner, contest_mark, row["enrollment_id"], claim)
    await works.run(trainer, decide_contest, again, granted=True, minutes=given)
    (mark,) = await execute("SELECT minutes_late, minutes_early, minutes FROM mark WHERE way = 'contest'")
    assert tuple(mark.values()) == stands
    with pytest.raises(ContestDecidedAlready):
        await works.run(trainer, decide_contest, key, granted=True)


@pytest.mark.parametrize(
    ("claims", "said", "given"),
    [
        (Status.LATE, None, None),
        (Status.LATE, 20, 0),
        (Status.LATE, 20, 500),
        (Status.LEFT_EARLY, None, None),
        (Status.PARTIAL, 20, 0),
        (Status.PARTIAL, 20, 500),
    ],
)
async def test_nothing_is_granted_with_minutes_that_a_roster_refuses(
    works: Works, clock: FrozenClock, claims: Status, said: int | None, given: int | None
) -> None:
    scene, trainer, ids = await taught(works, clock)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="no-show")
    claim = Claim(meeting_id=scene.meeting_ids[0], claims=claims, minutes=said)
    key = await works.run(Viewer(person_id=scene.people[0]), contest_mark, ids[0], claim)
    with pytest.raises(ClaimImpossible) as refused:
        await works.run(trainer, decide_contest, key, granted=True, minutes=given)
    assert list(refused.value.fields) == ["minutes"]
    await works.run(trainer, decide_contest, key, granted=False, answer="No", minutes=given)


@pytest.mark.parametrize(
    ("recorded", "claims", "said", "other", "stands"),
    [
        ({"minutes_late": 30, "minutes_early": 20}, Status.LATE, 25, None, ("late", 25, 20, None, 75)),
        ({"minutes_late": 30, "minutes_early": 20}, Status.LEFT_EARLY, 5, None, ("late", 30, 5, None, 85)),
        ({"minutes_late": 30, "minutes_early": 20}, Status.LEFT_EARLY, 5, 0, ("left early", 0, 5, None, 115)),
        ({"minutes_late": 20, "minutes": 60}, Status.LATE, 15, None, ("late", 15, 0, 65, 65)),
        ({"minutes_late": 20, "minutes": 60}, Status.PRESENT, None, None, ("present", 0, 0, None, 120)),
    ],
)
async def test_what_nobody_contests_stays(
    works: Works,
    clock: FrozenClock,
    recorded: dict[str, int],
    claims: Status,
    said: int | None,
    other: int | None,
    stands: tuple[str, int, int, int | None, int],
) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    await works.run(trainer, save_marks, meeting, [there(ids[0], Status.LATE, **recorded)])
    await works.run(trainer, close_roster, meeting, rest="present")
    claim = Claim(meeting_id=meeting, claims=claims, minutes=said)
    key = await works.run(Viewer(person_id=scene.people[0]), contest_mark, ids[0], claim)
    found = await works.run(trainer, decide_contest, key, granted=True, other_minutes=other)
    counted = (await overall(ids[0])).minutes
    assert (found.status, found.minutes_late, found.minutes_early, found.minutes_there, counted) == stands
    (letter,) = await letters("contest-decided")
    assert f"you are recorded as {found.recorded}." in " ".join(letter.text.split())


async def test_taken_back_only_by_whoever_said_it_and_once(works: Works, clock: FrozenClock) -> None:
    scene, trainer, _ = await contested(works, clock)
    (row,) = await execute("SELECT enrollment_id FROM contest")
    meeting = scene.meeting_ids[0]
    for other in (trainer, Viewer(person_id=scene.people[1]), scene.manager):
        with pytest.raises(NotFound):
            await works.run(other, withdraw_contest, row["enrollment_id"], meeting)
    learner = Viewer(person_id=scene.people[0])
    with pytest.raises(NotFound):
        await works.run(learner, withdraw_contest, row["enrollment_id"], scene.session_id)
    await works.run(learner, withdraw_contest, row["enrollment_id"], meeting)
    with pytest.raises(NothingToTakeBack):
        await works.run(learner, withdraw_contest, row["enrollment_id"], meeting)


async def test_under_a_correction_of_the_whole_nothing_is_granted_in_vain(works: Works, clock: FrozenClock) -> None:
    _, trainer, key = await contested(works, clock)
    (row,) = await execute("SELECT enrollment_id FROM contest WHERE id = {}", key)
    whose = row["enrollment_id"]
    await works.run(trainer, correct_overall, whose, Correction(status="no-show", reason="Only the first minutes"))
    with pytest.raises(CorrectionStands, match="Take that correction back first") as refused:
        await works.run(trainer, decide_contest, key, granted=True, answer="Sorry!")
    assert refused.value.data == {"status": "no-show", "reason": "Only the first minutes"}
    assert await state() == ("open", "no-show")
    assert await letters("contest-decided") == []
    # The mark can be left as it is all the same; and once the correction is taken back, granting takes effect.
    await works.run(trainer, correct_overall, whose, Correction(status="", reason="They were there after all"))
    await works.run(trainer, decide_contest, key, granted=True, answer="Sorry!")
    overall = await find_overall(whose)
    assert overall is not None
    assert (overall.counts, await state()) == (Status.PRESENT, ("granted", "present"))
    assert len(await letters("contest-decided")) == 1


async def test_under_a_correction_a_mark_is_left_with_an_answer(works: Works, clock: FrozenClock) -> None:
    _, trainer, key = await contested(works, clock)
    (row,) = await execute("SELECT enrollment_id FROM contest WHERE id = {}", key)
    asked = Correction(status="no-show", reason="Only the first minutes")
    await works.run(trainer, correct_overall, row["enrollment_id"], asked)
    await works.run(trainer, decide_contest, key, granted=False, answer="You left at once.")
    assert await state() == ("refused", "no-show")
