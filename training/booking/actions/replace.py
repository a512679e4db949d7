"""Somebody else instead: a place passes from one person of a partner to another without being free in between."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from training.base.database import Busy
from training.base.errors import Conflict, NotFound, Stale
from training.base.structs import Frozen, Viewer
from training.base.work import Work
from training.booking.actions.cancel import manages
from training.booking.actions.entering import Entry, enter
from training.booking.actions.ledger import Ledger
from training.booking.actions.wanted import member_wanted
from training.booking.events import PersonReplaced
from training.booking.mails import write_to
from training.booking.queries import (
    EnrollmentView,
    find_active,
    find_first_course,
    find_members_at,
    get_enrollment,
    list_candidates,
)
from training.booking.queries.asking import count_open
from training.booking.queries.holding import hold_members
from training.booking.rules import (
    Allowed,
    Candidate,
    CannotBeBooked,
    SamePerson,
    State,
    Wanted,
    check_before_start,
    check_offer_stands,
    check_replaceable,
    refusal,
    unpack_modes,
)
from training.booking.rules.candidates import told_of_newcomer
from training.catalogue.rules import Mode
from training.outbox.actions import withdraw
from training.people.rules import Permission, fold_email, may
from training.schedule.queries import list_meetings, lock_session


class Replaced(Frozen, frozen=True, kw_only=True):
    """A place that passed to somebody else, and who moved up because that person had waited for another."""

    enrollment_id: UUID
    session_id: UUID
    new_enrollment_id: UUID
    name: str
    mode: Mode
    left_waitlist: bool
    promoted: tuple[UUID, ...]
    version: int = 1


class ReplacePreview(Frozen, frozen=True, kw_only=True):
    """What replacing somebody by a newcomer would come to, as far as can be told before: `first` names the course that
    they may lack."""

    name: str
    mode: Mode | None
    first: str | None = None
    left_waitlist: bool = False
    promoted: tuple[UUID, ...] = ()


class Substitute(Frozen, frozen=True, kw_only=True):
    """Who comes instead, and what whoever books has accepted: `accept_clashes`, or a manager's reason to `waive`."""

    person: Wanted
    accept_clashes: bool = False
    waive: str = ""


