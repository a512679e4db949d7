"""When an address counts as dead: at once, or after five passing failures in five days."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.outbox.rules.addresses import HARD_AFTER, Counted, Trouble, TroubleKind, count_trouble

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HARD, SOFT, COMPLAINT = TroubleKind.HARD, TroubleKind.SOFT, TroubleKind.COMPLAINT


def known(kind: TroubleKind, times: int = 1, since: timedelta = DAY, cleared: bool = False) -> Trouble:
    return Trouble(
        id=UUID(int=1),
        address="ada@example.org",
        kind=kind,
        reason="",
        times=times,
        since=NOW - since,
        last_at=NOW - since,
        cleared_at=NOW if cleared else None,
    )


@pytest.mark.parametrize(
    ("before", "news", "kind", "times", "since"),
    [
        (None, HARD, HARD, 1, NOW),
        (None, SOFT, SOFT, 1, NOW),
        (None, COMPLAINT, COMPLAINT, 1, NOW),
        (known(SOFT, 3), SOFT, SOFT, 4, NOW - DAY),
        (known(SOFT, HARD_AFTER - 1), SOFT, HARD, HARD_AFTER, NOW - DAY),
        (known(SOFT, HARD_AFTER - 1, 5 * DAY), SOFT, HARD, HARD_AFTER, NOW - 5 * DAY),
        (known(SOFT, HARD_AFTER - 1, 6 * DAY), SOFT, SOFT, 1, NOW),
        (known(SOFT, 2), HARD, HARD, 3, NOW),
        (known(HARD, 2), SOFT, HARD, 3, NOW - DAY),
        (known(HARD, 2), COMPLAINT, HARD, 2, NOW - DAY),
        (known(HARD, 2, cleared=True), SOFT, SOFT, 1, NOW),
        (known(COMPLAINT, 2), HARD, HARD, 1, NOW),
    ],
)
def test_what_is_counted(
    before: Trouble | None, news: TroubleKind, kind: TroubleKind, times: int, since: datetime
) -> None:
    assert count_trouble(before, news, NOW) == Counted(kind=kind, times=times, since=since)


def test_a_complaint_and_a_repaired_address_are_reached() -> None:
    assert known(HARD).unreached
    assert known(SOFT).unreached
    assert not known(COMPLAINT).unreached
    assert not known(HARD, cleared=True).unreached
