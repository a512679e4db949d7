"""The journal of people's places, as sentences: what happened to one person, and what their calendar answered."""

from collections.abc import Mapping
from typing import Any

# A sentence with a name: first whether somebody did it or the clock.
PLACED: dict[str, tuple[str, str]] = {
    "EnrollmentOffered": ("", "A place became free for {name}, who is busy then and was asked."),
    "OfferTaken": ("who", "took the place offered to {name}."),
    "EnrollmentExpired": ("", "The time of {name} was over without an answer."),
    "PersonReplaced": ("who", "gave the place of {name} to somebody else of the organization."),
    "PersonMoved": ("who", "moved {name} to another session."),
    "ModeChanged": ("who", "changed how {name} takes part."),
    "EnrollmentRestored": ("who", "took the cancellation of {name} back."),
    "PlaceRequested": ("", "{name} asked for a place, and was written to."),
    "PlaceKept": ("who", "kept the place of {name}, whose calendar had declined."),
    "PlaceLinkRenewed": ("who", "made every earlier link to the place of {name} worthless."),
}
_SUMS = {
    "accepted": "The calendar of {name} says yes.",
    "tentative": "The calendar of {name} says maybe.",
    "declined": "The calendar of {name} says no.",
    "partly": "The calendar of {name} says no to some of the meetings.",
}
_UNANSWERED = "The calendar of {name} has not answered for all meetings."
_ANSWERS = {"accepted": "yes", "tentative": "maybe", "declined": "no"}


def calendar_answered(data: Mapping[str, Any], name: str) -> str:
    """What somebody's calendar says to all of their meetings, and whether the place goes back."""
    said = _SUMS.get(str(data.get("answer")), _UNANSWERED).format(name=name)
    return f"{said} The place goes back unless somebody keeps it." if data.get("gives_back_at") else said


def invite_answered(data: Mapping[str, Any], name: str) -> str:
    """What somebody's calendar answered for one meeting."""
    return f"{name} answered the invitation to a meeting: {_ANSWERS.get(str(data.get('answer')), 'something else')}."
