"""How instants, zones, numbers and languages are written, on days when clocks change too."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from training.base.texts import clock, day, environment, language, number, render, when, zone_name

MAY = datetime(2026, 5, 4, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "written"),
    [
        (MAY, "UTC", "Mon 4 May 2026, 13:00"),
        (MAY, "Europe/Berlin", "Mon 4 May 2026, 15:00"),
        (MAY, "America/New_York", "Mon 4 May 2026, 09:00"),
        (MAY, "Asia/Kolkata", "Mon 4 May 2026, 18:30"),
        (MAY, "Pacific/Kiritimati", "Tue 5 May 2026, 03:00"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Europe/Berlin", "Sun 29 Mar 2026, 01:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Europe/Berlin", "Sun 29 Mar 2026, 03:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Berlin", "Sun 25 Oct 2026, 02:30"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Berlin", "Sun 25 Oct 2026, 02:30"),
    ],
)
def test_instants_on_the_wall_clock_of_a_zone(instant: datetime, zone: str, written: str) -> None:
    assert when(instant, zone) == written
    assert clock(instant, zone) == written[-5:]
    assert day(instant, zone) == written[:-7]


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        ("en", "Mon 4 May 2026, 15:00"),
        ("en-GB", "Mon, 4 May 2026, 15:00"),
        ("en-US", "Mon, May 4, 2026, 3:00 PM"),
        ("de", "Mo., 4. Mai 2026, 15:00"),
        ("fr", "lun. 4 mai 2026, 15:00"),
        ("ja", "2026年5月4日(月), 15:00"),
        ("nobody-speaks", "Mon 4 May 2026, 15:00"),
        ("", "Mon 4 May 2026, 15:00"),
        ("../../etc", "Mon 4 May 2026, 15:00"),
    ],
)
def test_dates_of_a_locale(locale: str, written: str) -> None:
    """A template with a locale writes dates as people there do; pages have none and stay as they were."""
    said = "{{ at|when('Europe/Berlin') }}|{{ at|day('Europe/Berlin') }}, {{ at|clock('Europe/Berlin') }}"
    assert environment().from_string(said).render(at=MAY, locale=locale) == f"{written}|{written}"
    plain = environment().from_string(said).render(at=MAY)
    assert plain == "Mon 4 May 2026, 15:00|Mon 4 May 2026, 15:00"
    assert environment().from_string("{{ at|day }}").render(at=MAY.date(), locale=locale) == "Mon 4 May 2026"


def test_a_date_is_that_day_everywhere() -> None:
    assert day(date(2026, 10, 10), "Pacific/Kiritimati") == day(date(2026, 10, 10)) == "Sat 10 Oct 2026"


@pytest.mark.parametrize(
    ("zone", "instant", "written"),
    [
        ("UTC", MAY, "UTC"),
        ("Etc/UTC", None, "UTC"),
        ("Europe/Berlin", None, "Berlin time"),
        ("Europe/Berlin", MAY, "Berlin time (UTC+2)"),
        ("Europe/Berlin", datetime(2026, 12, 1, tzinfo=UTC), "Berlin time (UTC+1)"),
        ("America/New_York", MAY, "New York time (UTC-4)"),
        ("America/Argentina/Buenos_Aires", MAY, "Buenos Aires time (UTC-3)"),
        ("Asia/Kolkata", MAY, "Kolkata time (UTC+5:30)"),
        ("Asia/Kathmandu", MAY, "Kathmandu time (UTC+5:45)"),
        ("Pacific/Chatham", MAY, "Chatham time (UTC+12:45)"),
        ("Europe/London", datetime(2026, 12, 1, tzinfo=UTC), "London time (UTC+0)"),
        ("America/St_Johns", MAY, "St Johns time (UTC-2:30)"),
    ],
)
def test_zones_as_people_say_them(zone: str, instant: datetime | None, written: str) -> None:
    assert zone_name(zone, instant) == written


@pytest.mark.parametrize(
    ("zone", "minutes", "written"),
    [
        ("America/New_York", 45, "New York time (UTC-5, at the end UTC-4)"),
        ("America/New_York", 20, "New York time (UTC-5)"),
        ("Europe/Berlin", 45, "Berlin time (UTC+1)"),
        ("UTC", 45, "UTC"),
    ],
)
def test_both_offsets_of_a_meeting_in_which_clocks_change(zone: str, minutes: int, written: str) -> None:
    """At 02:00 on 14 March 2027 clocks in New York go to 03:00: 01:30 to 03:15 are 45 minutes."""
    start = datetime(2027, 3, 14, 6, 30, tzinfo=UTC)
    assert zone_name(zone, start, start + timedelta(minutes=minutes)) == written


@pytest.mark.parametrize(("value", "written"), [(0, "0"), (1933, "1,933"), (1234567, "1,234,567"), (-1000, "-1,000")])
def test_numbers(value: int, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize(
    ("tag", "name"),
    [("es", "Spanish"), ("en", "English"), ("zh-Hant", "Chinese (Traditional)"), ("xx", "xx"), ("!", "!")],
)
def test_languages(tag: str, name: str) -> None:
    assert language(tag) == name


def test_what_people_wrote_is_never_markup() -> None:
    text = environment().overlay(autoescape=True).from_string("{{ text }}").render(text="<script>&\"'")
    assert text == "&lt;script&gt;&amp;&#34;&#39;"
    autoescape: Any = environment().autoescape
    assert (autoescape("web/error.html"), autoescape("outbox/mails/invitation.txt")) == (True, False)


def test_a_value_that_was_forgotten_is_a_mistake_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render("web/error.html")
    with pytest.raises(TemplateNotFound):
        render("web/../../settings.py")


def test_no_template_is_forgotten_and_read_anew() -> None:
    before = environment().get_template("web/base.html")
    kept = environment().cache
    assert kept is not None
    assert getattr(kept, "capacity", None) is None
    assert environment().get_template("web/base.html") is before
