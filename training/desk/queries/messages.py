"""Messages of the programs that somebody runs: a page of them, how many of each state, one, and why it was written.

Every function makes a fixed number of statements. A message of another program is not found, like a missing one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.desk.rules.journal import Entry
from training.desk.rules.messages import STUCK, Shown, Wanted, cause_among, day_span, news_since
from training.outbox.queries import UNREACHED, WORTH_AGAIN, StoredMessage
from training.outbox.rules import MessageState
from training.outbox.rules.addresses import TroubleKind
from training.outbox.rules.again import REPEATABLE
from training.people.rules import Permission, reach
from training.schedule.rules.values import At, check_instants

MOST_COUNTED = 10_000
"""States are counted up to here, so that counting costs the same however many messages there are."""
_STORED = ", ".join(f"m.{name}" for name in StoredMessage.__struct_fields__ if name != "kept")
_FROM = (
    " FROM message m LEFT JOIN program p ON p.id = m.program_id LEFT JOIN partner o ON o.id = m.partner_id"
    " LEFT JOIN message r ON r.again_of = m.id"
)
_ENDED = tuple(sorted(state.value for state in REPEATABLE))


class MessageView(StoredMessage, frozen=True, kw_only=True):
    """A message with the names around it. `repeated_by` is the message that went out in its place. `moved_to` is the
    address at which its reader is reached since mail to its own comes back; empty while nobody repaired that."""

    subject_id: UUID | None
    program_id: UUID | None
    partner_id: UUID | None
    program_name: str | None
    partner_name: str | None
    answer: str
    expires_at: datetime | None
    bounced_at: datetime | None
    first_tried_at: datetime | None
    cause_id: UUID | None
    again_of: UUID | None
    repeated_by: UUID | None
    moved_to: str


# What lets somebody in never goes to an address that another person gave.
_MOVED_TO = (
    "COALESCE((SELECT MAX(n.contact_email) FROM membership n WHERE n.person_id = m.person_id"
    " AND n.partner_id = m.partner_id AND n.state <> 'ended' AND n.contact_email <> m.recipient"
    f" AND m.kind NOT IN ('sign-in', 'invitation') AND {UNREACHED} AND NOT EXISTS (SELECT 1 FROM address_trouble u"
    " WHERE u.address = n.contact_email AND u.kind = 'hard' AND u.cleared_at IS NULL)), '')"
)
_LOST = f"({UNREACHED} AND {_MOVED_TO} = '')"
_VIEW = (
    f'SELECT {_STORED}, m."values" AS kept, m.subject_id, m.program_id, m.partner_id, p.name AS program_name,'
    " o.name AS partner_name, m.answer, m.expires_at, m.bounced_at, m.first_tried_at, m.cause_id, m.again_of,"
    f" r.id AS repeated_by, {_MOVED_TO} AS moved_to"
)


async def page_messages(
    viewer: Viewer, wanted: Wanted, *, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[MessageView]:
    """Messages of the viewer's programs (staff: all), newest first. Decoys are left out. One statement.

    Raises Invalid for a cursor that is not ours.
    """
    parts, values = _within(viewer, wanted)
    if cursor:
        at, last = decode_cursor(cursor, tuple[At, UUID])
        check_instants(cursor=at)
        parts.append("(m.created_at < {} OR (m.created_at = {} AND m.id < {}))")
        values += [at, at, last]
    if wanted.shown:
        more, given = _of(wanted.shown)
        parts.append(more)
        values += given
    rows = await fetch(
        MessageView,
        f"{_VIEW}{_FROM} WHERE {' AND '.join(parts)} ORDER BY m.created_at DESC, m.id DESC LIMIT {{}}",
        *values,
        limit + 1,
    )
    return page_of(rows, limit, "created_at", "id")


async def get_message_view(
    viewer: Viewer, message_id: UUID, permission: Permission = Permission.OUTBOX_SEE
) -> MessageView:
    """One message of a program in which the viewer holds `permission`. Raises NotFound."""
    parts, values = _within(viewer, Wanted(), permission)
    found = await fetch_one(
        MessageView, f"{_VIEW}{_FROM} WHERE m.id = {{}} AND {' AND '.join(parts)}", message_id, *values
    )
    if found is None:
        raise NotFound
    return found


class _Counted(Frozen, frozen=True, kw_only=True):
    state: str
    number: int


class _Number(Frozen, frozen=True, kw_only=True):
    number: int


async def count_messages(viewer: Viewer, wanted: Wanted) -> dict[Shown, int]:
    """How many there are of each state, up to one more than `MOST_COUNTED` each. Two statements."""
    parts, values = _within(viewer, wanted)
    each, args = [], []  # type: list[str], list[Any]
    for state in MessageState:
        conditions = " AND ".join([*parts, "m.state = {}"])
        each.append(f"SELECT c.state FROM (SELECT m.state{_FROM} WHERE {conditions} LIMIT {{}}) AS c")
        args += [*values, state.value, MOST_COUNTED + 1]
    rows = await fetch(
        _Counted,
        f"SELECT a.state, COUNT(*) AS number FROM ({' UNION ALL '.join(each)}) AS a GROUP BY a.state",
        *args,
    )
    found = {Shown(row.state): row.number for row in rows}
    return dict.fromkeys(Shown, 0) | found | {Shown.UNDELIVERED: await _count_undelivered(parts, values)}


async def _count_undelivered(parts: list[str], values: list[Any]) -> int:
    more, given = _of(Shown.UNDELIVERED)
    conditions = " AND ".join([*parts, more])
    counted = await fetch(
        _Number,
        f"SELECT COUNT(*) AS number FROM (SELECT m.id{_FROM} WHERE {conditions} LIMIT {{}}) AS c",
        *values,
        *given,
        MOST_COUNTED + 1,
    )
    return counted[0].number


class Stuck(Frozen, frozen=True, kw_only=True):
    """Messages that are due for longer than `STUCK`: since when the first of them is, how many there are (up to one
    more than `MOST_COUNTED`), and what the mail server or the way to it last answered; empty when nobody asked it."""

    since: datetime
    number: int
    said: str


class MailTrouble(Frozen, frozen=True, kw_only=True):
    """What the board says about mail: how many messages did not arrive lately and wait for somebody, and what does not
    leave although it is due. `since`: the first day that is lately."""

    undelivered: int
    since: date
    stuck: Stuck | None


async def find_mail_trouble(
    viewer: Viewer, now: datetime, program_id: UUID | None = None, zone: str = "UTC"
) -> MailTrouble:
    """Mail trouble as the viewer's board shows it; days are those of `zone`. Two statements."""
    since = news_since(now, zone)
    parts, values = _within(viewer, Wanted(program_id=program_id, since=day_span(since, zone)[0]))
    undelivered = await _count_undelivered(parts, values)
    return MailTrouble(undelivered=undelivered, since=since, stuck=await find_stuck(now))


