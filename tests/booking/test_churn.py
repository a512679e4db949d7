"""Bookings, cancellations and growth at once through two server processes: whatever the order, the books balance."""

import asyncio
import random
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.booking.made import Scene, make_scene
from tests.booking.test_races import bearer, real_works
from tests.proofs import record
from tests.served import served
from training.base.clock import system_clock
from training.base.work import Work, Works
from training.booking.actions import promote_waiting
from training.cli.checks import find_violations
from training.schedule.events import SessionResized
from training.schedule.tables import Session

__all__ = ["real_works"]
PARTIES = 100
PROMISE = (
    "Parties of one to four, together or not, ask at once for places in one session through two server processes, while"
    " others cancel and the session grows. Afterwards no place is sold twice, nobody waits beside a place that fits,"
    " counters equal rows, and whoever was told of a place has one or has left."
)


async def ask(client: httpx.AsyncClient, base: str, scene: Scene, chance: random.Random, first: int) -> Counter[str]:
    """Book a party, and now and then cancel somebody of it again."""
    size = chance.randint(1, 4)
    body = {
        "partner_id": str(scene.partner_id),
        "people": [{"membership_id": str(scene.members[first + i])} for i in range(size)],
        "together": chance.random() < 0.3,
    }
    await asyncio.sleep(chance.random() * 0.3)
    answer = await client.post(f"{base}/api/v1/sessions/{scene.session_id}/bookings", json=body)
    counted = Counter({f"book {answer.status_code}": 1})
    if answer.status_code != 201 or chance.random() > 0.4:
        return counted
    leaver = chance.choice(answer.json()["verdicts"])["enrollment_id"]
    for _ in range(3):
        # A promotion in between raises the version; then we look again, as a person would.
        seen = await client.get(f"{base}/api/v1/enrollments/{leaver}")
        left = await client.post(
            f"{base}/api/v1/enrollments/{leaver}/cancel", json={}, headers={"if-match": seen.headers["etag"]}
        )
        counted[f"cancel {left.status_code}"] += 1
        if left.status_code != 412:
            break
    return counted


async def grow(work: Work, scene: Scene, capacity: int) -> None:
    """What a manager's resize does, without its page."""
    work.change(Session, scene.session_id, capacity_in_person=capacity)
    await promote_waiting(work, SessionResized(session_id=scene.session_id))


async def churn(works: Works, addresses: list[str], seed: int) -> Counter[str]:
    chance = random.Random(seed)
    capacity = chance.randint(20, 60)
    scene = await make_scene(
        works, size=PARTIES * 4, capacity_in_person=capacity, overtaking=chance.random() < 0.7, tag=f" {seed}"
    )
    token = await bearer(works, scene.coordinator)
    limits = httpx.Limits(max_connections=PARTIES)
    async with httpx.AsyncClient(timeout=60, limits=limits, headers={"authorization": f"Bearer {token}"}) as client:
        asking = [
            ask(client, addresses[n % len(addresses)], scene, random.Random(f"{seed} {n}"), n * 4)
            for n in range(PARTIES)
        ]

        async def growing() -> Counter[str]:
            for more in (5, 10):
                await asyncio.sleep(0.2)
                await works.run(scene.manager, grow, scene, capacity + more)
            return Counter(grown=2)

        counted = sum(await asyncio.gather(*asking, growing()), Counter[str]())
    assert await find_violations(system_clock()) == []
    return counted


def check(counted: Counter[str]) -> None:
    assert {key for key in counted if key.startswith("book")} == {"book 201"}
    assert {key for key in counted if key.startswith("cancel")} <= {"cancel 200", "cancel 412"}
    assert counted["cancel 200"] > 0


async def test_churn(real_works: Works, database_url: str) -> None:
    with served(database_url, processes=2) as addresses:
        check(await churn(real_works, addresses, seed=1))


@pytest.mark.prove
async def test_prove_churn(real_works: Works, database_url: str, engine_name: str) -> None:
    total: Counter[str] = Counter()
    with served(database_url, processes=2) as addresses:
        for seed in range(20):
            counted = await churn(real_works, addresses, seed)
            check(counted)
            total += counted
    done = ", ".join(f"{count} x {what}" for what, count in sorted(total.items()))
    record("places-under-churn", PROMISE, engine=engine_name, rounds=20, done=done, found="0 violations")


async def test_the_control_unbalances_the_books(real_works: Works) -> None:
    """A promotion that forgets a counter is noticed: the check is able to fail."""
    scene = await make_scene(real_works, capacity_in_person=1)

    async def forget(work: Work) -> Any:
        return await work.execute("UPDATE session SET taken_in_person = 1 WHERE id = {}", scene.session_id)

    await real_works.run(scene.manager, forget)
    assert [violation.subject_id for violation in await find_violations(system_clock())] == [scene.session_id]
