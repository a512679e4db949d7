"""What calendars are called, in the words a person finds them by among their other calendars."""

_OWN = {"mine": "My sessions", "teaching": "Sessions I teach"}
_ABOUT = {"coordinating": "Sessions of {}", "room": "Room {}", "program": "{}", "course": "{}"}


def calendar_name(kind: str, scope_name: str, site_name: str) -> str:
    """The name of a calendar: "Sessions of Alder House (training)"."""
    if kind in _OWN:
        what = _OWN[kind]
    elif scope_name:
        what = _ABOUT[kind].format(scope_name)
    else:
        what = "All public sessions"
    return f"{what} ({site_name})"


def what_was_read(kind: str, scope_name: str) -> str:
    """What somebody may no longer read, for the last entry of its calendar."""
    if kind == "coordinating":
        return f"the sessions of {scope_name or 'this organization'}"
    return f"the room {scope_name}".strip() if kind == "room" else "these sessions"
