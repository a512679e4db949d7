"""Whose quiet hours it is when a message is about to leave: it may have waited for the mail server."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.reminders.rules.times import Clocks, quiet_at


class _Leaving(Protocol):
    """What of a message is needed to know whose quiet hours count for it."""

    @property
    def id(self) -> UUID: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def topic(self) -> str: ...
    @property
    def values(self) -> Mapping[str, Any]: ...


class _Chosen(Frozen, frozen=True, kw_only=True):
    id: UUID
    zone: str
    quiet_from: str
    quiet_until: str


async def ends_of_quiet(messages: Sequence[_Leaving], now: datetime) -> dict[UUID, datetime]:
    """For each of these messages whose reader has quiet hours now, when these end. One statement.

    Of who never chose a zone, the clocks are those on which the message tells its times. Who asked for a test copy of
    an announcement sits at a screen and waits for it.
    """
    messages = [message for message in messages if not message.topic.startswith("announcement-test:")]
    ids = sorted({message.person_id for message in messages if message.person_id})
    rows = await fetch(
        _Chosen,
        "SELECT id, zone, quiet_from, quiet_until FROM person WHERE quiet_from <> quiet_until"
        f" AND id IN ({marks(ids)})",
        *ids,
    )
    chosen = {row.id: row for row in rows}
    found: dict[UUID, datetime] = {}
    for message in messages:
        person = chosen.get(message.person_id) if message.person_id else None
        quiet = quiet_at(now, _clocks(person, message.values)) if person else None
        if quiet:
            found[message.id] = quiet[1]
    return found


def _clocks(person: _Chosen, values: Mapping[str, Any]) -> Clocks:
    zone = values.get("reader_zone", person.zone) if person.zone == "UTC" else person.zone
    return Clocks(zone=zone, quiet_from=person.quiet_from, quiet_until=person.quiet_until)
