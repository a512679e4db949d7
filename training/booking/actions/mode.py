"""In the room or online: changing how somebody takes part in a hybrid session."""

from uuid import UUID

from training.base.errors import Stale
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.booking.actions.ledger import Ledger
from training.booking.events import ModeChanged
from training.booking.mails import write_to
from training.booking.queries import EnrollmentView, get_enrollment, list_queue
from training.booking.rules import (
    MOVABLE,
    EnrollmentOver,
    NoPlaceThere,
    OneModeOnly,
    SameMode,
    State,
    Waiting,
    accepted_modes,
    check_before_start,
    check_offer_stands,
    decide,
    needs_queue,
    pack_modes,
    unpack_modes,
)
from training.booking.tables import Enrollment
from training.catalogue.rules import Mode
from training.schedule.queries import list_meetings, lock_session


class Switched(Frozen, frozen=True, kw_only=True):
    """How somebody takes part now (`mode` is null while they wait), and who moved up because of it."""

    enrollment_id: UUID
    session_id: UUID
    mode: Mode | None
    accepts: tuple[Mode, ...]
    promoted: tuple[UUID, ...]
    version: int


async def change_mode(
    work: Work, enrollment_id: UUID, accepts: tuple[Mode, ...], *, expected_version: int | None = None
) -> Switched:
    """Take part in another way. Who has a place changes into a free one of the first mode in `accepts`; who waits says
    anew which modes they accept, best first, and keeps their number. Until the session starts.

    Raises NotFound, Stale, EnrollmentOver, SessionBegun, OneModeOnly, ModeNotOffered, SameMode, NoPlaceThere.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    ledger = Ledger(work, await lock_session(found.session_id))
    fresh = await get_enrollment(work.actor, enrollment_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    if fresh.state not in MOVABLE:
        raise EnrollmentOver(state=fresh.state)
    check_before_start(fresh.session_state, fresh.starts_at, work.now)
    check_offer_stands(fresh.state, fresh.keeps_until, work.now)
    if ledger.session.mode is not Mode.HYBRID:
        raise OneModeOnly
    wished = accepted_modes(ledger.session.mode, accepts)
    mode = None if fresh.state is State.WAITLISTED else await _change_place(ledger, fresh, wished[0])
    if mode is None:
        _change_wish(ledger, fresh, wished)
    columns = {"mode": mode or "", "accepts": pack_modes(wished)}
    work.change(Enrollment, fresh.id, **columns, mode_at=work.now, version=Add(1))
    event = ModeChanged(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        person_id=fresh.person_id,
        mode=mode,
        accepts=wished,
        partner_id=fresh.partner_id,
    )
    work.emit(event, before={"mode": fresh.mode, "accepts": fresh.accepts}, after=columns)
    if fresh.state is State.ENROLLED:
        meetings = await list_meetings([fresh.session_id])
        await write_to(work, "mode-changed", fresh, ledger.session, mode, meetings, was_mode=fresh.mode)
    await work.flush()
    promoted = await ledger.promote()
    return Switched(
        enrollment_id=fresh.id,
        session_id=fresh.session_id,
        mode=mode,
        accepts=wished,
        promoted=tuple(place.key for place in promoted),
        version=fresh.version + 1,
    )


async def _change_place(ledger: Ledger, fresh: EnrollmentView, wished: Mode) -> Mode:
    """Take a free place in the other mode and give the one in this mode back. Nobody who waits is overtaken."""
    if fresh.holds is wished or fresh.holds is None:
        raise SameMode
    newcomer = Waiting(key=fresh.id, party=fresh.id, together=False, accepts=(wished,))
    standing = ledger.standing
    queue = await list_queue(fresh.session_id) if needs_queue(standing, [newcomer]) else ()
    if not decide(standing, [newcomer], queue):
        raise NoPlaceThere(mode=wished.value)
    ledger.take(fresh.holds, -1)
    ledger.take(wished)
    return wished


def _change_wish(ledger: Ledger, fresh: EnrollmentView, wished: tuple[Mode, ...]) -> None:
    known = unpack_modes(fresh.accepts)
    if known == wished:
        raise SameMode
    ledger.wait(known, -1)
    ledger.wait(wished)
