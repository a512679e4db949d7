"""Taking back what was done a moment ago: a cancellation, or a whole booking."""

from uuid import UUID

from training.base.errors import NotFound, Stale
from training.base.structs import Frozen, Viewer
from training.base.work import Add, Work
from training.booking.actions.cancel import manages
from training.booking.actions.ledger import Ledger
from training.booking.events import BookingUndone, EnrollmentRestored
from training.booking.mails import write_to
from training.booking.queries import (
    EnrollmentView,
    find_active,
    get_booking,
    get_enrollment,
    is_disabled,
    list_busy,
    list_candidates,
    list_open_of_booking,
    list_people_of_booking,
)
from training.booking.queries.holding import hold_enrolled
from training.booking.rules import (
    CAN_LEAVE,
    PLACE_MODES,
    UNDO_WINDOW,
    EnrollmentOver,
    NothingToUndo,
    PlaceTakenMeanwhile,
    State,
    UndoTooLate,
    offered_until,
    unpack_modes,
)
from training.booking.rules.candidates import UNTOLD
from training.booking.rules.refusals import WAITS_FIRST
from training.booking.tables import Enrollment, OpenPlace
from training.catalogue.rules import Mode
from training.schedule.queries import list_meetings, lock_session


class Restored(Frozen, frozen=True, kw_only=True):
    """An enrollment as it is again."""

    enrollment_id: UUID
    session_id: UUID
    state: State
    mode: Mode | None
    version: int


class Undone(Frozen, frozen=True, kw_only=True):
    """A booking that was taken back: how many people and open places it had, and who moved up."""

    booking_id: UUID
    session_id: UUID
    enrollments: int
    open_places: int
    promoted: tuple[UUID, ...]


