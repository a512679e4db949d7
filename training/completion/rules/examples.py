"""What the messages of this room are shown with before they are sent."""

from datetime import UTC, datetime
from typing import Any

from training.completion.rules.certificates import path_of
from training.outbox.rules.examples import Example

_CODE = "QX4M-7TRP-HA"
_CERTIFICATE: dict[str, Any] = {
    "title": "Safe messaging in a crisis",
    "code": _CODE,
    "path": path_of(_CODE),
    "edition": 1,
    "valid_until": None,
    "reason": "",
    "reader_zone": "Europe/Dublin",
    "locale": "en",
}
_TABLE: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("certificate", "The first", _CERTIFICATE),
    ("certificate", "Valid for some time", _CERTIFICATE | {"valid_until": datetime(2028, 5, 19, 11, tzinfo=UTC)}),
    ("certificate", "A new edition", _CERTIFICATE | {"edition": 2}),
    ("certificate-revoked", "", _CERTIFICATE | {"reason": "The attendance was corrected."}),
)
EXAMPLES = tuple(Example(template=f"completion/{key}", kind=key, case=case, given=given) for key, case, given in _TABLE)
