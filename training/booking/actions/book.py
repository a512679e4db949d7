"""Booking places for named people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace

from training.base.database import Busy
from training.base.errors import NotFound
from training.base.ids import human_code
from training.base.structs import Frozen, Viewer
from training.base.work import Work
from training.booking.actions.entering import Entry, add_open_place, enter
from training.booking.actions.ledger import Ledger, standing_of
from training.booking.actions.wanted import list_previewed, members_wanted
from training.booking.events import PlacesBooked
from training.booking.mails import write_to
from training.booking.queries import (
    find_first_course,
    list_candidates,
    list_queue,
    partner_in_audience,
)
from training.booking.queries.asking import count_open
from training.booking.queries.holding import list_meetings_holding
from training.booking.rules import (
    LARGEST_PARTY,
    Allowed,
    Booked,
    BookingNotOpen,
    Candidate,
    Given,
    NobodyBooked,
    NothingToBook,
    Order,
    Outcome,
    PartnerNotInAudience,
    PartyTooLarge,
    Standing,
    State,
    Verdict,
    Waiting,
    accepted_modes,
    check_can_ever_fit,
    decide,
    needs_queue,
    refusal,
)
from training.booking.rules.candidates import told_of_newcomer
from training.booking.rules.open_places import NobodyWaitsNameless, names_needed
from training.booking.tables import Booking
from training.catalogue.rules import Mode
from training.people.actions import count_newcomers
from training.people.rules import CountsNewcomers, Permission, asker_of, may
from training.schedule.queries import get_session, lock_session
from training.schedule.rules.sessions import Meeting, SessionView, bookable
from training.schedule.tables import SessionPartner

_Counting = TypeVar("_Counting", bound=CountsNewcomers)


class _Prepared(Frozen, frozen=True, kw_only=True):
    """What can be read before anything is locked."""

    session: SessionView
    joins: bool = False
    accepts: tuple[Mode, ...]
    allowed: Allowed
    candidates: tuple[Candidate, ...]
    newcomers: frozenset[UUID] = frozenset()
    meetings: tuple[Meeting, ...] = ()


async def book_places(work: Work, order: Order) -> Booked:
    """Book places: whoever fits is enrolled, the others wait, and whoever cannot be booked is named with the reason.

    The order of steps keeps the time under the session's lock short: everything that needs no lock is read first,
    the row is taken, the pure rule decides, and all rows are written in one round trip before the commit.
    Raises NotFound, BookingNotOpen, PartnerNotInAudience, ModeNotOffered, NothingToBook, PartyTooLarge, PartyNeverFits,
    NobodyBooked, NobodyWaitsNameless.
    """
    ready = await _prepare(work, order)
    locked = await lock_session(order.session_id)
    if locked.version != ready.session.version:
        # Somebody edited or moved the session between reading and locking it: begin again with what is true now.
        raise Busy("the session changed meanwhile")
    ledger = Ledger(work, locked)
    booking_id = work.new_id()
    wanting = _wanting(order, ready, booking_id)
    nameless = _nameless(order, ready, booking_id, [work.new_id() for _ in range(order.open_places)])
    asked = [*_asked(order, ready, booking_id), *nameless]
    check_can_ever_fit(ledger.standing.capacity, asked)
    given = {place.key: place.mode for place in await _decided(order, ledger.standing, [*wanting, *nameless])}
    verdicts = _verdicts(order, ready, given, ledger.queue_length)
    taken = tuple(entry.key for entry in nameless if entry.key in given)
    if await _nobody_waits(order, ledger.standing, asked, wanting, taken):
        raise _counting(NobodyWaitsNameless(), ready, _refused(order, ready))
    if not wanting and not taken:
        raise _nobody(work.actor, ready, verdicts, await find_first_course(order.session_id))
    if strangers := len(ready.newcomers & set(_refused(order, ready))):
        # A booking in which somebody is taken is no free question about the others either.
        await count_newcomers(work, asker_of(work.actor), strangers)
    code = _add_booking(work, order, booking_id)
    if ready.joins:
        # Whoever books by code is invited from now on, so that the session does not vanish when the code is forgotten.
        work.add(SessionPartner, id=work.new_id(), session_id=order.session_id, partner_id=order.partner_id)
    entries = await _add_enrollments(ledger, order, ready, (booking_id, wanting), given)
    for key in taken:
        add_open_place(ledger, booking_id, order.partner_id, key, given[key])
    work.emit(
        PlacesBooked(
            booking_id=booking_id,
            session_id=order.session_id,
            partner_id=order.partner_id,
            enrolled=tuple(entries[key] for key in entries if key in given),
            waitlisted=tuple(entries[key] for key in entries if key not in given),
            open_places=taken,
            people=tuple(each.person_id for each in ready.candidates if each.membership_id in given),
        )
    )
    found = tuple(replace(v, enrollment_id=entries.get(v.membership_id)) for v in verdicts if v.membership_id)
    return _booked(order, found, len(taken), booking_id, code)


def _booked(
    order: Order, verdicts: tuple[Verdict, ...], taken: int, booking_id: UUID | None = None, code: str = ""
) -> Booked:
    return Booked(
        booking_id=booking_id,
        code=code,
        session_id=order.session_id,
        partner_id=order.partner_id,
        verdicts=verdicts,
        open_places=taken,
        open_refused=order.open_places - taken,
    )


async def _nobody_waits(
    order: Order, standing: Standing, asked: Sequence[Waiting], wanting: Sequence[Waiting], taken: Sequence[UUID]
) -> bool:
    """Whether places without a name are lacking, so that a party cannot stay together or nothing is left to book.

    Whether a party fits is answered as if no newcomer (of `asked`) were refused: the answer leaves no trace.
    """
    short = len(taken) < order.open_places
    if order.together and order.open_places and len(asked) > len(wanting) + order.open_places:
        short = short or len(await _decided(order, standing, asked)) < len(asked)
    return short and (order.together or not (wanting or taken))


def _nobody(viewer: Viewer, ready: _Prepared, verdicts: tuple[Verdict, ...], first: str | None) -> NobodyBooked:
    """That nobody was booked, with what may be told: of newcomers more to those who may let them in all the same."""
    if not may(viewer, Permission.SESSION_MANAGE, ready.session.program_id):
        verdicts = tuple(
            _told(verdict, first) if verdict.membership_id in ready.newcomers else verdict for verdict in verdicts
        )
    return _counting(NobodyBooked(verdicts=verdicts), ready, [v.membership_id for v in verdicts if v.membership_id])


def _told(verdict: Verdict, first: str | None) -> Verdict:
    code, reason = told_of_newcomer((verdict.code, verdict.reason), first)
    return replace(verdict, code=code, reason=reason)


def _counting(error: _Counting, ready: _Prepared, refused: Iterable[UUID]) -> _Counting:
    error.newcomers = len(ready.newcomers & set(refused))
    return error


async def preview_places(viewer: Viewer, order: Order, now: datetime) -> Booked:
    """What `book_places` would answer right now, changing nothing. Somebody else may be faster before the booking."""
    session = await _open_session(viewer, order, now)
    accepts = accepted_modes(session.mode, order.accepts)
    await _joins_by_code(session, order)
    ready = _Prepared(
        session=session,
        accepts=accepts,
        allowed=allowed_to(viewer, session.program_id, order),
        candidates=tuple(await list_previewed(order)),
    )
    wanting = _wanting(order, ready, order.session_id)
    # Newcomers stand under small numbers (`list_previewed`), so these begin behind them.
    unborn = [UUID(int=LARGEST_PARTY + number) for number in range(order.open_places)]
    nameless = _nameless(order, ready, order.session_id, unborn)
    everybody = [*wanting, *nameless]
    given = {place.key: place.mode for place in await _decided(order, standing_of(session, now), everybody)}
    taken = sum(entry.key in given for entry in nameless)
    return _booked(order, _verdicts(order, ready, given, session.waiting), taken)


def allowed_to(viewer: Viewer, program_id: UUID, order: Order) -> Allowed:
    """What whoever books has accepted. Only those who run the program let somebody in who lacks a course."""
    waives = bool(order.waive.strip()) and may(viewer, Permission.SESSION_MANAGE, program_id)
    return Allowed(clashes=order.accept_clashes, lacking=waives)


async def _decided(order: Order, standing: Standing, wanting: Sequence[Waiting]) -> list[Given]:
    """Who gets a place at once. The queue is read only where counters are not enough."""
    check_can_ever_fit(standing.capacity, wanting)
    queue = await list_queue(order.session_id) if needs_queue(standing, wanting) else ()
    return decide(standing, wanting, queue)


async def _prepare(work: Work, order: Order) -> _Prepared:
    session = await _open_session(work.actor, order, work.now)
    accepts = accepted_modes(session.mode, order.accepts)
    wanted, newcomers = await members_wanted(work, order)
    # Held before they are judged, so that nobody else gives them another place at this time meanwhile.
    meetings = await list_meetings_holding(order.session_id, order.partner_id, wanted)
    candidates = await list_candidates(order.session_id, order.partner_id, wanted) if wanted else []
    # The statement that judges people tells of their partner, too: one round trip less on the hottest way.
    joins = _code_opens(session, order, candidates[0].admitted) if candidates else await _joins_by_code(session, order)
    if len(candidates) != len(wanted):
        raise NotFound("One of these people is not in your organization.")
    return _Prepared(
        session=session,
        joins=joins,
        accepts=accepts,
        allowed=allowed_to(work.actor, session.program_id, order),
        candidates=tuple(candidates),
        newcomers=newcomers,
        meetings=tuple(meetings),
    )


async def _open_session(viewer: Viewer, order: Order, now: datetime) -> SessionView:
    """The session, when this viewer may book it for this partner now."""
    if not order.people and order.open_places < 1:
        raise NothingToBook
    if len(order.people) + max(0, order.open_places) > LARGEST_PARTY:
        raise PartyTooLarge
    session = await get_session(viewer, order.session_id, order.access_code)
    await _check_right(viewer, session, order.partner_id)
    check_open(session, now)
    if order.open_places:
        names_needed(session.starts_at, session.open_place_hours, now)
    return session


def check_open(session: SessionView, now: datetime) -> None:
    """Raises BookingNotOpen, with the reason and the time it depends on, when no place can be booked now."""
    if reason := bookable(session, now):
        raise BookingNotOpen(reason.sentence, reason=reason.code, at=reason.at, zone=reason.zone)


async def _check_right(viewer: Viewer, session: SessionView, partner_id: UUID) -> None:
    """Coordinators book for their partners; managers for those that take part in the program or are invited.

    For a manager a public session is no way into every partner of the platform. Raises NotFound.
    """
    if may(viewer, Permission.PLACES_BOOK, partner_id):
        return
    if not may(viewer, Permission.SESSION_MANAGE, session.program_id):
        raise NotFound
    if not await partner_in_audience(session.id, session.program_id, partner_id, "participating"):
        raise PartnerNotInAudience if session.audience != "public" else NotFound


async def _joins_by_code(session: SessionView, order: Order) -> bool:
    """Whether the partner comes in by the session's code only. Raises PartnerNotInAudience without a right one."""
    admitted = await partner_in_audience(session.id, session.program_id, order.partner_id, session.audience)
    return _code_opens(session, order, admitted)


