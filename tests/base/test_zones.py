"""The pinned zone data is what we read, and its tables answer for zones and countries."""

import zoneinfo
from importlib.metadata import version

import pytest

from training.base.zones import (
    country_names,
    country_of_zone,
    is_misread,
    prefer_pinned_zones,
    zone_data_version,
    zone_named,
    zone_names,
    zone_place,
    zone_typed,
    zones_of_country,
)


def test_the_system_is_not_asked() -> None:
    prefer_pinned_zones()
    assert zoneinfo.TZPATH == ()
    assert zone_named("Europe/Berlin") is not None


def test_the_version_is_that_of_the_pinned_package() -> None:
    year, number = version("tzdata").split(".")[:2]
    assert zone_data_version() == f"{year}{chr(ord('a') + int(number) - 1)}"


def test_every_offered_zone_is_known_and_offered_once_in_order() -> None:
    names = zone_names()
    assert {name for name in names if zone_named(name) is None} == set()
    assert list(names) == sorted(set(names))
    assert {"Europe/Berlin", "Pacific/Apia", "UTC"} < set(names)
    assert not any(name.startswith("Etc/") for name in names)


@pytest.mark.parametrize("name", ["", "Europe", "../../etc/passwd", "\0", "Factory", "europe/berlin", "A" * 9999])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_named(name) is None


def test_old_names_still_resolve_but_are_not_offered() -> None:
    assert zone_named("US/Eastern") is not None
    assert "US/Eastern" not in zone_names()


def test_names_of_no_place_are_read_by_calendars_in_different_ways() -> None:
    for name in ("GMT", "GMT+0", "GMT0", "Etc/GMT", "Etc/GMT+5", "EST5EDT", "EST", "CET", "Zulu", "Cuba"):
        assert is_misread(name), name
        assert zone_named(name), "what is stored stays readable"
    assert not any(is_misread(name) for name in (*zone_names(), "Etc/UTC", "US/Eastern", "Asia/Calcutta"))


@pytest.mark.parametrize(
    ("code", "zones"),
    [
        ("GB", ("Europe/London",)),
        ("NZ", ("Pacific/Auckland", "Pacific/Chatham")),
        ("W3", ()),
        ("", ()),
    ],
)
def test_zones_of_a_country(code: str, zones: tuple[str, ...]) -> None:
    assert zones_of_country(code) == zones


def test_every_zone_of_a_country_belongs_to_it() -> None:
    assert all(country_of_zone(zone) == code for code in country_names() for zone in zones_of_country(code))
    assert (country_of_zone("UTC"), country_of_zone("Etc/GMT+8")) == (None, None)
    assert country_names()["DE"] == "Germany"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("são paulo", "America/Sao_Paulo"),
        ("EUROPE/berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        # An old name is a name.
        ("Asia/Calcutta", "Asia/Calcutta"),
        # A name without a region is taken as a city first: calendars know that one.
        ("Singapore", "Asia/Singapore"),
        ("GMT", "GMT"),
        ("Nowhere", "Nowhere"),
        ("", ""),
        ("\0", "\0"),
    ],
)
def test_a_city_is_enough_in_a_form(text: str, name: str) -> None:
    assert zone_typed(text) == name


def test_every_offered_name_means_itself_however_spelled() -> None:
    assert [zone_typed(name.lower().replace("_", " ")) for name in zone_names()] == list(zone_names())


@pytest.mark.parametrize(("zone", "place"), [("America/New_York", "New York"), ("UTC", "UTC")])
def test_a_zone_is_named_after_its_place(zone: str, place: str) -> None:
    assert zone_place(zone) == place
