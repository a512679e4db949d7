"""What a mark may say: numbers only where its status can have them, and no text that hides anything."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

from training.attendance.rules.marks import Mark, MarkInput, Saved, SavedMark, plain_value
from training.attendance.rules.statuses import Status, Way

WHO = UUID(int=1)
NOW = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "numbers"),
    [
        (Status.PRESENT, (0, 0, 30)),
        (Status.LATE, (10, 20, 30)),
        (Status.LEFT_EARLY, (10, 20, 30)),
        (Status.PARTIAL, (10, 20, 30)),
        (Status.EXCUSED, (0, 0, None)),
        (Status.NO_SHOW, (0, 0, None)),
        (Status.NOT_RECORDED, (0, 0, None)),
    ],
)
def test_numbers_that_fit(status: Status, numbers: tuple[int, int, int | None]) -> None:
    asked = MarkInput(enrollment_id=WHO, status=status, minutes_late=10, minutes_early=20, minutes=30)
    plain = plain_value(asked)
    assert (plain.minutes_late, plain.minutes_early, plain.minutes) == numbers


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "asleep"},
        {"status": "late", "minutes_late": -1},
        {"status": "late", "minutes_late": 1441},
        {"status": "present", "base_version": -1},
        {"status": "present", "made_at": "2026-05-18T09:00:00"},
        {"status": "excused", "reason": "x" * 301},
        {"status": "excused", "reason": "a\u0000b"},
        {"status": "present", "way": "qr"},
    ],
)
def test_what_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"enrollment_id": str(WHO), **wrong}, MarkInput)


def test_what_was_refused_of_what_was_saved() -> None:
    mark = Mark(enrollment_id=WHO, status=Status.PRESENT, way=Way.QR, made_at=NOW, marked_at=NOW, version=1)
    assert mark.value == (Status.PRESENT, 0, 0, None)
    taken = SavedMark(enrollment_id=WHO, operation=None, taken=True, mark=mark)
    lost = SavedMark(enrollment_id=WHO, operation=None, taken=False, code="marked-later", why="Later.")
    saved = Saved(meeting_id=WHO, session_id=WHO, version=1, marks=(taken, lost))
    assert saved.refused == (lost,)
