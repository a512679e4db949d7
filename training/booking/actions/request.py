"""Asking for a place without an account: it is kept for an hour, until the mailed link confirms it.

Whoever asks learns nothing about the address they typed. One that has a place already, may not take part or is switched
off keeps a place like any other, under a stand-in of its own, so that neither the page nor the number of free places
nor the time it takes tells the difference; only the mail does.
"""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from training.base.database import Busy
from training.base.errors import Invalid
from training.base.ids import human_code
from training.base.structs import Frozen, Viewer, as_data
from training.base.tables import KeptAnswer
from training.base.work import Work
from training.booking.actions.entering import Entry, enter
from training.booking.actions.ledger import Ledger
from training.booking.events import PlaceRequested
from training.booking.mails import Addressee, write_to
from training.booking.queries import get_enrollment, list_prerequisites, list_queue
from training.booking.queries.candidates import Missing
from training.booking.queries.requests import Asker, LaterDate, count_unconfirmed, find_askers, list_dates_before
from training.booking.rules import State, Waiting, accepted_modes, decide, kept_until, needs_queue, pack_modes
from training.booking.rules.requests import (
    MOST_OPEN_REQUESTS,
    NOBODYS_NAME,
    REQUESTS_PER_ADDRESS,
    REQUESTS_PER_CLIENT,
    TooManyRequests,
    check_self_enrollment,
    may_keep,
    nobodys_address,
    nobodys_pattern,
    prolonged,
)
from training.booking.tables import Booking, Enrollment
from training.catalogue.rules import Mode
from training.outbox.rules import SecretLink
from training.people.actions import Limit, limit_attempts, make_link
from training.people.rules import Purpose, TooManyLinks, clean_name, client_group, fold_email, known_zone, token_hash
from training.people.tables import Person
from training.schedule.queries import get_session, list_meetings, lock_session
from training.schedule.rules.sessions import Meeting, SessionView

CONFIRM_PATH = "/requests/"


class Asking(Frozen, frozen=True, kw_only=True):
    """What a visitor typed. `client` is the address their request came from; `accepts` lists modes, best first."""

    session_id: UUID
    email: str
    name: str
    zone: str
    client: str
    accepts: tuple[Mode, ...] = ()
    access_code: str = ""


class Requested(Frozen, frozen=True, kw_only=True):
    """That a mail is on its way, whatever it says, and until when a place is kept or can be asked for.

    `kept` is what somebody is told who asks for the first time; the mail says what became of a request made before.
    """

    session_id: UUID
    kept: bool
    keeps_until: datetime


class _Case(Frozen, frozen=True, kw_only=True):
    """Whom a request is about. `holder` keeps the place: the person, or a stand-in; None when there is no row yet."""

    address: str
    known: Asker | None
    holder: Asker | None
    holders_address: str
    stands_in: bool
    missing: tuple[Missing, ...]
    dates: tuple[LaterDate, ...]
    unconfirmed: int


class _Holder(Frozen, frozen=True, kw_only=True):
    person_id: UUID
    email: str
    zone: str


