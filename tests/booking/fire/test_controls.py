"""The checks are able to fail: the same scenes against a product that was broken on purpose (`sabotage`).

If these found nothing, the crowd would be too tame, or the checks blind, and the proofs would prove nothing.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from tests.booking.asked import order
from tests.booking.fire.checks import oversold
from tests.booking.fire.conftest import Grounds
from tests.booking.fire.hands import Round
from tests.booking.fire.rows import order_written_down, read_rows
from tests.booking.fire.sabotage import LAST_COMES_FIRST, NOBODY_MOVES_UP, WITHOUT_LOCK
from tests.booking.fire.scenes import Fought, Ground, Say, add_session, churn, fight, plans, rush
from tests.booking.made import Scene, make_scene
from training.base.work import Works
from training.booking.actions import book_places

BROKEN = "tests.booking.fire.sabotage:create_app"


def kinds(findings: Iterable[str]) -> set[str]:
    """What was found, without the details."""
    return {finding.partition(":")[0] for finding in findings}


async def queueing(at: Ground, say: Say, **values: Any) -> Fought:
    """Many who wait for a few places, and places that become free one by one."""
    async with order_written_down():
        session_id = await add_session(at, capacity_in_person=10, **values)
        round_ = Round(sessions=(session_id,), steps=60)
        return await fight(at, plans(at, "queueing", (round_,), {"book": 60, "cancel": 40}, hands=4), say, steps=True)


async def test_what_is_broken_is_found(ground: Grounds, say: Say) -> None:
    async with ground(members=400, factory=BROKEN) as at:
        # What stays wrong in the database is found again by every later scene: the worst comes last.
        keyless = await churn(at, 1, steps=200, say=say)
        reversed_ = await queueing(at, say, title=LAST_COMES_FIRST)
        # The allowance keeps the database's own check from stopping what the lock would have stopped.
        unlocked = await rush(at, 1, attempts=200, places=20, say=say, title=WITHOUT_LOCK, overbooking=10_000)
        stuck = await queueing(at, say, title=NOBODY_MOVES_UP, overtaking=False)
    assert "oversold" in kinds(unlocked.findings)
    assert {"undersold", "waitlist"} <= kinds(stuck.findings)
    # Once as the database saw it, once as the clients did.
    assert any("while" in finding for finding in reversed_.findings)
    assert any("had been told to wait" in finding for finding in reversed_.findings)
    assert kinds(reversed_.findings) == {"order"}
    assert kinds(keyless.findings) == {"doubled"}
    assert any("the key" in finding for finding in keyless.findings)


async def test_the_database_stops_what_forgets_the_lock(real_works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock the rule decides on stale counters; then the check on the row refuses: nothing is oversold."""
    monkeypatch.setattr("training.schedule.queries.sessions.for_update", lambda _="": "")
    scene = await make_scene(real_works, size=100, capacity_in_person=20)
    done = await asyncio.gather(*(book_one(real_works, scene, n) for n in range(100)), return_exceptions=True)
    rows = await read_rows([str(scene.session_id)])
    assert list(oversold(rows)) == []
    assert rows.sessions[0].taken_in_person == sum(bool(e.mode) for e in rows.enrollments)
    assert any(not isinstance(outcome, Exception) for outcome in done)


async def book_one(works: Works, scene: Scene, number: int) -> None:
    await works.run(scene.coordinator, book_places, order(scene, number))
