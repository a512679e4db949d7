"""Reminders of one person are stopped and resumed; those of a session are switched off."""

import pytest

from tests.booking.asked import order
from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, keys, letters, reminders, tick
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions import book_places
from training.reminders.actions.stopping import resume_reminders, stop_reminders, stop_session
from training.reminders.jobs import plan_ahead
from training.reminders.rules.facts import Why


async def test_one_reminder_of_one_person(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    stopped = await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key="day-before")
    assert stopped == 1, "although it was too far ahead for a row"
    assert [(row.plan_key, row.person_id, row.reason) for row in await reminders("stopped")] == [
        ("day-before", scene.people[0], Why.STOPPED)
    ]
    clock.move(days=13)
    assert await tick(works) == 1
    assert {letter.recipient for letter in await letters()} == {"northern-line-1@example.org"}


async def test_all_of_one_person_and_let_go_after_all(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    assert await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0]) == 3
    assert await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0]) == 0
    clock.move(days=12)
    await plan_ahead(works)
    assert await keys("stopped") == ["week-before", "day-before", "hour-before"]
    assert await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0]) == 3
    assert await keys("planned") == ["day-before", "hour-before"]
    assert await keys("dropped") == ["week-before"], "too late for it"
    clock.move(days=1)
    assert await tick(works) == 1
    assert await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0]) == 0


async def test_a_whole_session_for_who_comes_later_too(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=12)
    await plan_ahead(works)
    stopped = await works.run(scene.manager, stop_session, scene.session_id)
    assert set(stopped) >= {"week-before", "day-before", "hour-before", "briefing"}
    assert {row.reason for row in await reminders("dropped")} == {Why.PLAN_OFF}
    await works.run(scene.coordinator, book_places, order(scene, 2))
    for _ in range(48):
        assert await tick(works) == 0
        clock.move(hours=1)
    assert await works.run(scene.manager, stop_session, scene.session_id) == ()


async def test_only_who_manages_the_session(works: Works) -> None:
    scene = await enrolled_scene(works)
    for action in (stop_reminders, resume_reminders):
        with pytest.raises(NotFound):
            await works.run(scene.coordinator, action, scene.session_id, scene.people[0])
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, stop_session, scene.session_id)
