"""The journal of places without a name, as sentences."""

from collections.abc import Mapping
from typing import Any

NAMELESS = (
    "OpenPlaceNamed",
    "OpenPlaceReleased",
    "OpenPlaceNoted",
    "OpenPlacesReminded",
    "NamingLinkMade",
    "NamingLinkWithdrawn",
)


def nameless_told(event: str, data: Mapping[str, Any], name: str, partner: str) -> tuple[bool, str]:
    """Whether somebody did it (else the clock, or whoever held a link), and what, about one of `NAMELESS`.

    `name` is whose name the place got, `partner` whose place it was, as far as they are known.
    """
    place = f"a place without a name{' of ' + partner if partner else ''}"
    match event:
        case "OpenPlaceNamed" if data.get("by_link"):
            proven = ", from the mailbox it was sent to" if data.get("proven") else ""
            return False, f"{name} took a place by its link{proven}."
        case "OpenPlaceNamed":
            return True, f"put {name} on a place without a name."
        case "OpenPlaceReleased" if data.get("overdue"):
            return False, f"A{place[1:]} had no name in time and went back."
        case "OpenPlaceReleased":
            return True, f"gave back {place}."
        case "OpenPlaceNoted":
            return True, f"wrote down what {place} is for."
        case "OpenPlacesReminded":
            number = int(data.get("open_places", 0))
            return False, f"A reminder went out: {number} {'place' if number == 1 else 'places'} without a name."
        case "NamingLinkMade":
            return True, f"{'mailed' if data.get('mailed') else 'made'} a link for {place}."
        case _:
            return True, f"withdrew the link of {place}."
