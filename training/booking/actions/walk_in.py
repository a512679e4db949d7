"""A place at the door, for somebody who came without one: by the rules of booking, but not by its times.

Judges nobody's right: whoever teaches the session may (attendance/actions/walking_in.py has judged it).
"""

from uuid import UUID

from msgspec.structs import replace

from training.base.database import Busy
from training.base.errors import Conflict
from training.base.ids import human_code
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.booking.actions.entering import Entry, enter
from training.booking.actions.ledger import Ledger
from training.booking.actions.wanted import member_wanted
from training.booking.events import PlaceGiven
from training.booking.mails import came_values, write_to
from training.booking.queries import (
    EnrollmentView,
    find_active,
    find_first_course,
    find_members_at,
    list_busy,
    list_by_ids,
    list_candidates,
    list_prerequisites,
    partner_in_audience,
)
from training.booking.queries.asking import count_open
from training.booking.queries.holding import hold_members, hold_person
from training.booking.rules import (
    Allowed,
    Candidate,
    CannotBeBooked,
    PartnerNotInAudience,
    State,
    accepted_modes,
    place_by_hand,
    refusal,
    unpack_modes,
)
from training.booking.rules.candidates import told_of_newcomer
from training.booking.rules.requests import SelfEnrollmentOff
from training.booking.rules.walk_ins import ON_ROSTER, Comer, ForManagers, NobodyNamed, OnRosterAlready, WalkedIn
from training.booking.tables import Booking, Enrollment
from training.catalogue.rules import Audience, Mode
from training.people.actions import NewPerson, ensure_people
from training.people.queries import get_person, list_people_by_email
from training.people.rules import Permission, clean_name, fold_email, may
from training.schedule.queries import get_session, list_meetings, lock_session
from training.schedule.rules.sessions import Session
from training.schedule.rules.sessions import State as SessionState


class _Known(Frozen, frozen=True, kw_only=True):
    """Who came, and what stands against it. `newcomer`: a typed address, of somebody new to the partner."""

    candidate: Candidate
    membership_id: UUID | None
    newcomer: bool = False


async def walk_in(work: Work, session_id: UUID, comer: Comer) -> WalkedIn:
    """Give somebody who came a place now, also after the start and after the booking deadline, whoever waits.

    Whoever waits, was offered a place or had asked for one gets it in that enrollment. Above the capacity only as far
    as the overbooking allowance, with a reason. What stands against somebody is judged as in a booking. They are
    written to. Raises NotFound, Conflict for a session that is a draft or cancelled, NobodyNamed, PartnerNotInAudience,
    SelfEnrollmentOff, ForManagers, OnRosterAlready, CannotBeBooked, ModeNotOffered, ModeNotWanted, AboveCapacity,
    OverbookingExhausted, AddressUnusable.
    """
    seen = await get_session(work.actor, session_id)
    if seen.state in (SessionState.DRAFT, SessionState.CANCELLED):
        raise Conflict("Nobody can come to this session.")
    # Before anybody is made a member there.
    await _check_audience(seen, comer.partner_id)
    await _check_known(work, seen, comer)
    who = await _person(work, session_id, comer)
    session = await lock_session(session_id)
    if session.version != seen.version:
        raise Busy("the session changed meanwhile")
    ledger = Ledger(work, session)
    if there := await find_active(session_id, who.candidate.person_id):
        (found,) = await list_by_ids([there])
        return await _let_in(ledger, found, comer)
    who = await _judged(work, session, who, comer)
    mode, above = place_by_hand(
        ledger.standing,
        session.overbooking,
        accepted_modes(session.mode, (comer.mode,) if comer.mode else ()),
        comer.mode,
        comer.reason,
    )
    return await _enter(ledger, who, comer, (mode, above))


async def _check_known(work: Work, session: Session, comer: Comer) -> None:
    """Only managers make somebody whom we know a member of an organization by an address typed at the door: nobody of
    that organization is asked. Raises ForManagers, AddressUnusable."""
    typed = comer.person.email if comer.person.membership_id is None else ""
    if comer.partner_id is None or not typed.strip() or may(work.actor, Permission.SESSION_MANAGE, session.program_id):
        return
    email = fold_email(typed)
    if not await find_members_at(comer.partner_id, [email]) and await list_people_by_email([email]):
        raise ForManagers


async def _person(work: Work, session_id: UUID, comer: Comer) -> _Known:
    """The person, found or made, and held, so that nobody else gives them another place at this time meanwhile."""
    wanted = comer.person
    if wanted.membership_id is None and not (wanted.name.strip() and wanted.email.strip()):
        raise NobodyNamed(fields={"name": "A name and an address, please."})
    if comer.partner_id is not None:
        member_id, newcomer = await member_wanted(work, comer.partner_id, wanted)
        await hold_members(comer.partner_id, [member_id])
        candidates = await list_candidates(session_id, comer.partner_id, [member_id])
        if not candidates:
            raise NobodyNamed("This person is not in that organization.")
        return _Known(candidate=candidates[0], membership_id=member_id, newcomer=newcomer)
    if wanted.membership_id is not None:
        raise NobodyNamed("Say for which organization.")
    email = fold_email(wanted.email)
    person_id = (await ensure_people(work, [NewPerson(email=email, name=clean_name(wanted.name))]))[email]
    await work.flush()
    active = await hold_person(person_id)
    person = await get_person(person_id)
    itself = Candidate(
        person_id=person_id,
        membership_id=person_id,
        name=person.name or email,
        email=email,
        person_zone=person.zone,
        disabled=not active and person.disabled_at is not None,
    )
    # Whoever types an address learns no more of it than of somebody new to a partner.
    return _Known(candidate=itself, membership_id=None, newcomer=True)


