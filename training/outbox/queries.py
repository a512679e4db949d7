"""Reads of messages: one, or a page of them, newest first."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import Conflict, NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen
from training.outbox.rules.addresses import Trouble
from training.outbox.rules.again import PASSING, REPLACES, SOON_OVER, find_obstacle

# "values" is a word of SQL itself, hence the quotes.
_COLUMNS = (
    'id, kind, template, recipient, recipient_name, person_id, topic, "values" AS kept, state, attempts, not_before, '
    "message_id, error, created_at, sent_at, calendar, calendar_method"
)


class StoredMessage(Frozen, frozen=True, kw_only=True):
    """A message as its row holds it. `kept` is the JSON text of its frozen values; instants are UTC.

    `calendar` is the one calendar object that goes along, and `calendar_method` what it asks.
    """

    id: UUID
    kind: str
    template: str
    recipient: str
    recipient_name: str
    person_id: UUID | None
    topic: str
    kept: str
    state: str
    attempts: int
    not_before: datetime
    message_id: str
    error: str
    created_at: datetime
    sent_at: datetime | None
    calendar: str = ""
    calendar_method: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """The frozen values."""
        return msgspec.json.decode(self.kept, type=dict[str, Any])


async def get_message(message_id: UUID) -> StoredMessage:
    """One message. Raises NotFound."""
    found = await fetch_one(StoredMessage, f"SELECT {_COLUMNS} FROM message WHERE id = {{}}", message_id)
    if found is None:
        raise NotFound
    return found


async def list_messages(*, recipient: str = "", cursor: str = "", limit: int = DEFAULT_LIMIT) -> Page[StoredMessage]:
    """Messages, newest first; only those whose address contains `recipient` when it is given. Decoys are left out."""
    conditions, args = ["recipient <> ''"], []  # type: list[str], list[Any]
    if recipient:
        conditions.append("LOWER(recipient) LIKE {} ESCAPE '!'")
        args.append(f"%{_as_pattern(recipient.lower())}%")
    if cursor:
        at, last = decode_cursor(cursor, tuple[datetime, UUID])
        conditions.append("(created_at < {} OR (created_at = {} AND id < {}))")
        args += [at, at, last]
    rows = await fetch(
        StoredMessage,
        f"SELECT {_COLUMNS} FROM message WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, id DESC LIMIT {{}}",
        *args,
        limit + 1,
    )
    return page_of(rows, limit, "created_at", "id")


class _Beside(Frozen, frozen=True, kw_only=True):
    id: UUID


async def find_neighbours(message: StoredMessage) -> tuple[UUID | None, UUID | None]:
    """The next newer and the next older message, decoys left out. Two statements."""
    found = []
    for sign, way in ((">", ""), ("<", " DESC")):
        beside = await fetch_one(
            _Beside,
            f"SELECT id FROM message WHERE recipient <> '' AND (created_at {sign} {{}}"
            f" OR (created_at = {{}} AND id {sign} {{}})) ORDER BY created_at{way}, id{way} LIMIT 1",
            message.created_at,
            message.created_at,
            message.id,
        )
        found.append(beside.id if beside else None)
    return found[0], found[1]


# What was taken back or replaced was told to nobody. What was not sent in time should have been, and is not hidden.
_TOLD = "state NOT IN ('withdrawn', 'superseded')"


async def list_told(
    *,
    person_id: UUID | None = None,
    partner_id: UUID | None = None,
    recipient: str = "",
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[StoredMessage]:
    """What one person, or the people of one partner, were told, newest first; with `recipient`, only at addresses that
    contain it. Judges nobody's right to it. Raises Invalid for a cursor that is not ours, ValueError for neither."""
    if (person_id is None) == (partner_id is None):
        raise ValueError("Either a person or a partner")
    conditions = ["recipient <> ''", _TOLD, "person_id = {}" if person_id else "partner_id = {}"]
    args: list[Any] = [person_id or partner_id]
    if recipient:
        conditions.append("LOWER(recipient) LIKE {} ESCAPE '!'")
        args.append(f"%{_as_pattern(recipient.lower())}%")
    if cursor:
        at, last = decode_cursor(cursor, tuple[datetime, UUID])
        conditions.append("(created_at < {} OR (created_at = {} AND id < {}))")
        args += [at, at, last]
    rows = await fetch(
        StoredMessage,
        f"SELECT {_COLUMNS} FROM message WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, id DESC LIMIT {{}}",
        *args,
        limit + 1,
    )
    return page_of(rows, limit, "created_at", "id")


