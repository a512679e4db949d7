"""Leaving: a place or a spot on the waitlist is given back, and whoever is next moves up in the same transaction."""

from uuid import UUID

from training.base.errors import Stale
from training.base.structs import Frozen, Viewer
from training.base.work import Add, Work
from training.booking.actions.ledger import Ledger
from training.booking.events import EnrollmentCancelled
from training.booking.mails import write_to
from training.booking.queries import EnrollmentView, get_enrollment
from training.booking.rules import (
    ACTIVE,
    KEEPS_PLACE,
    CancellationTooLate,
    EnrollmentOver,
    Given,
    State,
    cancel_until,
    unpack_modes,
)
from training.booking.tables import Enrollment
from training.catalogue.rules import Mode
from training.outbox.actions import withdraw
from training.people.rules import Permission, may
from training.schedule.queries import lock_session


class Left(Frozen, frozen=True, kw_only=True):
    """An enrollment that was given back, and the enrollments that moved up because of it."""

    enrollment_id: UUID
    session_id: UUID
    state: State
    promoted: tuple[UUID, ...]
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
    freed = Mode(fresh.mode) if fresh.state in KEEPS_PLACE else None
    if freed:
        ledger.take(freed, -1)
    else:
        ledger.wait(unpack_modes(fresh.accepts), -1)
    work.change(Enrollment, fresh.id, state=state, mode="", state_at=work.now, state_reason=reason, version=Add(1))
    await work.execute("DELETE FROM occupancy WHERE source_id = {}", fresh.id)
    await withdraw(work, f"enrollment:{fresh.id}")
    work.emit(
        EnrollmentCancelled(
            enrollment_id=fresh.id,
            session_id=fresh.session_id,
            person_id=fresh.person_id,
            state=state,
            reason=reason,
            freed=freed,
        ),
        before={"state": fresh.state, "mode": fresh.mode},
        after={"state": state},
    )
    await write_to(work, "cancelled", fresh, ledger.session, reason=reason, by=work.actor.name)
    promoted = await _move_up(ledger)
    return Left(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        state=state,
        promoted=tuple(place.key for place in promoted),
        version=fresh.version + 1,
    )


async def _move_up(ledger: Ledger) -> list[Given]:
    # What has changed so far must be in the database before the queue is read.
    await ledger.work.flush()
    return await ledger.promote()


def manages(viewer: Viewer, enrollment: EnrollmentView) -> bool:
    """Whether the viewer runs the program of this enrollment, and so is bound by no deadline."""
    return may(viewer, Permission.SESSION_MANAGE, enrollment.program_id)


def _state_after(work: Work, enrollment: EnrollmentView) -> State:
    """What the enrollment becomes. Raises when it is over, or when it is too late to leave without asking."""
    if enrollment.state not in ACTIVE or enrollment.session_state in ("closed", "cancelled"):
        raise EnrollmentOver(state=enrollment.state)
    if manages(work.actor, enrollment):
        return State.REMOVED
    if enrollment.state in KEEPS_PLACE and enrollment.starts_at is not None:
        deadline = cancel_until(enrollment.starts_at, enrollment.cancellation_hours)
        if work.now > deadline:
            raise CancellationTooLate(deadline=deadline, zone=enrollment.zone)
    return State.CANCELLED
