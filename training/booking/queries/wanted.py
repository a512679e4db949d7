"""Whether messages about places are still wanted, asked when they are about to leave."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.rules.states import State
from training.booking.rules.wanted import OF_NOTHING_LEFT, OF_OPEN_PLACE, OF_OPEN_PLACES, why_unwanted
from training.outbox.actions.delivery import Due


class _Stands(Frozen, frozen=True, kw_only=True):
    id: UUID
    state: State
    ends_at: datetime | None


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def find_unwanted(due: Sequence[Due]) -> dict[UUID, str]:
    """For each of these messages about places that is not to leave any more, why. At most three statements.

    A confirmation of a place that was given up meanwhile does not leave, nor the notice of a cancellation that was
    taken back, nor what tells of a place and was sent again after its session. A message that does not say what it is
    about is wanted.
    """
    unnamed = {one.id: one.subject_id for one in due if one.kind in OF_OPEN_PLACE and one.subject_id is not None}
    bookings = {one.id: _bookings_of(one) for one in due if one.kind in OF_OPEN_PLACES and one.subject_id is not None}
    places = {
        one.id: (one, one.subject_id)
        for one in due
        if one.kind not in OF_NOTHING_LEFT
        and one.subject_id is not None
        and one.id not in unnamed
        and one.id not in bookings
    }
    why: dict[UUID, str] = {}
    if places:
        states = await _states({subject for _, subject in places.values()})
        why |= {key: _why(one, states.get(subject)) for key, (one, subject) in places.items()}
    if unnamed:
        left = await _open("id", set(unnamed.values()))
        why |= {key: "" if subject in left else "The place has a name or is gone." for key, subject in unnamed.items()}
    if bookings:
        left = await _open("booking_id", {key for some in bookings.values() for key in some})
        why |= {key: "" if some & left else "No place needs a name." for key, some in bookings.items()}
    return {key: reason for key, reason in why.items() if reason}


def _why(due: Due, stands: _Stands | None) -> str:
    over = stands is not None and stands.ends_at is not None and stands.ends_at <= due.not_before
    waits = due.values.get("waits") is True
    return why_unwanted(due.kind, stands.state if stands else None, over=over, waits=waits)


def _bookings_of(due: Due) -> set[UUID]:
    """The bookings that a message to a coordinator is about: one message can tell of several."""
    named = due.values.get("bookings", [])
    return {UUID(key) for key in named} | ({due.subject_id} if due.subject_id else set())


async def _states(ids: set[UUID]) -> dict[UUID, _Stands]:
    asked = sorted(ids)
    rows = await fetch(
        _Stands,
        "SELECT e.id, e.state, s.ends_at FROM enrollment e JOIN session s ON s.id = e.session_id"
        f" WHERE e.id IN ({marks(asked)})",
        *asked,
    )
    return {row.id: row for row in rows}


_OPEN = {
    "id": "SELECT id FROM open_place WHERE state = 'open' AND id IN",
    "booking_id": "SELECT DISTINCT booking_id AS id FROM open_place WHERE state = 'open' AND booking_id IN",
}


async def _open(column: str, ids: set[UUID]) -> set[UUID]:
    asked = sorted(ids)
    rows = await fetch(_Id, f"{_OPEN[column]} ({marks(asked)})", *asked)
    return {row.id for row in rows}
