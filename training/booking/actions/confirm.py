"""Taking part by one's own wish: confirming what was asked for by mail, or at once for somebody who is signed in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import Busy
from training.base.errors import SignInRequired
from training.base.ids import human_code
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.booking.actions.asking import record_answers
from training.booking.actions.entering import Entry, enter
from training.booking.actions.ledger import Ledger, standing_of
from training.booking.events import SelfEnrolled
from training.booking.mails import write_to
from training.booking.queries import EnrollmentView, get_enrollment, list_busy, list_contacts, list_prerequisites
from training.booking.queries.asking import list_asked
from training.booking.queries.candidates import Busy as Elsewhere
from training.booking.queries.holding import hold_person
from training.booking.queries.queue import find_active, list_queue
from training.booking.queries.requests import list_own_partners
from training.booking.rules import EnrollmentOver, State, Waiting, accepted_modes, decide, needs_queue, unpack_modes
from training.booking.rules.asking import Given, judge_answers
from training.booking.rules.requests import (
    AlreadyTakesPart,
    CourseMissing,
    OnlyForPartners,
    OwnPartner,
    RequestOver,
    WouldClash,
    check_confirming,
    check_self_enrollment,
    chosen_partner,
)
from training.booking.tables import Booking, Enrollment
from training.catalogue.rules import Audience, Mode
from training.people.actions import use_link
from training.people.events import PersonChanged
from training.people.queries import get_person, is_new_account
from training.people.rules import LinkUnknown, NotWithAToken, Purpose, clean_name, own_id
from training.people.tables import Person
from training.schedule.queries import get_session, list_meetings, lock_session
from training.schedule.rules.sessions import Session


class Choice(Frozen, frozen=True, kw_only=True):
    """What somebody says when they confirm. `partner_id`: for whom they take part; none is for themselves.

    `name` corrects the name of an account that nobody has used yet. `given` are answers and consents by their fields.
    """

    partner_id: UUID | None = None
    accept_clashes: bool = False
    name: str = ""
    given: Given = {}


class TakenPart(Frozen, frozen=True, kw_only=True):
    """What came of it: a place in a mode, or a spot on the waitlist at a position."""

    enrollment_id: UUID
    session_id: UUID
    partner_id: UUID | None
    state: State
    mode: Mode | None
    position: int | None
    link_generation: int
    version: int


async def confirm_request(work: Work, token: str, choice: Choice) -> TakenPart:
    """Confirm a request by its mailed link, which is used up: the place that was kept is theirs; where none was, the
    rule decides now. The actor is the person to whom the link was mailed (`guests.guest_of`).

    Raises LinkUnknown, LinkUsed, LinkExpired, RequestOver, BookingNotOpen, PartnerNotChosen, WouldClash, Invalid.
    """
    if work.actor.person_id is not None:
        # Before the link: switching an account off takes these two in this order.
        await hold_person(work.actor.person_id)
    link = await use_link(work, token, Purpose.CONFIRM)
    if link.subject_id is None or link.person_id != work.actor.person_id:
        raise LinkUnknown
    found = await get_enrollment(work.actor, link.subject_id)
    ledger = Ledger(work, await lock_session(found.session_id))
    await _correct_name(work, link.person_id, choice.name)
    return await _confirm(ledger, await get_enrollment(work.actor, found.id), choice)


async def _confirm(ledger: Ledger, fresh: EnrollmentView, choice: Choice) -> TakenPart:
    work, session = ledger.work, ledger.session
    if fresh.state is not State.REQUESTED or fresh.keeps_until is None or fresh.keeps_until <= work.now:
        raise RequestOver if fresh.state in (State.REQUESTED, State.CANCELLED) else EnrollmentOver(state=fresh.state)
    check_confirming(session, work.now, kept=fresh.holds is not None)
    partner = await _judge(session, fresh.person_id, choice)
    accepts = unpack_modes(fresh.accepts)
    mode = fresh.holds or await _decided(ledger, fresh.id, accepts)
    if mode is None:
        ledger.wait(accepts)
    elif fresh.holds is None:
        ledger.take(mode)
    work.change(
        Enrollment,
        fresh.id,
        state=State.ENROLLED if mode else State.WAITLISTED,
        mode=mode or "",
        # Whoever keeps no place queues from now on, and not from when an address was typed.
        arrival=fresh.arrival if mode else ledger.arrive(),
        partner_id=partner.id if partner else None,
        membership_id=partner.membership_id if partner else None,
        state_at=work.now,
        state_reason="",
        keeps_until=None,
        version=Add(1),
    )
    work.change(Booking, fresh.booking_id, partner_id=partner.id if partner else None, booked_by=fresh.person_id)
    if mode:
        await work.execute("UPDATE occupancy SET kind = 'learner' WHERE source_id = {}", fresh.id)
    return await _told(ledger, fresh.id, partner, mode, choice)


async def take_part(
    work: Work, session_id: UUID, choice: Choice, *, accepts: Sequence[Mode] = (), access_code: str = ""
) -> TakenPart:
    """Take part at once, for somebody who is signed in. A request that they made by mail is confirmed by this.

    Raises SignInRequired, NotFound, SelfEnrollmentOff, BookingNotOpen, ModeNotOffered, OnlyForPartners,
    PartnerNotChosen, CourseMissing, AlreadyTakesPart, WouldClash, Invalid.
    """
    person_id = own_id(work.actor)
    seen = await get_session(work.actor, session_id, access_code)
    check_self_enrollment(seen, work.now)
    modes = accepted_modes(seen.mode, accepts)
    by_code = bool(access_code) and access_code == seen.access_code
    await check_audience(seen, person_id, by_code=by_code)
    if not await hold_person(person_id):
        raise SignInRequired
    ledger = Ledger(work, await lock_session(session_id))
    if ledger.session.version != seen.version:
        raise Busy("the session changed meanwhile")
    if active := await find_active(session_id, person_id):
        fresh = await get_enrollment(work.actor, active)
        if fresh.state is not State.REQUESTED:
            raise AlreadyTakesPart(state=fresh.state)
        return await _confirm(ledger, fresh, choice)
    missing = [one for one in await list_prerequisites(session_id, person_id) if not one.fulfilled]
    if missing:
        titles = "” and “".join(one.title for one in missing)
        raise CourseMissing(f"“{titles}” comes first.", courses=[one.course_id for one in missing])
    partner = await _judge(ledger.session, person_id, choice)
    mode = await _decided(ledger, person_id, modes)
    enrollment_id = await _enter(ledger, partner, modes, mode)
    return await _told(ledger, enrollment_id, partner, mode, choice)


async def check_audience(session: Session, person_id: UUID, *, by_code: bool) -> None:
    """Raise OnlyForPartners unless the session is public, a confirmed partner of the person is in its audience, or they
    come by its access code."""
    if session.audience is Audience.PUBLIC or by_code:
        return
    if not await list_own_partners(session, person_id):
        raise OnlyForPartners


async def _judge(session: Session, person_id: UUID, choice: Choice) -> OwnPartner | None:
    """For whom; and whether they know what else they take part in then."""
    partner = chosen_partner(session.audience, await list_own_partners(session, person_id), choice.partner_id)
    busy: list[Elsewhere] = await list_busy(session.id, [person_id])
    if busy and not choice.accept_clashes:
        raise WouldClash(titles=[one.title for one in busy])
    return partner


async def _decided(ledger: Ledger, key: UUID, accepts: tuple[Mode, ...]) -> Mode | None:
    standing = ledger.standing
    newcomer = Waiting(key=key, party=key, together=False, accepts=accepts)
    queue = await list_queue(ledger.session.id) if needs_queue(standing, [newcomer]) else ()
    given = decide(standing, [newcomer], queue)
    return given[0].mode if given else None


async def _enter(ledger: Ledger, partner: OwnPartner | None, accepts: tuple[Mode, ...], mode: Mode | None) -> UUID:
    work, session = ledger.work, ledger.session
    person_id, booking_id = own_id(work.actor), work.new_id()
    partner_id = partner.id if partner else None
    work.add(
        Booking,
        id=booking_id,
        code=human_code(),
        session_id=session.id,
        partner_id=partner_id,
        booked_by=person_id,
        created_at=work.now,
    )
    entry = Entry(
        booking_id=booking_id,
        person_id=person_id,
        partner_id=partner_id,
        membership_id=partner.membership_id if partner else None,
        name="",
        email="",
        person_zone=work.actor.zone,
        accepts=accepts,
        mode=mode,
        state=State.ENROLLED if mode else State.WAITLISTED,
        arrival=ledger.arrive(),
    )
    return enter(ledger, entry, await list_meetings([session.id])).id


async def _told(
    ledger: Ledger, enrollment_id: UUID, partner: OwnPartner | None, mode: Mode | None, choice: Choice
) -> TakenPart:
    """Keep what they answered, say what happened, and write to them."""
    work, session = ledger.work, ledger.session
    person_id = own_id(work.actor)
    await work.flush()
    asked = await list_asked(session.id, person_id)
    in_person = work.actor.token_id is None
    if not in_person and any(terms.required and terms.agreed_at is None for terms in asked.terms):
        # A program cannot agree to anything for a person.
        raise NotWithAToken
    answers = judge_answers(asked, choice.given, person_answers=in_person)
    await record_answers(work, enrollment_id, person_id, answers)
    partner_id = partner.id if partner else None
    event = SelfEnrolled(
        enrollment_id=enrollment_id, session_id=session.id, person_id=person_id, partner_id=partner_id, mode=mode
    )
    state = State.ENROLLED if mode else State.WAITLISTED
    work.emit(event, after={"state": state, "mode": mode or ""})
    (to,) = await list_contacts(session.id, [enrollment_id])
    meetings = await list_meetings([session.id])
    position = None if mode else ledger.queue_length
    if mode:
        await write_to(work, "enrolled", to, session, mode, meetings, booked_by="")
    else:
        await write_to(work, "waitlisted", to, session, None, meetings, booked_by="", position=position)
    version = (await get_enrollment(work.actor, enrollment_id)).version
    return TakenPart(
        enrollment_id=enrollment_id,
        session_id=session.id,
        partner_id=partner_id,
        state=state,
        mode=mode,
        position=position,
        link_generation=to.link_generation,
        version=version,
    )


async def _correct_name(work: Work, person_id: UUID, name: str) -> None:
    """Whoever holds the link owns the mailbox; what a stranger typed as their name need not stay."""
    person, corrected = await get_person(person_id), clean_name(name)
    if corrected and corrected != person.name and await is_new_account(person_id):
        work.change(Person, person_id, name=corrected)
        event = PersonChanged(person_id=person_id, renamed=True)
        work.emit(event, before={"name": person.name}, after={"name": corrected})


class Foreseen(Frozen, frozen=True, kw_only=True):
    """What taking part would come to right now: a place in a mode, or a position on the waitlist."""

    mode: Mode | None
    position: int | None


async def foresee(session: Session, accepts: tuple[Mode, ...], now: datetime) -> Foreseen:
    """What the rule would say right now, changing nothing. Somebody else may be faster."""
    standing = standing_of(session, now)
    newcomer = Waiting(key=session.id, party=session.id, together=False, accepts=accepts)
    queue = await list_queue(session.id) if needs_queue(standing, [newcomer]) else ()
    given = decide(standing, [newcomer], queue)
    return Foreseen(mode=given[0].mode, position=None) if given else Foreseen(mode=None, position=session.waiting + 1)