async def find_stuck(now: datetime) -> Stuck | None:
    """What is due and does not leave; None while all goes well. One statement. Of every program: it is the mail server,
    or a worker, that all of them wait for."""
    due = "FROM message WHERE state = 'waiting' AND not_before < {}"
    return await fetch_one(
        Stuck,
        f"SELECT not_before AS since, error AS said, (SELECT COUNT(*) FROM (SELECT id {due} LIMIT {{}}) AS c) AS number"
        f" {due} ORDER BY not_before, id LIMIT 1",
        now - STUCK,
        MOST_COUNTED + 1,
        now - STUCK,
    )


class _Sendable(Frozen, frozen=True, kw_only=True):
    id: UUID
    moved_to: str


async def list_sendable(viewer: Viewer, wanted: Wanted, now: datetime, limit: int) -> dict[UUID, str]:
    """What may be sent again at `now` among what is asked for, the oldest first: its id, and to which address when its
    own was repaired since. One statement."""
    condition, values = _sendable(viewer, wanted, now)
    rows = await fetch(
        _Sendable,
        f"SELECT m.id, {_MOVED_TO} AS moved_to{_FROM} WHERE {condition} AND NOT {_LOST}"
        " ORDER BY m.created_at, m.id LIMIT {}",
        *values,
        limit,
    )
    return {row.id: row.moved_to for row in rows}


