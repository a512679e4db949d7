"""What the worker does for places, as it asks: each thing once, and one failure at a time."""

from datetime import timedelta
from functools import partial

import pytest
from structlog.testing import capture_logs

from tests.booking.asked import counters, one, order
from tests.booking.made import make_scene
from tests.booking.nameless import Tally, tally, with_open
from tests.booking.test_actions.test_request import OPEN, ask
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.jobs import ask_for_names, expire, forget
from training.booking.queries import list_enrollments, list_expired


async def test_nothing_is_due_at_first(works: Works) -> None:
    await with_open(works, 2)
    assert (await expire(works), await ask_for_names(works)) == (0, 0)


async def test_what_is_due_is_done_once(works: Works, clock: FrozenClock) -> None:
    scene, _ = await with_open(works, 2)
    clock.move(days=11)
    assert [await ask_for_names(works) for _ in range(3)] == [2, 0, 0]
    assert await tally(scene) == Tally(taken=0, enrolled=0, open=0, waiting=0)


async def test_one_that_fails_holds_up_no_other(works: Works, clock: FrozenClock) -> None:
    scene, _ = await with_open(works, 1, starts_in=timedelta(days=20), tag="-one", **OPEN)
    other, _ = await with_open(works, 1, starts_in=timedelta(days=30), tag="-two", **OPEN)
    await ask(works, scene, "first@example.org")
    await ask(works, other, "second@example.org")
    clock.move(days=40)
    # Nobody can be written to at such an address; whoever comes after it must not wait for that.
    await execute(
        "UPDATE person SET email = 'no address ' || email WHERE email LIKE 'cora-one%' OR email LIKE 'first%'"
    )
    with capture_logs() as logged:
        assert [await job(works) for job in (expire, ask_for_names)] == [1, 1]
        assert [await job(works) for job in (expire, ask_for_names)] == [0, 0], "tried again"
    assert [(entry["event"], entry["job"]) for entry in logged] == [
        ("not done", "expire"),
        ("not done", "ask for names"),
    ] * 2
    assert "no address" not in str(logged)
    assert "@" not in str(logged), "nobody is named in the log"
    assert (await tally(scene)).open == 1
    assert await tally(other) == Tally(taken=0, enrolled=0, open=0, waiting=0)


async def test_many_that_fail_starve_no_other(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = await make_scene(works, capacity_in_person=20, **OPEN)
    for number in range(5):
        await ask(works, scene, f"p{number}@mail.example")
        clock.move(minutes=1)
    await execute("UPDATE person SET email = 'no address ' || email WHERE email < 'p4' AND email LIKE 'p%'")
    clock.move(hours=1)
    monkeypatch.setattr("training.booking.jobs.list_expired", partial(list_expired, limit=2))
    with capture_logs() as logged:
        assert await expire(works) == 1
    assert len(logged) == 4
    assert [e.state.value for e in await list_enrollments(scene.manager, scene.session_id)] == ["requested"] * 4


async def test_stand_ins_are_forgotten_a_day_after_their_request_ended(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await ask(works, scene, "northern-line-0@example.org")
    clock.move(hours=1)
    assert (await expire(works), await forget(works)) == (1, 0)
    clock.move(hours=23)
    await ask(works, scene, "northern-line-0@example.org")
    clock.move(hours=2)
    assert await expire(works) == 1
    assert await forget(works) == 0, "one that was needed again is kept until that is over, too"
    clock.move(hours=25)
    assert (await forget(works), await forget(works)) == (2, 0)
    assert await one("SELECT count(*) AS n FROM person WHERE email LIKE '%nobody%'") == 0
    assert await one("SELECT count(*) AS n FROM enrollment") == 1
    assert await counters(scene) == (1, 0, 0)
