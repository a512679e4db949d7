"""Several devices at once, each with a connection of its own: nothing is lost, and what stands is what rules say."""

import asyncio
import random
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.attendance.devices import Plan, Request, all_at_once
from tests.attendance.made import Day, make_day, mark, overall
from tests.booking.asked import counters, one
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, save_all_but, save_marks
from training.attendance.actions.walking_in import add_walk_in
from training.attendance.queries.marks import list_marks
from training.attendance.rules.marks import Mark, MarkInput, Saved
from training.attendance.rules.merging import authority, merge
from training.attendance.rules.statuses import Status, Way
from training.base.database import fetch
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.rules import OverbookingExhausted, Wanted
from training.booking.rules.walk_ins import Comer
from training.cli.checks import find_violations
from training.cli.days import find_wrong_days

S = Status


async def marks_of(day: Day) -> dict[UUID, Mark]:
    """The marks of the first meeting."""
    found = await list_marks(day.session_id)
    return {key: of_meeting[day.meeting_id] for key, of_meeting in found.items() if day.meeting_id in of_meeting}


def at_minute(clock: FrozenClock, minute: float) -> Any:
    """An instant of the meeting, which began ten minutes before the clock's."""
    return clock.now + timedelta(minutes=minute - 10)


async def test_two_devices_mark_one_person_at_once(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1)
    (who,) = day.enrollments

    async def device(viewer: Viewer, status: Status, minute: float) -> Saved:
        asked = mark(who, status, base_version=0, made_at=at_minute(clock, minute))
        return await works.run(viewer, save_marks, day.meeting_id, [asked], sent_at=clock.now)

    answers = await asyncio.gather(device(day.lead, S.PRESENT, 3), device(day.assistant, S.NO_SHOW, 5))
    # Whichever came first: the one made later stands, and both know.
    assert {saved.marks[0].mark.status for saved in answers if saved.marks[0].taken and saved.marks[0].mark} >= {
        S.NO_SHOW
    }
    assert (await marks_of(day))[who].status is S.NO_SHOW
    assert await one("SELECT count(*) AS n FROM mark_change") == 2
    assert (await overall(who)).status is S.NO_SHOW
    assert await find_wrong_days() == []


async def test_the_same_operation_sent_twice_at_once(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=1)
    asked = [mark(day.enrollments[0], S.LATE, minutes_late=5, operation=UUID(int=5), base_version=0)]
    answers = await asyncio.gather(*(works.run(day.lead, save_marks, day.meeting_id, asked) for _ in range(6)))
    assert sorted(saved.marks[0].fresh for saved in answers) == [False] * 5 + [True]
    told = {(saved.marks[0].taken, saved.marks[0].code, saved.marks[0].mark) for saved in answers}
    assert len(told) == 1
    assert await one("SELECT count(*) AS n FROM mark_change") == 1
    assert await one("SELECT max(version) AS n FROM mark") == 1


async def test_two_meetings_of_one_session_at_once(works: Works, clock: FrozenClock) -> None:
    """Both marks are in the sum, although neither knew of the other."""
    day = await make_day(works, clock, people=3, meetings=2)
    clock.move(days=1)
    asked = [mark(key) for key in day.enrollments]
    await asyncio.gather(*(works.run(day.lead, save_marks, meeting_id, asked) for meeting_id in day.meeting_ids))
    assert {(await overall(key)).minutes for key in day.enrollments} == {240}
    assert await find_wrong_days() == []


async def test_an_offline_batch_against_a_correction(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=4)
    await works.run(day.lead, save_all_but, day.meeting_id, ())
    clock.move(hours=2)
    await works.run(day.lead, close_roster, day.meeting_id)
    clock.move(hours=1)
    corrected = [mark(key, S.NO_SHOW, reason="Never came", base_version=1) for key in day.enrollments[:2]]
    offline = [
        mark(key, S.LATE, minutes_late=5, base_version=0, made_at=clock.now - timedelta(hours=3, minutes=5))
        for key in day.enrollments
    ]
    clock_of_both = clock.now
    await asyncio.gather(
        works.run(day.manager, save_marks, day.meeting_id, corrected),
        works.run(day.lead, save_marks, day.meeting_id, offline, way=Way.OFFLINE, sent_at=clock_of_both),
        works.run(day.manager, correct_overall, day.enrollments[3], Correction(status="present", reason="Caught up")),
    )
    # What was filled in gives way to somebody who looked; what was corrected does not.
    assert [(await marks_of(day))[key].status for key in day.enrollments] == [S.NO_SHOW] * 2 + [S.LATE] * 2
    assert [(await overall(key)).counts for key in day.enrollments] == [S.NO_SHOW] * 2 + [S.PRESENT] * 2
    assert await one("SELECT count(*) AS n FROM mark_change") == 4 + 2 + 4
    assert await find_wrong_days() == []


def what_devices_send(day: Day, clock: FrozenClock, seed: int) -> list[tuple[MarkInput, ...]]:
    """For three devices: marks of everybody, made at different moments of ten minutes, none knowing another's."""
    chance = random.Random(seed)
    moments = iter(chance.sample(range(1, 590), 3 * len(day.enrollments)))
    statuses = (S.PRESENT, S.LATE, S.PARTIAL, S.NO_SHOW)
    return [
        tuple(
            mark(
                key,
                chance.choice(statuses),
                minutes_late=5,
                minutes_early=5,
                base_version=0,
                operation=UUID(int=1 + device * 1000 + number),
                made_at=at_minute(clock, next(moments) / 60),
            )
            for number, key in enumerate(day.enrollments)
        )
        for device in range(3)
    ]