async def _check_audience(session: Session, partner_id: UUID | None) -> None:
    """A public session is no way into every partner of the platform: only into those that take part or are invited."""
    if partner_id is None:
        if not session.self_enrollment:
            raise SelfEnrollmentOff
        return
    audience = "invited" if session.audience is Audience.INVITED else "participating"
    if not await partner_in_audience(session.id, session.program_id, partner_id, audience):
        raise PartnerNotInAudience


async def _judged(work: Work, session: Session, who: _Known, comer: Comer) -> _Known:
    """The same, when nothing stands against it. Raises CannotBeBooked with what may be told."""
    manages = may(work.actor, Permission.SESSION_MANAGE, session.program_id)
    allowed = Allowed(clashes=comer.accept_clashes, lacking=manages and bool(comer.reason.strip()))
    person = who.candidate
    if comer.partner_id is None:
        person = await _own_standing(session.id, person)
    against = refusal(person, comer.partner_id or person.person_id, allowed)
    if against is None:
        return replace(who, candidate=person)
    if who.newcomer and not manages:
        against = told_of_newcomer(against, await find_first_course(session.id))
    error = CannotBeBooked(f"{comer.person.name or person.name}: {against[1]}", reason=against[0])
    error.newcomers = int(who.newcomer)
    raise error


async def _own_standing(session_id: UUID, person: Candidate) -> Candidate:
    """What stands against somebody who comes for themselves."""
    missing = [
        course.title for course in await list_prerequisites(session_id, person.person_id) if not course.fulfilled
    ]
    busy = await list_busy(session_id, [person.person_id])
    return replace(person, lacks=missing[0] if missing else None, clash_elsewhere=bool(busy))


async def _let_in(ledger: Ledger, found: EnrollmentView, comer: Comer) -> WalkedIn:
    """Somebody who waits, was asked or was offered a place: it is theirs now. Raises OnRosterAlready."""
    if found.state in ON_ROSTER:
        raise OnRosterAlready(enrollment_id=found.id)
    above = False
    mode = found.holds
    if mode is None:
        wished = unpack_modes(found.accepts)
        mode, above = place_by_hand(ledger.standing, ledger.session.overbooking, wished, comer.mode, comer.reason)
    if found.state is State.WAITLISTED:
        event = PlaceGiven(
            enrollment_id=found.id,
            session_id=found.session_id,
            person_id=found.person_id,
            mode=mode,
            above_capacity=above,
            reason=comer.reason.strip(),
            partner_id=found.partner_id,
        )
        await ledger.give(found, event, came=True)
    else:
        await _settle(ledger, found, mode)
    return WalkedIn(
        enrollment_id=found.id,
        session_id=found.session_id,
        person_id=found.person_id,
        partner_id=found.partner_id,
        name=found.name,
        mode=mode,
        above_capacity=above,
        waited=True,
    )


async def _settle(ledger: Ledger, found: EnrollmentView, mode: Mode) -> None:
    """What was only asked or offered is for sure."""
    work = ledger.work
    if found.holds is None:
        ledger.take(mode)
    work.change(
        Enrollment,
        found.id,
        state=State.ENROLLED,
        mode=mode,
        state_at=work.now,
        state_reason="Came.",
        keeps_until=None,
        version=Add(1),
    )
    await work.execute("UPDATE occupancy SET kind = 'learner' WHERE source_id = {}", found.id)
    meetings = await list_meetings([found.session_id])
    needed = (await count_open(found.session_id, [found.person_id])).get(found.person_id, 0)
    settled = replace(found, state=State.ENROLLED)
    by = work.actor.name
    told = came_values(meetings, work.now) | {"booked_by": by, "needed": needed}
    await write_to(work, "enrolled", settled, ledger.session, mode, meetings, **told)


async def _enter(ledger: Ledger, who: _Known, comer: Comer, given: tuple[Mode, bool]) -> WalkedIn:
    work, session, person = ledger.work, ledger.session, who.candidate
    mode, above = given
    booking_id = work.new_id()
    work.add(
        Booking,
        id=booking_id,
        code=human_code(),
        session_id=session.id,
        partner_id=comer.partner_id,
        booked_by=work.actor.person_id,
        note="Came without a place.",
        created_at=work.now,
    )
    entry = Entry(
        booking_id=booking_id,
        person_id=person.person_id,
        partner_id=comer.partner_id,
        membership_id=who.membership_id,
        name=person.name,
        email=person.email,
        person_zone=person.person_zone,
        person_locale=person.person_locale,
        accepts=(mode,),
        mode=mode,
        state=State.ENROLLED,
        arrival=ledger.arrive(),
        reason=comer.reason.strip(),
    )
    meetings = await list_meetings([session.id])
    to = enter(ledger, entry, meetings)
    needed = (await count_open(session.id, [person.person_id])).get(person.person_id, 0)
    told = came_values(meetings, work.now) | {"booked_by": work.actor.name, "needed": needed}
    await write_to(work, "enrolled", to, session, mode, meetings, **told)
    return WalkedIn(
        enrollment_id=to.id,
        session_id=session.id,
        person_id=person.person_id,
        partner_id=comer.partner_id,
        name=person.name,
        mode=mode,
        above_capacity=above,
    )
