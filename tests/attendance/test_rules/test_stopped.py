"""Since when somebody does not teach a session any more."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.attendance.rules.stopped import Taught, stopped_at

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def said(hours: int, teaches: bool, *meetings: UUID) -> Taught:
    return Taught(at=NINE + timedelta(hours=hours), meeting_ids=meetings, teaches=teaches)


@pytest.mark.parametrize(
    ("history", "hours"),
    [
        ((), None),
        ((said(0, True, ONE),), None),
        ((said(0, True, ONE), said(3, False, ONE)), 3),
        # Whoever teaches one meeting marks all rosters of the session.
        ((said(0, True, ONE, TWO), said(3, False, ONE)), None),
        ((said(0, True, ONE, TWO), said(3, False, ONE), said(5, False, TWO)), 5),
        # A shadow from the first moment never taught; one who did stopped when it was the last that changed anything.
        ((said(2, False, ONE),), None),
        ((said(2, False, ONE), said(4, False, ONE)), None),
        ((said(1, False, ONE), said(2, True, ONE), said(4, False, ONE)), 4),
        ((said(0, True, ONE), said(3, False, ONE), said(5, False, ONE)), 3),
        ((said(0, True, ONE), said(3, False, ONE), said(5, True, TWO)), None),
        ((said(0, True, ONE), said(3, False, ONE), said(5, True, TWO), said(6, False, TWO)), 6),
    ],
)
def test_since_when_somebody_teaches_no_meeting(history: tuple[Taught, ...], hours: int | None) -> None:
    assert stopped_at(history) == (None if hours is None else NINE + timedelta(hours=hours))
