"""Being named: what comes in."""

import msgspec
import pytest

from training.booking.schemas.attendees import ListingForm, ListingIn
from training.web.forms import fill


def test_a_box_that_is_not_ticked_says_no() -> None:
    assert fill(ListingForm, [("version", "3")]).value == ListingForm(listed=False, version=3)
    assert fill(ListingForm, [("version", "3"), ("listed", "yes")]).value == ListingForm(listed=True, version=3)


def test_nothing_is_no_choice() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b"{}", type=ListingIn)
