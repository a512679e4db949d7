"""Planning: rows are made to say what the rules say, for some sessions at a time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from training.base.database import marks
from training.base.work import Work
from training.reminders.queries.facts import list_facts
from training.reminders.rules.comparing import AHEAD, Change, New, compare
from training.reminders.rules.expecting import Facts, expected
from training.reminders.rules.facts import RowState

_AT_ONCE = 200
_COLUMNS = (
    "id, plan_key, plan_id, session_id, person_id, partner_id, subject_id, audience, anchor_at, due_at, state, reason,"
    " created_at, decided_at"
)
# State and reason; for what is planned also when, and by which plan for whom.
_What = tuple[str, str, datetime | None, tuple[str, UUID | None] | None]
_LOST = (
    " OR (state = 'sent' AND message_id IN ({})"
    " AND NOT EXISTS (SELECT 1 FROM message a WHERE a.again_of = reminder.message_id))"
)
_ONE = f"({', '.join(['{}'] * 14)})"


async def heal(work: Work, session_ids: Sequence[UUID], *, ahead: timedelta | None = AHEAD) -> int:
    """Make the reminders of these sessions what their plans want, and return how many rows were written.

    Whoever asks first writes them: another worker, or another time, finds nothing to do.
    """
    await work.flush()
    return await write_wanted(work, await list_facts(session_ids), ahead)


async def write_wanted(work: Work, facts: Sequence[Facts], ahead: timedelta | None) -> int:
    """Write what these facts want and the rows do not say yet, and return how many rows that were."""
    changes = [compare(each, expected(each, work.now), work.now, ahead) for each in facts]
    new = [one for each in changes for one in each.new]
    return await write_planned(work, new, [one for each in changes for one in each.changed])


async def write_planned(work: Work, new: Sequence[New], changed: Sequence[Change]) -> int:
    """Write reminders that are new and what others become, and return how many that were.

    What it was found from may be a moment old: a row that is there by now, was sent or was stopped stays as it is, and
    everything is judged again before it goes out.
    """
    # In one order for everybody, so that two workers who plan the same do not wait for each other in a circle.
    ordered = sorted(new, key=lambda each: str(each.wanted.key))
    for first in range(0, len(ordered), _AT_ONCE):
        await _insert(work, ordered[first : first + _AT_ONCE])
    await write_changes(work, changed)
    return len(new) + len(changed)


async def _insert(work: Work, new: Sequence[New]) -> None:
    values = [value for one in new for value in _row(work, one)]
    rows = ", ".join([_ONE] * len(new))
    await work.execute(f"INSERT INTO reminder ({_COLUMNS}) VALUES {rows} ON CONFLICT DO NOTHING", *values)


def _row(work: Work, one: New) -> list[Any]:
    wanted, reader = one.wanted, one.wanted.reader
    return [
        work.new_id(),
        wanted.plan.key,
        wanted.plan.id,
        reader.session_id,
        reader.person_id,
        reader.partner_id,
        reader.subject_id,
        reader.audience.value,
        wanted.anchor_at,
        wanted.due_at,
        one.state.value,
        str(one.reason),
        work.now,
        None if one.state is RowState.PLANNED else work.now,
    ]


async def write_changes(work: Work, changes: Sequence[Change]) -> None:
    """Write what reminders become. Only what is neither sent nor stopped by now changes, or still has the message that
    never left. One statement for each state and reason, and one for each instant and plan that they are put off to."""
    groups: dict[_What, list[Change]] = {}
    for change in changes:
        groups.setdefault(_what(change), []).append(change)
    for what, some in sorted(groups.items(), key=lambda group: str(group[0])):
        some.sort(key=lambda change: change.id)
        for first in range(0, len(some), _AT_ONCE):
            await _write(work, some[first : first + _AT_ONCE], what)


def _what(change: Change) -> _What:
    if change.state is not RowState.PLANNED:
        return change.state.value, str(change.reason), None, None
    whose = None if change.wanted is None else (change.wanted.reader.audience.value, change.wanted.plan.id)
    return change.state.value, str(change.reason), change.due_at, whose


async def _write(work: Work, changes: Sequence[Change], what: _What) -> None:
    state, reason, due, whose = what
    ids = [change.id for change in changes]
    lost = [change.lost_message_id for change in changes if change.lost_message_id is not None]
    values: list[Any] = [state, reason, work.now]
    columns = ["state = {}", "reason = {}", "decided_at = {}"]
    if due is not None:
        values, columns = [state, reason, due], ["state = {}", "reason = {}", "decided_at = NULL", "due_at = {}"]
    if whose is not None:
        values, columns = [*values, *whose], [*columns, "audience = {}", "plan_id = {}"]
    # Whoever else found the same message lost, or sent it again, was first: then it is another one, or repeated.
    free = f"state NOT IN ('sent', 'stopped'){_LOST.format(marks(lost)) if lost else ''}"
    await work.execute(
        f"UPDATE reminder SET {', '.join(columns)}, message_id = NULL WHERE id IN ({marks(ids)}) AND ({free})",
        *values,
        *ids,
        *lost,
    )