async def replace_person(
    work: Work, enrollment_id: UUID, instead: Substitute, *, expected_version: int | None = None
) -> Replaced:
    """Give the place of an enrollment to somebody else of the same partner, until the session starts.

    The cancellation deadline does not matter, because no place comes back. What the new person must bring is judged as
    in a booking. If they waited for this session through the same partner, they leave the list. For coordinators of the
    partner and managers. Raises NotFound, NotReplaceable, SessionBegun, SamePerson, CannotBeBooked, Stale.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    partner_id = _partner_of(work.actor, found)
    member_id, newcomer = await member_wanted(work, partner_id, instead.person)
    await hold_members(partner_id, [member_id])
    ledger = Ledger(work, await lock_session(found.session_id))
    fresh = await get_enrollment(work.actor, enrollment_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    check_before_start(fresh.session_state, fresh.starts_at, work.now)
    check_replaceable(fresh.state, fresh.partner_id)
    check_offer_stands(fresh.state, fresh.keeps_until, work.now)
    mode = fresh.holds
    if mode is None:
        raise Busy("a place without a mode")
    person = await _judged(work, fresh, (member_id, newcomer), instead)
    waited = await _leave_waitlist(ledger, fresh, person)
    to = await _pass_on(ledger, fresh, mode, (person, instead.waive.strip() if person.lacks else ""))
    await work.flush()
    promoted = await ledger.promote() if waited else []
    return Replaced(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        new_enrollment_id=to,
        name=person.name,
        mode=mode,
        left_waitlist=waited,
        promoted=tuple(place.key for place in promoted),
    )


async def preview_replacing(
    viewer: Viewer, found: EnrollmentView, instead: Substitute, expected_version: int, now: datetime
) -> ReplacePreview | None:
    """What replacing comes to when somebody new to the partner is to come; None for members, who can be rehearsed.

    Nothing of what stands against a newcomer is looked at: it would leave no trace, so anybody could be asked about.
    Raises as `replace_person` for everything else.
    """
    partner_id = _partner_of(viewer, found)
    if instead.person.membership_id is not None:
        return None
    email = fold_email(instead.person.email)
    if await find_members_at(partner_id, [email], accounts=False):
        return None
    if expected_version != found.version:
        raise Stale(version=found.version, state=found.state)
    check_before_start(found.session_state, found.starts_at, now)
    check_replaceable(found.state, found.partner_id)
    check_offer_stands(found.state, found.keeps_until, now)
    first = await find_first_course(found.session_id)
    return ReplacePreview(name=instead.person.name or email, mode=found.holds, first=first)


async def _pass_on(ledger: Ledger, fresh: EnrollmentView, mode: Mode, comes: tuple[Candidate, str]) -> UUID:
    """End the one enrollment and write the other (`comes`: who, and why in spite of a missing course); tell both."""
    work, (person, reason) = ledger.work, comes
    ledger.drop(fresh, State.CANCELLED, "Somebody else takes part instead.", undoable=False)
    await work.execute("DELETE FROM occupancy WHERE source_id = {}", fresh.id)
    await withdraw(work, f"enrollment:{fresh.id}")
    meetings = await list_meetings([fresh.session_id])
    entry = Entry(
        booking_id=fresh.booking_id,
        person_id=person.person_id,
        partner_id=fresh.partner_id,
        membership_id=person.membership_id,
        name=person.name,
        email=person.email,
        person_zone=person.person_zone,
        person_locale=person.person_locale,
        accepts=unpack_modes(fresh.accepts),
        mode=mode,
        state=State.ENROLLED,
        arrival=ledger.arrive(),
        reason=reason,
        follows_id=fresh.id,
        takes=False,
    )
    to = enter(ledger, entry, meetings)
    event = PersonReplaced(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        person_id=fresh.person_id,
        new_enrollment_id=to.id,
        new_person_id=person.person_id,
        partner_id=fresh.partner_id,
    )
    work.emit(event, before={"state": fresh.state}, after={"state": State.CANCELLED})
    by = work.actor.name
    await write_to(work, "cancelled", fresh, ledger.session, reason="Somebody else takes part instead.", by=by)
    needed = (await count_open(fresh.session_id, [person.person_id])).get(person.person_id, 0)
    await write_to(work, "enrolled", to, ledger.session, mode, meetings, booked_by=by, needed=needed)
    return to.id


def _partner_of(viewer: Viewer, found: EnrollmentView) -> UUID:
    """The partner for which the viewer may replace somebody. The person alone cannot name who comes instead."""
    check_replaceable(State.ENROLLED, found.partner_id)
    if found.partner_id is None or not (
        may(viewer, Permission.PLACES_BOOK, found.partner_id) or manages(viewer, found)
    ):
        raise NotFound
    return found.partner_id


async def _judged(work: Work, fresh: EnrollmentView, who: tuple[UUID, bool], instead: Substitute) -> Candidate:
    """The new person (`who`: member, and whether just now), when nothing stands against them. To wait for this session
    already is no reason."""
    member_id, newcomer = who
    if fresh.partner_id is None:
        raise NotFound
    candidates = await list_candidates(fresh.session_id, fresh.partner_id, [member_id])
    if not candidates:
        raise NotFound("This person is not in your organization.")
    person = candidates[0]
    if person.person_id == fresh.person_id:
        raise SamePerson
    waives = bool(instead.waive.strip()) and manages(work.actor, fresh)
    allowed = Allowed(clashes=instead.accept_clashes, lacking=waives)
    own_wait = person.enrolled_state == State.WAITLISTED and person.enrolled_by_partner == fresh.partner_id
    if against := refusal(replace(person, enrolled_state=None) if own_wait else person, fresh.partner_id, allowed):
        hidden = newcomer and not manages(work.actor, fresh)
        told = told_of_newcomer(against, await find_first_course(fresh.session_id)) if hidden else against
        error = CannotBeBooked(f"{person.name}: {told[1]}", reason=told[0])
        error.newcomers = int(newcomer)
        raise error
    return person


async def _leave_waitlist(ledger: Ledger, fresh: EnrollmentView, person: Candidate) -> bool:
    if person.enrolled_state != State.WAITLISTED:
        return False
    waiting = await find_active(fresh.session_id, person.person_id)
    if waiting is None:
        raise Conflict
    entry = await get_enrollment(ledger.work.actor, waiting)
    await ledger.leave(entry, State.CANCELLED, "Takes part instead of somebody else.", undoable=False)
    # The unique index allows one active enrollment of a person: this one must be over before the next is written.
    await ledger.work.flush()
    return True
