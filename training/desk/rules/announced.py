"""The journal of announcements, as sentences."""

ANNOUNCED = {
    "AnnouncementDrafted": "began to write an announcement.",
    "AnnouncementEdited": "changed an announcement.",
    "AnnouncementTried": "had a test copy of an announcement written to themselves.",
    "AnnouncementScheduled": "let an announcement go out.",
    "AnnouncementStopped": "stopped an announcement.",
}
"""What somebody did to an announcement, by event."""
ANNOUNCED_BY_CLOCK = {"AnnouncementSent": "An announcement went out."}
"""What the clock did."""
