"""What people do to places under fire: a table. A new verb of the product is one function and one line here.

`right` names the answers that may come to such a request, as 'status' or 'status code'; any other is a finding. To be
told "in flight" or "changed meanwhile" is right, too, and asks for another attempt, as it would of a person.
"""

from collections.abc import Awaitable, Callable

import msgspec

from tests.booking.fire import coming, going, nameless, wishing
from tests.booking.fire.hands import Hand


class Operation(msgspec.Struct, frozen=True):
    """A verb under fire and how it is asked for. `rush` and `churn`: how often it is chosen in those scenes."""

    do: Callable[[Hand], Awaitable[None]]
    rush: int = 0
    churn: int = 0


_CHANGED, _IN_FLIGHT = "412 changed-meanwhile", "409 request-in-flight"
RIGHT: dict[str, frozenset[str]] = {
    "book": frozenset({"201", "409 nobody-booked", "409 nobody-waits-nameless", _IN_FLIGHT}),
    "call off": frozenset({"200", _CHANGED}),
    "cancel": frozenset({"200", _CHANGED, "409 enrollment-over", _IN_FLIGHT}),
    # Pages, which say in words what came of it: done, done before, over, not possible.
    "confirm": frozenset({"303", "200", "410", "422"}),
    "enroll": frozenset({"201", "409 already-takes-part", "409 would-clash", _IN_FLIGHT}),
    "follow": frozenset({"200", "410", "422"}),
    "give place": frozenset(
        {"200", _CHANGED, "409 not-waiting", "409 above-capacity", "409 overbooking-exhausted", _IN_FLIGHT}
    ),
    "link": frozenset({"200", _CHANGED, "409 open-place-over", "409 naming-too-late"}),
    "look": frozenset({"200"}),
    "mode": frozenset(
        {"200", _CHANGED, "409 same-mode", "409 one-mode-only", "409 no-place-there", "409 enrollment-over"}
    ),
    "move": frozenset({"200", _CHANGED, "409 no-place-there", "409 enrollment-over", "409 cannot-be-booked"}),
    "name": frozenset({"200", _CHANGED, "409 open-place-over", "409 naming-refused", "409 naming-too-late"}),
    "party": frozenset({"200", "409 nobody-waits", "409 party-never-fits"}),
    "release": frozenset({"200", _CHANGED, "409 open-place-over"}),
    "replace": frozenset({"200", _CHANGED, "409 not-replaceable", "409 cannot-be-booked", "409 same-person"}),
    "request": frozenset({"201", "429 too-many-place-requests"}),
    "resize": frozenset({"200", _CHANGED, "409 capacity-below-taken", "409 mode-waited-for"}),
    "take offer": frozenset({"200", _CHANGED, "409 nothing-to-answer", "409 enrollment-over"}),
    "undo": frozenset({"200", _CHANGED, "409 place-taken-meanwhile", "409 nothing-to-undo"}),
    "undo booking": frozenset({"200", "409 nothing-to-undo", _IN_FLIGHT}),
}
# What may also be answered once a session is being cancelled. Visitors do not see it any more.
_REFUSED = {f"409 {code}" for code in ("booking-not-open", "enrollment-over", "session-begun", "session-over")}
OVER: dict[str, frozenset[str]] = {
    "": frozenset(_REFUSED),
    "request": frozenset({*_REFUSED, "404 not-found"}),
    "follow": frozenset({"404"}),
}


OPERATIONS: dict[str, Operation] = {
    "book": Operation(coming.book_plainly, rush=60, churn=26),
    "book with a key": Operation(coming.book_with_key, rush=15, churn=6),
    "book twice": Operation(coming.book_twice, rush=4, churn=2),
    "press twice": Operation(coming.press_twice, rush=5, churn=3),
    "crowd in": Operation(coming.crowd_in, rush=1, churn=1),
    "hang up, with a key": Operation(coming.hang_up_with_key, rush=12, churn=5),
    "hang up, without a key": Operation(coming.hang_up_without_key, rush=4, churn=2),
    "book a party": Operation(coming.book_party, churn=10),
    "come back late": Operation(going.come_back_late, churn=3),
    "cancel": Operation(going.cancel, churn=30),
    "cancel and hang up": Operation(going.cancel_and_hang_up, churn=6),
    "undo": Operation(going.undo, churn=5),
    "give by hand": Operation(going.give, churn=2),
    "resize": Operation(going.resize, churn=5),
    "replace": Operation(going.replace, churn=4),
    "move": Operation(going.move, churn=4),
    "change mode": Operation(going.change_mode, churn=4),
    "book open places": Operation(nameless.book_open_places, churn=6),
    "name an open place": Operation(nameless.name_open_place, churn=3),
    "release an open place": Operation(nameless.release_open_place, churn=2),
    "split or keep a party": Operation(going.change_party, churn=3),
    "undo a booking": Operation(going.undo_booking, churn=4),
    "hand out a link": Operation(nameless.hand_out_link, churn=5),
    "visit": Operation(wishing.visit, churn=6),
    "visit as a member": Operation(wishing.visit_as_member, churn=4),
    "take part": Operation(wishing.take_part, churn=6),
    "remove": Operation(wishing.remove, churn=5),
    "become busy": Operation(wishing.become_busy, churn=8),
    "answer an offer": Operation(wishing.answer_offer, churn=8),
}
RUSH = {name: operation.rush for name, operation in OPERATIONS.items() if operation.rush}
CHURN = {name: operation.churn for name, operation in OPERATIONS.items() if operation.churn}
