"""Sending again what did not arrive: once, as a message of its own."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.outbox.test_actions.made import CLI, send
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.outbox.actions import send_again, send_all_again
from training.outbox.queries import find_obstacle_to, get_message
from training.outbox.rules import SecretLink
from training.outbox.rules.again import (
    MessageChanged,
    MessageLinkOver,
    MessageOver,
    MessageReplaced,
    MessageSentAlready,
    MessageUnreached,
)

LINK = SecretLink(path="/places/", purpose="place 1", id=UUID(int=7))


async def failed(works: Works, state: str = "failed", **more: Any) -> UUID:
    """A message that ended as `state`."""
    message_id = await works.run(CLI, send, "enrollment:1", **more)
    await end(message_id, state)
    return message_id


async def end(message_id: UUID, state: str) -> None:
    sql = "UPDATE message SET state = {}, sent_at = not_before, lease_until = not_before WHERE id = {}"
    await execute(sql, state, message_id)


@pytest.mark.parametrize("state", ["failed", "bounced", "expired"])
async def test_the_same_words_go_out_once_more(works: Works, clock: FrozenClock, state: str) -> None:
    ids = {"person_id": UUID(int=1), "subject_id": UUID(int=2), "program_id": UUID(int=3), "partner_id": UUID(int=4)}
    old_id = await failed(works, state, recipient_name="Ada", values={"link": LINK, "when": works.clock()}, **ids)
    clock.move(hours=2)
    new_id = await works.run(CLI, send_again, old_id)
    old, new = await get_message(old_id), await get_message(new_id)
    same = ("kind", "template", "recipient", "recipient_name", "person_id", "topic", "values")
    assert {name: getattr(new, name) for name in same} == {name: getattr(old, name) for name in same}
    assert (old.state, new.state) == (state, "waiting")
    assert new.message_id != old.message_id
    assert new.not_before == new.created_at == clock.now
    (row,) = await execute(
        "SELECT again_of, subject_id, program_id, partner_id, cause_id FROM message WHERE id = {}", new_id
    )
    assert UUID(str(row["again_of"])) == old_id
    assert [UUID(str(row[name])) for name in ("subject_id", "program_id", "partner_id")] == [
        ids[name] for name in ("subject_id", "program_id", "partner_id")
    ]
    (entry,) = await execute("SELECT subject_id, work_id FROM journal_entry WHERE event = 'MessageSentAgain'")
    assert str(entry["work_id"]) == str(row["cause_id"])
    assert UUID(str(entry["subject_id"])) == old_id


async def test_to_a_repaired_address(works: Works) -> None:
    old_id = await failed(works, "bounced")
    new_id = await works.run(CLI, send_again, old_id, recipient="right@example.org")
    assert (await get_message(new_id)).recipient == "right@example.org"
    with pytest.raises(MessageSentAlready):
        await works.run(CLI, send_again, old_id)
    with pytest.raises(ValueError, match="one plain address"):
        await works.run(CLI, send_again, await failed(works), recipient="a@b.example\nBcc: c@d.example")


async def test_once_only_and_the_repetition_in_its_turn(works: Works) -> None:
    old_id = await failed(works)
    new_id = await works.run(CLI, send_again, old_id)
    with pytest.raises(MessageSentAlready) as refused:
        await works.run(CLI, send_again, old_id)
    assert refused.value.data == {"message_id": str(new_id)}
    with pytest.raises(MessageChanged) as waits:
        await works.run(CLI, send_again, new_id)
    assert waits.value.data == {"state": "waiting"}
    await end(new_id, "failed")
    assert await works.run(CLI, send_again, new_id) not in (old_id, new_id)


async def test_two_at_once_make_one(works: Works) -> None:
    old_id = await failed(works)
    ended = await asyncio.gather(*(works.run(CLI, send_again, old_id) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(each, UUID) for each in ended) == 1
    assert sum(isinstance(each, MessageSentAlready) for each in ended) == 4
    assert len(await execute("SELECT id FROM message")) == 2


async def test_what_cannot_be_repeated(works: Works) -> None:
    with pytest.raises(NotFound):
        await works.run(CLI, send_again, UUID(int=1))
    for state in ("waiting", "claimed", "sent", "withdrawn", "superseded"):
        with pytest.raises(MessageChanged):
            await works.run(CLI, send_again, await failed(works, state))
    dead = await failed(works)
    await execute("UPDATE message SET kind = 'sign-in' WHERE id = {}", dead)
    with pytest.raises(MessageLinkOver):
        await works.run(CLI, send_again, dead)
    decoy = await failed(works)
    await execute("UPDATE message SET recipient = '' WHERE id = {}", decoy)
    with pytest.raises(NotFound):
        await works.run(CLI, send_again, decoy)


async def test_many_at_once_in_as_many_statements(works: Works) -> None:
    counts = []
    for number in (2, 40):
        ids = [await failed(works, recipient=f"p{index}@example.org") for index in range(number)]
        odd = [await failed(works, "sent"), UUID(int=1)]
        with watch_statements() as seen:
            made = await works.run(CLI, send_all_again, [*ids, *odd])
        counts.append(len(seen))
        assert made.keys() == set(ids)
        assert await works.run(CLI, send_all_again, ids) == {}
    assert counts[0] == counts[1]
    assert await works.run(CLI, send_all_again, []) == {}


async def test_expired_ones_live_as_long_again(works: Works, clock: FrozenClock) -> None:
    old_id = await failed(works, "expired", expires_at=clock.now + timedelta(hours=1))
    clock.move(hours=5)
    new_id = await works.run(CLI, send_again, old_id)
    rows = await execute(
        "SELECT id FROM message WHERE id = {} AND expires_at = {}", new_id, clock.now + timedelta(hours=1)
    )
    assert len(rows) == 1


async def test_a_reminder_is_not_repeated_after_its_moment(works: Works, clock: FrozenClock) -> None:
    old_id = await failed(works, "expired", expires_at=clock.now + timedelta(hours=1))
    await execute("UPDATE message SET kind = 'reminder-upcoming'")
    clock.move(hours=1)
    with pytest.raises(MessageOver):
        await works.run(CLI, send_again, old_id)
    assert await works.run(CLI, send_all_again, [old_id]) == {}


@pytest.mark.parametrize("state", ["sent", "waiting", "failed"])
@pytest.mark.parametrize("person_id", [UUID(int=1), None])
async def test_what_a_newer_one_replaced_is_not_repeated(
    works: Works, clock: FrozenClock, state: str, person_id: UUID | None
) -> None:
    who: dict[str, Any] = {"person_id": person_id, "subject_id": UUID(int=2)}
    old_id = await failed(works, **who)
    clock.move(hours=1)
    newer_id = await failed(works, state, **who)
    with pytest.raises(MessageReplaced) as refused:
        await works.run(CLI, send_again, old_id)
    assert refused.value.data == {"message_id": str(newer_id)}
    both = await works.run(CLI, send_all_again, [old_id, newer_id])
    assert both.keys() == ({newer_id} if state == "failed" else set())


@pytest.mark.parametrize(
    "other",
    [{"person_id": UUID(int=9)}, {"subject_id": UUID(int=9)}, {"state": "withdrawn"}, {"state": "superseded"}],
    ids=str,
)
async def test_what_says_something_else_replaces_nothing(
    works: Works, clock: FrozenClock, other: dict[str, Any]
) -> None:
    who: dict[str, Any] = {"person_id": UUID(int=1), "subject_id": UUID(int=2)}
    old_id = await failed(works, **who)
    clock.move(hours=1)
    await failed(works, **{"state": "sent", **who, **other})
    assert isinstance(await works.run(CLI, send_again, old_id), UUID)


@pytest.mark.parametrize(
    ("older", "newer", "replaced"),
    [
        ("booking-enrolled", "booking-moved", True),
        ("booking-session-confirmed", "booking-moved", True),
        ("booking-enrolled", "booking-mode-changed", True),
        ("booking-moved", "booking-mode-changed", False),
        ("booking-enrolled", "booking-still-needed", False),
        ("booking-still-needed", "booking-moved", False),
        ("booking-restored", "booking-session-cancelled", True),
    ],
)
async def test_old_dates_are_not_repeated_after_news_of_another_kind(
    works: Works, clock: FrozenClock, older: str, newer: str, replaced: bool
) -> None:
    who: dict[str, Any] = {"person_id": UUID(int=1), "subject_id": UUID(int=2)}
    old_id = await failed(works, **who)
    await execute("UPDATE message SET kind = {}", older)
    clock.move(hours=1)
    newer_id = await failed(works, "sent", **who)
    await execute("UPDATE message SET kind = {} WHERE id = {}", newer, newer_id)
    assert isinstance(await find_obstacle_to(old_id, clock.now), MessageReplaced) is replaced
    if replaced:
        with pytest.raises(MessageReplaced) as refused:
            await works.run(CLI, send_again, old_id)
        assert refused.value.data == {"message_id": str(newer_id)}
    assert len(await works.run(CLI, send_all_again, [old_id])) == (not replaced)


async def test_nothing_is_sent_again_to_an_address_that_does_not_work(works: Works, clock: FrozenClock) -> None:
    old_id = await failed(works, "bounced")
    await execute(
        "INSERT INTO address_trouble (id, address, kind, reason, times, since, last_at)"
        " VALUES ({}, 'ada@example.org', 'hard', 'gone', 1, {}, {})",
        UUID(int=5),
        clock.now,
        clock.now,
    )
    with pytest.raises(MessageUnreached):
        await works.run(CLI, send_again, old_id)
    assert await works.run(CLI, send_all_again, [old_id]) == {}
    assert isinstance(await find_obstacle_to(old_id, clock.now), MessageUnreached)
    assert (await works.run(CLI, send_all_again, [old_id], recipients={old_id: "right@example.org"})).keys() == {old_id}
    await execute("UPDATE address_trouble SET cleared_at = since")
    assert isinstance(await works.run(CLI, send_again, await failed(works)), UUID)
    with pytest.raises(NotFound):
        await find_obstacle_to(UUID(int=1), clock.now)
