"""Claims have one winner, leases end, what became of a message is written by whoever holds it."""

import asyncio
from datetime import timedelta
from uuid import UUID

from tests.conftest import FrozenClock
from tests.outbox.test_actions.made import CLI, send, states
from tests.smtp.posting import write
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.outbox.actions.delivery import (
    anything_due,
    begin,
    claim,
    dead_addresses,
    give_back,
    record,
    renew,
)
from training.outbox.rules import MessageState
from training.outbox.rules.delivery import LEASE, Ended
from training.outbox.tables import AddressTrouble


async def test_each_message_has_one_winner(works: Works) -> None:
    ids = await works.run(CLI, write, 100)
    batches = await asyncio.gather(*(works.run(CLI, claim, f"worker {number}", 20) for number in range(8)))
    claimed = [due.id for batch in batches for due in batch]
    assert len(claimed) == len(set(claimed))
    rest = await works.run(CLI, claim, "the last", 100)
    assert sorted([*claimed, *(due.id for due in rest)]) == sorted(ids)


async def test_a_claim_is_one_statement_and_looking_writes_nothing(works: Works, clock: FrozenClock) -> None:
    assert not await anything_due(clock.now)
    await works.run(CLI, write, 3)
    with watch_statements() as seen:
        assert await anything_due(clock.now)
        assert len(await works.run(CLI, claim, "me", 2)) == 2
    assert [sql.split()[0] for sql in seen] == ["SELECT", "WITH"]


async def test_the_order_of_a_claim(works: Works, clock: FrozenClock) -> None:
    later = await works.run(CLI, send, not_before=clock.now + timedelta(seconds=2))
    first = await works.run(CLI, send)
    urgent = await works.run(
        CLI, write, 1, kind="sign-in", recipient="ada@example.org", not_before=clock.now + timedelta(seconds=3)
    )
    assert [due.id for due in await works.run(CLI, claim, "me", 10)] == [first]
    clock.move(seconds=3)
    assert [due.id for due in await works.run(CLI, claim, "me", 10)] == [*urgent, later]


async def test_when_it_was_first_tried_stays(works: Works, clock: FrozenClock) -> None:
    """Also for the one that begins as another is recorded, and however often it is tried again."""
    first, second = await works.run(CLI, send), await works.run(CLI, send)
    began = clock.now
    for _ in range(2):
        await works.run(CLI, claim, "me", 10)
        assert await works.run(CLI, begin, "me", (), first)
        await works.run(CLI, give_back, "me", "No answer in time.", begun=True)
        clock.now += LEASE
    await works.run(CLI, claim, "me", 10)
    await works.run(CLI, begin, "me", (), first)
    assert await works.run(CLI, begin, "me", [Ended(id=first, state=MessageState.SENT)], second)
    for message_id, at in ((first, began), (second, clock.now)):
        rows = await execute("SELECT id FROM message WHERE id = {} AND first_tried_at = {}", message_id, at)
        assert len(rows) == 1


async def test_a_lease_is_kept_by_renewing_it(works: Works, clock: FrozenClock) -> None:
    mine = await works.run(CLI, send)
    await works.run(CLI, claim, "me", 10)
    for _ in range(3):
        clock.now += LEASE / 2
        assert await works.run(CLI, renew, "me") == 1
        assert not await anything_due(clock.now)
        assert await works.run(CLI, claim, "other", 10) == []
    assert await works.run(CLI, begin, "me", (), mine)
    clock.now += LEASE
    assert await anything_due(clock.now)
    assert not await works.run(CLI, begin, "me", (), mine)
    assert [due.attempts for due in await works.run(CLI, claim, "other", 10)] == [2]
    assert await works.run(CLI, renew, "me") == 0


async def test_only_the_holder_writes_what_became_of_it(works: Works) -> None:
    mine = await works.run(CLI, send)
    await works.run(CLI, claim, "me", 10)
    sent = Ended(id=mine, state=MessageState.SENT, answer="250 OK")
    await works.run(CLI, record, "other", [sent])
    assert await states() == ["claimed"]
    assert not await works.run(CLI, begin, "me", [sent], None)
    [row] = await execute("SELECT state, answer, lease_by, sent_at FROM message")
    assert (row["state"], row["answer"], row["lease_by"]) == ("sent", "250 OK", "")
    assert row["sent_at"] is not None
    await works.run(CLI, record, "me", [Ended(id=mine, state=MessageState.FAILED)])
    assert await states() == ["sent"]


async def test_what_is_put_off_waits_until_then(works: Works, clock: FrozenClock) -> None:
    mine = await works.run(CLI, send)
    await works.run(CLI, claim, "me", 10)
    await works.run(CLI, begin, "me", (), mine)
    later = Ended(id=mine, state=MessageState.WAITING, error="450", not_before=clock.now + timedelta(minutes=1))
    await works.run(CLI, record, "me", [later])
    assert await works.run(CLI, claim, "other", 10) == []
    clock.move(minutes=1)
    [due] = await works.run(CLI, claim, "other", 10)
    assert (due.attempts, due.error) == (2, "450")


async def test_what_was_begun_is_given_back_only_by_who_knows(works: Works) -> None:
    first = await works.run(CLI, send)
    await works.run(CLI, send)
    await works.run(CLI, claim, "me", 10)
    await works.run(CLI, begin, "me", (), first)
    assert await works.run(CLI, give_back, "me") == 1
    assert await states() == ["claimed", "waiting"]
    assert await works.run(CLI, give_back, "me", "No answer.", begun=True) == 1
    rows = await execute("SELECT attempts, error, begun_at FROM message ORDER BY error")
    assert [(row["attempts"], row["error"], row["begun_at"]) for row in rows] == [
        (0, "", None),
        (0, "No answer.", None),
    ]


async def test_which_addresses_are_dead(works: Works) -> None:
    async def trouble(work: Work) -> None:
        for address, kind, cleared in (
            ("hard@example.org", "hard", None),
            ("soft@example.org", "soft", None),
            ("cured@example.org", "hard", work.now),
        ):
            row = {"id": work.new_id(), "address": address, "since": work.now, "last_at": work.now}
            work.add(AddressTrouble, **row, kind=kind, cleared_at=cleared)

    await works.run(CLI, trouble)
    asked = ["hard@example.org", "soft@example.org", "cured@example.org", "ada@example.org"]
    assert await dead_addresses(asked) == {"hard@example.org"}
    assert await dead_addresses([]) == set()


async def test_what_nobody_has_claimed_stays_as_it_is(works: Works) -> None:
    await works.run(CLI, send)
    assert not await works.run(CLI, begin, "me", (), UUID(int=1))
    assert await works.run(CLI, give_back, "me") == 0
    assert await states() == ["waiting"]
