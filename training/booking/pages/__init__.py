"""The booking flow and leaving: choose people, check, confirm; give a place back."""

from training.booking.pages.answer import AnswerPages
from training.booking.pages.answering import AnsweringPages
from training.booking.pages.answers import AnswersPages
from training.booking.pages.asking import QuestionListPages, QuestionPages
from training.booking.pages.book import BookPages
from training.booking.pages.booked import BookedPages
from training.booking.pages.cancel import CancelPages
from training.booking.pages.change import ChangePages
from training.booking.pages.confirm import ConfirmPages
from training.booking.pages.enroll import EnrollPages
from training.booking.pages.file import FilePages
from training.booking.pages.guest import PlacePages
from training.booking.pages.keep import KeepOwnPages, KeepPages
from training.booking.pages.listing import ListingPages
from training.booking.pages.naming import NamingPages
from training.booking.pages.open_places import OpenPlacePages, PartnerOpenPlacePages
from training.booking.pages.terms import TermsListPages, TermsPages
from training.booking.pages.undo import UndoPages

CONTROLLERS = (
    BookPages,
    BookedPages,
    CancelPages,
    ChangePages,
    UndoPages,
    EnrollPages,
    ConfirmPages,
    PlacePages,
    AnswerPages,
    QuestionListPages,
    QuestionPages,
    TermsListPages,
    TermsPages,
    AnsweringPages,
    AnswersPages,
    OpenPlacePages,
    PartnerOpenPlacePages,
    NamingPages,
    ListingPages,
    KeepPages,
    KeepOwnPages,
    FilePages,
)
