"""Which program fetched a calendar, in words its reader knows."""

_KNOWN = (
    ("google-calendar", "Google Calendar"),
    ("googlebot", "Google"),
    ("microsoft.exchange", "Outlook (Microsoft 365)"),
    ("exchange", "Outlook (Microsoft 365)"),
    ("outlook", "Outlook"),
    ("dataaccessd", "Apple Calendar"),
    ("calendaragent", "Apple Calendar on a Mac"),
    ("macos", "Apple Calendar on a Mac"),
    ("ios", "Apple Calendar on an iPhone or iPad"),
    ("thunderbird", "Thunderbird"),
    ("icsx", "ICSx⁵"),
    ("davx", "DAVx⁵"),
    ("nextcloud", "Nextcloud"),
    ("evolution", "Evolution"),
    ("fastmail", "Fastmail"),
    ("vdirsyncer", "vdirsyncer"),
    ("home assistant", "Home Assistant"),
    ("homeassistant", "Home Assistant"),
    ("mozilla/", "A web browser"),
)
MOST = 80


def client_name(user_agent: str) -> str:
    """The program behind a User-Agent header: its usual name, or the first word of what it says of itself.

    A stranger writes this header, so nothing but plain printable characters of it is kept, and little of it.
    """
    lower = user_agent.lower()
    for part, name in _KNOWN:
        if part in lower:
            return name
    plain = "".join(char for char in user_agent if char.isascii() and char.isprintable())
    words = plain.split("/")[0].split()
    return " ".join(words)[:MOST] or "An unknown program"
