"""A message to many: one row of its cause, made into messages step by step, each once."""

import asyncio
from datetime import timedelta

import pytest

from tests.conftest import FrozenClock
from tests.outbox.crowd import LINK, Crowd, counted, tell, told
from tests.outbox.test_actions.made import CLI, send, states
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.outbox.actions.fan_out import Made, enqueue_many, make_some, stop_many
from training.outbox.queries import get_message, list_messages
from training.outbox.rules import MessageState
from training.outbox.rules.recipients import Recipient


async def test_fifty_are_written_at_once(works: Works) -> None:
    assert await works.run(CLI, tell, Crowd(50)) is None
    assert len(await told()) == 50
    assert await counted("SELECT count(*) AS n FROM fan_out") == 0


async def test_more_are_one_row_of_their_cause(works: Works) -> None:
    with watch_statements() as seen:
        fan_out_id = await works.run(CLI, tell, Crowd(51))
    assert fan_out_id is not None
    assert len([sql for sql in seen if sql.startswith("INSERT")]) == 1
    assert await told() == []
    row = (await execute("SELECT state, made, cursor FROM fan_out"))[0]
    assert (row["state"], row["made"], row["cursor"]) == ("waiting", 0, "")


async def test_no_row_without_its_cause(works: Works) -> None:
    async def fails(work: Work) -> None:
        await tell(work, Crowd(60))
        await work.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await works.run(CLI, fails)
    assert await counted("SELECT count(*) AS n FROM fan_out") == 0


async def test_each_step_makes_two_hundred_and_moves_on(works: Works, clock: FrozenClock) -> None:
    crowd = Crowd(450)
    fan_out_id = await works.run(CLI, tell, crowd)
    assert fan_out_id is not None
    then = clock.now
    clock.move(hours=1)
    made = [await works.run(CLI, make_some, fan_out_id, crowd.audiences) for _ in range(4)]
    assert made == [
        Made(count=200, more=True),
        Made(count=200, more=True),
        Made(count=50, more=False),
        Made(count=0, more=False),
    ]
    assert await told() == sorted(f"p{n}@example.org" for n in range(450))
    assert crowd.asked[1] == ({"of": "x", "at": then, "now": clock.now}, "", 200), "an instant stays one"
    row = (await execute("SELECT state, made, cursor FROM fan_out"))[0]
    assert (row["state"], row["made"], row["cursor"]) == ("done", 450, "000449")


async def test_what_is_made_is_as_it_was_said_and_as_each_one_s_own(works: Works, clock: FrozenClock) -> None:
    """The common values are those of the cause, the own ones go before them, and no secret is written."""
    crowd, then = Crowd(60), clock.now
    fan_out_id = await works.run(CLI, tell, crowd)
    assert fan_out_id is not None
    clock.move(days=1)
    await works.run(CLI, make_some, fan_out_id, crowd.audiences)
    found = (await list_messages(recipient="p7@example.org")).items[0]
    message = await get_message(found.id)
    link = {"$link": LINK.path, "purpose": LINK.purpose, "id": str(LINK.id)}
    assert message.values == {"at": {"$instant": then.isoformat()}, "number": 7, "link": link}
    assert (message.recipient_name, message.topic, message.created_at) == ("Person 7", "news:1", clock.now)
    causes = await execute(
        "SELECT f.cause_id AS a, m.cause_id AS b FROM fan_out f JOIN message m ON m.fan_out_id = f.id"
    )
    assert len(causes) == 60
    assert {str(row["a"]) == str(row["b"]) for row in causes} == {True}, "the journal says why"


async def test_the_same_few_statements_for_every_step(works: Works) -> None:
    async def statements(size: int) -> int:
        crowd = Crowd(size)
        fan_out_id = await works.run(CLI, tell, crowd, f"news:{size}")
        assert fan_out_id is not None
        with watch_statements() as seen:
            await works.run(CLI, make_some, fan_out_id, crowd.audiences)
        return len([sql for sql in seen if sql.split()[0] in ("SELECT", "UPDATE", "INSERT")])

    assert [await statements(size) for size in (51, 200, 2000)] == [3, 3, 3]


async def test_a_stand_in_gets_nothing(works: Works) -> None:
    nobody = Recipient(cursor="1", email="")
    await works.run(CLI, enqueue_many, [nobody], kind="notice", template="people/sign-in", audience="crowd")
    assert await states() == ["withdrawn"]

    async def with_nobody(args: object, after: str, limit: int) -> list[Recipient]:  # noqa: ARG001
        return [nobody] if not after else []

    fan_out_id = await works.run(CLI, tell, Crowd(60))
    assert fan_out_id is not None
    assert await works.run(CLI, make_some, fan_out_id, {"crowd": with_nobody}) == Made(count=0, more=False)


async def test_a_crash_between_steps_repeats_nothing(works: Works) -> None:
    crowd = Crowd(450)
    fan_out_id = await works.run(CLI, tell, crowd)
    assert fan_out_id is not None
    await works.run(CLI, make_some, fan_out_id, crowd.audiences)

    async def crashes(work: Work) -> None:
        await make_some(work, fan_out_id, crowd.audiences)
        await work.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await works.run(CLI, crashes)
    assert len(await told()) == 200
    while (await works.run(CLI, make_some, fan_out_id, crowd.audiences)).more:
        pass
    assert await told() == sorted(f"p{n}@example.org" for n in range(450))


