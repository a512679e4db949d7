"""Why something about a place cannot be done: the errors of this room."""

from training.base.errors import Conflict, Invalid
from training.people.rules import CountsNewcomers


class NothingToBook(Invalid):
    """Choose at least one person."""

    code = "nothing-to-book"


class PartyTooLarge(Invalid):
    """One booking takes at most 200 people. Please make several."""

    code = "party-too-large"


class ModeNotOffered(Invalid):
    """This session is not held in that mode."""

    code = "mode-not-offered"


class BookingNotOpen(Conflict):
    """Places in this session cannot be booked now."""

    code = "booking-not-open"


class PartnerNotInAudience(Conflict):
    """This session is not open to your organization."""

    code = "partner-not-in-audience"


class EnrollmentOver(Conflict):
    """This enrollment is not active any more, so there is nothing to cancel."""

    code = "enrollment-over"


class CancellationTooLate(Conflict):
    """The time to cancel without asking is over. Please ask the program manager."""

    code = "cancellation-too-late"


class NotWaiting(Conflict):
    """This person is not on the waitlist any more, so there is no place to give."""

    code = "not-waiting"


class ModeNotWanted(Conflict):
    """This person does not take part in that way. Choose another, or ask them to book again."""

    code = "mode-not-wanted"


class AboveCapacity(Conflict):
    """Every place that suits is taken. Give a reason to let this person in above the capacity."""

    code = "above-capacity"


class OverbookingExhausted(Conflict):
    """Every place that suits is taken, and nobody more may be let in above the capacity."""

    code = "overbooking-exhausted"


class PartyNeverFits(Conflict):
    """These people can never go together. Let some wait, or choose another session."""

    code = "party-never-fits"


class NothingToAnswer(Conflict):
    """No place is offered here any more, so there is nothing to answer."""

    code = "nothing-to-answer"


class UndoTooLate(Conflict):
    """This can be taken back for half an hour only, and that is over."""

    code = "undo-too-late"


class NothingToUndo(Conflict):
    """There is nothing here that could be taken back."""

    code = "nothing-to-undo"


class PlaceTakenMeanwhile(Conflict):
    """Somebody else has this place by now. You can book again and wait."""

    code = "place-taken-meanwhile"


WAITS_FIRST = "Somebody who waits comes first now, so this cannot be taken back. You can book again and wait."
"""What `PlaceTakenMeanwhile` says of a place that is free, but not for whoever gave it back."""


class CannotBeBooked(CountsNewcomers, Conflict):
    """This person cannot be booked for this session."""

    code = "cannot-be-booked"
