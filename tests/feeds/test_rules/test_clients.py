"""Which program fetched a calendar."""

import pytest

from training.feeds.rules.clients import MOST, client_name


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("Mozilla/5.0 (Macintosh) dataaccessd/1.0", "Apple Calendar"),
        ("iOS/18.0 (22A3354) dataaccessd/1.0", "Apple Calendar"),
        ("macOS/15.0 (24A335) CalendarAgent/1078", "Apple Calendar on a Mac"),
        ("Microsoft.Exchange/15.20", "Outlook (Microsoft 365)"),
        ("Mozilla/5.0 Thunderbird/140.0", "Thunderbird"),
        ("ICSx5/2.3", "ICSx⁵"),
        ("Mozilla/5.0 (X11; Linux) Firefox/140.0", "A web browser"),
        ("MyScript/1.2 (test)", "MyScript"),
        ("", "An unknown program"),
        ("\x00\r\nSet-Cookie: a=b", "Set-Cookie: a=b"),
        ("\u202e\U0001f600", "An unknown program"),
        ("x" * 10_000, "x" * MOST),
    ],
)
def test_the_name_of_a_program(agent: str, name: str) -> None:
    assert client_name(agent) == name
