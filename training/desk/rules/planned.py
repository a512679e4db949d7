"""The journal of plans as sentences: what was taken twice, and what moved because the rules of clocks changed."""

from collections.abc import Mapping
from typing import Any

CALENDARS = {
    "BusySourceAdded": "gave the address of a calendar of their own, so that we know when they are busy.",
    "BusySourceCalledUp": "had a calendar of their own read at once.",
    "BusySourceRemoved": "took the address of a calendar of their own away.",
}
"""What trainers did about their own calendars, by event."""


def clash_words(clash: Mapping[str, Any]) -> str:
    """What else somebody or something has at that time. Entries from before trainers had calendars do not say of
    which sort they are."""
    if clash.get("own_calendar"):
        return "busy in their own calendar"
    return f"also in “{clash['other_title']}”" if clash["other_title"] else "also in another session"


def moved_words(data: Mapping[str, Any], meetings: str) -> tuple[str, str]:
    """Whether somebody moved these meetings ("who") or nobody did (""), and the sentence."""
    if release := data.get("zone_data"):
        return (
            "",
            f"The rules for clocks changed ({release}): {meetings} kept the local time, which is another moment now.",
        )
    return "who", f"moved {meetings}."


def told_of_move(facts: Mapping[str, Any], data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts of a meeting with the zone in which a move is told: when clocks changed, only UTC tells both times."""
    return {**facts, "zone": "UTC"} if data.get("zone_data") else facts
