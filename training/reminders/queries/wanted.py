"""Whether messages of reminders that wait in the outbox are still wanted, asked just before they leave."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.outbox.queries import StoredMessage
from training.reminders.queries.facts import list_facts
from training.reminders.rules.comparing import meant_by, why_unwanted
from training.reminders.rules.expecting import Expected
from training.reminders.rules.facts import SessionFacts, Why


class _Behind(Frozen, frozen=True, kw_only=True):
    """Which reminder stands behind a message, or behind the one that it repeats. `own`: it is not a repetition."""

    message_id: UUID
    reminder_id: UUID
    session_id: UUID
    person_id: UUID
    own: bool


class Judged(Frozen, frozen=True, kw_only=True):
    """Why messages are not wanted any more; and of the others what each one's reminder is now, with the session.

    A repetition is not among these others: whoever sent it again wanted the same words.
    """

    why: dict[UUID, Why]
    wanted: dict[UUID, tuple[Expected, SessionFacts]]


async def judge_waiting(asked: Sequence[StoredMessage]) -> Judged:
    """What is to be thought of messages that are about to leave. The same number of statements for any number.

    Judged from the facts of this moment: the session may have been cancelled or moved, the person may have left, the
    plan may be off. A message behind which there is no reminder any more had ended without being sent: its reminder was
    decided anew, so a repetition of it could be one too many.
    """
    ids = [message.id for message in asked]
    if not ids:
        return Judged(why={}, wanted={})
    behind = await fetch(
        _Behind,
        # Back from each message to the one that it repeats, and so on: the reminder knows the first.
        "WITH RECURSIVE line AS (SELECT m.id AS asked, m.id, m.again_of FROM message m"
        f" WHERE m.id IN ({marks(ids)}) UNION ALL SELECT line.asked, p.id, p.again_of FROM line"
        " JOIN message p ON p.id = line.again_of)"
        " SELECT line.asked AS message_id, r.id AS reminder_id, r.session_id, r.person_id,"
        " CASE WHEN line.id = line.asked AND line.again_of IS NULL THEN TRUE ELSE FALSE END AS own"
        " FROM line JOIN reminder r ON r.message_id = line.id",
        *ids,
    )
    facts = await list_facts(sorted({b.session_id for b in behind}), sorted({b.person_id for b in behind}))
    known = {row.id: (each, row) for each in facts for row in each.rows}
    why: dict[UUID, Why] = dict.fromkeys(ids, Why.ANEW)
    wanted: dict[UUID, tuple[Expected, SessionFacts]] = {}
    for one in behind:
        each, row = known[one.reminder_id]
        reason, meant = why_unwanted(each, row), meant_by(each, row)
        if reason is not None:
            why[one.message_id] = reason
            continue
        why.pop(one.message_id, None)
        if one.own and meant is not None:
            wanted[one.message_id] = meant, each.session
    return Judged(why=why, wanted=wanted)


class _Repetition(Frozen, frozen=True, kw_only=True):
    id: UUID
    origin: UUID


async def list_repetitions(message_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Every message that repeats one of these, or repeats such a one, with the one that it all began with. One
    statement, or none."""
    if not message_ids:
        return {}
    rows = await fetch(
        _Repetition,
        "WITH RECURSIVE line AS (SELECT m.id, m.again_of AS origin FROM message m"
        f" WHERE m.again_of IN ({marks(message_ids)}) UNION ALL SELECT n.id, line.origin FROM line"
        " JOIN message n ON n.again_of = line.id) SELECT id, origin FROM line",
        *message_ids,
    )
    return {row.id: row.origin for row in rows}


class _Coordinates(Frozen, frozen=True, kw_only=True):
    id: UUID
    wanted: bool


async def unwanted_digests(asked: Sequence[StoredMessage]) -> dict[UUID, str]:
    """For each of these weekly summaries that is not wanted any more, why. One statement."""
    ids = [message.id for message in asked]
    if not ids:
        return {}
    rows = await fetch(
        _Coordinates,
        "SELECT m.id, (EXISTS (SELECT 1 FROM role_grant g JOIN person p ON p.id = g.person_id"
        " WHERE g.person_id = m.person_id AND g.role = 'coordinator' AND g.scope_id = m.partner_id"
        " AND p.disabled_at IS NULL) AND NOT EXISTS (SELECT 1 FROM mail_choice c"
        " WHERE c.person_id = m.person_id AND c.sort = 'digests')) AS wanted"
        f" FROM message m WHERE m.id IN ({marks(ids)})",
        *ids,
    )
    return {row.id: Why.LEFT.value for row in rows if not row.wanted}