async def test_of_two_workers_one_makes_each_message(works: Works) -> None:
    crowd = Crowd(2000)
    fan_out_id = await works.run(CLI, tell, crowd)
    assert fan_out_id is not None

    async def worker() -> int:
        made = 0
        while (step := await works.run(CLI, make_some, fan_out_id, crowd.audiences)).more:
            made += step.count
        return made + step.count

    assert sum(await asyncio.gather(worker(), worker(), worker())) == 2000
    assert await told() == sorted(f"p{n}@example.org" for n in range(2000))
    assert await counted("SELECT made AS n FROM fan_out") == 2000


async def test_whoever_leaves_meanwhile_gets_nothing(works: Works) -> None:
    crowd = Crowd(450)
    fan_out_id = await works.run(CLI, tell, crowd)
    assert fan_out_id is not None
    await works.run(CLI, make_some, fan_out_id, crowd.audiences)
    crowd.left = {10, 300, 301}
    while (await works.run(CLI, make_some, fan_out_id, crowd.audiences)).more:
        pass
    assert len(await told()) == 448, "number 10 had a message already, which withdrawing is for"


async def test_what_is_stopped_makes_no_more_and_takes_back_what_waits(works: Works) -> None:
    crowd = Crowd(450)
    fan_out_id = await works.run(CLI, tell, crowd)
    assert fan_out_id is not None
    await works.run(CLI, make_some, fan_out_id, crowd.audiences)
    await execute("UPDATE message SET state = 'sent', sent_at = created_at WHERE recipient = 'p0@example.org'")
    assert await works.run(CLI, stop_many, "news:1") == 199
    assert await works.run(CLI, make_some, fan_out_id, crowd.audiences) == Made(count=0, more=False)
    assert set(await states()) == {"sent", "withdrawn"}
    assert len(await told()) == 200
    assert await works.run(CLI, stop_many, "news:1") == 0


async def test_stopping_reaches_what_was_written_at_once_and_nothing_else(works: Works) -> None:
    await works.run(CLI, tell, Crowd(2))
    await works.run(CLI, send, "other:1")
    assert await works.run(CLI, stop_many, "news:1", MessageState.SUPERSEDED) == 2
    assert await states() == ["superseded", "superseded", "waiting"]


async def test_stopping_while_it_is_made_leaves_nothing_waiting(works: Works) -> None:
    """Whoever comes first: what was made before is taken back, and nothing is made after."""
    for round_ in range(5):
        crowd = Crowd(900)
        topic = f"news:{round_}"
        fan_out_id = await works.run(CLI, tell, crowd, topic)
        assert fan_out_id is not None

        async def make(fan_out_id: object = fan_out_id, crowd: Crowd = crowd) -> None:
            while (await works.run(CLI, make_some, fan_out_id, crowd.audiences)).more:  # type: ignore[arg-type]
                pass

        await asyncio.gather(make(), works.run(CLI, stop_many, topic), make())
        left = await execute("SELECT count(*) AS n FROM message WHERE topic = {} AND state = 'waiting'", topic)
        assert left[0]["n"] == 0
        ended = await execute("SELECT state FROM fan_out WHERE topic = {}", topic)
        assert ended[0]["state"] in ("stopped", "done")


async def test_nothing_is_made_after_its_time(works: Works, clock: FrozenClock) -> None:
    crowd = Crowd(60)
    fan_out_id = await works.run(CLI, tell, crowd, expires_at=clock.now + timedelta(hours=1))
    assert fan_out_id is not None
    clock.move(hours=2)
    assert await works.run(CLI, make_some, fan_out_id, crowd.audiences) == Made(count=0, more=False)
    assert (await execute("SELECT state FROM fan_out"))[0]["state"] == "stopped"


async def test_an_address_that_cannot_be_used_holds_up_nobody(works: Works) -> None:
    async def odd(args: object, after: str, limit: int) -> list[Recipient]:  # noqa: ARG001
        return [Recipient(cursor="1", email="a,b@example.org"), Recipient(cursor="2", email="c@example.org")]

    fan_out_id = await works.run(CLI, tell, Crowd(60))
    assert fan_out_id is not None
    assert await works.run(CLI, make_some, fan_out_id, {"crowd": odd}) == Made(count=1, more=False, unusable=1)
    assert await told() == ["c@example.org"]


async def test_stopping_reaches_what_is_claimed_and_not_begun(works: Works) -> None:
    await works.run(CLI, tell, Crowd(3))
    await execute("UPDATE message SET state = 'claimed', lease_until = created_at")
    await execute("UPDATE message SET begun_at = created_at WHERE recipient = 'p0@example.org'")
    assert await works.run(CLI, stop_many, "news:1") == 2
    assert await states() == ["claimed", "withdrawn", "withdrawn"]