async def request_place(work: Work, asking: Asking) -> Requested:
    """Ask for a place with an address, and write to it. The answer is the same whoever the address belongs to.

    Raises NotFound, SelfEnrollmentOff, BookingNotOpen, ModeNotOffered, AddressUnusable, Invalid, TooManyRequests after
    5 times per address or 20 per client in 15 minutes, and beyond 3 unconfirmed requests of one address.
    """
    address, zone, name = fold_email(asking.email), known_zone(asking.zone), clean_name(asking.name)
    if not name:
        raise Invalid(fields={"name": "Please fill this in."})
    await _limit(work, address, asking.client)
    session = await get_session(work.actor, asking.session_id, asking.access_code)
    check_self_enrollment(session, work.now)
    accepts = accepted_modes(session.mode, asking.accepts)
    locked = await lock_session(session.id)
    if locked.version != session.version:
        raise Busy("the session changed meanwhile")
    ledger = Ledger(work, locked)
    case = await _case(ledger, address)
    meetings = await list_meetings([session.id])
    open_one = case.holder if case.holder and case.holder.state == State.REQUESTED else None
    # Judged as if nobody had asked for this address before: else the answer would tell that somebody did.
    newcomer = await _free_mode(ledger, accepts, case.unconfirmed)
    if open_one and open_one.created_at and prolonged(open_one.created_at, work.now):
        to, mode = _prolong(ledger, open_one, accepts, newcomer)
    else:
        mode = newcomer
        if open_one and open_one.enrollment_id:
            await _end(ledger, open_one.person_id, open_one.enrollment_id)
            mode = await _free_mode(ledger, accepts, case.unconfirmed - (open_one.kept_mode is not None))
        holder = _known_holder(work, case.holder) if case.holder else _add_holder(work, case, name, zone)
        to = _enter(ledger, holder, accepts, mode, meetings)
    until = kept_until(work.now, session.starts_at)
    link = make_link(work, purpose=Purpose.CONFIRM, person_id=to.person_id, subject_id=to.id, path=CONFIRM_PATH)
    work.emit(
        PlaceRequested(enrollment_id=to.id, session_id=session.id, person_id=to.person_id, mode=mode, keeps_until=until)
    )
    await _write(work, session, case, to, _Words(link=link, mode=mode, until=until, meetings=tuple(meetings)))
    return Requested(session_id=session.id, kept=newcomer is not None, keeps_until=until)


async def _limit(work: Work, address: str, client: str) -> None:
    try:
        await limit_attempts(
            work,
            Limit(kind="place-for-address", value=address, most=REQUESTS_PER_ADDRESS),
            Limit(kind="place-from-client", value=client_group(client), most=REQUESTS_PER_CLIENT),
        )
    except TooManyLinks as error:
        raise TooManyRequests(retry_after=error.retry_after) from error


async def _case(ledger: Ledger, address: str) -> _Case:
    """Who is meant, and who keeps the place. As many statements for everybody. Raises TooManyRequests."""
    work, session_id = ledger.work, ledger.session.id
    key = work.site.secret_key
    stand_in = nobodys_address(key, address, session_id)
    found = await find_askers(session_id, [address, stand_in])
    known = found.get(address)
    required = await list_prerequisites(session_id, known.person_id if known else None)
    missing = tuple(course for course in required if not course.fulfilled)
    # Asked for everybody, whether something is missing or not.
    later = await list_dates_before(
        work.actor, [course.course_id for course in required], work.now, ledger.session.starts_at
    )
    counted = await count_unconfirmed(session_id, address, nobodys_pattern(key, address), work.now)
    blocked = known is not None and (known.disabled_at is not None or known.state not in (None, State.REQUESTED))
    stands_in = blocked or bool(missing)
    holder = found.get(stand_in) if stands_in else known
    asks_again = holder is not None and holder.state == State.REQUESTED
    if counted.of_address >= MOST_OPEN_REQUESTS and not asks_again:
        raise TooManyRequests(
            f"There are {MOST_OPEN_REQUESTS} requests for this address that nobody has confirmed yet. Please open the "
            "mails that we sent, or wait an hour."
        )
    return _Case(
        address=address,
        known=known,
        holder=holder,
        holders_address=stand_in if stands_in else address,
        stands_in=stands_in,
        missing=missing,
        dates=tuple(later),
        unconfirmed=counted.in_session,
    )


def _prolong(
    ledger: Ledger, asker: Asker, accepts: tuple[Mode, ...], newcomer: Mode | None
) -> tuple[Addressee, Mode | None]:
    """The same request once more: the hour begins anew, and one that kept no place gets what a newcomer would.

    A link that was mailed before is good until its own hour is over: a stranger could else make it worthless by asking.
    """
    work = ledger.work
    if asker.enrollment_id is None:
        raise ValueError("Only a request that is there can be prolonged")
    until = kept_until(work.now, ledger.session.starts_at)
    work.change(Enrollment, asker.enrollment_id, keeps_until=until)
    if newcomer and asker.kept_mode is None:
        ledger.take(newcomer)
        work.change(Enrollment, asker.enrollment_id, mode=newcomer, accepts=pack_modes(accepts))
    to = Addressee(
        id=asker.enrollment_id, person_id=asker.person_id, person_zone=asker.zone, name="", email=asker.email
    )
    return to, asker.kept_mode or newcomer


