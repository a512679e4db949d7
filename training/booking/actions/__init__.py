"""The verbs of places. Every one of them takes the session's row first and lets `rules.settle` decide."""

from training.booking.actions.book import Booked, Order, Wanted, book_places, preview_places
from training.booking.actions.cancel import cancel_enrollment
from training.booking.actions.follow import empty_session, promote_waiting, tell_moved
from training.booking.actions.give import Placed, give_place
from training.booking.actions.offers import expire_enrollment, take_offer
from training.booking.actions.undo import undo_booking, undo_cancellation

__all__ = [
    "Booked",
    "Order",
    "Placed",
    "Wanted",
    "book_places",
    "cancel_enrollment",
    "empty_session",
    "expire_enrollment",
    "give_place",
    "preview_places",
    "promote_waiting",
    "take_offer",
    "tell_moved",
    "undo_booking",
    "undo_cancellation",
]
