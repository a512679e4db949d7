"""What goes in and out of booking: the structs of the API, those of the forms, and pasted people."""

from training.booking.schemas.changes import ChangeForm, ModeIn, MoveIn, PartyForm, PartyIn, ReplaceIn
from training.booking.schemas.forms import MODE_WISHES, BookForm, CancelForm
from training.booking.schemas.pasted import Pasted, parse_people
from training.booking.schemas.places import (
    BookingIn,
    BookingOut,
    CancelIn,
    EnrollmentOut,
    EnrollmentPage,
    GiveIn,
    LeftOut,
    PersonIn,
    PlacedOut,
    VerdictOut,
)

__all__ = [
    "MODE_WISHES",
    "BookForm",
    "BookingIn",
    "BookingOut",
    "CancelForm",
    "CancelIn",
    "ChangeForm",
    "EnrollmentOut",
    "EnrollmentPage",
    "GiveIn",
    "LeftOut",
    "ModeIn",
    "MoveIn",
    "PartyForm",
    "PartyIn",
    "Pasted",
    "PersonIn",
    "PlacedOut",
    "ReplaceIn",
    "VerdictOut",
    "parse_people",
]
