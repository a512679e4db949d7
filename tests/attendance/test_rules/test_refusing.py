"""What is asked for before a mark is judged at all."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from training.attendance.rules.marks import Mark
from training.attendance.rules.refusing import CLOSED, CLOSED_WHY, EXCUSED_WHY, LEFT, refusal
from training.attendance.rules.statuses import Status, Way

NOW = datetime(2026, 5, 18, 12, 0, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


def mark(status: Status = Status.PRESENT, way: Way = Way.ROSTER, **more: Any) -> Mark:
    values: dict[str, Any] = {"enrollment_id": UUID(int=1), "made_at": LATER, "marked_at": LATER}
    return Mark(**values | {"status": status, "way": way} | more)


@pytest.mark.parametrize(
    ("new", "current", "on_roster", "closed_at", "against"),
    [
        (mark(), None, True, None, None),
        (mark(), None, False, None, LEFT),
        (mark(Status.EXCUSED), None, True, None, EXCUSED_WHY),
        (mark(Status.EXCUSED, reason="Ill"), None, True, None, None),
        (mark(), None, True, NOW, CLOSED_WHY),
        (mark(reason="Was there"), None, True, NOW, None),
        (mark(), mark(), True, NOW, None),
        (mark(way=Way.OFFLINE), None, True, NOW, CLOSED_WHY),
        (mark(way=Way.OFFLINE, made_at=BEFORE), None, True, NOW, None),
        (mark(way=Way.QR), None, True, NOW, CLOSED),
        (mark(way=Way.IMPORT, reason="The list came late"), None, True, NOW, None),
    ],
)
def test_what_is_missing(
    new: Mark, current: Mark | None, on_roster: bool, closed_at: datetime | None, against: tuple[str, str] | None
) -> None:
    assert refusal(new, current, on_roster=on_roster, closed_at=closed_at) == against
