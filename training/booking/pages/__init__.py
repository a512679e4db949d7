"""The booking flow and leaving: choose people, check, confirm; give a place back."""

from training.booking.pages.book import BookPages
from training.booking.pages.booked import BookedPages
from training.booking.pages.cancel import CancelPages

CONTROLLERS = (BookPages, BookedPages, CancelPages)
