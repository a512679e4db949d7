"""Which choices about mail can be kept."""

import pytest
from msgspec.structs import replace

from training.base.errors import Invalid
from training.people.rules.mail import LOCALES, MailOrder, check_mail_order
from training.people.schemas import locale_choices

GOOD = MailOrder(quiet_from="21:00", quiet_until="08:00", locale="en-GB", off=frozenset())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quiet_from", "24:00"),
        ("quiet_from", "9:00"),
        ("quiet_until", "08:60"),
        ("quiet_until", ""),
        ("quiet_until", "08:00\n"),
        ("locale", "xx"),
        ("locale", "../en"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(field: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_mail_order(replace(GOOD, **{field: value}))
    assert set(caught.value.fields) == {field}


def test_good_choices_stay_as_they_are() -> None:
    assert check_mail_order(GOOD) == GOOD
    assert check_mail_order(replace(GOOD, quiet_from="00:00", quiet_until="00:00")).quiet_from == "00:00"


def test_the_list_shows_how_a_date_would_be_written() -> None:
    choices = dict(locale_choices())
    assert tuple(choices) == LOCALES
    assert choices["en"] == "Wed 6 May 2026, 15:00 (English, as on our pages)"
    assert choices["en-US"] == "Wed, May 6, 2026, 3:00 PM (English (United States))"
    assert choices["de"] == "Mi., 6. Mai 2026, 15:00 (German)"
