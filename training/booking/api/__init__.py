"""Places as JSON: book, preview, look, change, cancel."""

from training.booking.api.bookings import BookingApi
from training.booking.api.changes import ChangeApi
from training.booking.api.enrollments import EnrollmentApi

CONTROLLERS = (BookingApi, EnrollmentApi, ChangeApi)