async def _end(ledger: Ledger, person_id: UUID, enrollment_id: UUID) -> None:
    """An older request ends, and whoever waits comes before the new one."""
    found = await get_enrollment(Viewer(person_id=person_id), enrollment_id)
    await ledger.leave(found, State.CANCELLED, "Asked for again.", undoable=False)
    await ledger.work.flush()
    await ledger.promote()


def _add_holder(work: Work, case: _Case, name: str, zone: str) -> _Holder:
    """An account for somebody new, or a stand-in, as whom nobody signs in."""
    person_id = work.new_id()
    work.add(
        Person,
        id=person_id,
        email=case.holders_address,
        name=NOBODYS_NAME if case.stands_in else name,
        zone=zone,
        created_at=work.now,
        disabled_at=work.now if case.stands_in else None,
    )
    return _Holder(person_id=person_id, email=case.holders_address, zone=zone)


def _known_holder(work: Work, asker: Asker) -> _Holder:
    """Somebody who has a row already. What is kept instead of a new one costs as much, so that no clock can tell."""
    hashed = token_hash(str(work.new_id()))
    work.add(KeptAnswer, id=hashed, payload_hash=hashed, body=" " * 200, created_at=work.now)
    return _Holder(person_id=asker.person_id, email=asker.email, zone=asker.zone)


async def _free_mode(ledger: Ledger, accepts: tuple[Mode, ...], unconfirmed: int) -> Mode | None:
    """The mode in which a place is kept; None when none is free, or too many are kept for the unconfirmed."""
    standing = ledger.standing
    if not may_keep(standing, unconfirmed):
        return None
    newcomer = Waiting(key=ledger.session.id, party=ledger.session.id, together=False, accepts=accepts)
    queue = await list_queue(ledger.session.id) if needs_queue(standing, [newcomer]) else ()
    given = decide(standing, [newcomer], queue)
    return given[0].mode if given else None


def _enter(
    ledger: Ledger, holder: _Holder, accepts: tuple[Mode, ...], mode: Mode | None, meetings: list[Meeting]
) -> Addressee:
    work, session = ledger.work, ledger.session
    booking_id = work.new_id()
    work.add(Booking, id=booking_id, code=human_code(), session_id=session.id, created_at=work.now)
    entry = Entry(
        booking_id=booking_id,
        person_id=holder.person_id,
        partner_id=None,
        membership_id=None,
        name="",
        email=holder.email,
        person_zone=holder.zone,
        accepts=accepts,
        mode=mode,
        state=State.REQUESTED,
        arrival=ledger.arrive(),
        reason="Not confirmed yet.",
        keeps_until=kept_until(work.now, session.starts_at),
    )
    return enter(ledger, entry, meetings)


class _Words(Frozen, frozen=True, kw_only=True):
    link: SecretLink
    mode: Mode | None
    until: datetime
    meetings: tuple[Meeting, ...]


async def _write(work: Work, session: SessionView, case: _Case, to: Addressee, words: _Words) -> None:
    """One message to the address, whatever it says; nothing in it was typed by whoever asked.

    Somebody who is switched off is written to as the stand-in: not at all.
    """
    known = case.known
    if case.stands_in and known and known.enrollment_id and known.disabled_at is None:
        theirs = Addressee(
            id=known.enrollment_id,
            person_id=known.person_id,
            person_zone=known.zone,
            name="",
            email=case.address,
            link_generation=known.link_generation or 1,
        )
        waits = known.state == State.WAITLISTED
        await write_to(work, "already", theirs, session, words.mode, words.meetings, waits=waits)
    elif case.stands_in and not (known and known.disabled_at):
        courses = [{"id": course.course_id, "title": course.title} for course in case.missing]
        dates = [as_data(date) for date in case.dates]
        them = replace(to, email=case.address)
        await write_to(work, "course-missing", them, session, words.mode, words.meetings, courses=courses, dates=dates)
    else:
        kept = words.mode is not None
        told = {"link": words.link, "kept": kept, "keeps_until": words.until}
        await write_to(work, "confirm", to, session, words.mode, words.meetings, **told)