async def list_repeated(message_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of these messages that were sent again. One statement."""
    rows = await fetch(
        _Beside, f"SELECT again_of AS id FROM message WHERE again_of IN ({marks(message_ids)})", *message_ids
    )
    return frozenset(row.id for row in rows)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


# What tells the same reader, later, how the same thing stands: what was said of it before is not so any more. The
# copies of an announcement share one topic, and nobody gets two of them.
_REPLACES = " OR ".join(
    f"(n.kind = '{newer}' AND m.kind IN ({_quoted(sorted(older))}))" for newer, older in REPLACES.items()
)
_NEWER = (
    "SELECT n.id FROM message n WHERE m.topic <> '' AND m.kind <> 'announcement' AND n.topic = m.topic"
    f" AND (n.kind = m.kind OR {_REPLACES})"
    " AND n.created_at > m.created_at AND n.state NOT IN ('withdrawn', 'superseded')"
    " AND (n.person_id = m.person_id OR (m.person_id IS NULL AND n.recipient = m.recipient))"
    " AND (n.subject_id = m.subject_id OR (m.subject_id IS NULL AND n.subject_id IS NULL))"
    " ORDER BY n.created_at DESC, n.id DESC LIMIT 1"
)
UNREACHED = (
    "EXISTS (SELECT 1 FROM address_trouble t WHERE t.address = m.recipient AND t.kind = 'hard'"
    " AND t.cleared_at IS NULL)"
)
"""A condition on a message m: mail to its address comes back for good."""
_PASSING = " OR ".join([f"m.kind IN ({_quoted(PASSING)})", *(f"m.kind LIKE '{family}-%'" for family in PASSING)])
WORTH_AGAIN = (
    f"m.kind NOT IN ({_quoted(SOON_OVER)}) AND NOT (m.expires_at IS NOT NULL AND m.expires_at <= {{}} AND ({_PASSING}))"
    f" AND NOT EXISTS ({_NEWER})"
)
"""A condition on a message m that did not arrive and was not repeated, with the present instant: what `find_obstacle`
says, but for its address."""


class Repeatable(Frozen, frozen=True, kw_only=True):
    """A message as whoever sends it again has to know it. `kept` is the JSON text of its frozen values."""

    id: UUID
    kind: str
    template: str
    template_version: int
    recipient: str
    recipient_name: str
    person_id: UUID | None
    subject_id: UUID | None
    program_id: UUID | None
    partner_id: UUID | None
    topic: str
    kept: str
    state: str
    created_at: datetime
    expires_at: datetime | None
    newer_id: UUID | None
    unreached: bool

    def is_over(self, now: datetime) -> bool:
        """Whether it is worth nothing any more by its own measure."""
        return self.expires_at is not None and self.expires_at <= now


_COPIED = ", ".join(
    f"m.{name}" for name in Repeatable.__struct_fields__ if name not in ("kept", "newer_id", "unreached")
)


async def list_repeatable(message_ids: Sequence[UUID], *, lock: bool = False) -> list[Repeatable]:
    """These messages, decoys left out; with `lock`, so that two who press at once make one repetition."""
    held = for_update("m") if lock else ""
    return await fetch(
        Repeatable,
        f'SELECT {_COPIED}, CAST(m."values" AS TEXT) AS kept, ({_NEWER}) AS newer_id, {UNREACHED} AS unreached'
        f" FROM message m WHERE m.id IN ({marks(message_ids)}) AND m.recipient <> ''"
        f" ORDER BY m.id{held}",
        *message_ids,
    )


class _Repetition(Frozen, frozen=True, kw_only=True):
    id: UUID
    again_of: UUID


async def list_repetitions(message_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Which of these messages were sent again, and the id of each one's repetition. One statement."""
    ids = list(message_ids)
    found = await fetch(_Repetition, f"SELECT id, again_of FROM message WHERE again_of IN ({marks(ids)})", *ids)
    return {row.again_of: row.id for row in found}


async def find_obstacle_to(message_id: UUID, now: datetime, *, moved: bool = False) -> Conflict | None:
    """What stands in the way of sending a message again at `now`; None when nothing does. `moved`: it would go to
    another address than its own. Raises NotFound."""
    found = await list_repeatable([message_id])
    if not found:
        raise NotFound
    repeated = await list_repetitions([message_id])
    return obstacle_to(found[0], now, repeated.get(message_id), moved=moved)


def obstacle_to(
    message: Repeatable, now: datetime, repeated_by: UUID | None, *, moved: bool = False
) -> Conflict | None:
    """The same of one that is known already. `moved`: it would go to another address than its own."""
    return find_obstacle(
        message.state,
        message.kind,
        over=message.is_over(now),
        repeated_by=repeated_by,
        newer_id=message.newer_id,
        unreached=message.unreached and not moved,
    )


def _as_pattern(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


_TROUBLES = "SELECT id, address, kind, reason, times, since, last_at, cleared_at FROM address_trouble WHERE address"


async def find_trouble(address: str) -> Trouble | None:
    """What is known of an address whose mail came back, held until the unit of work ends."""
    return await fetch_one(Trouble, f"{_TROUBLES} = {{}}{for_update()}", address)


async def list_troubles(addresses: Iterable[str]) -> dict[str, Trouble]:
    """The addresses among these that mail does not reach now. One statement for each thousand of them."""
    asked, found = sorted(set(addresses)), {}  # type: list[str], dict[str, Trouble]
    for first in range(0, len(asked), 1_000):
        some = asked[first : first + 1_000]
        rows = await fetch(Trouble, f"{_TROUBLES} IN ({marks(some)}) AND cleared_at IS NULL", *some)
        found |= {row.address: row for row in rows if row.unreached}
    return found


class StoredFanOut(Frozen, frozen=True, kw_only=True):
    """A message to many as its row holds it. `kept` and `kept_args` are JSON texts."""

    id: UUID
    kind: str
    template: str
    audience: str
    kept_args: str
    program_id: UUID | None
    topic: str
    kept: str
    state: str
    cursor: str
    made: int
    expires_at: datetime | None
    cause_id: UUID | None

    @property
    def values(self) -> dict[str, Any]:
        """The frozen values that are the same for everybody."""
        return msgspec.json.decode(self.kept, type=dict[str, Any])

    @property
    def args(self) -> dict[str, Any]:
        """What the audience is asked with, still frozen."""
        return msgspec.json.decode(self.kept_args, type=dict[str, Any])


async def find_waiting_fan_out(fan_out_id: UUID) -> StoredFanOut | None:
    """A message to many that is not wholly made yet; None once it is, or was stopped."""
    return await fetch_one(
        StoredFanOut,
        'SELECT id, kind, template, audience, args AS kept_args, program_id, topic, "values" AS kept, state, cursor,'
        " made, expires_at, cause_id FROM fan_out WHERE id = {} AND state = 'waiting'",
        fan_out_id,
    )


class _Waiting(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_waiting_fan_outs(now: datetime, limit: int = 100) -> list[UUID]:
    """The messages to many that are to be made now, the oldest first."""
    rows = await fetch(
        _Waiting,
        "SELECT id FROM fan_out WHERE state = 'waiting' AND not_before <= {} ORDER BY not_before, id LIMIT {}",
        now,
        limit,
    )
    return [row.id for row in rows]
