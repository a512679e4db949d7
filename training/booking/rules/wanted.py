"""Whether a message about a place still says what is so, asked when it is about to leave. Pure."""

from training.booking.rules.states import ACTIVE, State

_HAS_PLACE = frozenset({State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED})
_ENDED = frozenset(State) - ACTIVE
_EVERY = frozenset(State)

# What an enrollment must be for a message of this kind to leave; for all others it must not have ended.
SPEAKS_OF: dict[str, frozenset[State]] = {
    "booking-enrolled": _HAS_PLACE,
    "booking-promoted": _HAS_PLACE,
    "booking-moved-over": _HAS_PLACE,
    "booking-mode-changed": _HAS_PLACE,
    "booking-waitlisted": frozenset({State.WAITLISTED}),
    "booking-session-confirmed": _HAS_PLACE,
    "booking-still-needed": _HAS_PLACE,
    "booking-offered": frozenset({State.OFFERED}),
    "booking-confirm": frozenset({State.REQUESTED}),
    "booking-cancelled": _ENDED,
    "booking-session-cancelled": _ENDED,
    "booking-expired": _ENDED,
    # What somebody asked for, or what others are told: true however the enrollment stands.
    "booking-already": _EVERY,
    "booking-course-missing": _EVERY,
    "booking-consent-withdrawn": _EVERY,
    "booking-calendar-declined": _HAS_PLACE,
    "booking-calendar-answer": _EVERY,
}
# What tells of a place: worth nothing once its session is over.
OVER_WITH_SESSION = frozenset(
    {
        *("booking-enrolled", "booking-promoted", "booking-restored", "booking-waitlisted", "booking-offered"),
        *("booking-moved", "booking-moved-over", "booking-mode-changed", "booking-session-confirmed"),
        "booking-still-needed",
    }
)
# What says in between that somebody waits.
_SAYS_WAITS = frozenset({"booking-moved", "booking-restored"})
# About a place without a name that must still have none, and about a booking that must still have such places.
OF_OPEN_PLACE = frozenset({"booking-naming"})
OF_OPEN_PLACES = frozenset({"booking-open-due", "booking-open-moved"})
# About what has ended: nothing makes them untrue.
OF_NOTHING_LEFT = frozenset({"booking-naming-over", "booking-open-released"})


def why_unwanted(kind: str, state: State | None, *, over: bool = False, waits: bool = False) -> str:
    """Why a message about an enrollment of this state (None: it is gone) is not to leave; empty when it is.

    `over`: when it was to leave first, its session was over. `waits`: it was written to somebody who waited.
    """
    if over and kind in OVER_WITH_SESSION:
        return "The session is over."
    needed = SPEAKS_OF.get(kind, ACTIVE)
    if state is None:
        return "" if needed >= _ENDED else "The enrollment is gone."
    if waits and kind in _SAYS_WAITS:
        needed = frozenset({State.WAITLISTED})
    return "" if state in needed else f"The enrollment is {state.value} now."
