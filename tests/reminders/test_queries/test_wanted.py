"""Messages that wait in the outbox are asked about once more before they leave."""

from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.reminders.made import coordinate, enrolled_scene, letters, tick
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.outbox.queries import StoredMessage, get_message
from training.reminders.jobs import gather_weeks
from training.reminders.queries.wanted import judge_waiting, unwanted_digests
from training.reminders.rules.facts import Why


async def waiting() -> list[StoredMessage]:
    return [await get_message(letter.id) for letter in await letters()]


async def why(asked: list[StoredMessage]) -> dict[UUID, Why]:
    return (await judge_waiting(asked)).why


async def test_what_is_true_still_leaves(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, 0, 1)
    clock.move(days=13)
    await tick(works)
    clock.move(hours=5)
    messages = await waiting()
    with watch_statements() as seen:
        judged = await judge_waiting(messages)
    assert len(seen) == 10
    assert judged.why == {}
    assert {key: wanted.reader.email for key, (wanted, _) in judged.wanted.items()} == {
        message.id: message.recipient for message in messages
    }
    with watch_statements() as seen:
        judged = await judge_waiting([])
    assert (judged.why, judged.wanted, seen) == ({}, {}, [])


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE enrollment SET state = 'cancelled'", Why.LEFT),
        ("UPDATE session SET state = 'cancelled'", Why.CANCELLED),
        ("", Why.MOVED),
        ("UPDATE person SET disabled_at = created_at", Why.DISABLED),
    ],
)
async def test_what_is_not_true_any_more_does_not_leave(
    works: Works, clock: FrozenClock, sql: str, reason: Why
) -> None:
    await enrolled_scene(works)
    clock.move(days=13)
    await tick(works)
    if reason is Why.MOVED:
        await execute("UPDATE meeting SET starts_at = {}", clock.now)
    else:
        await execute(sql)
    (message,) = await waiting()
    assert await why([message]) == {message.id: reason}


async def test_a_message_that_repeats_one_is_judged_alike(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, 0, 1, 2)
    clock.move(days=13)
    await tick(works)
    first, second, third = await waiting()
    await execute("UPDATE message SET again_of = {} WHERE id = {}", first.id, second.id)
    await execute("UPDATE message SET again_of = {} WHERE id = {}", second.id, third.id)
    await execute("UPDATE reminder SET state = 'dropped', message_id = NULL WHERE message_id <> {}", first.id)
    assert await why([second, third]) == {}
    await execute("UPDATE message SET again_of = NULL WHERE id = {}", second.id)
    anew = {second.id: Why.ANEW, third.id: Why.ANEW}
    assert await why([second, third]) == anew, "their reminders were decided anew"
    await execute("UPDATE message SET again_of = {} WHERE id = {}", first.id, second.id)
    assert await why([second, third]) == {}
    await execute("UPDATE session SET state = 'cancelled'")
    assert await why([third]) == {third.id: Why.CANCELLED}


async def test_a_summary_is_for_who_coordinates(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, starts_in=clock.now.replace(day=9) - clock.now.replace(day=4))
    await coordinate(works, scene)
    await gather_weeks(works)
    (message,) = await waiting()
    assert await unwanted_digests([message]) == {}
    assert await unwanted_digests([]) == {}
    await execute("DELETE FROM role_grant")
    assert await unwanted_digests([message]) == {message.id: Why.LEFT}
