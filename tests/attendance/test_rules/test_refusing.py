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
        (mark(way=Way.ALL), None, True, NOW, CLOSED_WHY),
        (mark(way=Way.ALL, made_at=BEFORE), mark(Status.NO_SHOW, Way.ALL), True, NOW, None),
        (mark(way=Way.QR), None, True, NOW, CLOSED),
        (mark(way=Way.IMPORT, reason="The list came late"), None, True, NOW, None),
    ],
)
def test_what_is_missing(
    new: Mark, current: Mark | None, on_roster: bool, closed_at: datetime | None, against: tuple[str, str] | None
) -> None:
    assert refusal(new, current, on_roster=on_roster, closed_at=closed_at, whole=90) == against


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (mark(Status.LATE, minutes_late=1440), "minutes-too-many"),
        (mark(Status.LATE, minutes_late=90), "minutes-too-many"),
        (mark(Status.LATE, minutes_late=89), None),
        (mark(Status.LATE, minutes_late=60, minutes_early=30), "minutes-too-many"),
        (mark(Status.LATE), "minutes-missing"),
        (mark(Status.LATE, way=Way.CONTEST), None),
        (mark(Status.LEFT_EARLY), "minutes-missing"),
        (mark(Status.LEFT_EARLY, minutes_early=200), "minutes-too-many"),
        (mark(Status.PARTIAL, minutes=0), "minutes-missing"),
        (mark(Status.PARTIAL, minutes=91), "minutes-too-many"),
        (mark(Status.PARTIAL, minutes=1, way=Way.IMPORT), None),
        (mark(Status.PARTIAL), None),
    ],
)
def test_minutes_that_cannot_be(new: Mark, code: str | None) -> None:
    against = refusal(new, None, on_roster=True, closed_at=None, whole=90)
    assert (against[0] if against else None) == code
    assert refusal(new, new, on_roster=True, closed_at=None, whole=90) is None
