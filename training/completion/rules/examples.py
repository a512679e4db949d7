"""What the messages of this room are shown with before they are sent."""

from datetime import UTC, datetime
from typing import Any

from training.completion.rules.certificates import path_of
from training.outbox.rules.examples import Example

_CODE = "QX4M-7TRP-HA"
_CERTIFICATE: dict[str, Any] = {
    "title": "Safe messaging in a crisis",
    "code": _CODE,
    "held_at": datetime(2026, 5, 18, 9, tzinfo=UTC),
    "held_until": datetime(2026, 5, 19, 11, tzinfo=UTC),
    "zone": "Europe/Dublin",
    "path": path_of(_CODE),
    "edition": 1,
    "valid_until": None,
    "reason": "",
    "reader_zone": "Europe/Dublin",
    "locale": "en",
}
_ENDS = datetime(2026, 8, 4, 22, 59, 59, tzinfo=UTC)
_RENEWAL: dict[str, Any] = {
    "course": "Safe messaging",
    "valid_until": _ENDS,
    "zone": "Europe/Dublin",
    "last": False,
    "dates": [
        {
            "title": "Safe messaging in a crisis",
            "path": "/sessions/00000000-0000-7000-8000-000000000001",
            "starts_at": datetime(2026, 7, 6, 9, tzinfo=UTC),
            "zone": "Europe/Dublin",
        }
    ],
    "course_path": "/sessions?course=00000000-0000-7000-8000-000000000002",
    "by_partner": True,
    "reader_zone": "Europe/Dublin",
    "locale": "en",
}
_TABLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("certificate", "The first", _CERTIFICATE),
    ("certificate", "Valid for some time", _CERTIFICATE | {"valid_until": datetime(2028, 5, 19, 11, tzinfo=UTC)}),
    ("certificate", "A new edition", _CERTIFICATE | {"edition": 2}),
    ("certificate-revoked", "", _CERTIFICATE | {"reason": "The attendance was corrected."}),
)
_RENEWALS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("60 days before", _RENEWAL),
    ("14 days before", _RENEWAL | {"last": True}),
    ("No dates", _RENEWAL | {"dates": []}),
    ("On one's own", _RENEWAL | {"by_partner": False}),
)
EXAMPLES = (
    *(Example(template=f"completion/{key}", kind=key, case=case, given=given) for key, case, given in _TABLE),
    *(
        Example(template="completion/renewal", kind="completion-renewal", case=case, given=given)
        for case, given in _RENEWALS
    ),
)
