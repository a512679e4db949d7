"""Rosters that stay open are asked for, again, and then stand on the board: each exactly once."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import make_day, mark, overall
from tests.attendance.test_actions.test_check_in import learner, opened
from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, teach
from training.attendance.actions.check_in import check_in_self
from training.attendance.actions.marking import close_roster, reopen_roster, save_marks
from training.attendance.jobs import ask_for_rosters, forget_devices, sum_up_what_is_over
from training.attendance.queries.wanted import find_unwanted_chases
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions.delivery import claim
from training.schedule.actions import cancel_session, withdraw_trainer


async def over(works: Works, clock: FrozenClock, **hours: float) -> tuple[Scene, Viewer]:
    """A session of one meeting that ended so long ago, and who leads it."""
    scene = await enrolled_scene(works, 0, 1)
    await teach(works, scene, scene.people[7])
    clock.now += timedelta(days=14, hours=2) + timedelta(**hours)
    return scene, Viewer(person_id=scene.people[7], name="Northern Line 7")


async def asked() -> list[str]:
    rows = await execute("SELECT recipient FROM message WHERE kind = 'roster-open' ORDER BY created_at, id")
    return [row["recipient"] for row in rows]


async def number(sql: str) -> int:
    return int((await execute(sql))[0]["n"])


ESCALATED = "SELECT count(*) AS n FROM journal_entry WHERE event = 'RosterEscalated'"


async def test_after_two_hours_a_day_later_and_then_the_board(works: Works, clock: FrozenClock) -> None:
    await over(works, clock, minutes=119)
    assert await ask_for_rosters(works) == 0
    clock.now += timedelta(minutes=1)
    assert await ask_for_rosters(works) == 1
    assert await ask_for_rosters(works) == 0
    clock.now += timedelta(hours=23, minutes=59)
    assert await ask_for_rosters(works) == 0
    clock.now += timedelta(minutes=1)
    assert await ask_for_rosters(works) == 1
    assert await asked() == ["northern-line-7@example.org"] * 2
    # The first was never sent, so the second says it all.
    assert await number("SELECT count(*) AS n FROM message WHERE kind = 'roster-open' AND state = 'waiting'") == 1
    clock.now += timedelta(hours=22)
    assert await ask_for_rosters(works) == 1
    assert await ask_for_rosters(works) == 0
    assert await number(ESCALATED) == 1
    clock.now += timedelta(days=30)
    assert await ask_for_rosters(works) == 0
    assert len(await asked()) == 2


async def test_after_a_standstill_nothing_comes_twice_at_once(works: Works, clock: FrozenClock) -> None:
    await over(works, clock, days=5)
    for hours, done in ((0, 1), (23, 0), (1, 1), (11, 0), (1, 1), (0, 0)):
        clock.now += timedelta(hours=hours)
        assert await ask_for_rosters(works) == done, hours
    assert len(await asked()) == 2
    assert await number(ESCALATED) == 1


async def test_two_workers_ask_once(works: Works, clock: FrozenClock) -> None:
    await over(works, clock, hours=3)
    await asyncio.gather(*(ask_for_rosters(works) for _ in range(4)))
    assert len(await asked()) == 1


@pytest.mark.parametrize("how", ["closed", "cancelled", "nobody on it", "long ago"])
async def test_nobody_is_asked_for_what_needs_nobody(works: Works, clock: FrozenClock, how: str) -> None:
    scene, trainer = await over(works, clock, hours=-1)
    if how == "closed":
        await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    elif how == "cancelled":
        await works.run(scene.manager, cancel_session, scene.session_id, "Ill.")
    elif how == "nobody on it":
        await execute("UPDATE enrollment SET state = 'cancelled'")
    else:
        clock.now += timedelta(days=15)
    clock.now += timedelta(days=1)
    assert await ask_for_rosters(works) == 0
    assert await asked() == []


async def test_who_watches_is_not_asked_and_who_assists_only_when_alone(works: Works, clock: FrozenClock) -> None:
    scene, _ = await over(works, clock, hours=3)
    await teach(works, scene, scene.people[6])
    await execute("UPDATE trainer_assignment SET role = 'shadow' WHERE person_id = {}", scene.people[6])
    await execute("UPDATE trainer_assignment SET role = 'assistant' WHERE person_id = {}", scene.people[7])
    await ask_for_rosters(works)
    assert await asked() == ["northern-line-7@example.org"]


async def test_without_anybody_to_ask_it_comes_to_the_board(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, 0)
    clock.now += timedelta(days=14, hours=4)
    for _ in range(3):
        await ask_for_rosters(works)
        clock.now += timedelta(days=1)
    assert await asked() == []
    assert await number(ESCALATED) == 1


async def test_opened_again_leaves_a_day(works: Works, clock: FrozenClock) -> None:
    scene, trainer = await over(works, clock, hours=3)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    await works.run(scene.manager, reopen_roster, scene.meeting_ids[0], "Somebody was forgotten")
    assert await ask_for_rosters(works) == 0
    clock.now += timedelta(hours=24)
    assert await ask_for_rosters(works) == 1


@pytest.mark.parametrize("how", ["", "closed", "withdrawn"])
async def test_it_is_asked_again_when_it_is_about_to_leave(works: Works, clock: FrozenClock, how: str) -> None:
    scene, trainer = await over(works, clock, hours=3)
    await ask_for_rosters(works)
    if how == "closed":
        await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    elif how == "withdrawn":
        assert trainer.person_id is not None
        await works.run(scene.manager, withdraw_trainer, scene.session_id, UUID(str(trainer.person_id)))
    due = [one for one in await works.run(Viewer.machine("test"), claim, "me", 50) if one.kind == "roster-open"]
    assert len(due) == 1
    assert len(await find_unwanted_chases(due)) == (1 if how else 0)


async def test_what_is_over_is_summed_up_once(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0])])
    clock.now += timedelta(days=1, hours=3)
    assert [await sum_up_what_is_over(works) for _ in range(2)] == [1, 0]
    assert (await overall(day.enrollments[0])).meetings_held == 2


async def test_by_which_device_somebody_checked_in_is_forgotten_after_a_month(works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    for at in (0, 1):
        await works.run(await learner(day.enrollments[at]), check_in_self, word, device="phone" * at)
    known = "SELECT count(*) AS n FROM check_in WHERE device <> ''"
    assert await number(known) == 1
    clock.move(days=29)
    assert await forget_devices(works) == 0
    clock.move(days=1)
    assert await forget_devices(works) == 1
    assert await forget_devices(works) == 0
    assert (await number(known), await number("SELECT count(*) AS n FROM check_in")) == (0, 2)
