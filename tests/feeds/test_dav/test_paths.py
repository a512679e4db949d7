"""Addresses are read exactly, or name nothing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.feeds.dav.paths import (
    Kind,
    Place,
    calendar_path,
    entry_path,
    home_path,
    place_of,
    place_of_href,
    principal_path,
)

ADA, PARTNER, UID = UUID(int=1), UUID(int=2), str(UUID(int=3))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/dav/", Place(kind=Kind.ROOT)),
        ("/dav", Place(kind=Kind.ROOT)),
        (principal_path(ADA), Place(kind=Kind.PRINCIPAL, person_id=ADA)),
        (home_path(ADA), Place(kind=Kind.HOME, person_id=ADA)),
        (home_path(ADA)[:-1], Place(kind=Kind.HOME, person_id=ADA)),
        (calendar_path(ADA, "mine"), Place(kind=Kind.CALENDAR, person_id=ADA, calendar="mine")),
        (calendar_path(ADA, "teaching")[:-1], Place(kind=Kind.CALENDAR, person_id=ADA, calendar="teaching")),
        (
            entry_path(ADA, f"partner-{PARTNER}", UID),
            Place(kind=Kind.ENTRY, person_id=ADA, calendar=f"partner-{PARTNER}", uid=UID),
        ),
    ],
)
def test_an_address_names_its_thing(path: str, place: Place) -> None:
    assert place_of(path) == place
    assert place_of_href(path) == place
    assert place_of_href(f" https://elsewhere.example{path.replace('mine', 'm%69ne')}\n") == place


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/davit",
        "/dav//",
        "/dav/principals/",
        "/dav/principals/x/",
        f"/dav/principals/{ADA}/mine/",
        f"/dav/principals/{str(PARTNER).upper().replace('0', 'A')}/",
        f"{home_path(ADA)}other/",
        f"{home_path(ADA)}{UID}.ics",
        f"{entry_path(ADA, 'mine', UID)}/",
        entry_path(ADA, "mine", "x"),
        entry_path(ADA, "mine", UID).replace(".ics", ".ICS"),
        f"{home_path(ADA)}../mine/",
        f"{home_path(ADA)}mine/\n",
        "/dav/" + "x" * 100_000,
    ],
)
def test_what_is_no_address_names_nothing(path: str) -> None:
    assert place_of(path) is None


@given(st.text())
def test_whatever_is_written_in_a_request_is_read_or_not(href: str) -> None:
    place_of_href(href)
    assert place_of_href(f"/dav/calendars/{href}") is None or href.strip("/ ")


@pytest.mark.parametrize("href", ["http://[", "//", "%ff", "/dav/%ff", "\x00", "mailto:x@y.example"])
def test_strange_addresses_name_nothing(href: str) -> None:
    assert place_of_href(href) is None
