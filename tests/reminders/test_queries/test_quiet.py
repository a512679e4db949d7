"""Quiet hours count when a message leaves, on the clocks of whom it is for."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions import enqueue
from training.outbox.queries import get_message
from training.people.actions import ensure_person
from training.reminders.queries.quiet import ends_of_quiet

CLI = Viewer.machine("cli")
ADA = "ada@example.org"


async def waits_for(works: Works, person_id: UUID | None, topic: str = "", **values: str) -> UUID:
    return await works.run(
        CLI,
        enqueue,
        kind="announcement",
        template="people/sign-in",
        recipient=ADA,
        person_id=person_id,
        topic=topic,
        values=values,
    )


async def ends(message_id: UUID, now: datetime) -> datetime | None:
    return (await ends_of_quiet([await get_message(message_id)], now)).get(message_id)


@pytest.mark.parametrize(
    ("zone", "told", "begins", "quiet"),
    [
        ("UTC", None, "21:00", True),
        ("UTC", "Asia/Tokyo", "21:00", False),
        ("Europe/Berlin", "Asia/Tokyo", "21:00", True),
        ("UTC", None, "", False),
        ("UTC", None, "08:00", False),
    ],
)
async def test_on_whose_clocks_it_is_night(
    works: Works, clock: FrozenClock, zone: str, told: str | None, begins: str, quiet: bool
) -> None:
    # At 22:00 UTC it is 07:00 in Tokyo, where 06:00 ends the night.
    person_id = await works.run(CLI, ensure_person, ADA, "Ada")
    until = "06:00" if begins == "21:00" else begins
    await execute("UPDATE person SET zone = {}, quiet_from = {}, quiet_until = {}", zone, begins, until)
    message_id = await waits_for(works, person_id, **({"reader_zone": told} if told else {}))
    now = clock.now.replace(hour=22)
    end = await ends(message_id, now)
    assert (end is not None) is quiet
    if end is not None:
        assert end == now + timedelta(hours=8 if zone == "UTC" else 6)
        assert await ends(message_id, end) is None


async def test_who_waits_at_a_screen_or_is_nobody_gets_it_now(works: Works, clock: FrozenClock) -> None:
    person_id = await works.run(CLI, ensure_person, ADA, "Ada")
    await execute("UPDATE person SET zone = 'UTC', quiet_from = '21:00', quiet_until = '06:00'")
    now = clock.now.replace(hour=22)
    assert await ends(await waits_for(works, person_id, "announcement-test:1:2"), now) is None
    assert await ends(await waits_for(works, None), now) is None
    assert await ends(await waits_for(works, person_id, "announcement:1"), now) is not None
    assert await ends_of_quiet([], now) == {}