class Kept(Mark, frozen=True, kw_only=True):
    """An attempt as the history has it."""

    operation: UUID | None


async def history() -> list[Kept]:
    return await fetch(
        Kept,
        "SELECT c.enrollment_id, c.status, c.minutes_late, c.minutes_early, c.minutes, c.reason, c.way, c.made_at,"
        " c.marked_at, c.marked_by, 0 AS version, c.operation FROM mark_change c",
    )


async def test_processes_of_their_own(works: Works, clock: FrozenClock, database_url: str, tmp_path: Path) -> None:
    """Three devices, an importing machine, somebody who fills in the rest and a correction, each a process."""
    day = await make_day(works, clock, people=12)
    batches = what_devices_send(day, clock, 7)
    known: dict[str, Any] = {"url": database_url, "now": clock.now, "meeting_id": day.meeting_id}
    imported = tuple(mark(key, S.PARTIAL, minutes=30) for key in day.enrollments)
    plans = [
        *(
            Plan(
                viewer=viewer,
                # Each mark by itself, then the whole batch once more, as after an answer that was lost.
                requests=(*(Request(marks=(each,), way=Way.OFFLINE) for each in batch), Request(marks=batch)),
                **known,
            )
            for viewer, batch in zip((day.lead, day.assistant, day.manager), batches, strict=True)
        ),
        Plan(viewer=day.lead, requests=(Request(marks=imported, way=Way.IMPORT), Request(), Request()), **known),
        Plan(viewer=day.manager, requests=(Request(corrects=day.enrollments[0]),), **known),
    ]
    await all_at_once(tmp_path, plans)
    standing, kept = await marks_of(day), await history()
    assert {each.operation for each in kept if each.operation} == {each.operation for b in batches for each in b}
    for key in day.enrollments:
        said = [each for each in kept if each.enrollment_id == key]
        best = max(said, key=lambda each: (authority(each.way), each.made_at))
        assert (standing[key].value, standing[key].made_at) == (best.value, best.made_at)
        assert merge(standing[key], best, None).taken
    assert (await overall(day.enrollments[0])).counts is S.PRESENT
    assert await find_wrong_days() == []


async def test_two_walk_ins_and_one_place(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, capacity_in_person=3)

    async def come(viewer: Viewer, number: int) -> str:
        wanted = Wanted(membership_id=day.scene.members[number])
        try:
            await works.run(viewer, add_walk_in, day.meeting_id, Comer(person=wanted, partner_id=day.scene.partner_id))
        except OverbookingExhausted:
            return "full"
        return "in"

    told = await asyncio.gather(come(day.lead, 2), come(day.assistant, 3), come(day.manager, 4))
    assert sorted(told) == ["full", "full", "in"]
    assert await counters(day.scene) == (3, 0, 0)
    assert await find_violations(clock.now) == []


async def test_one_person_at_two_doors(works: Works, clock: FrozenClock) -> None:
    """The same new person is let in twice at once: one place, one mark, and the second door is told."""
    day = await make_day(works, clock, people=1, capacity_in_person=9)
    comer = Comer(person=Wanted(name="Nora", email="nora@new.example"), partner_id=day.scene.partner_id)
    doors = (works.run(viewer, add_walk_in, day.meeting_id, comer) for viewer in (day.lead, day.assistant))
    told = await asyncio.gather(*doors, return_exceptions=True)
    assert sorted(type(each).__name__ for each in told) == ["Added", "OnRosterAlready"]
    assert await counters(day.scene) == (2, 0, 0)
    assert len(await marks_of(day)) == 1


async def test_everything_at_once(works: Works, clock: FrozenClock) -> None:
    """Marks, walk-ins, places taken away, closing and corrections: nothing waits for another for ever."""
    day = await make_day(works, clock, people=6, meetings=2, capacity_in_person=20)
    clock.move(days=1)
    a, b, c, *others = day.enrollments
    walks = [
        works.run(
            day.lead,
            add_walk_in,
            day.meeting_ids[1],
            Comer(person=Wanted(name=f"New {n}", email=f"n{n}@new.example"), partner_id=day.scene.partner_id),
        )
        for n in range(3)
    ]
    told = await asyncio.gather(
        *walks,
        *(works.run(day.lead, save_marks, key, [mark(each) for each in others]) for key in day.meeting_ids),
        works.run(day.manager, cancel_enrollment, a, reason="Went home"),
        works.run(day.manager, close_roster, day.meeting_id, rest="no-show"),
        works.run(day.manager, correct_overall, b, Correction(status="excused", reason="Ill")),
        works.run(day.assistant, save_marks, day.meeting_ids[1], [mark(c, S.LATE, minutes_late=4), mark(a)]),
        return_exceptions=True,
    )
    assert [each for each in told if isinstance(each, Exception)] == []
    assert (await counters(day.scene))[0] == 8
    assert (await overall(b)).counts is S.EXCUSED
    assert await find_violations(clock.now) == []
    assert await find_wrong_days() == []
