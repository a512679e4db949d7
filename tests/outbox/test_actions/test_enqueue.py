"""Enqueuing in the transaction of the cause; superseding; decoys."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.outbox.test_actions.made import CLI, send, states
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.outbox.actions import enqueue_decoy, forget_decoys, withdraw
from training.outbox.queries import get_message, list_messages


async def test_a_message_is_a_row_of_its_cause(works: Works, clock: FrozenClock) -> None:
    later = clock.now + timedelta(days=1)
    message_id = await works.run(
        CLI,
        send,
        "place:1",
        recipient_name="Ada\r\nBcc: x",
        person_id=UUID(int=1),
        values={"n": 1, "at": later},
        not_before=later,
    )
    message = await get_message(message_id)
    assert (message.kind, message.template, message.recipient) == ("notice", "people/sign-in", "ada@example.org")
    assert (message.recipient_name, message.person_id, message.topic) == ("Ada Bcc: x", UUID(int=1), "place:1")
    assert message.values == {"n": 1, "at": {"$instant": later.isoformat()}}
    assert (message.state, message.attempts, message.sent_at, message.error) == ("waiting", 0, None, "")
    assert (message.created_at, message.not_before) == (clock.now, later)
    assert message.message_id == f"<{message_id}@testserver.example>"


async def test_no_message_without_its_cause(works: Works) -> None:
    async def fails(work: Work) -> None:
        await send(work)
        await work.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await works.run(CLI, fails)
    assert await states() == []


async def test_enqueuing_costs_no_statement_of_its_own(works: Works) -> None:
    async def many(work: Work) -> None:
        for number in range(10):
            await send(work, f"place:{number}")

    with watch_statements() as seen:
        await works.run(CLI, many)
    assert [sql.split()[0] for sql in seen if "message" in sql] == ["INSERT"]


async def test_a_newer_message_replaces_what_waits_under_its_topic(works: Works) -> None:
    await works.run(CLI, send, "session:1")
    await works.run(CLI, send, "session:2")
    await works.run(CLI, send, "session:1", supersede=True)
    assert await states() == ["superseded", "waiting", "waiting"]

    async def twice(work: Work) -> None:
        await send(work, "session:3")
        await send(work, "session:3", supersede=True)

    await works.run(CLI, twice)
    assert await states() == ["superseded", "superseded", "waiting", "waiting", "waiting"]


@pytest.mark.parametrize("recipient", ["", "a@x.org\nBcc: b@x.org", "a@x.org,b@x.org"])
async def test_a_recipient_no_message_can_have(works: Works, recipient: str) -> None:
    with pytest.raises(ValueError, match="one plain address"):
        await works.run(CLI, send, recipient=recipient)
    assert await states() == []


async def test_a_decoy_is_nobodys_message_and_is_forgotten(works: Works, clock: FrozenClock) -> None:
    async def pretend(work: Work) -> None:
        for _ in range(3):
            enqueue_decoy(work, kind="sign-in", template="people/sign-in", recipient="eve@example.org", values={"n": 1})

    await works.run(CLI, pretend)
    await works.run(CLI, send)
    await works.run(CLI, send, "session:1")
    await works.run(CLI, withdraw, "session:1")
    assert await states() == ["waiting", *["withdrawn"] * 4]
    assert len((await list_messages()).items) == 2
    assert "eve" not in str(await execute("SELECT * FROM message"))
    assert await works.run(CLI, forget_decoys, clock.now, 100) == 0
    clock.move(seconds=1)
    assert await works.run(CLI, forget_decoys, clock.now, 2) == 2
    assert await works.run(CLI, forget_decoys, clock.now, 2) == 1
    assert await states() == ["waiting", "withdrawn"]
