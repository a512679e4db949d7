"""Somebody decides by hand whether an enrollment is completed, and lets the rule decide again."""

from uuid import UUID

from training.base.database import fetch_one
from training.base.errors import Stale
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules.states import State
from training.completion.actions.judging import judge
from training.completion.events import CompletionExcepted
from training.completion.queries.exceptions import Excepted, get_excepted
from training.completion.rules.excepting import JUDGED, ExceptionValues, NotExcepted, NotJudged, checked_exception
from training.completion.tables import CompletionException
from training.schedule.queries import lock_session


class Settled(Frozen, frozen=True, kw_only=True):
    """What an enrollment is after somebody decided. `version` is that of the decision."""

    enrollment_id: UUID
    state: State
    version: int


async def except_by_hand(
    work: Work, enrollment_id: UUID, values: ExceptionValues, *, expected_version: int | None = None
) -> Settled:
    """Decide against the rule, or before it; it holds until it is ended. Version 0 stands for no decision so far.

    Raises NotFound, Invalid without a reason, NotJudged, Stale.
    """
    found = await _held(work, enrollment_id, expected_version)
    checked_exception(values)
    if found.state not in JUDGED:
        raise NotJudged(state=found.state)
    columns = {
        "completed": values.completed,
        "reason": values.reason,
        "decided_at": work.now,
        "decided_by": work.actor.person_id,
        "ended_at": None,
        "version": found.version + 1,
    }
    if found.version:
        work.change(CompletionException, enrollment_id, **columns)
    else:
        owner = {"enrollment_id": enrollment_id, "session_id": found.session_id}
        work.add(CompletionException, id=enrollment_id, **owner, **columns)
    return await _settle(work, found, values.completed, values.reason)


async def end_exception(work: Work, enrollment_id: UUID, *, expected_version: int | None = None) -> Settled:
    """Let the rule decide again. Raises NotFound, NotExcepted when nobody decided by hand, Stale."""
    found = await _held(work, enrollment_id, expected_version)
    if found.completed is None:
        raise NotExcepted
    work.change(CompletionException, enrollment_id, ended_at=work.now, version=found.version + 1)
    return await _settle(work, found, None, "")


async def _held(work: Work, enrollment_id: UUID, expected_version: int | None) -> Excepted:
    """The enrollment as it stands under its session's lock."""
    await work.flush()
    await lock_session((await get_excepted(work.actor, enrollment_id)).session_id)
    found = await get_excepted(work.actor, enrollment_id)
    if expected_version is not None and expected_version != found.version:
        raise Stale(version=found.version, current={"version": found.version})
    return found


class _State(Frozen, frozen=True, kw_only=True):
    state: State


async def _settle(work: Work, found: Excepted, completed: bool | None, reason: str) -> Settled:
    event = CompletionExcepted(enrollment_id=found.id, session_id=found.session_id, completed=completed, reason=reason)
    work.emit(event, before={"completed": found.completed}, after={"completed": completed})
    await judge(work, [found.id])
    await work.flush()
    now = await fetch_one(_State, "SELECT e.state FROM enrollment e WHERE e.id = {}", found.id)
    return Settled(enrollment_id=found.id, state=now.state if now else found.state, version=found.version + 1)