def _code_opens(session: SessionView, order: Order, admitted: bool) -> bool:
    if admitted:
        return False
    if not session.access_code or order.access_code != session.access_code:
        raise PartnerNotInAudience
    return True


def _asked(order: Order, ready: _Prepared, party: UUID) -> list[Waiting]:
    """Those who can be booked, and every newcomer: what a party comes to must not tell who of these is refused."""
    refused = set(_refused(order, ready)) - ready.newcomers
    return [
        Waiting(key=c.membership_id, party=party, together=order.together, accepts=ready.accepts)
        for c in ready.candidates
        if c.membership_id not in refused
    ]


def _refused(order: Order, ready: _Prepared) -> list[UUID]:
    return [c.membership_id for c in ready.candidates if refusal(c, order.partner_id, ready.allowed)]


def _wanting(order: Order, ready: _Prepared, party: UUID) -> list[Waiting]:
    """Those who can be booked, as the rule wants them."""
    return [
        Waiting(key=c.membership_id, party=party, together=order.together, accepts=ready.accepts)
        for c in ready.candidates
        if refusal(c, order.partner_id, ready.allowed) is None
    ]


def _nameless(order: Order, ready: _Prepared, party: UUID, keys: Sequence[UUID]) -> list[Waiting]:
    """The open places wanted, behind everybody with a name. Their keys become their ids."""
    return [Waiting(key=key, party=party, together=order.together, accepts=ready.accepts) for key in keys]


