"""Changing a place: who may be replaced, who may change the mode, and when it is too late."""

from datetime import datetime
from uuid import UUID

from training.base.errors import Conflict
from training.booking.rules.states import State


class NotReplaceable(Conflict):
    """Only somebody of an organization who has a place can be replaced by somebody else of it."""

    code = "not-replaceable"


class OfferOver(Conflict):
    """The time to answer this offer is over, so the place goes to whoever is next."""

    code = "offer-over"


class SessionBegun(Conflict):
    """This session has begun or is over, so nobody can be changed here any more."""

    code = "session-begun"


class SamePerson(Conflict):
    """This is the same person."""

    code = "same-person"


class NotMovable(Conflict):
    """Somebody can move to another session of the same course in which places can be booked."""

    code = "not-movable"


class NoPlaceThere(Conflict):
    """There is no free place there, so nothing was changed. You can wait there and keep this one."""

    code = "no-place-there"


class OneModeOnly(Conflict):
    """This session is held in one way only, so there is nothing to change."""

    code = "one-mode-only"


class SameMode(Conflict):
    """This person takes part in this way already."""

    code = "same-mode"


class NobodyWaits(Conflict):
    """Nobody of this booking waits any more, so there is no party to keep together or to split."""

    code = "nobody-waits"


REPLACEABLE = frozenset({State.ENROLLED, State.OFFERED})
MOVABLE = frozenset({State.ENROLLED, State.OFFERED, State.WAITLISTED})


def check_before_start(session_state: str, starts_at: datetime | None, now: datetime) -> None:
    """Raises SessionBegun once a session has begun, is over or cancelled."""
    if session_state not in ("published", "confirmed") or (starts_at is not None and starts_at <= now):
        raise SessionBegun(state=session_state)


def check_replaceable(state: State, partner_id: UUID | None) -> None:
    """Raises NotReplaceable for somebody who waits, or takes part on their own.

    A spot on the waitlist is not handed on: the order of arrival is an order of people.
    """
    if partner_id is None or state not in REPLACEABLE:
        raise NotReplaceable(state=state)


def check_offer_stands(state: State, keeps_until: datetime | None, now: datetime) -> None:
    """Raises OfferOver for an offer that nobody answered in time, although the tick that ends it has not come yet."""
    if state is State.OFFERED and (keeps_until is None or keeps_until <= now):
        raise OfferOver
