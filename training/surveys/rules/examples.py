"""What the messages of this room are shown with before they are sent."""

from datetime import UTC, datetime, timedelta

from training.outbox.rules.examples import NOBODY, Example
from training.surveys.rules.asking import ASKED_KIND, CHASED_KIND, survey_link

_STARTS = datetime(2026, 5, 18, 9, tzinfo=UTC)
_SAID = {
    "title": "Safe messaging in a crisis",
    "starts_at": _STARTS,
    "zone": "Europe/Dublin",
    "minimum": 5,
    "reader_zone": "America/New_York",
    "locale": "en",
    "survey_link": survey_link(NOBODY, 1),
    "closes_at": _STARTS + timedelta(days=14, hours=3),
}
EXAMPLES: tuple[Example, ...] = (
    Example(template="surveys/asked", kind=ASKED_KIND, given=_SAID),
    Example(template="surveys/reminder", kind=CHASED_KIND, given=_SAID),
)
