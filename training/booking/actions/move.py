"""Another date: somebody leaves one session for another of the same course, in one step."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import Busy
from training.base.errors import NotFound, Stale
from training.base.ids import human_code
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.actions.book import check_open
from training.booking.actions.cancel import check_leaving, manages
from training.booking.actions.entering import Entry, enter
from training.booking.actions.ledger import Ledger
from training.booking.events import PersonMoved
from training.booking.mails import Addressee, write_to
from training.booking.queries import (
    EnrollmentView,
    find_active,
    get_enrollment,
    is_disabled,
    list_busy,
    list_candidates,
    list_prerequisites,
    list_queue,
    partner_in_audience,
)
from training.booking.queries.asking import count_open
from training.booking.queries.holding import hold_enrolled
from training.booking.rules import (
    MOVABLE,
    Allowed,
    CannotBeBooked,
    EnrollmentOver,
    NoPlaceThere,
    NotMovable,
    PartnerNotInAudience,
    State,
    Waiting,
    accepted_modes,
    cancel_until,
    check_offer_stands,
    decide,
    needs_queue,
    refusal,
)
from training.booking.rules.candidates import UNTOLD
from training.booking.tables import Booking
from training.catalogue.rules import Mode
from training.schedule.queries import get_session, list_meetings, lock_session
from training.schedule.rules.sessions import SessionView


class Target(Frozen, frozen=True, kw_only=True):
    """Where to, in which modes (best first; none means any), and what was accepted (see `book.Order`)."""

    session_id: UUID
    accepts: tuple[Mode, ...] = ()
    accept_clashes: bool = False
    waive: str = ""


class MovedOver(Frozen, frozen=True, kw_only=True):
    """An enrollment that was left for another one, and who moved up where a place became free."""

    enrollment_id: UUID
    session_id: UUID
    new_enrollment_id: UUID
    new_session_id: UUID
    title: str
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str
    mode: Mode
    promoted: tuple[UUID, ...]
    cancel_until: datetime | None = None
    version: int = 1


async def move_over(
    work: Work, enrollment_id: UUID, target: Target, *, expected_version: int | None = None
) -> MovedOver:
    """Leave one session and take a free place in another of the same course, at once or not at all.

    Leaving obeys the cancellation deadline, coming obeys all that a booking does; nobody who waits there is overtaken,
    and there is no moving to a waitlist. Both sessions are locked in the order of their ids, so two who change places
    never wait for each other. Raises NotFound, Stale, EnrollmentOver, CancellationTooLate, NotMovable, BookingNotOpen,
    PartnerNotInAudience, ModeNotOffered, CannotBeBooked, NoPlaceThere.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    there = await _open_target(work, found, target)
    await hold_enrolled(found.person_id, found.partner_id, found.membership_id)
    locked = {key: await lock_session(key) for key in sorted((found.session_id, there.id))}
    if locked[there.id].version != there.version:
        # Somebody edited, moved or cancelled it between reading and locking: begin again with what is true now.
        raise Busy("the session changed meanwhile")
    here, ledger = Ledger(work, locked[found.session_id]), Ledger(work, locked[there.id])
    fresh = await get_enrollment(work.actor, enrollment_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    if fresh.state not in MOVABLE:
        raise EnrollmentOver(state=fresh.state)
    check_offer_stands(fresh.state, fresh.keeps_until, work.now)
    check_leaving(work, fresh)
    # Gone from here first: whoever moves is not busy with what they leave.
    freed = await here.leave(fresh, State.CANCELLED, "Moved to another session.", undoable=False)
    await work.flush()
    person = await _judged(work, fresh, target)
    mode = await _free_place(ledger, fresh, there, target)
    meetings = await list_meetings([there.id])
    to = enter(ledger, _entry(work, fresh, person, mode, ledger), meetings)
    event = PersonMoved(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        person_id=fresh.person_id,
        new_enrollment_id=to.id,
        new_session_id=there.id,
        freed=freed,
        partner_id=fresh.partner_id,
    )
    work.emit(event)
    left: dict[str, Any] = {"was_title": fresh.session_title, "was_at": fresh.starts_at, "was_ends_at": fresh.ends_at}
    left["needed"] = (await count_open(there.id, [fresh.person_id])).get(fresh.person_id, 0)
    await write_to(work, "moved-over", to, locked[there.id], mode, meetings, was_zone=fresh.zone, **left)
    await work.flush()
    promoted = await here.promote()
    return MovedOver(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        new_enrollment_id=to.id,
        new_session_id=there.id,
        title=there.title,
        starts_at=there.starts_at,
        ends_at=there.ends_at,
        zone=there.zone,
        cancel_until=cancel_until(there.starts_at, there.cancellation_hours) if there.starts_at else None,
        mode=mode,
        promoted=tuple(place.key for place in promoted),
    )


async def _open_target(work: Work, found: EnrollmentView, target: Target) -> SessionView:
    """The other session, when this viewer may bring this person there."""
    here, there = await get_session(work.actor, found.session_id), await get_session(work.actor, target.session_id)
    if here.id == there.id or here.course_id != there.course_id:
        raise NotMovable
    check_open(there, work.now)
    if found.partner_id is None:
        if there.audience != "public" or not there.self_enrollment:
            raise NotMovable
    elif not await partner_in_audience(there.id, there.program_id, found.partner_id, there.audience):
        raise PartnerNotInAudience
    return there


async def _judged(work: Work, fresh: EnrollmentView, target: Target) -> Addressee:
    """Whom to write to there. Raises CannotBeBooked for what stands against the person there."""
    waives = bool(target.waive.strip()) and manages(work.actor, fresh)
    if fresh.partner_id is None:
        if await is_disabled(fresh.person_id):
            raise CannotBeBooked(UNTOLD[1], reason=UNTOLD[0])
        if await find_active(target.session_id, fresh.person_id) is not None:
            raise CannotBeBooked("There is a place or a spot on the waitlist there already.", reason="already-enrolled")
        if not target.accept_clashes and await list_busy(target.session_id, [fresh.person_id]):
            raise CannotBeBooked("There is something else at that time already.", reason="clash")
        missing = [m for m in await list_prerequisites(target.session_id, fresh.person_id) if not m.fulfilled]
        if missing and not waives:
            raise CannotBeBooked(f"“{missing[0].title}” comes first.", reason="course-missing")
        return Addressee(
            id=fresh.id,
            person_id=fresh.person_id,
            person_zone=fresh.person_zone,
            person_locale=fresh.person_locale,
            partner_id=fresh.partner_id,
            name=fresh.name,
            email=fresh.email,
        )
    if fresh.membership_id is None:
        raise NotFound
    found = await list_candidates(target.session_id, fresh.partner_id, [fresh.membership_id])
    if not found:
        raise CannotBeBooked(f"{fresh.name} is not in this organization any more.", reason="membership-ended")
    allowed = Allowed(clashes=target.accept_clashes, lacking=waives)
    if against := refusal(found[0], fresh.partner_id, allowed):
        raise CannotBeBooked(f"{fresh.name}: {against[1]}", reason=against[0])
    return Addressee(
        id=fresh.id,
        person_id=fresh.person_id,
        person_zone=fresh.person_zone,
        person_locale=fresh.person_locale,
        partner_id=fresh.partner_id,
        name=fresh.name,
        email=fresh.email,
    )


async def _free_place(ledger: Ledger, fresh: EnrollmentView, there: SessionView, target: Target) -> Mode:
    accepts = accepted_modes(there.mode, target.accepts)
    newcomer = Waiting(key=fresh.id, party=fresh.id, together=False, accepts=accepts)
    queue = await list_queue(there.id) if needs_queue(ledger.standing, [newcomer]) else ()
    given = decide(ledger.standing, [newcomer], queue)
    if not given:
        raise NoPlaceThere(session_id=there.id)
    return given[0].mode


def _entry(work: Work, fresh: EnrollmentView, person: Addressee, mode: Mode, ledger: Ledger) -> Entry:
    """The enrollment there, in a booking of its own: a booking belongs to one session."""
    booking_id = work.new_id()
    work.add(
        Booking,
        id=booking_id,
        code=human_code(),
        session_id=ledger.session.id,
        partner_id=fresh.partner_id,
        booked_by=work.actor.person_id,
        created_at=work.now,
    )
    return Entry(
        booking_id=booking_id,
        person_id=person.person_id,
        partner_id=fresh.partner_id,
        membership_id=fresh.membership_id,
        name=person.name,
        email=person.email,
        person_zone=person.person_zone,
        person_locale=person.person_locale,
        accepts=(mode,),
        mode=mode,
        state=State.ENROLLED,
        arrival=ledger.arrive(),
        follows_id=fresh.id,
    )
