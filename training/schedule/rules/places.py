"""Where a meeting is, as every calendar says it: the same words in invites, feeds and CalDAV. Pure."""

from training.catalogue.rules import Mode

NO_ROOM = "The room will be announced"
ONLINE = "Online"


def room_words(room_name: str | None, venue_name: str | None, venue_address: str | None) -> str:
    """The room, the venue and its address in one line; empty where none is known."""
    address = " ".join((venue_address or "").split())
    return ", ".join(part for part in (room_name, venue_name, address) if part)


def place_words(mode: str, room: str) -> str:
    """Where the reader of an entry goes who takes part in `mode` (or how the session is held, for who takes no part):
    whoever comes online is not sent to a room."""
    return ONLINE if mode == Mode.ONLINE else room or NO_ROOM
