"""Who sees which hours, and that the sums are right."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.attendance.made import Day, make_day, mark
from tests.attendance.test_jobs import over
from tests.booking.test_pages.made import enter, words
from tests.completion.judged import attend
from tests.conftest import FrozenClock
from tests.reports.counted import counted
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.overall import list_attendance
from training.attendance.queries.teaching import list_taught
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.attendance.rules.teaching import sums_of
from training.base.database import execute, watch_statements
from training.base.structs import ANONYMOUS, Grant, Viewer
from training.base.work import Work, Works
from training.completion.actions.excepting import except_by_hand
from training.completion.actions.ruling import set_rule
from training.completion.jobs import decide_due
from training.completion.queries.earned import latest_of, list_earned
from training.completion.queries.progress import get_completions
from training.completion.rules.conditions import RuleValues, Scope
from training.completion.rules.excepting import ExceptionValues
from training.partners.tables import Participation, Partner
from training.reports.queries.hours import get_hours, list_choices
from training.reports.rules.hours import Hours, HoursAsked
from training.schedule.actions import cancel_session

STAFF = Viewer(person_id=UUID(int=1), grants=frozenset({Grant(role="staff")}))
NOBODY = Viewer(person_id=UUID(int=2))


def learned(hours: Hours) -> list[tuple[str | None, int, int, int, int]]:
    return [(row.partner, row.people, row.attended, row.completed, row.minutes) for row in hours.learners]


def taught_by(hours: Hours) -> list[tuple[str, int, int]]:
    return [(row.trainer, row.meetings, row.minutes) for row in hours.trainers]


async def test_each_sees_what_is_theirs(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    scene, now = of.first.scene, clock()

    async def seen(viewer: Viewer, **asked: Any) -> tuple[Any, Any, int]:
        hours = await get_hours(viewer, HoursAsked(**asked), now)
        return learned(hours), taught_by(hours), hours.people

    harbour, northern = ("Harbour", 1, 1, 0, 120), ("Northern Line", 2, 2, 1, 330)
    tara = ("Tara Quill", 2, 240)
    assert await seen(STAFF) == ([harbour, northern, ("Northern LineB", 1, 1, 1, 240)], [tara, tara], 4)
    assert await seen(scene.manager) == ([harbour, northern], [tara], 3)
    assert await seen(scene.coordinator) == ([northern], [], 2)
    assert await seen(scene.other_coordinator) == ([harbour], [], 1)
    assert await seen(of.lead) == ([], [tara, tara], 0)
    assert await seen(of.shadow) == ([], [], 0)
    assert await seen(NOBODY) == ([], [], 0)
    assert await seen(ANONYMOUS) == ([], [], 0)
    assert await seen(STAFF, program=scene.program_id) == ([harbour, northern], [tara], 3)
    assert await seen(STAFF, partner=scene.partner_id) == ([northern], [], 2)
    assert await seen(STAFF, trainer=of.lead.person_id) == ([], [tara, tara], 0)
    # Asking for what is not theirs gives nothing.
    assert await seen(scene.coordinator, partner=scene.other_partner_id) == ([], [], 0)
    assert await seen(scene.manager, program=of.second.scene.program_id) == ([], [], 0)
    assert await seen(scene.coordinator, trainer=of.lead.person_id) == ([], [], 0)
    assert await seen(STAFF, first="2026-06", last="2026-06") == ([], [], 0)
    assert await seen(STAFF, last="2026-04") == ([], [], 0)


async def test_corrections_and_rules_say_what_counts(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    scene, (ada, ben) = of.first.scene, of.first.enrollments

    async def minutes() -> int:
        return (await get_hours(scene.coordinator, HoursAsked(), clock())).learner_minutes

    assert await minutes() == 330
    await attend(works, of.first, ben, 1, 90, corrected="partial", corrected_minutes=60, corrected_reason="Watch")
    assert await minutes() == 300
    await attend(works, of.first, ben, 1, 90, corrected="no-show", corrected_reason="A mix-up")
    assert await minutes() == 240
    # What counts as hours is said by the rule, for whoever completed it: Ada did.
    await works.run(scene.manager, set_rule, Scope.PROGRAM, scene.program_id, RuleValues(hours_minutes=300))
    assert await minutes() == 300
    await works.run(scene.manager, set_rule, Scope.SESSION, scene.session_id, RuleValues())
    assert await minutes() == 240
    await execute("UPDATE enrollment SET state = 'removed' WHERE id = {}", ada)
    assert await minutes() == 0


async def test_meetings_that_are_not_over_or_were_cancelled_are_not_taught(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", clock(), of.first.scene.meeting_ids[0])
    assert taught_by(await get_hours(of.first.scene.manager, HoursAsked(), clock())) == [("Tara Quill", 1, 120)]
    clock.move(days=-1.5)
    assert taught_by(await get_hours(of.second.scene.manager, HoursAsked(), clock())) == [("Tara Quill", 1, 120)]


async def test_a_meeting_is_taught_in_the_month_in_which_it_began(works: Works, clock: FrozenClock) -> None:
    clock.now = datetime(2026, 12, 17, 23, tzinfo=UTC)
    _, trainer = await over(works, clock, hours=1)  # 31 December 23:00 to 01:00
    year = HoursAsked(first="2026-01", last="2026-12")
    assert taught_by(await get_hours(trainer, year, clock())) == [("Northern Line 7", 1, 120)]
    assert [one.year for one in sums_of(await list_taught(trainer), clock())] == [2026]
    assert taught_by(await get_hours(trainer, HoursAsked(first="2027-01", last="2027-12"), clock())) == []


async def test_a_session_that_is_not_over_is_not_learned(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    scene = of.first.scene
    assert (await get_hours(scene.manager, HoursAsked(), clock())).attended == 3
    await execute("UPDATE session SET ends_at = {} WHERE id = {}", clock() + timedelta(minutes=1), scene.session_id)
    assert learned(await get_hours(scene.manager, HoursAsked(), clock())) == []
    clock.move(minutes=2)
    assert (await get_hours(scene.manager, HoursAsked(), clock())).attended == 3


async def test_who_completed_it_counts_without_a_minute(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    scene, (ada, ben) = of.first.scene, of.first.enrollments
    await execute("UPDATE overall SET minutes = 0 WHERE id = {}", ada)
    assert learned(await get_hours(scene.coordinator, HoursAsked(), clock())) == [("Northern Line", 2, 1, 1, 90)]
    # Nor needs it a mark: it may have been decided by hand.
    await execute("DELETE FROM overall WHERE id = {}", ada)
    assert learned(await get_hours(scene.coordinator, HoursAsked(), clock())) == [("Northern Line", 2, 1, 1, 90)]
    await execute("UPDATE overall SET minutes = 0 WHERE id = {}", ben)
    assert learned(await get_hours(scene.coordinator, HoursAsked(), clock())) == [("Northern Line", 1, 0, 1, 0)]


async def test_two_statements_whatever_their_number(works: Works, clock: FrozenClock) -> None:
    await counted(works, clock)
    with watch_statements() as seen:
        await get_hours(STAFF, HoursAsked(), clock())
        await list_choices(STAFF, HoursAsked())
    assert len(seen) == 3


async def test_what_it_can_be_narrowed_to(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    scene = of.first.scene

    async def choices(viewer: Viewer) -> tuple[list[str], list[str], list[str]]:
        found = await list_choices(viewer, HoursAsked())
        programs, partners, trainers = found.programs, found.partners, found.trainers
        return [p.name for p in programs], [p.name for p in partners], [p.name for p in trainers]

    names = ["Harbour", "Northern Line"]
    assert await choices(scene.manager) == (["Program"], names, ["Sam Onlooker", "Tara Quill"])
    assert await choices(scene.coordinator) == ([], ["Northern Line"], [])
    assert await choices(of.lead) == ([], [], [])
    both = ["Harbour", "HarbourB", "Northern Line", "Northern LineB"]
    assert await choices(STAFF) == (["Program", "Program"], both, ["Sam Onlooker", "Tara Quill"])


async def test_many_partners_leave_programs_and_trainers_to_choose(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    scene, keys = of.first.scene, []

    async def add(work: Work) -> None:
        for number in range(2001):
            keys.append(key := work.new_id())
            name = f"A{number:05}"
            work.add(Partner, id=key, slug=name.lower(), name=name, folded_name=name.lower(), created_at=work.now)
            ids = {"partner_id": key, "program_id": scene.program_id}
            work.add(Participation, id=work.new_id(), **ids, created_at=work.now)

    assert not (await list_choices(scene.manager, HoursAsked())).cut_short
    await works.run(STAFF, add)
    found = await list_choices(scene.manager, HoursAsked())
    assert ([one.name for one in found.programs], len(found.trainers)) == (["Program"], 2)
    assert [one.id for one in found.partners] == keys[:500]
    assert found.cut_short
    # What was chosen stands there, wherever it is, and in its place.
    for chosen in (9, 499, 500, 2000):
        found = await list_choices(scene.manager, HoursAsked(partner=keys[chosen]))
        assert [one.id for one in found.partners] == [*keys[:499], keys[max(chosen, 499)]]
    elsewhere = await list_choices(scene.coordinator, HoursAsked(partner=keys[0]))
    assert [one.name for one in elsewhere.partners] == ["Northern Line"]


async def told(day: Day, clock: FrozenClock) -> tuple[Any, Any]:
    hours = await get_hours(day.manager, HoursAsked(), clock())
    return learned(hours), taught_by(hours)


async def test_what_was_held_before_the_rest_was_cancelled_counts(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    a, b, c = day.enrollments
    marks = [mark(a), mark(b, Status.LATE, minutes_late=30), mark(c, Status.NO_SHOW)]
    await works.run(day.lead, save_marks, day.meeting_id, marks)
    clock.move(hours=3)
    await works.run(day.lead, close_roster, day.meeting_id)
    taught_then = [("Asa", 1, 120), ("Lea", 1, 120)]
    # The session still runs, so nobody has learned yet; what was taught was taught.
    assert await told(day, clock) == ([], taught_then)
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    clock.move(minutes=1)
    assert await told(day, clock) == ([("Northern Line", 2, 2, 0, 210)], taught_then)
    # The day of the second meeting comes, and nobody was there.
    clock.move(days=3)
    assert await told(day, clock) == ([("Northern Line", 2, 2, 0, 210)], taught_then)
    assert (await get_hours(day.lead, HoursAsked(), clock())).trainers[0].minutes == 120
    assert (await get_hours(day.shadow, HoursAsked(), clock())).trainers == ()
    # In the month in which it was held, not in that of the meeting that was cancelled.
    assert learned(await get_hours(day.manager, HoursAsked(first="2026-06", last="2026-06"), clock())) == []


async def test_what_was_marked_counts_while_the_roster_is_open(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments[:2]])
    clock.move(hours=3)
    assert (await told(day, clock))[0] == [("Northern Line", 2, 2, 0, 240)]
    await enter(works, client, day.lead)
    assert "hours count only who was marked until then" in words((await client.get("/teaching")).text)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    assert (await told(day, clock))[0] == [("Northern Line", 3, 3, 3, 360)]


async def test_a_session_of_which_nothing_was_held_counts_nothing(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments])
    # While it runs: it was not held.
    await works.run(day.manager, cancel_session, day.session_id, "The alarm went off.")
    clock.move(days=1)
    assert await told(day, clock) == ([], [])


STATUSES = ("present", "late", "left early", "partial", "excused", "no-show")


@pytest.mark.parametrize("seed", range(6))
async def test_the_minutes_of_attendance_are_the_hours(works: Works, clock: FrozenClock, seed: int) -> None:
    """Whatever is marked, corrected and cancelled: what the session says in all is what the report says."""
    chance = Random(seed)
    day = await make_day(works, clock, meetings=2, people=8)
    for meeting_id in day.meeting_ids:
        marks = [_any_mark(chance, key) for key in day.enrollments]
        await works.run(day.manager, save_marks, meeting_id, marks)
        clock.move(hours=3)
        await works.run(day.manager, close_roster, meeting_id, rest="no-show")
        if seed % 2:
            await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
            break
        clock.move(hours=21)
    for key in chance.sample(day.enrollments, 5):
        status = chance.choice(["present", "partial", "excused", "no-show"])
        minutes = chance.choice([None, 1, 90, 120]) if status in ("present", "partial") else chance.choice([None, 0])
        await works.run(
            day.manager,
            correct_overall,
            key,
            Correction(status=status, minutes=minutes, reason="Seen"),  # type: ignore[arg-type]
        )
    clock.move(days=2)
    people = [one for one in await list_attendance(day.session_id) if one.overall is not None]
    assert len(people) == 8
    absent = [one for one in people if one.counts in (Status.EXCUSED, Status.NO_SHOW)]
    assert {one.overall.counted_minutes for one in absent if one.overall} <= {0}
    shown = {one.enrollment_id: one.overall.counted_minutes for one in people if one.overall}
    assert sum(shown.values()) == (await get_hours(day.manager, HoursAsked(), clock())).learner_minutes
    assert await on_papers(day) == shown
    if seed % 2 == 0:
        assert await completing(day, clock) == shown


async def on_papers(day: Day) -> dict[UUID, int]:
    earned, _ = await list_earned(day.enrollments, "training")
    return {one.enrollment_id: one.said.minutes for one in earned}


async def completing(day: Day, clock: FrozenClock) -> dict[UUID, int]:
    people = (await get_completions(day.manager, day.session_id, clock())).people
    return {one.facts.id: one.progress.minutes for one in people}


async def test_what_was_corrected_without_minutes_is_the_same_everywhere(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    await works.run(day.manager, set_rule, Scope.SESSION, day.session_id, RuleValues(minutes_needed=60))
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a, Status.NO_SHOW), mark(b)])
    clock.move(hours=3)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    await works.run(day.manager, correct_overall, a, Correction(status="present", reason="At the back"))
    await works.run(day.manager, correct_overall, b, Correction(status="excused", reason="Was ill"))
    await works.run(day.manager, except_by_hand, b, ExceptionValues(completed=True, reason="Made up for it"))
    shown = {
        one.enrollment_id: one.overall.counted_minutes for one in await list_attendance(day.session_id) if one.overall
    }
    assert shown == {a: 120, b: 0, c: 0} == await on_papers(day) == await completing(day, clock)
    assert learned(await get_hours(day.manager, HoursAsked(), clock())) == [("Northern Line", 2, 1, 2, 120)]
    # Ben had a paper before he was excused: the one that follows says nothing of hours.
    clock.move(minutes=11)
    await decide_due(works)
    issued = await latest_of([a, b])
    assert {key: (one.edition, one.said.minutes) for key, one in issued.items()} == {a: (1, 120), b: (2, 0)}


@pytest.mark.parametrize("minutes", [None, 0, 60])
async def test_attended_is_who_was_there_whatever_a_rule_counts(
    works: Works, clock: FrozenClock, minutes: int | None
) -> None:
    of = await counted(works, clock)
    scene, (_, ben) = of.first.scene, of.first.enrollments
    await attend(works, of.first, ben, 0, corrected="no-show", corrected_reason="A mix-up")
    await works.run(scene.manager, except_by_hand, ben, ExceptionValues(completed=True, reason="Did it at home"))
    await works.run(scene.manager, set_rule, Scope.SESSION, scene.session_id, RuleValues(hours_minutes=minutes))
    counts = {None: 240, 0: 0, 60: 120}[minutes]
    assert learned(await get_hours(scene.coordinator, HoursAsked(), clock())) == [("Northern Line", 2, 1, 2, counts)]


def _any_mark(chance: Random, key: UUID) -> MarkInput:
    status = Status(chance.choice(STATUSES))
    return mark(
        key,
        status,
        minutes_late=chance.randint(1, 100) if status is Status.LATE else 0,
        minutes_early=chance.randint(1, 100) if status is Status.LEFT_EARLY else 0,
        reason="Ill" if status is Status.EXCUSED else "",
    )