async def count_unreached(viewer: Viewer, wanted: Wanted, now: datetime) -> int:
    """How many more might be sent again at `now` if mail to their addresses did not come back, up to one more than
    `MOST_COUNTED`. One statement."""
    condition, values = _sendable(viewer, wanted, now)
    rows = await fetch(
        _Number,
        f"SELECT COUNT(*) AS number FROM (SELECT m.id{_FROM} WHERE {condition} AND {_LOST} LIMIT {{}}) AS c",
        *values,
        MOST_COUNTED + 1,
    )
    return rows[0].number


def _sendable(viewer: Viewer, wanted: Wanted, now: datetime) -> tuple[str, list[Any]]:
    parts, values = _within(viewer, wanted, Permission.OUTBOX_MANAGE)
    for shown in (Shown.UNDELIVERED, wanted.shown):
        if shown:
            more, given = _of(shown)
            parts.append(more)
            values += given
    return " AND ".join([*parts, WORTH_AGAIN]), [*values, now]


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def find_superseding(message: MessageView) -> UUID | None:
    """The message that replaced this one: the next of its topic. None without one."""
    if not message.topic:
        return None
    found = await fetch_one(
        _Id,
        "SELECT id FROM message WHERE topic = {} AND recipient = {} AND id <> {} AND (created_at, id) > ({}, {})"
        " ORDER BY created_at, id LIMIT 1",
        message.topic,
        message.recipient,
        message.id,
        message.created_at,
        message.id,
    )
    return found.id if found else None


class DeadEnd(Frozen, frozen=True, kw_only=True):
    """An address that mail does not reach. `membership_id`: whose contact address can be repaired for it, if any."""

    last_at: datetime
    membership_id: UUID | None


async def find_dead_end(message: MessageView) -> DeadEnd | None:
    """Whether sending this message again could only fail: mail to its address comes back for good, and nobody repaired
    that. One statement."""
    if message.moved_to:
        return None
    return await fetch_one(
        DeadEnd,
        "SELECT t.last_at, n.id AS membership_id FROM address_trouble t LEFT JOIN membership n"
        " ON n.person_id = {} AND n.partner_id = {} AND n.state <> 'ended'"
        " WHERE t.address = {} AND t.cleared_at IS NULL AND t.kind = {}",
        message.person_id,
        message.partner_id,
        message.recipient,
        TroubleKind.HARD.value,
    )


_ENTRY = (
    "SELECT j.id, j.at, j.event, j.subject_id, j.actor_id, j.actor_name, CAST(j.data AS TEXT) AS data_json,"
    " CAST(j.before AS TEXT) AS before_json, CAST(j.after AS TEXT) AS after_json"
)


class _Caused(Entry, frozen=True, kw_only=True):
    work_id: UUID


async def list_causes(messages: Sequence[MessageView]) -> dict[UUID, Entry]:
    """Why each message was written, as the journal has it, by the id of the message. One statement.

    Ids of one piece of work follow its own within a millisecond, so the primary key finds its entries.
    """
    works = sorted({message.cause_id for message in messages if message.cause_id})
    if not works:
        return {}
    ranges = " OR ".join("(j.id > {} AND j.id < {})" for _ in works)
    bounds = [bound for work_id in works for bound in (work_id, _after(work_id))]
    rows = await fetch(_Caused, f"{_ENTRY}, j.work_id FROM journal_entry j WHERE {ranges} ORDER BY j.id", *bounds)
    of_work: dict[UUID, list[Entry]] = {}
    for row in rows:
        of_work.setdefault(row.work_id, []).append(row)
    found = {m.id: cause_among(of_work.get(m.cause_id, ()), m.subject_id) for m in messages if m.cause_id}
    return {message_id: entry for message_id, entry in found.items() if entry}


