"""What calendars are called."""

import pytest

from training.feeds.rules.names import calendar_name, what_was_read


@pytest.mark.parametrize(
    ("kind", "scope", "name", "lost"),
    [
        ("mine", "", "My sessions (Site)", "these sessions"),
        ("teaching", "", "Sessions I teach (Site)", "these sessions"),
        ("coordinating", "Alder House", "Sessions of Alder House (Site)", "the sessions of Alder House"),
        ("room", "Red room", "Room Red room (Site)", "the room Red room"),
        ("program", "Spring", "Spring (Site)", "these sessions"),
        ("course", "{0}", "{0} (Site)", "these sessions"),
        ("public", "", "All public sessions (Site)", "these sessions"),
    ],
)
def test_names(kind: str, scope: str, name: str, lost: str) -> None:
    assert calendar_name(kind, scope, "Site") == name
    assert what_was_read(kind, scope) == lost
