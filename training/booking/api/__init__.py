"""Places as JSON: book, preview, look, change, cancel."""

from training.booking.api.answering import AnswerApi
from training.booking.api.asking import QuestionApi, TermsApi
from training.booking.api.attendees import AttendeeApi
from training.booking.api.bookings import BookingApi
from training.booking.api.changes import ChangeApi
from training.booking.api.enrollments import EnrollmentApi
from training.booking.api.files import EnrollmentFileApi
from training.booking.api.open_places import OpenPlaceApi
from training.booking.api.requests import AnswerOfferApi, RequestApi

CONTROLLERS = (
    BookingApi,
    EnrollmentApi,
    ChangeApi,
    RequestApi,
    AnswerOfferApi,
    QuestionApi,
    TermsApi,
    AnswerApi,
    OpenPlaceApi,
    AttendeeApi,
    EnrollmentFileApi,
)