async def list_done(message_id: UUID) -> list[Entry]:
    """What somebody did to a message, the first first."""
    return await fetch(
        Entry, f"{_ENTRY} FROM journal_entry j WHERE j.subject_id = {{}} ORDER BY j.at, j.id", message_id
    )


class _Named(Frozen, frozen=True, kw_only=True):
    id: UUID
    name: str


async def list_names_in(entries: Iterable[Entry]) -> dict[str, str]:
    """Names by id for the sentences about these entries: of people, enrollments and partners. One statement."""
    wanted: dict[str, set[UUID]] = {"person_id": set(), "enrollment_id": set(), "partner_id": set()}
    for entry in entries:
        data: Mapping[str, Any] = msgspec.json.decode(entry.data_json, type=dict[str, Any])
        for name, ids in wanted.items():
            ids.update(_as_ids(data.get(name)))
    people, enrollments, partners = (sorted(ids) for ids in wanted.values())
    if not (people or enrollments or partners):
        return {}
    rows = await fetch(
        _Named,
        f"SELECT q.id, COALESCE(NULLIF(q.name, ''), q.email) AS name FROM person q WHERE q.id IN ({marks(people)})"
        " UNION ALL SELECT e.id, COALESCE(NULLIF(n.name, ''), NULLIF(q.name, ''), q.email) FROM enrollment e"
        " JOIN person q ON q.id = e.person_id LEFT JOIN membership n ON n.id = e.membership_id"
        f" WHERE e.id IN ({marks(enrollments)})"
        f" UNION ALL SELECT o.id, o.name FROM partner o WHERE o.id IN ({marks(partners)})",
        *people,
        *enrollments,
        *partners,
    )
    return {str(row.id): row.name for row in rows}


def _as_ids(value: object) -> list[UUID]:
    try:
        return [UUID(value)] if isinstance(value, str) else []
    except ValueError:
        return []


def _after(work_id: UUID) -> UUID:
    """The first id of the millisecond after that of a UUIDv7."""
    return UUID(int=((work_id.int >> 80) + 1) << 80)


def _of(shown: Shown) -> tuple[str, list[Any]]:
    if shown is Shown.UNDELIVERED:
        return f"m.state IN ({marks(_ENDED)}) AND r.id IS NULL", list(_ENDED)
    return "m.state = {}", [MessageState(shown.value).value]


def _within(
    viewer: Viewer, wanted: Wanted, permission: Permission = Permission.OUTBOX_SEE
) -> tuple[list[str], list[Any]]:
    """What narrows messages down to the viewer's own and to what is asked for, except for their state."""
    granted = reach(viewer, permission)
    parts, values = ["m.recipient <> ''"], []  # type: list[str], list[Any]
    if not granted.everywhere:
        programs = sorted(granted.scope_ids)
        parts.append(f"m.program_id IN ({marks(programs)})")
        values += programs
    if wanted.kind:
        parts.append("(m.kind = {} OR m.kind LIKE {} ESCAPE '!')")
        values += [wanted.kind, f"{_literally(wanted.kind)}-%"]
    exact = {"program_id": wanted.program_id, "partner_id": wanted.partner_id, "person_id": wanted.person_id}
    for column, value in exact.items():
        if value:
            parts.append(f"m.{column} = {{}}")
            values.append(value)
    if wanted.announcement_id:
        parts.append("m.topic = {}")
        values.append(f"announcement:{wanted.announcement_id}")
    for sign, instant in ((">=", wanted.since), ("<", wanted.before)):
        if instant:
            parts.append(f"m.created_at {sign} {{}}")
            values.append(instant)
    if wanted.address:
        parts.append("LOWER(m.recipient) LIKE {} ESCAPE '!'")
        values.append(f"%{_literally(wanted.address.lower())}%")
    return parts, values


def _literally(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
