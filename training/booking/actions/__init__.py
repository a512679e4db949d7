"""The verbs of places. Every one of them takes the session's row first and lets `rules.settle` decide."""

from training.booking.actions.book import book_places, preview_places
from training.booking.actions.cancel import cancel_enrollment
from training.booking.actions.follow import (
    empty_session,
    end_spots_of_disabled,
    end_spots_of_member,
    promote_waiting,
    tell_added,
    tell_dropped,
    tell_moved,
)
from training.booking.actions.give import Placed, give_place
from training.booking.actions.mode import Switched, change_mode
from training.booking.actions.move import MovedOver, Target, move_over
from training.booking.actions.offers import expire_enrollment, take_offer
from training.booking.actions.party import Party, change_party
from training.booking.actions.replace import Replaced, Substitute, replace_person
from training.booking.actions.undo import undo_booking, undo_cancellation
from training.booking.rules import Booked, Order, Wanted

__all__ = [
    "Booked",
    "MovedOver",
    "Order",
    "Party",
    "Placed",
    "Replaced",
    "Substitute",
    "Switched",
    "Target",
    "Wanted",
    "book_places",
    "cancel_enrollment",
    "change_mode",
    "change_party",
    "empty_session",
    "end_spots_of_disabled",
    "end_spots_of_member",
    "expire_enrollment",
    "give_place",
    "move_over",
    "preview_places",
    "promote_waiting",
    "replace_person",
    "take_offer",
    "tell_added",
    "tell_dropped",
    "tell_moved",
    "undo_booking",
    "undo_cancellation",
]
