"""Answering an offer, and what happens when nobody answers in time."""

from uuid import UUID

from training.base.errors import Stale
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.booking.actions.ledger import Ledger
from training.booking.events import EnrollmentExpired, OfferTaken
from training.booking.mails import write_to
from training.booking.queries import find_expired, get_enrollment
from training.booking.queries.asking import count_open
from training.booking.rules import EnrollmentOver, NothingToAnswer, State, check_before_start
from training.booking.tables import Enrollment
from training.catalogue.rules import Mode
from training.schedule.queries import list_meetings, lock_session


class Taken(Frozen, frozen=True, kw_only=True):
    """An offered place that somebody took."""

    enrollment_id: UUID
    session_id: UUID
    mode: Mode
    version: int


async def take_offer(work: Work, enrollment_id: UUID, *, expected_version: int | None = None) -> Taken:
    """Take a place that was offered, although there is something else at that time. To decline it is to cancel it.

    An offer counts until its time is over, even when the tick that ends it has not come yet, and never once the session
    has begun, however its times were changed since. Raises NotFound, Stale, EnrollmentOver, NothingToAnswer,
    SessionBegun.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    session = await lock_session(found.session_id)
    fresh = await get_enrollment(work.actor, enrollment_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    if fresh.session_state in ("closed", "cancelled"):
        raise EnrollmentOver(state=fresh.state)
    mode = fresh.holds
    if fresh.state is not State.OFFERED or mode is None or fresh.keeps_until is None or fresh.keeps_until <= work.now:
        raise NothingToAnswer(state=fresh.state)
    check_before_start(fresh.session_state, fresh.starts_at, work.now)
    work.change(
        Enrollment,
        fresh.id,
        state=State.ENROLLED,
        state_at=work.now,
        state_reason="The offered place was taken.",
        keeps_until=None,
        version=Add(1),
    )
    await work.execute("UPDATE occupancy SET kind = 'learner' WHERE source_id = {}", fresh.id)
    event = OfferTaken(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        person_id=fresh.person_id,
        partner_id=fresh.partner_id,
    )
    work.emit(event, before={"state": fresh.state}, after={"state": State.ENROLLED})
    needed = (await count_open(session.id, [fresh.person_id])).get(fresh.person_id, 0)
    await write_to(work, "promoted", fresh, session, mode, await list_meetings([session.id]), needed=needed)
    return Taken(enrollment_id=fresh.id, session_id=fresh.session_id, mode=mode, version=fresh.version + 1)


async def expire_enrollment(work: Work, enrollment_id: UUID) -> bool:
    """End a request that nobody confirmed or an offer that nobody answered, and give its place to whoever is next.

    For the worker. False when it was confirmed, answered or ended meanwhile: it is read again under the lock.
    """
    session_id = await find_expired(enrollment_id, work.now)
    if session_id is None:
        return False
    ledger = Ledger(work, await lock_session(session_id))
    if await find_expired(enrollment_id, work.now) is None:
        return False
    found = await get_enrollment(work.actor, enrollment_id)
    requested = found.state is State.REQUESTED
    state = State.CANCELLED if requested else State.DECLINED
    reason = "Not confirmed in time." if requested else "Not answered in time."
    freed = await ledger.leave(found, state, reason, undoable=False)
    event = EnrollmentExpired(
        enrollment_id=found.id, session_id=session_id, person_id=found.person_id, state=state, freed=freed
    )
    work.emit(event)
    await write_to(work, "expired", found, ledger.session, requested=requested)
    await work.flush()
    await ledger.promote()
    return True
