"""Pages of messages, newest first, whatever is asked for."""

from typing import Any
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from training.base.database import execute, watch_statements
from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions import enqueue
from training.outbox.queries import get_message, list_messages, list_told

CLI = Viewer.machine("cli")


async def fill(works: Works, clock: FrozenClock, *recipients: str) -> list[UUID]:
    ids = []
    for recipient in recipients:
        clock.move(seconds=1)
        ids.append(await works.run(CLI, enqueue, kind="notice", template="people/sign-in", recipient=recipient))
    return ids


async def test_newest_first_in_pages(works: Works, clock: FrozenClock) -> None:
    ids = await fill(works, clock, *(f"p{n}@example.org" for n in range(5)))
    seen, cursor = [], ""
    for _ in range(3):
        with watch_statements() as statements:
            page = await list_messages(cursor=cursor, limit=2)
        assert len(statements) == 1
        seen += [message.id for message in page.items]
        cursor = page.next_cursor or ""
    assert seen == ids[::-1]
    assert cursor == ""


async def test_messages_of_one_instant_are_each_shown_once(works: Works) -> None:
    for _ in range(5):
        await works.run(CLI, enqueue, kind="notice", template="people/sign-in", recipient="ada@example.org")
    first = await list_messages(limit=3)
    second = await list_messages(limit=3, cursor=first.next_cursor or "")
    assert len({message.id for message in (*first.items, *second.items)}) == 5


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", 3),
        ("ada", 1),
        ("ADA@Example", 1),
        ("example.org", 2),
        ("%", 0),
        ("_", 1),
        ("!", 0),
        ("' OR 1=1", 0),
    ],
)
async def test_by_recipient(works: Works, clock: FrozenClock, asked: str, found: int) -> None:
    await fill(works, clock, "ada@example.org", "b_b@example.org", "cy@example.net")
    assert len((await list_messages(recipient=asked)).items) == found


@pytest.mark.parametrize("cursor", ["x", "!!!", "W10", "eyJhIjoxfQ", "\x00", "é", "WyIxIiwiMiJd"])
@pytest.mark.usefixtures("database")
async def test_a_cursor_we_did_not_write(cursor: str) -> None:
    with pytest.raises(Invalid):
        await list_messages(cursor=cursor)


@pytest.mark.usefixtures("database")
async def test_a_message_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        await get_message(UUID(int=1))


async def test_what_somebody_was_told(works: Works) -> None:
    ada, ben, house = UUID(int=1), UUID(int=2), UUID(int=9)
    for person, address in ((ada, "ada@example.org"), (ada, "a.d.a@example.org"), (ben, "ben@example.org")):
        given: dict[str, Any] = {"recipient": address, "person_id": person, "partner_id": house}
        await works.run(CLI, enqueue, kind="notice", template="people/sign-in", **given)
    assert {m.recipient for m in (await list_told(person_id=ada)).items} == {"a.d.a@example.org", "ada@example.org"}
    assert len((await list_told(partner_id=house)).items) == 3
    assert [m.recipient for m in (await list_told(partner_id=house, recipient="BEN@")).items] == ["ben@example.org"]
    first = await list_told(partner_id=house, limit=2)
    rest = await list_told(partner_id=house, limit=2, cursor=first.next_cursor or "")
    assert len({m.id for m in (*first.items, *rest.items)}) == 3
    await execute("UPDATE message SET state = 'withdrawn' WHERE recipient LIKE 'ben%'")
    assert (await list_told(person_id=ben)).items == ()
    assert (await list_told(person_id=UUID(int=3))).items == ()
    wrongs: tuple[dict[str, UUID], ...] = ({}, {"person_id": ada, "partner_id": house})
    for wrong in wrongs:
        with pytest.raises(ValueError, match="Either"):
            await list_told(**wrong)  # type: ignore[arg-type]
