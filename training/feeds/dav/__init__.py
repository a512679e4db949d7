"""CalDAV, read only: the calendars of a person for the calendar programs on their devices.

An edge of the room: XML comes in (`reading`), is answered from what the feeds know (`holdings`), and goes out
(`writing`). No scheduling, no writing, no locks.
"""

from training.feeds.dav.server import CalDav

__all__ = ["CalDav"]
