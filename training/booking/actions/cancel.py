"""Leaving: a place or a spot on the waitlist is given back, and whoever is next moves up in the same transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.errors import Stale
from training.base.structs import Frozen, Viewer
from training.base.work import Work
from training.booking.actions.ledger import Ledger
from training.booking.mails import write_to
from training.booking.queries import EnrollmentView, get_enrollment
from training.booking.rules import (
    CAN_LEAVE,
    CancellationTooLate,
    EnrollmentOver,
    Given,
    State,
    cancel_until,
    undo_until,
)
from training.people.rules import Permission, may
from training.schedule.queries import lock_session


class Left(Frozen, frozen=True, kw_only=True):
    """An enrollment that was given back, the enrollments that moved up because of it, and until when whoever gave it
    back can take that back; None when they cannot."""

    enrollment_id: UUID
    session_id: UUID
    state: State
    promoted: tuple[UUID, ...]
    undo_until: datetime | None
    version: int


async def cancel_enrollment(
    work: Work, enrollment_id: UUID, *, reason: str = "", expected_version: int | None = None
) -> Left:
    """Cancel an enrollment: by the person, their coordinator (until the deadline), or a manager (then it is `removed`).

    The session's row is locked before the enrollment is read again, so two who cancel at once cannot both free it.
    Raises NotFound, EnrollmentOver, CancellationTooLate, Stale.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    ledger = Ledger(work, await lock_session(found.session_id))
    fresh = await get_enrollment(work.actor, enrollment_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    state = _state_after(work, fresh)
    # Nobody confirmed a request, so there is nothing that could be taken back.
    undoable = fresh.state is not State.REQUESTED
    await ledger.leave(fresh, state, reason, undoable=undoable)
    promoted = await _move_up(ledger)
    own = fresh.person_id == work.actor.person_id
    again = undoable and await _can_be_had_again(ledger, fresh)
    until = undo_until(work.now, fresh.starts_at) if again else None
    told: dict[str, Any] = {
        "reason": reason,
        "by": "" if own else work.actor.name,
        # What a manager ended only a manager brings back.
        "undo_until": until if state is not State.REMOVED else None,
    }
    await write_to(work, "cancelled", fresh, ledger.session, **told)
    return Left(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        state=state,
        promoted=tuple(place.key for place in promoted),
        undo_until=until,
        version=fresh.version + 1,
    )


async def _move_up(ledger: Ledger) -> list[Given]:
    # What has changed so far must be in the database before the queue is read.
    await ledger.work.flush()
    return await ledger.promote()


async def _can_be_had_again(ledger: Ledger, left: EnrollmentView) -> bool:
    """Whether what somebody just left is there for them still: a spot on the waitlist always, a place only while nobody
    who waited has it. Called after those moved up."""
    if left.holds is None:
        return True
    await ledger.work.flush()
    return await ledger.has_room(left.id, left.holds)


def manages(viewer: Viewer, enrollment: EnrollmentView) -> bool:
    """Whether the viewer runs the program of this enrollment, and so is bound by no deadline."""
    return may(viewer, Permission.SESSION_MANAGE, enrollment.program_id)


def _state_after(work: Work, enrollment: EnrollmentView) -> State:
    """What the enrollment becomes. Raises when it is over, or when it is too late to leave without asking."""
    if enrollment.state not in CAN_LEAVE or enrollment.session_state in ("closed", "cancelled"):
        raise EnrollmentOver(state=enrollment.state)
    if manages(work.actor, enrollment) and enrollment.person_id != work.actor.person_id:
        return State.REMOVED
    if enrollment.state is State.OFFERED:
        return State.DECLINED
    check_leaving(work, enrollment)
    return State.CANCELLED


def check_leaving(work: Work, enrollment: EnrollmentView) -> None:
    """Raises CancellationTooLate for somebody with a place after the deadline, unless a manager acts."""
    if enrollment.state is not State.ENROLLED or enrollment.starts_at is None or manages(work.actor, enrollment):
        return
    deadline = cancel_until(enrollment.starts_at, enrollment.cancellation_hours)
    if work.now > deadline:
        raise CancellationTooLate(deadline=deadline, zone=enrollment.zone)
