"""Claims of messages: taken back, given back, taken over, one worker each; and what a server that hangs slows."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

import httpx
import pytest

from tests.booking.asked import bearer
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.smtp.mailer import Mailer, mail_server
from tests.smtp.posting import CLI, postman, states, write
from training.base.database import execute
from training.base.work import Works
from training.outbox.actions import withdraw
from training.outbox.actions.delivery import Due, begin, claim, give_back

# Seconds: no booking takes as long as a quarter of it, however busy the machine is.
HANGS = 120.0


@pytest.fixture(scope="module")
def server() -> Iterator[Mailer]:
    with mail_server() as mailer:
        yield mailer


@pytest.fixture
def mailer(server: Mailer) -> Mailer:
    server.behave()
    server.forget()
    return server


async def until_something_came(mailer: Mailer) -> None:
    while not mailer.report()["taken"]:  # noqa: ASYNC110 - it is another process that tells
        await asyncio.sleep(0.01)


async def test_what_is_withdrawn_after_its_claim_does_not_leave(works: Works, mailer: Mailer) -> None:
    await works.run(CLI, write, 1, topic="one", kind="booking-enrolled")
    await works.run(CLI, write, 1, topic="two")

    async def ask(_: Sequence[Due]) -> Mapping[UUID, str]:
        assert await works.run(CLI, withdraw, "one") == 1
        return {}

    assert await postman(mailer, wanted={"booking": ask}).deliver(works) == 1
    assert await states() == {"sent": 1, "withdrawn": 1}
    assert len(mailer.report()["taken"]) == 1


async def test_a_worker_that_is_stopped_gives_back_what_it_did_not_begin(works: Works, mailer: Mailer) -> None:
    await works.run(CLI, write, 15)
    mailer.fail("slow")
    carrier = postman(mailer)
    running = asyncio.create_task(carrier.deliver(works))
    await until_something_came(mailer)
    carrier.stop()
    sent = await running
    assert 0 < sent < 15
    assert await states() == {"sent": sent, "waiting": 15 - sent}
    rows = await execute("SELECT DISTINCT attempts FROM message WHERE state = 'waiting'")
    assert [row["attempts"] for row in rows] == [0]
    await carrier.close()


async def test_a_lease_is_taken_over_when_it_ends_and_not_before(
    works: Works, clock: FrozenClock, mailer: Mailer
) -> None:
    first, second = await works.run(CLI, write, 2)
    await works.run(CLI, claim, "the one that was killed", 10)
    assert await works.run(CLI, begin, "the one that was killed", (), first)
    carrier = postman(mailer)
    clock.move(seconds=44)
    assert await carrier.deliver(works) == 0
    clock.move(seconds=1)
    assert await carrier.deliver(works) == 2
    assert not await works.run(CLI, begin, "the one that was killed", (), second)
    assert await works.run(CLI, give_back, "the one that was killed") == 0
    assert await states() == {"sent": 2}


async def test_a_clock_that_was_set_back_holds_up_nobody_for_long(
    works: Works, clock: FrozenClock, mailer: Mailer
) -> None:
    await works.run(CLI, write, 1)
    clock.move(days=1)
    await works.run(CLI, claim, "the one that was killed", 10)
    clock.move(days=-1)
    assert await postman(mailer).deliver(works) == 1


@pytest.mark.parametrize("workers", [2, 3])
async def test_several_workers_send_each_message_once(works: Works, mailer: Mailer, workers: int) -> None:
    await works.run(CLI, write, 200)
    carriers = [postman(mailer) for _ in range(workers)]
    sent = await asyncio.gather(*(carrier.deliver(works) for carrier in carriers))
    assert sum(sent) == 200
    assert all(sent)
    assert len(mailer.counted()) == 200
    assert set(mailer.counted().values()) == {1}
    for carrier in carriers:
        await carrier.close()


async def test_a_server_that_hangs_does_not_slow_a_booking(
    works: Works, mailer: Mailer, client: httpx.AsyncClient
) -> None:
    scene = await make_scene(works, size=25, capacity_in_person=20)
    headers = {"authorization": f"Bearer {await bearer(works, scene.coordinator)}"}
    loop = asyncio.get_running_loop()

    async def taken(first: int) -> list[float]:
        took = []
        for member in scene.members[first : first + 10]:
            order = {"partner_id": str(scene.partner_id), "people": [{"membership_id": str(member)}]}
            began = loop.time()
            answer = await client.post(f"/api/v1/sessions/{scene.session_id}/bookings", json=order, headers=headers)
            took.append(loop.time() - began)
            assert answer.status_code == 201
        return sorted(took)

    without = await taken(0)
    mailer.fail("hang-before-250")
    carrier = postman(mailer, timeout=HANGS)
    running = asyncio.create_task(carrier.deliver(works))
    await until_something_came(mailer)
    beside = await taken(10)
    assert not running.done()
    running.cancel()
    await asyncio.wait([running])
    await carrier.close()
    # Other programs may slow one or two; the server would slow them all, or one for as long as it hangs.
    assert beside[len(beside) // 2] < 3 * without[-1] + 0.05
    assert beside[-1] < HANGS / 4
