"""Sending: what is due is judged again, now, and becomes a message in the same transaction; or the reason is kept."""

from collections.abc import Sequence
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules.requests import is_nobody
from training.reminders import tables
from training.reminders.actions.healing import write_changes
from training.reminders.mails import Letter, write_reminder
from training.reminders.queries.contents import list_contents
from training.reminders.queries.due import claim_due
from training.reminders.queries.facts import list_facts
from training.reminders.rules.comparing import Change, judged_now
from training.reminders.rules.expecting import Expected, Facts, expected
from training.reminders.rules.facts import Row, RowState, Why

# So many reminders in one unit of work: on SQLite everybody else who writes waits for it.
MOST_AT_ONCE = 100


class Sent(Frozen, frozen=True, kw_only=True):
    """What became of reminders that were due: how many there were, and how many messages were written."""

    due: int
    messages: int


async def send_due(work: Work, *, most: int = MOST_AT_ONCE, skip: int = 0) -> Sent:
    """Send at most so many reminders that are due, without the first `skip`. The number of statements is constant.

    Each is judged again from the facts of this moment: it becomes a message here, or is put off, skipped or dropped
    with the reason. Two workers never take the same one, and nothing is kept of a unit of work that fails.
    """
    due = await claim_due(work.now, most, skip)
    if not due:
        return Sent(due=0, messages=0)
    claimed = {one.id for one in due}
    facts = await list_facts(sorted({d.session_id for d in due}), sorted({d.person_id for d in due}))
    going: list[tuple[Row, Expected, Facts]] = []
    changes: list[Change] = []
    for each in facts:
        wanted = {one.key: one for one in expected(each, work.now)}
        for row in (row for row in each.rows if row.id in claimed):
            if (change := judged_now(each, row, wanted.get(row.key), work.now)) is not None:
                changes.append(change)
            else:
                going.append((row, wanted[row.key], each))
    changes += await _write_messages(work, going)
    await write_changes(work, changes)
    return Sent(due=len(due), messages=len(due) - len(changes))


async def _write_messages(work: Work, going: Sequence[tuple[Row, Expected, Facts]]) -> list[Change]:
    """Write a message for each, and return what is to become of those whose address cannot be used."""
    if not going:
        return []
    contents = await list_contents([wanted.reader for _, wanted, _ in going])
    failed = []
    for row, wanted, facts in going:
        letter = Letter(wanted=wanted, facts=facts.session, contents=contents)
        message_id = await _write(work, letter)
        if message_id is None:
            failed.append(Change(id=row.id, state=RowState.SKIPPED, due_at=row.due_at, reason=Why.UNREACHABLE))
            continue
        # Its plan may be for others now than when the row was made.
        meant = {"audience": wanted.reader.audience.value, "plan_id": wanted.plan.id}
        done = {"state": RowState.SENT, "reason": "", "message_id": message_id, "decided_at": work.now}
        work.change(tables.Reminder, row.id, **meant, **done)
    return failed


async def _write(work: Work, letter: Letter) -> UUID | None:
    if is_nobody(letter.wanted.reader.email):
        return None
    try:
        return await write_reminder(work, letter)
    except ValueError:
        # One address that nobody can write to must not hold up all the others.
        return None
