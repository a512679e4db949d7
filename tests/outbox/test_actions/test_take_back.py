"""Taking back one message before it leaves."""

from uuid import UUID

import pytest

from tests.outbox.test_actions.made import CLI, send, states
from tests.outbox.test_actions.test_repeat import failed
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Works
from training.outbox.actions import take_back
from training.outbox.actions.delivery import begin, claim
from training.outbox.rules.again import MessageChanged


async def test_what_waits_is_taken_back_and_told(works: Works) -> None:
    message_id = await works.run(CLI, send)
    await works.run(CLI, send)
    await works.run(CLI, take_back, message_id)
    assert await states() == ["waiting", "withdrawn"]
    (entry,) = await execute("SELECT subject_id FROM journal_entry WHERE event = 'MessageTakenBack'")
    assert UUID(str(entry["subject_id"])) == message_id


async def test_what_a_mail_server_said_of_it_goes_with_it(works: Works) -> None:
    message_id = await works.run(CLI, send)
    await execute("UPDATE message SET error = '451 Later', answer = '451 Later', attempts = 1")
    await works.run(CLI, take_back, message_id)
    (row,) = await execute("SELECT state, error, answer, attempts FROM message")
    assert (row["state"], row["error"], row["answer"], row["attempts"]) == ("withdrawn", "", "", 1)


@pytest.mark.parametrize("state", ["sent", "failed", "withdrawn"])
async def test_what_does_not_wait_any_more_says_how_it_stands(works: Works, state: str) -> None:
    message_id = await failed(works, state)
    with pytest.raises(MessageChanged) as refused:
        await works.run(CLI, take_back, message_id)
    assert refused.value.data == {"state": state}
    assert await states() == [state]


async def test_decoys_and_missing_ones_are_not_found(works: Works) -> None:
    decoy = await works.run(CLI, send)
    await execute("UPDATE message SET recipient = '' WHERE id = {}", decoy)
    for message_id in (decoy, UUID(int=1)):
        with pytest.raises(NotFound):
            await works.run(CLI, take_back, message_id)


@pytest.mark.parametrize("begun", [False, True])
async def test_a_claimed_one_is_taken_back_until_it_begins(works: Works, begun: bool) -> None:
    message_id = await works.run(CLI, send)
    await works.run(CLI, claim, "worker", 10)
    if begun:
        await works.run(CLI, begin, "worker", (), message_id)
        with pytest.raises(MessageChanged):
            await works.run(CLI, take_back, message_id)
    else:
        await works.run(CLI, take_back, message_id)
        assert not await works.run(CLI, begin, "worker", (), message_id)
