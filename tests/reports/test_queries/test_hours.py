"""Who sees which hours, and that the sums are right."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.completion.judged import attend
from tests.conftest import FrozenClock
from tests.reports.counted import counted
from training.base.database import execute, watch_statements
from training.base.structs import ANONYMOUS, Grant, Viewer
from training.base.work import Works
from training.completion.actions.ruling import set_rule
from training.completion.rules.conditions import RuleValues, Scope
from training.reports.queries.hours import get_hours, list_choices
from training.reports.rules.hours import Hours, HoursAsked

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
        await list_choices(STAFF)
    assert len(seen) == 3


async def test_what_it_can_be_narrowed_to(works: Works, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    scene = of.first.scene

    async def choices(viewer: Viewer) -> tuple[list[str], list[str], list[str]]:
        found = await list_choices(viewer)
        programs, partners, trainers = found.programs, found.partners, found.trainers
        return [p.name for p in programs], [p.name for p in partners], [p.name for p in trainers]

    names = ["Harbour", "Northern Line"]
    assert await choices(scene.manager) == (["Program"], names, ["Sam Onlooker", "Tara Quill"])
    assert await choices(scene.coordinator) == ([], ["Northern Line"], [])
    assert await choices(of.lead) == ([], [], [])
    both = ["Harbour", "HarbourB", "Northern Line", "Northern LineB"]
    assert await choices(STAFF) == (["Program", "Program"], both, ["Sam Onlooker", "Tara Quill"])
