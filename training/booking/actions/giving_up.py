"""Open places go back: by whoever booked them, or by the rule when they have no name in time. Who waits moves up."""

from collections.abc import Sequence
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Add, Work
from training.booking.actions.ledger import Ledger
from training.booking.actions.naming_links import held_open
from training.booking.actions.telling import TAKEN_BACK, by_booking, tell_over, write_coordinators, write_invited
from training.booking.events import OpenPlaceReleased, OpenPlacesReminded
from training.booking.queries.open_places import OpenPlaceView, list_open_places
from training.booking.rules.open_places import PlaceState, remind
from training.booking.tables import OpenPlace
from training.catalogue.rules import Mode
from training.people.rules import Permission, may
from training.schedule.queries import lock_session
from training.schedule.rules.sessions import Session


class Released(Frozen, frozen=True, kw_only=True):
    """An open place that went back, and the enrollments that moved up because of it."""

    open_place_id: UUID
    session_id: UUID
    promoted: tuple[UUID, ...]
    version: int


async def release_place(
    work: Work, open_place_id: UUID, *, reason: str = "", expected_version: int | None = None
) -> Released:
    """Give an open place back; whoever waits and fits has it in the same transaction. For coordinators of the partner
    and managers; when no coordinator did it, they are told. Raises NotFound, Stale, OpenPlaceOver."""
    session, place = await held_open(work, open_place_id, expected_version)
    ledger = Ledger(work, session)
    who = work.actor.name or "the organization"
    said = f"Given back by {who}. {reason.strip()}".strip()
    await _release(ledger, place, said)
    if not may(work.actor, Permission.PLACES_BOOK, place.partner_id):
        await write_coordinators(work, "open-released", [place], session, why=TAKEN_BACK, reason=reason.strip())
    await work.flush()
    promoted = await ledger.promote()
    return Released(
        open_place_id=place.id,
        session_id=place.session_id,
        promoted=tuple(given.key for given in promoted),
        version=place.version + 1,
    )


async def release_overdue(work: Work, session_id: UUID, *booking_ids: UUID) -> int:
    """Give back the places of bookings of a session that have no name in time, tell whoever booked them, and let who
    waits move up.

    For the worker; returns how many. They are read again under the lock, so that two workers release each once.
    """
    session = await lock_session(session_id)
    overdue = [place for place in await _places(work, booking_ids) if work.now >= place.until]
    if not overdue:
        return 0
    ledger = Ledger(work, session)
    for place in overdue:
        await _release(ledger, place, "Had no name in time.", overdue=True)
    await write_coordinators(work, "open-released", overdue, session, why="overdue", reason="")
    await work.flush()
    await ledger.promote()
    return len(overdue)


async def remind_of_names(work: Work, session_id: UUID, *booking_ids: UUID) -> int:
    """Remind whoever booked open places of a session, and those who were mailed their links, where a reminder is due.

    For the worker; returns how many messages went to them. Each reminder counts once, whoever asks how often.
    """
    session = await lock_session(session_id)
    due: list[OpenPlaceView] = []
    for place in await _places(work, booking_ids):
        todo = remind(work.now, place.until, place.created_at, place.chases, place.chased_at)
        if todo is None or work.now >= place.until:
            continue
        chased = {"chased_at": work.now} if todo.send else {}
        # No version: nobody's view of the place is out of date because of a reminder.
        work.change(OpenPlace, place.id, chases=todo.stage, **chased)
        due += [place] if todo.send else []
    if due:
        await _remind(work, session, due)
    return len(due)


async def _remind(work: Work, session: Session, due: list[OpenPlaceView]) -> None:
    await write_coordinators(work, "open-due", due, session)
    for place in (place for place in due if place.has_link):
        await write_invited(work, "naming", place, session, inviter=place.booked_by_name or "", why="reminder")
    for some in by_booking(due):
        work.emit(OpenPlacesReminded(booking_id=some[0].booking_id, session_id=session.id, open_places=len(some)))


async def _places(work: Work, booking_ids: Sequence[UUID]) -> list[OpenPlaceView]:
    return [place for key in booking_ids for place in await list_open_places(work.actor, "booking", key)]


async def _release(ledger: Ledger, place: OpenPlaceView, reason: str, *, overdue: bool = False) -> None:
    """Write that a place went back and that its link is over. Nobody moves up yet."""
    work = ledger.work
    ledger.take(Mode(place.mode), -1)
    work.change(
        OpenPlace,
        place.id,
        state=PlaceState.RELEASED,
        mode="",
        state_at=work.now,
        state_reason=reason,
        version=Add(1),
    )
    event = OpenPlaceReleased(
        open_place_id=place.id,
        session_id=place.session_id,
        partner_id=place.partner_id,
        mode=Mode(place.mode),
        overdue=overdue,
        reason=reason,
    )
    work.emit(event, before={"state": PlaceState.OPEN}, after={"state": PlaceState.RELEASED})
    await tell_over(work, place, ledger.session)
