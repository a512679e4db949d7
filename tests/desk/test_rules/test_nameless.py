"""What happened to places without a name, in words."""

from typing import Any

import pytest

from training.desk.rules.nameless import NAMELESS, nameless_told


@pytest.mark.parametrize(
    ("event", "data", "told"),
    [
        ("OpenPlaceNamed", {}, (True, "put Ana on a place without a name.")),
        ("OpenPlaceNamed", {"by_link": True}, (False, "Ana took a place by its link.")),
        (
            "OpenPlaceNamed",
            {"by_link": True, "proven": True},
            (False, "Ana took a place by its link, from the mailbox it was sent to."),
        ),
        ("OpenPlaceReleased", {}, (True, "gave back a place without a name of Alder House.")),
        (
            "OpenPlaceReleased",
            {"overdue": True},
            (False, "A place without a name of Alder House had no name in time and went back."),
        ),
        ("OpenPlaceNoted", {}, (True, "wrote down what a place without a name of Alder House is for.")),
        ("OpenPlacesReminded", {"open_places": 1}, (False, "A reminder went out: 1 place without a name.")),
        ("OpenPlacesReminded", {"open_places": 2}, (False, "A reminder went out: 2 places without a name.")),
        ("NamingLinkMade", {"mailed": True}, (True, "mailed a link for a place without a name of Alder House.")),
        ("NamingLinkMade", {}, (True, "made a link for a place without a name of Alder House.")),
        ("NamingLinkWithdrawn", {}, (True, "withdrew the link of a place without a name of Alder House.")),
    ],
)
def test_each_event_has_its_sentence(event: str, data: dict[str, Any], told: tuple[bool, str]) -> None:
    assert event in NAMELESS
    assert nameless_told(event, data, "Ana", "Alder House") == told


def test_without_a_partner_it_is_left_out() -> None:
    assert nameless_told("OpenPlaceReleased", {"overdue": True}, "", "") == (
        False,
        "A place without a name had no name in time and went back.",
    )
