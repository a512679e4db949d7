"""What the worker does for reminders, as it asks: each goes out once, and one that fails holds up no other."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, keys, letters, reminders, tick
from training.base.work import Work, Works
from training.reminders.actions import sending
from training.reminders.jobs import deliver, look_back, plan_ahead
from training.reminders.mails import Letter, write_reminder
from training.reminders.queries.facts import list_facts
from training.reminders.rules.expecting import Facts
from training.reminders.rules.facts import Why


async def test_each_of_the_built_in_ones_goes_out_once(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works)
    sent = []
    for _ in range(15 * 24):
        if count := await tick(works):
            sent.append((clock.now, count))
        clock.move(hours=1)
    assert [(at.isoformat(), count) for at, count in sent] == [
        ("2026-05-11T09:00:00+00:00", 1),
        ("2026-05-17T09:00:00+00:00", 1),
        ("2026-05-18T08:00:00+00:00", 1),
    ]
    assert await keys("sent") == ["week-before", "day-before", "hour-before"]
    assert [letter.kind for letter in await letters()] == ["reminder-upcoming"] * 3


async def test_nothing_to_do(works: Works) -> None:
    assert [await plan_ahead(works), await deliver(works), await look_back(works)] == [0, 0, 0]


async def test_after_a_long_standstill_everything_has_its_reason(works: Works, clock: FrozenClock) -> None:
    """Nothing ran from long before the session until days after it."""
    await enrolled_scene(works, 0, 1)
    clock.move(days=17)
    assert await tick(works) == 0
    assert await look_back(works) == 4
    assert [(row.plan_key, row.state, row.reason) for row in await reminders()] == [
        (key, "skipped", Why.TOO_LATE) for key in ("day-before", "day-before", "hour-before", "hour-before")
    ]
    assert await look_back(works) == 0


async def test_more_than_one_batch(works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    await enrolled_scene(works, 0, 1, 2, 3, 4)
    clock.move(days=13)
    await plan_ahead(works)
    monkeypatch.setattr("training.reminders.jobs.MOST_AT_ONCE", 2)
    assert await deliver(works) == 5


async def test_one_that_cannot_be_written_holds_up_no_other(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await enrolled_scene(works, 0, 1, 2)
    clock.move(days=13)
    await plan_ahead(works)

    async def failing(work: Work, letter: Letter) -> UUID:
        if letter.wanted.reader.email.startswith("northern-line-1@"):
            raise RuntimeError(letter.wanted.reader.email)
        return await write_reminder(work, letter)

    monkeypatch.setattr(sending, "write_reminder", failing)
    with capture_logs() as logged:
        assert await deliver(works) == 2
        assert await deliver(works) == 0
    assert {entry["event"] for entry in logged} == {"not sent"}
    assert "northern-line" not in str(logged), "nobody is named in the log"
    monkeypatch.undo()
    assert await deliver(works) == 1
    assert await keys("sent") == ["day-before"] * 3


async def test_one_session_that_cannot_be_planned_holds_up_no_other(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await enrolled_scene(works, 0, tag="-bad")
    good = await enrolled_scene(works, 0, tag="-good")
    clock.move(days=12, hours=12)

    async def failing(session_ids: Sequence[UUID]) -> list[Facts]:
        if bad.session_id in session_ids:
            raise RuntimeError("odd")
        return await list_facts(session_ids)

    monkeypatch.setattr("training.reminders.jobs.list_facts", failing)
    with capture_logs() as logged:
        assert await plan_ahead(works) == 3
    assert [(entry["event"], entry["session"]) for entry in logged] == [("not planned", str(bad.session_id))]
    assert {row.person_id for row in await reminders("planned")} == {good.people[0]}
