"""What the messages of this room are shown with before they are sent."""

from datetime import UTC, datetime
from typing import Any

from training.booking.rules.guests import place_link
from training.materials.rules.telling import KIND
from training.outbox.rules.examples import NOBODY, Example

_SAID: dict[str, Any] = {
    "title": "Safe messaging in a crisis",
    "starts_at": datetime(2026, 5, 18, 9, tzinfo=UTC),
    "zone": "Europe/Dublin",
    "reader_zone": "America/New_York",
    "locale": "en",
    "over": True,
    "path": f"/sessions/{NOBODY}/materials",
    "place_link": place_link(NOBODY, 1),
    "changes": [
        {"title": "Safe words, the slides", "notes": ["Two slides on what to do when nobody answers."]},
        {"title": "Handout", "notes": ["The number of the night line is a new one.", "A word in Spanish."]},
    ],
}
EXAMPLES: tuple[Example, ...] = (
    Example(template="materials/changed", kind=KIND, case="Several", given=_SAID),
    Example(template="materials/changed", kind=KIND, case="One", given=_SAID | {"changes": _SAID["changes"][:1]}),
    Example(template="materials/changed", kind=KIND, case="Before the session", given=_SAID | {"over": False}),
)
