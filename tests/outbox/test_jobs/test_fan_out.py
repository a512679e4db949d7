"""The worker makes messages to many."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from tests.outbox.crowd import Crowd, counted, tell, told
from tests.outbox.test_actions.made import CLI
from training.base.database import execute
from training.base.work import Works
from training.outbox.jobs.fan_out import make_messages
from training.outbox.rules.recipients import Recipient


async def test_everything_that_waits_is_made(works: Works) -> None:
    crowd = Crowd(230)
    await works.run(CLI, tell, crowd, "news:1")
    await works.run(CLI, tell, crowd, "news:2")
    assert await make_messages(works, crowd.audiences) == 460
    assert await make_messages(works, crowd.audiences) == 0
    assert await counted("SELECT count(*) AS n FROM fan_out WHERE state = 'done'") == 2


async def test_two_workers_make_each_message_once(works: Works) -> None:
    crowd = Crowd(2000)
    await works.run(CLI, tell, crowd)
    made = await asyncio.gather(*(make_messages(works, crowd.audiences) for _ in range(2)))
    assert sum(made) == 2000
    assert await told() == sorted(f"p{n}@example.org" for n in range(2000))


async def test_one_that_fails_holds_up_no_other_and_is_tried_again(works: Works) -> None:
    crowd = Crowd(60)

    async def broken(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
        raise LookupError(args, after, limit)

    await works.run(CLI, tell, crowd, "news:1")
    await execute("UPDATE fan_out SET audience = 'broken'")
    await works.run(CLI, tell, crowd, "news:2")
    await works.run(CLI, tell, crowd, "news:3")
    await execute("UPDATE fan_out SET audience = 'nobody knows' WHERE topic = 'news:2'")
    assert await make_messages(works, {"broken": broken, "crowd": crowd.ask}) == 60
    assert await make_messages(works, dict.fromkeys(("broken", "nobody knows"), crowd.ask)) == 120
