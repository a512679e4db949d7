"""What comes back changes its message and its address; a repaired address gets what was missed, and nothing else."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.outbox.actions import enqueue
from training.outbox.actions.bounces import (
    clear_trouble,
    mark_bounced,
    mark_complained,
    mark_delivered,
    readdress_waiting,
    send_missed_again,
)
from training.outbox.actions.delivery import begin, claim
from training.outbox.queries import find_trouble, list_troubles

CLI = Viewer.machine("cli")
ADA, NEW = "ada@example.org", "ada@new.example"
PERSON, PARTNER = UUID(int=1), UUID(int=2)


class Came(Frozen, frozen=True, kw_only=True):
    """As the inbox tells it."""

    message_id: UUID | None = None
    recipient: str = ""
    permanent: bool = True
    reason: str = "550 No such user"


async def sent(works: Works, state: str = "sent", **more: Any) -> UUID:
    given = {"kind": "booking-enrolled", "person_id": PERSON, "partner_id": PARTNER, "recipient": ADA, **more}
    message_id = await works.run(CLI, enqueue, template="people/sign-in", **given)
    sql = "UPDATE message SET state = {}, sent_at = created_at WHERE id = {}"
    if state == "claimed":
        sql = "UPDATE message SET state = {}, lease_until = created_at WHERE id = {}"
    await execute(sql, state, message_id)
    return message_id


async def state_of(message_id: UUID) -> str:
    (row,) = await execute("SELECT state FROM message WHERE id = {}", message_id)
    return str(row["state"])


async def test_a_bounce_marks_its_message_and_the_address_we_used(works: Works, clock: FrozenClock) -> None:
    message_id = await sent(works)
    await works.run(CLI, mark_bounced, Came(message_id=message_id, recipient="forwarded@elsewhere.example"))
    assert await state_of(message_id) == "bounced"
    (row,) = await execute("SELECT error FROM message")
    assert row["error"] == "550 No such user"
    found = await list_troubles([ADA, "forwarded@elsewhere.example"])
    assert {address: (each.kind, each.times, each.last_at) for address, each in found.items()} == {
        ADA: ("hard", 1, clock.now)
    }


@pytest.mark.parametrize("state", ["claimed", "failed", "waiting", "withdrawn"])
async def test_a_message_that_is_not_sent_keeps_its_state(works: Works, state: str) -> None:
    message_id = await sent(works, state)
    await works.run(CLI, mark_bounced, Came(message_id=message_id))
    assert await state_of(message_id) == state
    assert ADA in await list_troubles([ADA])


async def test_five_passing_failures_are_a_lasting_one(works: Works, clock: FrozenClock) -> None:
    for number in range(5):
        await works.run(CLI, mark_bounced, Came(message_id=await sent(works), permanent=False))
        assert (await list_troubles([ADA]))[ADA].kind == ("soft" if number < 4 else "hard")
        clock.move(hours=20)


async def test_news_of_a_message_that_we_never_sent_says_nothing(works: Works) -> None:
    await works.run(CLI, mark_bounced, Came(message_id=UUID(int=9), recipient=ADA))
    await works.run(CLI, mark_bounced, Came(recipient="no address"))
    assert await list_troubles([ADA]) == {}


async def test_a_provider_may_name_the_address_alone(works: Works) -> None:
    await works.run(CLI, mark_bounced, Came(recipient=" Ada@Example.org "))
    assert ADA in await list_troubles([ADA])


async def test_a_complaint_hides_no_failure_and_is_none(works: Works) -> None:
    await works.run(CLI, mark_complained, Came(recipient=ADA))
    assert await list_troubles([ADA]) == {}
    await works.run(CLI, mark_bounced, Came(recipient=ADA))
    await works.run(CLI, mark_complained, Came(recipient=ADA, reason="unwanted"))
    assert (await list_troubles([ADA]))[ADA].reason == "550 No such user"


async def test_mail_that_arrives_clears_an_address(works: Works) -> None:
    await works.run(CLI, mark_bounced, Came(recipient=ADA))
    late = await sent(works)
    await works.run(CLI, mark_delivered, Came(message_id=late))
    assert await list_troubles([ADA]) == {}
    bounced = await sent(works, "bounced")
    await works.run(CLI, mark_bounced, Came(message_id=bounced))
    await works.run(CLI, mark_delivered, Came(message_id=bounced))
    assert ADA in await list_troubles([ADA])
    await works.run(CLI, clear_trouble, ADA)
    assert await list_troubles([ADA]) == {}


async def test_what_was_missed_goes_out_again_and_nothing_else(works: Works, clock: FrozenClock) -> None:
    missed = {await sent(works, "bounced"), await sent(works, "failed")}
    for more in (
        {"partner_id": UUID(int=3)},
        {"partner_id": None},
        {"person_id": UUID(int=4)},
        {"recipient": "other@example.org"},
        {"kind": "sign-in"},
        {"kind": "invitation"},
        {"kind": "reminder-start-7d", "expires_at": clock.now + timedelta(hours=1)},
    ):
        await sent(works, "bounced", **more)
    await sent(works, "sent")
    clock.move(hours=2)
    again = await works.run(CLI, send_missed_again, PERSON, PARTNER, ADA, NEW)
    rows = await execute("SELECT id, again_of, recipient, state FROM message WHERE again_of IS NOT NULL")
    assert {UUID(str(row["id"])) for row in rows} == set(again)
    assert {UUID(str(row["again_of"])) for row in rows} == missed
    assert {(row["recipient"], row["state"]) for row in rows} == {(NEW, "waiting")}
    assert list(await works.run(CLI, send_missed_again, PERSON, PARTNER, ADA, NEW)) == []


async def test_what_was_missed_long_ago_goes_out_again_unless_newer_words_took_its_place(
    works: Works, clock: FrozenClock
) -> None:
    lives = {"expires_at": clock.now + timedelta(days=7)}
    missed = {await sent(works, "bounced", **lives), await sent(works, "expired", **lives)}
    about = {"topic": "session:1", "subject_id": UUID(int=9)}
    await sent(works, "failed", **lives, **about)
    clock.move(minutes=1)
    missed.add(await sent(works, "failed", **lives, **about, kind="booking-moved"))
    clock.move(days=10)
    await works.run(CLI, send_missed_again, PERSON, PARTNER, ADA, NEW)
    rows = await execute(
        "SELECT again_of, expires_at FROM message WHERE again_of IS NOT NULL AND expires_at > {}", clock.now
    )
    assert {UUID(str(row["again_of"])) for row in rows} == missed


async def test_what_waits_goes_to_the_repaired_address_and_nothing_else(works: Works) -> None:
    moved = {await sent(works, "waiting"), await sent(works, "waiting")}
    begun = await sent(works, "claimed")
    await execute("UPDATE message SET begun_at = created_at WHERE id = {}", begun)
    for more in (
        {"partner_id": UUID(int=3)},
        {"partner_id": None},
        {"person_id": UUID(int=4)},
        {"recipient": "other@example.org"},
        {"kind": "sign-in"},
        {"kind": "invitation"},
        {"kind": "booking-confirm"},
    ):
        await sent(works, "waiting", **more)
    await sent(works, "sent")
    assert await works.run(CLI, readdress_waiting, PERSON, PARTNER, ADA, NEW) == 2
    rows = await execute("SELECT id, state FROM message WHERE recipient = {}", NEW)
    assert {(UUID(str(row["id"])), str(row["state"])) for row in rows} == {(each, "waiting") for each in moved}
    assert await works.run(CLI, readdress_waiting, PERSON, PARTNER, ADA, NEW) == 0


async def test_what_a_worker_holds_is_taken_from_it(works: Works) -> None:
    message_id = await sent(works, "waiting")
    (held,) = await works.run(CLI, claim, "worker", 5)
    assert held.recipient == ADA
    await works.run(CLI, readdress_waiting, PERSON, PARTNER, ADA, NEW)
    assert not await works.run(CLI, begin, "worker", (), message_id)
    (again,) = await works.run(CLI, claim, "worker", 5)
    assert (again.recipient, again.attempts) == (NEW, 1)


async def test_two_pieces_of_news_in_one_work_are_both_counted(works: Works) -> None:
    async def both(work: Work) -> None:
        await mark_bounced(work, Came(recipient=ADA, permanent=False))
        await mark_bounced(work, Came(recipient=ADA, permanent=False))

    await works.run(CLI, both)
    known = await find_trouble(ADA)
    assert known is not None
    assert known.times == 2