def _verdicts(order: Order, ready: _Prepared, given: Mapping[UUID, Mode], queue_length: int) -> tuple[Verdict, ...]:
    verdicts = []
    position = queue_length
    for c in ready.candidates:
        verdict = Verdict(name=c.name, email=c.email, membership_id=c.membership_id, outcome=Outcome.WAITLISTED)
        if against := refusal(c, order.partner_id, ready.allowed):
            verdict = replace(verdict, outcome=Outcome.REFUSED, code=against[0], reason=against[1])
        elif c.membership_id in given:
            verdict = replace(verdict, outcome=Outcome.ENROLLED, mode=given[c.membership_id])
        else:
            position += 1
            verdict = replace(verdict, position=position)
        verdicts.append(verdict)
    return tuple(verdicts)


def _add_booking(work: Work, order: Order, booking_id: UUID) -> str:
    code = human_code()
    work.add(
        Booking,
        id=booking_id,
        code=code,
        session_id=order.session_id,
        partner_id=order.partner_id,
        booked_by=work.actor.person_id,
        together=order.together,
        note=order.note,
        created_at=work.now,
    )
    return code


async def _add_enrollments(
    ledger: Ledger,
    order: Order,
    ready: _Prepared,
    party: tuple[UUID, Sequence[Waiting]],
    given: Mapping[UUID, Mode],
) -> dict[UUID, UUID]:
    """Write an enrollment for everybody of the party (booking, members) and return membership -> enrollment."""
    work, session = ledger.work, ledger.session
    booking_id, wanting = party
    people = {c.membership_id: c for c in ready.candidates}
    entries: dict[UUID, UUID] = {}
    placed = [people[wants.key].person_id for wants in wanting if wants.key in given and people[wants.key].asks]
    needed = await count_open(session.id, placed) if placed else {}
    for wants in wanting:
        person, mode = people[wants.key], given.get(wants.key)
        entry = Entry(
            booking_id=booking_id,
            person_id=person.person_id,
            partner_id=order.partner_id,
            membership_id=person.membership_id,
            name=person.name,
            email=person.email,
            person_zone=person.person_zone,
            person_locale=person.person_locale,
            accepts=wants.accepts,
            mode=mode,
            state=State.ENROLLED if mode else State.WAITLISTED,
            arrival=ledger.arrive(),
            reason=order.waive.strip() if person.lacks else "",
        )
        to = enter(ledger, entry, ready.meetings)
        entries[wants.key] = to.id
        told: dict[str, Any] = {"meetings": ready.meetings, "booked_by": work.actor.name}
        if mode:
            await write_to(work, "enrolled", to, session, mode, **told, needed=needed.get(person.person_id, 0))
        else:
            group = len(wanting) if order.together else 0
            await write_to(work, "waitlisted", to, session, **told, position=ledger.queue_length, party=group)
    return entries
