"""One person's reminders of a session are stopped before they go out, or let go after all; or all of a session."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import marks
from training.base.work import Work
from training.outbox.actions.withdraw import withdraw_some
from training.reminders.actions.healing import heal, write_changes, write_wanted
from training.reminders.actions.plans import switch_plan
from training.reminders.events import RemindersResumed, RemindersStopped
from training.reminders.queries.facts import list_facts
from training.reminders.queries.plans import get_scope, list_plans
from training.reminders.queries.wanted import list_repetitions
from training.reminders.rules.comparing import Change
from training.reminders.rules.facts import Row, RowState, Why
from training.reminders.rules.plans import Scope


async def stop_reminders(work: Work, session_id: UUID, person_id: UUID, *, key: str = "") -> int:
    """Stop what a person has still to get of a session, of one plan or of all; returns how many reminders that were.

    A message that waits is taken back, also one that repeats what did not arrive. What is planned of the same plan for
    another instant, because the session moves, stays stopped too. For those who manage the session. They can be
    resumed. Raises NotFound.
    """
    await work.flush()
    await get_scope(work.actor, Scope.SESSION, session_id)
    # What is still far ahead becomes a row, so that it can be stopped.
    await write_wanted(work, await list_facts([session_id], [person_id]), None)
    found = await _rows(session_id, person_id, key)
    again = await list_repetitions([row.message_id for row in found if row.message_id is not None and row.repeated])
    own = [row.message_id for row in found if row.message_id is not None]
    waits = await withdraw_some(work, [*own, *again])
    rows = [row for row in found if row.state is RowState.PLANNED or row.message_id in waits]
    await write_changes(work, [_stopped(row) for row in rows])
    stopped = len(rows) + await _stop_repeated(work, [again[key] for key in waits if key in again])
    if stopped:
        said = await _said(work, session_id, key)
        work.emit(RemindersStopped(session_id=session_id, person_id=person_id, key=key, reminders=stopped, said=said))
    return stopped


async def _stop_repeated(work: Work, message_ids: Sequence[UUID]) -> int:
    """Stop the reminders whose messages did not arrive and were sent again, when that was taken back: nobody got them.
    Returns how many that were."""
    if message_ids:
        await work.execute(
            "UPDATE reminder SET state = 'stopped', reason = {}, decided_at = {}, message_id = NULL"
            f" WHERE state = 'sent' AND message_id IN ({marks(message_ids)})",
            Why.STOPPED.value,
            work.now,
            *message_ids,
        )
    return len(message_ids)


def _stopped(row: Row) -> Change:
    left = row.message_id
    return Change(id=row.id, state=RowState.STOPPED, due_at=row.due_at, reason=Why.STOPPED, lost_message_id=left)


async def resume_reminders(work: Work, session_id: UUID, person_id: UUID, *, key: str = "") -> int:
    """Let reminders go out that had been stopped, as far as it is not too late; returns how many were stopped.

    For those who manage the session. Raises NotFound.
    """
    await work.flush()
    await get_scope(work.actor, Scope.SESSION, session_id)
    rows = [row for row in await _rows(session_id, person_id, key) if row.state is RowState.STOPPED]
    if rows:
        ids = ", ".join(["{}"] * len(rows))
        # Dropped ones come back by the same rule as any others.
        await work.execute(
            f"UPDATE reminder SET state = 'dropped', decided_at = {{}} WHERE id IN ({ids}) AND state = 'stopped'",
            work.now,
            *[row.id for row in rows],
        )
        await heal(work, [session_id])
        said = await _said(work, session_id, key)
        work.emit(RemindersResumed(session_id=session_id, person_id=person_id, key=key, reminders=len(rows), said=said))
    return len(rows)


async def _said(work: Work, session_id: UUID, key: str) -> str:
    """The plan of this key in words; none for all of them, or for one that does not hold any more."""
    plans = await list_plans(work.actor, Scope.SESSION, session_id) if key else ()
    return next((plan.sentence for plan in plans if plan.key == key), "")


async def stop_session(work: Work, session_id: UUID) -> tuple[str, ...]:
    """Switch every reminder of a session off, also for who enrolls later; returns their keys. Raises NotFound."""
    stopped = []
    for plan in await list_plans(work.actor, Scope.SESSION, session_id):
        if plan.active:
            await switch_plan(work, Scope.SESSION, session_id, plan.key, active=False)
            stopped.append(plan.key)
    await heal(work, [session_id])
    return tuple(stopped)


async def _rows(session_id: UUID, person_id: UUID, key: str) -> list[Row]:
    found = await list_facts([session_id], [person_id])
    return [row for facts in found for row in facts.rows if not key or row.plan_key == key]
