"""Giving a place by hand: a program manager lets somebody in who waits, in whatever order."""

from uuid import UUID

from training.base.errors import Stale
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.actions.ledger import Ledger
from training.booking.events import PlaceGiven
from training.booking.queries import get_enrollment
from training.booking.rules import EnrollmentOver, NotWaiting, State, place_by_hand, unpack_modes
from training.catalogue.rules import Mode
from training.people.rules import Permission, require
from training.schedule.queries import lock_session


class Placed(Frozen, frozen=True, kw_only=True):
    """A place given by hand, and the enrollments that moved up because the way was free then."""

    enrollment_id: UUID
    session_id: UUID
    mode: Mode
    above_capacity: bool
    promoted: tuple[UUID, ...]
    version: int


async def give_place(
    work: Work,
    enrollment_id: UUID,
    *,
    mode: Mode | None = None,
    reason: str = "",
    expected_version: int | None = None,
) -> Placed:
    """Enroll somebody who waits, whoever waits before them. Only for those who run the program, also after the cut-off.

    Without a mode the first that the person accepts and that has a free place. Above the capacity only as far as the
    session's overbooking allowance, with a reason. Raises NotFound, EnrollmentOver, NotWaiting, Stale, ModeNotWanted,
    AboveCapacity, OverbookingExhausted.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    require(work.actor, Permission.SESSION_MANAGE, found.program_id)
    ledger = Ledger(work, await lock_session(found.session_id))
    fresh = await get_enrollment(work.actor, enrollment_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    if fresh.session_state in ("closed", "cancelled"):
        raise EnrollmentOver("This session is over, so there is no place to give.", state=fresh.state)
    if fresh.state is not State.WAITLISTED:
        raise NotWaiting(state=fresh.state)
    chosen, above = place_by_hand(
        ledger.standing, ledger.session.overbooking, unpack_modes(fresh.accepts), mode, reason
    )
    event = PlaceGiven(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        person_id=fresh.person_id,
        mode=chosen,
        above_capacity=above,
        reason=reason.strip(),
        partner_id=fresh.partner_id,
    )
    await ledger.give(fresh, event)
    # Whoever waited behind this person, or in one party with them, may fit now; the queue is read as it became.
    await work.flush()
    promoted = await ledger.promote()
    return Placed(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        mode=chosen,
        above_capacity=above,
        promoted=tuple(place.key for place in promoted),
        version=fresh.version + 1,
    )
