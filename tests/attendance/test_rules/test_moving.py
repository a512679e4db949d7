"""Which meetings leave their marks behind, and since when a device can have marked."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.attendance.rules.marks import Mark
from training.attendance.rules.merging import merge, moment
from training.attendance.rules.moving import MOVED, moved_away, opening
from training.attendance.rules.statuses import Status, Way
from training.schedule.rules.placing import MeetingFacts, MeetingMove

NOW = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)
MINUTES = st.integers(-300, 3000)


def move(before: int, after: int, *, longer: int = 0) -> MeetingMove:
    """A meeting of an hour that began so many minutes from now, and begins so many."""

    def at(minutes: int, more: int = 0) -> MeetingFacts:
        begins = NOW + timedelta(minutes=minutes)
        ends = begins + timedelta(minutes=60 + more)
        place = {"room_name": "", "venue_name": "", "has_link": False}
        return MeetingFacts(title="", starts_at=begins, ends_at=ends, zone="UTC", **place)  # type: ignore[arg-type]

    told = {"number": 1, "sequence": 1, "changed": ("time",)}
    return MeetingMove(meeting_id=UUID(int=7), before=at(before), after=at(after, longer), **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("moved", "leaves"),
    [
        (move(30, 60 * 24), True),
        (move(30, 31), True),
        # It begins when it did, only longer; or it has begun at its new time, so whoever is there is there.
        (move(30, 30, longer=15), False),
        (move(-10, -10, longer=15), False),
        (move(30, -5), False),
        (move(30, 0), False),
    ],
)
def test_what_leaves_its_marks_behind(moved: MeetingMove, leaves: bool) -> None:
    assert moved_away([moved], NOW) == ((moved.meeting_id,) if leaves else ())


@given(MINUTES, MINUTES)
def test_nothing_stays_recorded_at_a_time_that_has_not_begun(before: int, after: int) -> None:
    assert bool(moved_away([move(before, after)], NOW)) == (before != after and after > 0)


def mark(made_at: datetime, way: Way, status: Status, reason: str = "", version: int = 1) -> Mark:
    ids = {"enrollment_id": UUID(int=1), "way": way, "status": status, "reason": reason, "version": version}
    return Mark(made_at=made_at, marked_at=made_at, **ids)  # type: ignore[arg-type]


@given(st.integers(-120, 5000), st.integers(61, 20000))
def test_what_a_device_marked_at_the_old_time_stays_behind(made: int, starts_in: int) -> None:
    """The meeting was moved now, to so many minutes from now; a device marked so many minutes from now, and says so
    when the meeting is."""
    starts_at = NOW + timedelta(minutes=starts_in)
    current = mark(NOW, Way.ROSTER, Status.NOT_RECORDED, MOVED, 2)
    said = NOW + timedelta(minutes=made)
    sent = max(said, starts_at)
    made_at = moment(said, sent, sent, opening(starts_at, current))
    merged = merge(current, mark(made_at, Way.OFFLINE, Status.PRESENT), 1)
    assert merged.taken == (made > 0)


def test_only_what_was_taken_back_by_a_move_opens_earlier() -> None:
    for current in (
        None,
        mark(NOW, Way.ROSTER, Status.NOT_RECORDED, "Too soon"),
        mark(NOW, Way.ROSTER, Status.PRESENT),
    ):
        assert opening(NOW + timedelta(days=1), current) == NOW + timedelta(days=1)
