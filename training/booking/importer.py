"""A CSV file of people to enroll: each row gets a verdict by the same rules as a booking on the page.

A file is enrolled in one unit of work, one booking for each session and way of taking part. Whoever has a place already
is unchanged, so the same file changes nothing the second time.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Conflict, Invalid, NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Work
from training.booking.actions.book import book_places, preview_places
from training.booking.queries import find_members_at, list_candidates
from training.booking.queries.files import list_meant, list_titled
from training.booking.queries.holding import hold_members
from training.booking.rules import LARGEST_PARTY, Outcome, Verdict
from training.booking.rules.files import (
    MOST_FILE_SESSIONS,
    Asking,
    EnrollmentFileTooLarge,
    Fate,
    FileOutcome,
    FileRead,
    RowOutcome,
    in_parts,
    meant_by,
    outcome_of,
    session_id_in,
)
from training.booking.rules.orders import Booked, NobodyBooked, Order, Wanted
from training.catalogue.rules import Mode
from training.partners.queries import get_partner
from training.people.actions import count_newcomers
from training.people.rules import Permission, asker_of, require

_FATES = {Outcome.ENROLLED: Fate.ENROLLED, Outcome.WAITLISTED: Fate.WAITLISTED, Outcome.REFUSED: Fate.REFUSED}
_Book = Callable[[Order], Awaitable[Booked]]


class _Party(Frozen, frozen=True, kw_only=True):
    """The rows of one session that want to take part in the same way."""

    session_id: UUID
    accepts: tuple[Mode, ...]
    rows: tuple[Asking, ...]


async def preview_file(viewer: Viewer, partner_id: UUID, read: FileRead, now: datetime) -> FileOutcome:
    """What enrolling the file would come to now, changing nothing. Raises NotFound for a partner out of reach.

    Each booking is looked at for itself: of two that want the last place, both are told they would have it.
    """

    async def look(order: Order) -> Booked:
        return await preview_places(viewer, order, now)

    return await _each_party(viewer, partner_id, read, (now, look))


async def enroll_file(work: Work, partner_id: UUID, read: FileRead) -> FileOutcome:
    """Enroll the people of a file. A row that cannot be holds up no other. Raises NotFound."""

    async def book(order: Order) -> Booked:
        # Whoever the preview refuses must not become a member, so only the others are booked.
        seen = await preview_places(work.actor, order, work.now)
        wanted = [
            person
            for person, verdict in zip(order.people, seen.verdicts, strict=True)
            if verdict.outcome is not Outcome.REFUSED
        ]
        if not wanted:
            return seen
        booked = await _booked(work, _only(order, wanted))
        await work.flush()
        given = dict(zip(wanted, booked, strict=True))
        verdicts = tuple(given.get(one, old) for one, old in zip(order.people, seen.verdicts, strict=True))
        return Booked(
            booking_id=None, code="", session_id=order.session_id, partner_id=order.partner_id, verdicts=verdicts
        )

    return await _each_party(work.actor, partner_id, read, (work.now, book), accounts=True)


def _only(order: Order, people: Sequence[Wanted]) -> Order:
    return Order(
        session_id=order.session_id,
        partner_id=order.partner_id,
        people=tuple(people),
        accepts=order.accepts,
        note=order.note,
    )


async def _booked(work: Work, order: Order) -> Sequence[Verdict]:
    try:
        return (await book_places(work, order)).verdicts
    except NobodyBooked as error:
        if error.newcomers:
            # They stay on the partner's list, and the question about them counts as one asked on a page does.
            await count_newcomers(work, asker_of(work.actor), error.newcomers)
        verdicts: Sequence[Verdict] = error.data["verdicts"]
        return verdicts


async def _each_party(
    viewer: Viewer, partner_id: UUID, read: FileRead, how: tuple[datetime, _Book], *, accounts: bool = False
) -> FileOutcome:
    """Every row by the way of `how`; one that enrolls knows people by the `accounts` they sign in with, too."""
    now, book = how
    require(viewer, Permission.PLACES_BOOK, partner_id)
    # Staff may book for every partner there is, and for none that there is not.
    await get_partner(viewer, partner_id)
    parties, outcomes = await _parties(viewer, read, now)
    emails = [row.email for row in read.rows]
    members = await find_members_at(partner_id, emails, accounts=accounts) if emails else {}
    if accounts:
        # Everybody at once, before any session is locked: bookings take these locks in the same order.
        await hold_members(partner_id, list(set(members.values())))
    seen: dict[tuple[UUID, UUID | str], Asking] = {}
    for party in parties:
        waiting, found = await _settled(partner_id, party, members, seen)
        # By parts, because one booking holds so many people and no more.
        for part in in_parts(waiting, LARGEST_PARTY):
            found += await _outcomes(_order(partner_id, party, part, members), part, book)
        outcomes += [replace(one, session_id=party.session_id) for one in found]
    everything = sorted([*outcomes, *read.refused], key=lambda one: one.line)
    sessions = await list_meant(viewer, list(dict.fromkeys(party.session_id for party in parties)))
    return FileOutcome(outcomes=tuple(everything), notes=read.notes, sessions=tuple(sessions))


async def _parties(viewer: Viewer, read: FileRead, now: datetime) -> tuple[list[_Party], list[RowOutcome]]:
    """The rows by session, in the order of their ids so that two files at once never wait for each other."""
    by_title = any(session_id_in(row.session) is None for row in read.rows)
    sessions = await list_titled(viewer, now) if by_title else []
    found: dict[tuple[UUID, tuple[Mode, ...]], list[Asking]] = {}
    refused = []
    for row in read.rows:
        meant = session_id_in(row.session) or meant_by(row.session, sessions)
        if isinstance(meant, tuple):
            refused.append(outcome_of(row, Fate.REFUSED, *meant))
        else:
            found.setdefault((meant, row.accepts), []).append(row)
    if len({session_id for session_id, _ in found}) > MOST_FILE_SESSIONS:
        raise EnrollmentFileTooLarge("The file names more than 50 sessions. Split it; what was enrolled is recognised.")
    parties = [_Party(session_id=key[0], accepts=key[1], rows=tuple(rows)) for key, rows in found.items()]
    return sorted(parties, key=lambda party: party.session_id), refused


async def _settled(
    partner_id: UUID, party: _Party, members: Mapping[str, UUID], seen: dict[tuple[UUID, UUID | str], Asking]
) -> tuple[list[Asking], list[RowOutcome]]:
    """The rows that are still to be booked, and those about people who have a place or stand in the file before."""
    ids = list(dict.fromkeys(members[row.email] for row in party.rows if row.email in members))
    known = {c.membership_id: c for c in await list_candidates(party.session_id, partner_id, ids)} if ids else {}
    waiting: list[Asking] = []
    settled = []
    for row in party.rows:
        who = members.get(row.email, row.email)
        candidate = known.get(who) if isinstance(who, UUID) else None
        if (first := seen.setdefault((party.session_id, who), row)) is not row:
            words = f"The same as line {first.line}."
            if first.accepts != row.accepts:
                words = f"Line {first.line} names the same person and session, in another mode; that one counts."
            settled.append(outcome_of(row, Fate.UNCHANGED, "repeated", words))
        elif candidate and candidate.enrolled_state and candidate.enrolled_by_partner == partner_id:
            words = "Already on the waitlist." if candidate.enrolled_state == "waitlisted" else "Already has a place."
            settled.append(outcome_of(row, Fate.UNCHANGED, f"already-{candidate.enrolled_state}", words))
        else:
            waiting.append(row)
    return waiting, settled


def _order(partner_id: UUID, party: _Party, rows: Sequence[Asking], members: Mapping[str, UUID]) -> Order:
    notes = dict.fromkeys(f"{row.name or row.email}: {row.note}" for row in rows if row.note)
    return Order(
        session_id=party.session_id,
        partner_id=partner_id,
        people=tuple(
            Wanted(membership_id=members[row.email]) if row.email in members else Wanted(name=row.name, email=row.email)
            for row in rows
        ),
        accepts=party.accepts,
        note="\n".join(notes)[:2000],
    )


async def _outcomes(order: Order, rows: Sequence[Asking], book: _Book) -> list[RowOutcome]:
    try:
        booked = await book(order)
    except NotFound:
        reason = "There is no such session, or none that you may see."
        return [outcome_of(row, Fate.REFUSED, "session-unknown", reason) for row in rows]
    except (Conflict, Invalid) as error:
        return [outcome_of(row, Fate.REFUSED, error.code, error.detail) for row in rows]
    return [_judged(row, verdict) for row, verdict in zip(rows, booked.verdicts, strict=True)]


def _judged(row: Asking, verdict: Verdict) -> RowOutcome:
    fate = Fate.UNCHANGED if verdict.code.startswith("already-") else _FATES[verdict.outcome]
    return outcome_of(row, fate, verdict.code, verdict.reason, verdict.position)
