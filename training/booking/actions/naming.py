"""Putting a name on an open place: by a coordinator, or by whoever holds its link. Judged then, like a booking."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import Busy
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Add, Work
from training.booking.actions.asking import record_answers
from training.booking.actions.entering import Entry, enter
from training.booking.actions.ledger import Ledger
from training.booking.actions.naming_links import check_in_time, find_behind_link, held_open
from training.booking.actions.telling import READER, invited_topic, tell_over
from training.booking.actions.wanted import member_wanted
from training.booking.events import OpenPlaceNamed
from training.booking.mails import Addressee, write_to
from training.booking.queries import find_active, find_first_course, find_members_at, get_enrollment, list_candidates
from training.booking.queries.asking import count_open, list_asked
from training.booking.queries.holding import hold_members
from training.booking.queries.open_places import OpenPlaceView, get_open_place
from training.booking.rules import Allowed, Candidate, State, Wanted
from training.booking.rules.asking import Answers, Given, judge_answers, said_by_whoever
from training.booking.rules.candidates import told_of_newcomer
from training.booking.rules.open_places import (
    NamingNotPossible,
    NamingRefused,
    PlaceState,
    leaves_waitlist,
    naming_refusal,
)
from training.booking.tables import OpenPlace
from training.catalogue.rules import Mode
from training.outbox.actions import withdraw
from training.people.actions import NewPerson, ensure_people
from training.people.rules import Permission, fold_email, may
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.sessions import Meeting

_NEWCOMER = UUID(int=0)


class Naming(Frozen, frozen=True, kw_only=True):
    """Whose name goes on a place, and what the coordinator has accepted: `accept_clashes`, or a manager's reason to
    `waive` a course that is missing."""

    person: Wanted
    accept_clashes: bool = False
    waive: str = ""


class Introduction(Frozen, frozen=True, kw_only=True):
    """How somebody introduces themselves behind a naming link, with their answers to what the session asks."""

    name: str
    email: str
    zone: str = "UTC"
    given: Given = {}


class Named(Frozen, frozen=True, kw_only=True):
    """An open place that has a name now, and who moved up because that person had waited for another place."""

    open_place_id: UUID
    enrollment_id: UUID
    session_id: UUID
    name: str
    email: str
    mode: Mode
    left_waitlist: bool
    promoted: tuple[UUID, ...]
    version: int


class NamingPreview(Frozen, frozen=True, kw_only=True):
    """What naming this person would come to now. `refused` is empty when nothing stands against it; `first` names the
    course that a newcomer may lack, because nothing else is looked at of them."""

    name: str
    email: str
    newcomer: bool
    left_waitlist: bool
    refused: str = ""
    reason: str = ""
    first: str | None = None


class _How(Frozen, frozen=True, kw_only=True):
    """Who named: the coordinator (`by`), or the person by the link, with `answers`; `proven` when the link was mailed
    to them."""

    by: str
    answers: Answers = Answers()
    by_link: bool = False
    proven: bool = False
    waived: str = ""


async def name_place(work: Work, open_place_id: UUID, naming: Naming, *, expected_version: int | None = None) -> Named:
    """Put somebody of the partner on an open place: it becomes an enrollment of the same booking, and no place moves.

    Judged as in a booking; who waits for this session through the same partner leaves the list for it. For coordinators
    of the partner and managers. Raises NotFound, Stale, OpenPlaceOver, NamingTooLate, NamingRefused, AddressUnusable.
    """
    # Members are made before the session's row is taken: locks have one order.
    found = await get_open_place(work.actor, open_place_id)
    member_id, fresh = await member_wanted(work, found.partner_id, naming.person)
    await hold_members(found.partner_id, [member_id])
    session, place = await held_open(work, open_place_id, expected_version)
    check_in_time(place, work.now)
    person = await _candidate(place, member_id)
    allowed = _allowed(work.actor, place, naming)
    if against := naming_refusal(person, place.partner_id, allowed):
        raise _refused(work.actor, place, (person, fresh), against, await find_first_course(place.session_id))
    waived = naming.waive.strip() if person.lacks else ""
    return await _name(Ledger(work, session), place, person, _How(by=work.actor.name, waived=waived))


async def name_by_link(work: Work, token: str, introduction: Introduction) -> Named:
    """Take an open place by its link, as whoever was given it; judged like a booking, and once only.

    A refusal says nothing of what stands against it: whoever holds a link could ask about anybody. Where the link was
    not mailed to the address given, nobody knows who agreed: no consent is kept, and answers for this place only. So a
    link that was not mailed asks for no consent at all; the person gives it on the page of the place.

    Raises NamingLinkUnknown, NamingLinkReplaced, NamingLinkUsed, NamingLinkExpired, NamingNotPossible, AddressUnusable,
    Invalid for answers.
    """
    secret_key = work.site.secret_key
    found = await find_behind_link(token, secret_key, work.now)
    asked = await list_asked(found.session_id, None)
    # Asked for wherever the link was mailed, whatever address is given: a refusal must not tell which it went to.
    must_agree = bool(found.sent_to)
    answers = judge_answers(asked, introduction.given, person_answers=True, must_agree=must_agree)
    email = fold_email(introduction.email)
    await ensure_people(work, [NewPerson(email=email, zone=introduction.zone)])
    member_id, _ = await member_wanted(work, found.partner_id, Wanted(name=introduction.name, email=email))
    await hold_members(found.partner_id, [member_id])
    session = await lock_session(found.session_id)
    place = await find_behind_link(token, secret_key, work.now)
    person = await _candidate(place, member_id)
    if naming_refusal(person, place.partner_id, Allowed()):
        raise NamingNotPossible
    proven = bool(place.sent_to) and email == place.sent_to
    kept = answers if proven else said_by_whoever(answers)
    return await _name(Ledger(work, session), place, person, _How(by="", by_link=True, proven=proven, answers=kept))


async def preview_naming(viewer: Viewer, place: OpenPlaceView, naming: Naming) -> NamingPreview:
    """What `name_place` would come to now, making nobody a member. What others know of a new address is not looked at.

    Raises NotFound, AddressUnusable.
    """
    wanted, email = naming.person, ""
    member_id = wanted.membership_id
    if member_id is None:
        email = fold_email(wanted.email)
        member_id = (await find_members_at(place.partner_id, [email], accounts=False)).get(email)
    if member_id is None:
        person = Candidate(person_id=_NEWCOMER, membership_id=_NEWCOMER, name=wanted.name or email, email=email)
    else:
        person = await _candidate(place, member_id)
    against = naming_refusal(person, place.partner_id, _allowed(viewer, place, naming))
    newcomer = person.membership_id == _NEWCOMER
    return NamingPreview(
        name=person.name,
        email=person.email,
        newcomer=newcomer,
        first=await find_first_course(place.session_id) if newcomer else None,
        left_waitlist=leaves_waitlist(person, place.partner_id),
        refused=against[0] if against else "",
        reason=against[1] if against else "",
    )


async def _candidate(place: OpenPlaceView, member_id: UUID) -> Candidate:
    found = await list_candidates(place.session_id, place.partner_id, [member_id])
    if not found:
        raise NotFound("This person is not in your organization.")
    return found[0]


def _refused(
    viewer: Viewer, place: OpenPlaceView, who: tuple[Candidate, bool], against: tuple[str, str], first: str | None
) -> NamingRefused:
    """That somebody cannot have the place. Of a newcomer (`who`: the person, and whether they are one) coordinators
    are told less, because it leaves no trace; `first` is the course that comes before."""
    person, newcomer = who
    if newcomer and not may(viewer, Permission.SESSION_MANAGE, place.program_id):
        against = told_of_newcomer(against, first)
    error = NamingRefused(f"{person.name}: {against[1]}", reason=against[0])
    error.newcomers = int(newcomer)
    return error


def _allowed(viewer: Viewer, place: OpenPlaceView, naming: Naming) -> Allowed:
    waives = bool(naming.waive.strip()) and may(viewer, Permission.SESSION_MANAGE, place.program_id)
    return Allowed(clashes=naming.accept_clashes, lacking=waives)


async def _name(ledger: Ledger, place: OpenPlaceView, person: Candidate, how: _How) -> Named:
    """Write that a place has this name. What stands against it has been judged."""
    work, mode = ledger.work, Mode(place.mode)
    left = await _leave_waitlist(ledger, place, person)
    meetings = await list_meetings([place.session_id])
    entry = Entry(
        booking_id=place.booking_id,
        person_id=person.person_id,
        partner_id=place.partner_id,
        membership_id=person.membership_id,
        name=person.name,
        email=person.email,
        person_zone=person.person_zone,
        person_locale=person.person_locale,
        accepts=(mode,),
        mode=mode,
        state=State.ENROLLED,
        arrival=ledger.arrive(),
        reason=how.waived,
        follows_id=left,
        takes=False,
    )
    to = enter(ledger, entry, meetings)
    reason = _reason(how)
    work.change(
        OpenPlace,
        place.id,
        state=PlaceState.NAMED,
        enrollment_id=to.id,
        state_at=work.now,
        state_reason=reason,
        version=Add(1),
    )
    event = OpenPlaceNamed(
        open_place_id=place.id,
        session_id=place.session_id,
        enrollment_id=to.id,
        person_id=person.person_id,
        by_link=how.by_link,
        proven=how.proven,
        partner_id=place.partner_id,
    )
    work.emit(event, before={"state": PlaceState.OPEN}, after={"state": PlaceState.NAMED})
    await record_answers(work, to.id, person.person_id, how.answers)
    await _tell(ledger, place, to, meetings, how)
    promoted = await ledger.promote() if left else []
    return Named(
        open_place_id=place.id,
        enrollment_id=to.id,
        session_id=place.session_id,
        name=person.name,
        email=person.email,
        mode=mode,
        left_waitlist=left is not None,
        promoted=tuple(each.key for each in promoted),
        version=place.version + 1,
    )


async def _tell(ledger: Ledger, place: OpenPlaceView, to: Addressee, meetings: Sequence[Meeting], how: _How) -> None:
    """Write to who has the place now; whoever was mailed the link and is somebody else learns that it is over."""
    work, session = ledger.work, ledger.session
    if place.sent_to and place.sent_to != to.email:
        await tell_over(work, place, session)
    else:
        await withdraw(work, invited_topic(place.id))
    await work.flush()
    needed = (await count_open(session.id, [to.person_id])).get(to.person_id, 0)
    told = {"booked_by": how.by, "needed": needed}
    await write_to(work, "enrolled", to, session, Mode(place.mode), meetings, **told)


def _reason(how: _How) -> str:
    if not how.by_link:
        return f"Named by {how.by}." if how.by else "Named by your organization."
    return "Taken by the link, from the mailbox it was sent to." if how.proven else "Taken by the link."


async def _leave_waitlist(ledger: Ledger, place: OpenPlaceView, person: Candidate) -> UUID | None:
    """The spot of somebody who waits through the same partner ends; returns it."""
    if not leaves_waitlist(person, place.partner_id):
        return None
    spot = await find_active(place.session_id, person.person_id)
    if spot is None:
        raise Busy("the spot on the waitlist is gone")
    waiting = await get_enrollment(READER, spot)
    await ledger.leave(waiting, State.CANCELLED, "Has an open place of the same organization instead.", undoable=False)
    # The unique index allows one active enrollment of a person: this one must be over before the next is written.
    await ledger.work.flush()
    return spot
