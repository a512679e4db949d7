"""Servers are killed with -9 while places are booked: what was acknowledged is there, once, with its message."""

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from uuid import uuid4

import httpx

from tests.booking.fire.scenes import Ground, add_session
from tests.served import begin, free_port, wait_for
from training.base.database import fetch
from training.base.structs import Frozen

HANDS = 4


class Survived(Frozen, frozen=True, kw_only=True):
    """What came of it. `asked_again` counts requests that got no answer and were sent once more with their key."""

    kills: int
    acknowledged: int
    asked_again: int


class _Row(Frozen, frozen=True, kw_only=True):
    membership_id: str
    enrollments: int
    messages: int


async def killed_again_and_again(ground: Ground, *, kills: int, seed: int) -> Survived:
    """Book place after place while the one server is killed so many times and begun anew.

    Each request has a key of its own; whoever gets no answer asks again with it until there is one. Raises
    AssertionError when an answer is no 201, or when what was acknowledged is not there exactly once.
    """
    chance = random.Random(seed)
    members = [one.id for one in ground.members[0]]
    session_id = await add_session(ground, capacity_in_person=len(members))
    port, over, asked = free_port(), asyncio.Event(), _Asked()
    server = begin(ground.database_url, port, own_group=True)
    address = f"http://127.0.0.1:{port}"
    try:
        await asyncio.to_thread(wait_for, server, address)
        async with httpx.AsyncClient(base_url=address, timeout=10) as client:
            queue = list(reversed(members))
            hands = [asyncio.create_task(_book(client, ground, session_id, queue, asked, over)) for _ in range(HANDS)]
            for _ in range(kills):
                before = asked.acknowledged
                while asked.acknowledged <= before and queue:  # noqa: ASYNC110 - another process answers
                    await asyncio.sleep(0.002)
                await asyncio.sleep(chance.uniform(0, 0.03))
                assert queue, "there must be something left to book at each kill"
                os.killpg(server.pid, signal.SIGKILL)
                await asyncio.to_thread(server.wait, 10)
                server = begin(ground.database_url, port, own_group=True)
                await asyncio.to_thread(wait_for, server, address)
            over.set()
            await asyncio.gather(*hands)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        await asyncio.to_thread(server.wait, 10)
    await _judge(session_id, asked.booked)
    return Survived(kills=kills, acknowledged=asked.acknowledged, asked_again=asked.again)


class _Asked:
    def __init__(self) -> None:
        self.booked: list[str] = []
        self.again = 0

    @property
    def acknowledged(self) -> int:
        return len(self.booked)


async def _book(
    client: httpx.AsyncClient, ground: Ground, session_id: str, queue: list[str], asked: _Asked, over: asyncio.Event
) -> None:
    while queue and not over.is_set():
        member = queue.pop()
        key, body = str(uuid4()), {"partner_id": str(ground.scene.partner_id), "people": [{"membership_id": member}]}
        headers = {"Authorization": f"Bearer {ground.bearers[0]}", "Idempotency-Key": key}
        while True:
            try:
                answer = await client.post(f"/api/v1/sessions/{session_id}/bookings", json=body, headers=headers)
            except httpx.TransportError:
                asked.again += 1
                await asyncio.sleep(0.02)
                continue
            assert answer.status_code == 201, answer.text
            asked.booked.append(member)
            break


async def _judge(session_id: str, booked: Sequence[str]) -> None:
    rows = await fetch(
        _Row,
        "SELECT CAST(e.membership_id AS TEXT) AS membership_id, count(*) AS enrollments,"
        " CAST(sum((SELECT count(*) FROM message m WHERE m.subject_id = e.id)) AS INTEGER) AS messages"
        " FROM enrollment e WHERE CAST(e.session_id AS TEXT) = {} GROUP BY e.membership_id",
        session_id,
    )
    assert len(set(booked)) == len(booked)
    assert {row.membership_id: (row.enrollments, row.messages) for row in rows} == dict.fromkeys(booked, (1, 1))
