"""Reminders of one person are stopped and resumed; those of a session are switched off."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.test_actions.test_follow import one_day_later
from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, keys, letters, reminders, tick
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions import book_places
from training.outbox.actions import send_again
from training.outbox.rules.again import MessageSentAlready
from training.reminders.actions import stopping
from training.reminders.actions.stopping import resume_reminders, stop_reminders, stop_session
from training.reminders.jobs import plan_ahead
from training.reminders.queries.facts import list_rows
from training.reminders.rules.facts import Row, Why
from training.schedule.actions import move_meetings


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


async def test_what_was_stopped_stays_so_when_the_session_moves(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=10)
    await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0])
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    for _ in range(20):
        clock.move(hours=4)
        assert await tick(works) == 0
    stopped = await keys("stopped")
    assert stopped.count("day-before") == 2
    assert await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0]) == len(stopped)
    clock.now = datetime(2026, 5, 18, 10, tzinfo=UTC)
    assert await tick(works) == 1


async def test_what_waits_to_be_sent_is_stopped_too(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    clock.move(days=13)
    assert await tick(works) == 2
    assert await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0]) == 2
    assert {letter.recipient: letter.state for letter in await letters()} == {
        "northern-line-0@example.org": "withdrawn",
        "northern-line-1@example.org": "waiting",
    }
    assert await keys("stopped") == ["day-before", "hour-before"]
    assert await tick(works) == 0
    assert await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0]) == 2
    assert await tick(works) == 1


async def test_what_was_sent_again_and_waits_is_stopped_too(works: Works, clock: FrozenClock) -> None:
    """The second repetition of one that did not arrive; what was sent to others stays so."""
    scene = await enrolled_scene(works, 0, 1)
    clock.move(days=13)
    assert await tick(works) == 2
    for _ in range(2):
        await execute("UPDATE message SET state = 'failed' WHERE kind LIKE 'reminder%'")
        for letter in await letters():
            with suppress(MessageSentAlready):
                await works.run(scene.manager, send_again, letter.id)
    assert await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key="day-before") == 1
    states: dict[str, list[str]] = {}
    for letter in await letters():
        states.setdefault(letter.recipient, []).append(letter.state)
    assert {key: sorted(some) for key, some in states.items()} == {
        "northern-line-0@example.org": ["failed", "failed", "withdrawn"],
        "northern-line-1@example.org": ["failed", "failed", "waiting"],
    }
    assert (await keys("stopped"), await keys("sent")) == (["day-before"], ["day-before"])
    assert await tick(works) == 0
    assert await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0], key="day-before") == 1
    assert await tick(works) == 1


async def test_a_repetition_that_was_sent_is_not_stopped(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    (letter,) = await letters()
    await execute("UPDATE message SET state = 'failed' WHERE id = {}", letter.id)
    again = await works.run(scene.manager, send_again, letter.id)
    await execute("UPDATE message SET state = 'sent', sent_at = created_at WHERE id = {}", again)
    assert await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key="day-before") == 0
    assert await keys("sent") == ["day-before"]


async def test_whoever_resumes_a_moment_later_changes_nothing(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read that it was stopped; by the time of the second it was resumed and sent."""
    scene = await enrolled_scene(works)
    clock.move(days=12, hours=23)
    await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key="day-before")
    seen = await list_rows([scene.session_id])
    await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0], key="day-before")
    clock.move(hours=1)
    assert await tick(works) == 1

    async def as_it_was(session_id: UUID, person_id: UUID, key: str) -> list[Row]:
        whose = session_id, person_id, key
        return [row for row in seen if (row.session_id, row.person_id, row.plan_key) == whose]

    monkeypatch.setattr(stopping, "_rows", as_it_was)
    await works.run(scene.manager, resume_reminders, scene.session_id, scene.people[0], key="day-before")
    assert await tick(works) == 0
    assert await keys("sent") == ["day-before"]


async def test_what_is_on_its_way_cannot_be_stopped(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    sql = "UPDATE message SET state = 'claimed', lease_until = {}, begun_at = {} WHERE kind = 'reminder-upcoming'"
    await execute(sql, clock.now, clock.now)
    stopped = await works.run(scene.manager, stop_reminders, scene.session_id, scene.people[0], key="day-before")
    assert stopped == 0
    assert await keys("sent") == ["day-before"]


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


async def test_the_journal_has_the_plan_in_words(works: Works) -> None:
    scene = await enrolled_scene(works)
    for action in (stop_reminders, resume_reminders):
        await works.run(scene.manager, action, scene.session_id, scene.people[0], key="day-before")
    rows = await execute("SELECT data FROM journal_entry WHERE event IN ('RemindersStopped', 'RemindersResumed')")
    assert ["1 day before each meeting starts" in str(row["data"]) for row in rows] == [True, True]
