"""The journal of announcements, as sentences."""

from collections.abc import Mapping
from typing import Any

ANNOUNCED = {
    "AnnouncementDrafted": "began to write an announcement.",
    "AnnouncementEdited": "changed an announcement.",
    "AnnouncementDeleted": "deleted an announcement that was a draft.",
    "AnnouncementTried": "had a test copy of an announcement written to themselves.",
    "AnnouncementScheduled": "let an announcement go out.",
    "AnnouncementStopped": "stopped an announcement.",
}
"""What somebody did to an announcement, by event."""
ANNOUNCED_BY_CLOCK = {"AnnouncementSent": "An announcement went out."}
"""What the clock did."""


def called(sentence: str, data: Mapping[str, Any]) -> str:
    """The sentence with the subject line of the announcement, where the entry says it."""
    if not data.get("subject"):
        return sentence
    which = f"nnouncement “{data['subject']}”"
    return sentence.replace("an announcement", f"the a{which}").replace("An announcement", f"The a{which}")