async def undo_cancellation(work: Work, enrollment_id: UUID, *, expected_version: int | None = None) -> Restored:
    """Give somebody back what a cancellation of the last half hour ended: the place, if it is still free; or the spot.

    A spot on the waitlist is the same as before, because its number in the order of arrival was never given to anybody.
    What a manager removed, only a manager brings back. Raises NotFound, Stale, EnrollmentOver, NothingToUndo,
    UndoTooLate, PlaceTakenMeanwhile.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    await hold_enrolled(found.person_id, found.partner_id, found.membership_id)
    ledger = Ledger(work, await lock_session(found.session_id))
    fresh = await get_enrollment(work.actor, enrollment_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    await _check_undo(work, ledger, fresh)
    mode = await _place_again(ledger, fresh)
    state = State.WAITLISTED if mode is None else await _kept_as(work, fresh)
    asked = state is State.OFFERED
    why = "The cancellation was undone, and the person is asked." if asked else "The cancellation was undone."
    until = offered_until(work.now, fresh.starts_at) if asked else None
    work.change(
        Enrollment,
        fresh.id,
        state=state,
        mode=mode or "",
        state_at=work.now,
        state_reason=why,
        keeps_until=until,
        was_state="",
        was_mode="",
        version=Add(1),
    )
    if mode:
        ledger.take(mode)
    else:
        ledger.wait(unpack_modes(fresh.accepts))
    meetings = await list_meetings([fresh.session_id])
    ledger.occupy(fresh.person_id, fresh.id, meetings, waits=state is not State.ENROLLED)
    event = EnrollmentRestored(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        person_id=fresh.person_id,
        state=state,
        partner_id=fresh.partner_id,
    )
    work.emit(event, before={"state": fresh.state}, after={"state": state, "mode": mode or ""})
    if asked:
        await write_to(work, "offered", fresh, ledger.session, mode, meetings, keeps_until=until)
    else:
        await write_to(work, "restored", fresh, ledger.session, mode, meetings, waits=mode is None)
    await work.flush()
    # A place may have become free for this very spot while it was given up.
    await ledger.promote()
    return Restored(
        enrollment_id=fresh.id, session_id=fresh.session_id, state=state, mode=mode, version=fresh.version + 1
    )


async def _kept_as(work: Work, fresh: EnrollmentView) -> State:
    """Enrolled again; or asked, when the person is busy by now (or was only asked before) and somebody else acts."""
    if fresh.person_id == work.actor.person_id:
        return State.ENROLLED
    busy = fresh.was_state == State.OFFERED or await list_busy(fresh.session_id, [fresh.person_id])
    return State.OFFERED if busy else State.ENROLLED


async def _still_belongs(ledger: Ledger, fresh: EnrollmentView) -> bool:
    """Whether the partner may still book this person here, and the session is still held in a mode they accept."""
    offered = {mode for mode in PLACE_MODES if ledger.standing.capacity.get(mode, 0) > 0}
    wanted = {Mode(fresh.was_mode)} if fresh.was_mode else set(unpack_modes(fresh.accepts))
    if not wanted & offered:
        return False
    if fresh.partner_id is None or fresh.membership_id is None:
        return True
    found = await list_candidates(fresh.session_id, fresh.partner_id, [fresh.membership_id])
    # Whoever came in by a code was invited with that booking.
    return bool(found) and found[0].admitted


async def _check_undo(work: Work, ledger: Ledger, fresh: EnrollmentView) -> None:
    by_manager = fresh.state is State.REMOVED
    if fresh.state not in (State.CANCELLED, State.DECLINED, State.REMOVED) or fresh.was_state not in CAN_LEAVE:
        raise NothingToUndo(state=fresh.state)
    if by_manager and not manages(work.actor, fresh):
        raise NothingToUndo(state=fresh.state)
    if fresh.session_state not in ("published", "confirmed") or (fresh.starts_at and fresh.starts_at <= work.now):
        raise EnrollmentOver("This session has begun or is over, so nothing can be taken back.", state=fresh.state)
    if work.now > fresh.state_at + UNDO_WINDOW:
        raise UndoTooLate
    await _check_person(work, fresh)
    if not await _still_belongs(ledger, fresh):
        raise NothingToUndo("What was given up here cannot be had in this way any more.", state=fresh.state)


async def _check_person(work: Work, fresh: EnrollmentView) -> None:
    """Raise NothingToUndo for somebody who is in this session again, or whose account is switched off. Only who may
    see that other place is told of it; for others both are the one sentence of a verdict."""
    other = await find_active(fresh.session_id, fresh.person_id)
    if other is not None and await _sees(work.actor, other):
        raise NothingToUndo("This person has another place or spot in this session by now.", state=fresh.state)
    if other is not None or await is_disabled(fresh.person_id):
        raise NothingToUndo(UNTOLD[1], state=fresh.state)


async def _sees(viewer: Viewer, enrollment_id: UUID) -> bool:
    try:
        await get_enrollment(viewer, enrollment_id)
    except NotFound:
        return False
    return True


async def _place_again(ledger: Ledger, fresh: EnrollmentView) -> Mode | None:
    """The mode in which the place is had again; None for somebody who waited. Nobody who waits is overtaken."""
    if fresh.was_state == State.WAITLISTED or not fresh.was_mode:
        return None
    mode = Mode(fresh.was_mode)
    if not await ledger.has_room(fresh.id, mode):
        raise PlaceTakenMeanwhile(WAITS_FIRST) if ledger.standing.free[mode] else PlaceTakenMeanwhile
    return mode


async def undo_booking(work: Work, booking_id: UUID) -> Undone:
    """Take a whole booking back within half an hour, whatever the cancellation deadline: all who came in by it and are
    still there leave, and its open places are released. For whoever may book for that partner.

    Raises NotFound, UndoTooLate, NothingToUndo, EnrollmentOver.
    """
    found = await get_booking(work.actor, booking_id)
    ledger = Ledger(work, await lock_session(found.session_id))
    booking = await get_booking(work.actor, booking_id)
    if booking.session_state not in ("published", "confirmed") or (
        booking.starts_at is not None and booking.starts_at <= work.now
    ):
        raise EnrollmentOver("This session has begun or is over, so nothing can be taken back.")
    if work.now > booking.created_at + UNDO_WINDOW:
        raise UndoTooLate
    rows, places = await list_people_of_booking(booking_id), await list_open_of_booking(booking_id)
    leaving = [row for row in rows if row.state in CAN_LEAVE]
    if not leaving and not places:
        raise NothingToUndo
    for row in leaving:
        await ledger.leave(row, State.CANCELLED, "The booking was undone.", undoable=False)
        await write_to(work, "cancelled", row, ledger.session, reason="The booking was undone.", by=work.actor.name)
    for place in places:
        ledger.take(place.mode, -1)
        work.change(
            OpenPlace,
            place.id,
            state="released",
            mode="",
            state_at=work.now,
            state_reason="The booking was undone.",
            version=Add(1),
        )
    event = BookingUndone(
        booking_id=booking_id,
        session_id=booking.session_id,
        enrollments=len(leaving),
        open_places=len(places),
        partner_id=booking.partner_id,
    )
    work.emit(event)
    await work.flush()
    promoted = await ledger.promote()
    return Undone(
        booking_id=booking_id,
        session_id=booking.session_id,
        enrollments=len(leaving),
        open_places=len(places),
        promoted=tuple(place.key for place in promoted),
    )
