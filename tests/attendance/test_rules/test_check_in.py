"""When people check in, how they are marked then, and what has to be looked at."""

from datetime import UTC, datetime, timedelta

import pytest

from training.attendance.rules.check_in import (
    AFTER_THE_END,
    SAME_DEVICE,
    Arrival,
    Sitting,
    already,
    arrival,
    arrived,
    doubt,
    settled,
    takes_code,
    takes_word,
)
from training.attendance.rules.statuses import Status, Way

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
SITTING = Sitting(starts_at=START, ends_at=START + timedelta(minutes=90))


@pytest.mark.parametrize(
    ("minutes", "code", "word"),
    [
        (-31, False, False),
        (-30, True, True),
        (0, True, True),
        (90, True, True),
        (105, True, True),
        (106, False, True),
        (90 + 24 * 60, False, True),
        (91 + 24 * 60, False, False),
    ],
)
def test_windows(minutes: int, code: bool, word: bool) -> None:
    at = START + timedelta(minutes=minutes)
    assert (takes_code(SITTING, at), takes_word(SITTING, at)) == (code, word)


@pytest.mark.parametrize(
    ("seconds", "found"),
    [
        (-1800, Arrival(status=Status.PRESENT)),
        (0, Arrival(status=Status.PRESENT)),
        (600, Arrival(status=Status.PRESENT)),
        (601, Arrival(status=Status.LATE, minutes_late=10)),
        (659, Arrival(status=Status.LATE, minutes_late=10)),
        (5399, Arrival(status=Status.LATE, minutes_late=89)),
        (5400, Arrival(status=Status.PRESENT)),
    ],
)
def test_arrivals(seconds: int, found: Arrival) -> None:
    assert arrival(SITTING, START + timedelta(seconds=seconds)) == found


@pytest.mark.parametrize(
    ("minutes", "shared", "kiosk", "why"),
    [
        (5, False, False, ""),
        (5, True, False, SAME_DEVICE),
        (5, True, True, ""),
        (90, False, False, AFTER_THE_END),
        (91, True, True, AFTER_THE_END),
    ],
)
def test_doubts(minutes: int, shared: bool, kiosk: bool, why: str) -> None:
    assert doubt(SITTING, START + timedelta(minutes=minutes), shared=shared, kiosk=kiosk) == why


@pytest.mark.parametrize("status", [None, *Status])
def test_whoever_was_seen_is_in_already(status: Status | None) -> None:
    assert already(status) is (status in (Status.PRESENT, Status.LATE, Status.LEFT_EARLY, Status.PARTIAL))


@pytest.mark.parametrize(
    ("status", "way", "nothing_to_decide"),
    [
        (None, None, False),
        (Status.NOT_RECORDED, Way.ROSTER, False),
        (Status.NO_SHOW, Way.ALL, False),
        (Status.NO_SHOW, Way.IMPORT, False),
        (Status.NO_SHOW, Way.ROSTER, True),
        (Status.EXCUSED, Way.MAIL, True),
        (Status.PRESENT, Way.ALL, True),
        (Status.LATE, Way.QR, True),
    ],
)
def test_what_settles_a_doubt(status: Status | None, way: Way | None, nothing_to_decide: bool) -> None:
    assert settled(status, way) is nothing_to_decide


@pytest.mark.parametrize(
    ("status", "late", "minutes", "came"),
    [
        (None, 0, 5, False),
        (Status.NO_SHOW, 0, 5, False),
        (Status.PRESENT, 0, -20, True),
        (Status.PARTIAL, 0, -20, False),
        (Status.PARTIAL, 0, 5, True),
        (Status.LEFT_EARLY, 0, -1, False),
        (Status.LEFT_EARLY, 0, 0, True),
        (Status.LATE, 30, 29, False),
        (Status.LATE, 30, 30, True),
    ],
)
def test_who_came(status: Status | None, late: int, minutes: int, came: bool) -> None:
    assert arrived(SITTING, status, late, SITTING.starts_at + timedelta(minutes=minutes)) is came
