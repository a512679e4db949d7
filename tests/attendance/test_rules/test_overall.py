"""What marks come to for a whole session: cases, and what always holds."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.attendance.rules.marks import Mark
from training.attendance.rules.overall import (
    OVERALL_STATUSES,
    Amount,
    CorrectionShut,
    Held,
    MinutesImpossible,
    NothingHeld,
    Sum,
    check_correctable,
    check_minutes,
    counting,
    minutes_of,
    most_minutes,
    sum_up,
)
from training.attendance.rules.statuses import ATTENDED, Status, Way

START = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)
S = Status


def meeting(day: int, hours: int = 2) -> Held:
    starts_at = START + timedelta(days=day)
    return Held(meeting_id=UUID(int=day + 1), starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours))


def mark(status: Status, late: int = 0, early: int = 0, minutes: int | None = None) -> Mark:
    return Mark(
        enrollment_id=UUID(int=99),
        status=status,
        minutes_late=late,
        minutes_early=early,
        minutes=minutes,
        way=Way.ROSTER,
        made_at=START,
        marked_at=START,
    )


@pytest.mark.parametrize(
    ("given_mark", "minutes"),
    [
        (None, 0),
        (mark(S.PRESENT), 120),
        (mark(S.LATE, late=15), 105),
        (mark(S.LEFT_EARLY, late=10, early=20), 90),
        (mark(S.LATE, late=500), 0),
        (mark(S.PARTIAL), 60),
        (mark(S.PARTIAL, late=30), 90),
        (mark(S.PARTIAL, minutes=45), 45),
        (mark(S.PRESENT, minutes=500), 120),
        (mark(S.PRESENT, minutes=-5), 0),
        (mark(S.EXCUSED, minutes=45), 0),
        (mark(S.NO_SHOW), 0),
        (mark(S.NOT_RECORDED), 0),
    ],
)
def test_minutes_of_one_meeting(given_mark: Mark | None, minutes: int) -> None:
    assert minutes_of(meeting(0), given_mark) == minutes


THREE = (meeting(0), meeting(1), meeting(2))
OVER = START + timedelta(days=9)


@pytest.mark.parametrize(
    ("statuses", "now", "summed"),
    [
        ([], OVER, (S.NOT_RECORDED, 0, 3, 0, 0)),
        ([], START, (S.NOT_RECORDED, 0, 0, 0, 0)),
        ([S.PRESENT, S.LATE, S.PRESENT], OVER, (S.PRESENT, 3, 3, 3, 360)),
        ([S.PRESENT, S.NO_SHOW, S.EXCUSED], OVER, (S.PARTIAL, 1, 3, 3, 120)),
        ([S.EXCUSED, S.EXCUSED, S.EXCUSED], OVER, (S.EXCUSED, 0, 3, 3, 0)),
        ([S.EXCUSED, S.NO_SHOW], OVER, (S.NO_SHOW, 0, 3, 2, 0)),
        ([S.NOT_RECORDED], OVER, (S.NOT_RECORDED, 0, 3, 0, 0)),
        # One meeting is over and a second one was marked before its end; the third is still to come.
        ([S.PRESENT, S.PRESENT], START + timedelta(days=1), (S.PRESENT, 2, 2, 2, 240)),
        # Nobody can have been at what has not begun, nor have missed it.
        ([S.PRESENT, S.NO_SHOW], START + timedelta(hours=23, minutes=59), (S.PRESENT, 1, 1, 1, 120)),
        ([S.PRESENT], START - timedelta(minutes=1), (S.NOT_RECORDED, 0, 0, 0, 0)),
        ([S.PRESENT], START + timedelta(days=1, hours=3), (S.PARTIAL, 1, 2, 1, 120)),
    ],
)
def test_sums(statuses: list[Status], now: datetime, summed: tuple[Status, int, int, int, int]) -> None:
    marks = {each.meeting_id: mark(status) for each, status in zip(THREE, statuses, strict=False)}
    found = sum_up(THREE, marks, now)
    assert (found.status, found.meetings, found.meetings_held, found.meetings_recorded, found.minutes) == summed


def test_a_meeting_that_was_cancelled_does_not_count() -> None:
    marks = {each.meeting_id: mark(S.PRESENT) for each in THREE[:2]} | {THREE[2].meeting_id: mark(S.NO_SHOW)}
    assert sum_up(THREE[:2], marks, OVER).status is S.PRESENT


def test_who_was_there_for_no_minute_was_not_there() -> None:
    """A meeting became shorter than somebody was late."""
    short = Held(meeting_id=UUID(int=1), starts_at=START, ends_at=START + timedelta(minutes=45))
    found = sum_up([short], {short.meeting_id: mark(S.LATE, late=60)}, OVER)
    assert (found.status, found.meetings, found.meetings_recorded, found.minutes) == (S.NO_SHOW, 0, 1, 0)


@pytest.mark.parametrize(("long", "minutes"), [(1, 1), (2, 1), (3, 1), (45, 22)])
def test_a_part_is_at_least_a_minute(long: int, minutes: int) -> None:
    held = Held(meeting_id=UUID(int=1), starts_at=START, ends_at=START + timedelta(minutes=long))
    assert minutes_of(held, mark(S.PARTIAL)) == minutes


MARK = st.builds(
    mark,
    st.sampled_from(list(Status)),
    st.integers(0, 200),
    st.integers(0, 200),
    st.none() | st.integers(0, 200),
)
MEETINGS = st.lists(st.integers(0, 20), unique=True, max_size=6).map(
    lambda days: [meeting(day) for day in sorted(days)]
)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[list[Held], dict[UUID, Mark], datetime]:
    meetings = draw(MEETINGS)
    marks = {each.meeting_id: draw(MARK) for each in meetings if draw(st.booleans())}
    return meetings, marks, START + timedelta(days=draw(st.integers(-1, 22)))


@given(sessions())
def test_what_always_holds(session: tuple[list[Held], dict[UUID, Mark], datetime]) -> None:
    meetings, marks, now = session
    found = sum_up(meetings, marks, now)
    assert found.status in OVERALL_STATUSES
    assert 0 <= found.meetings <= found.meetings_recorded <= found.meetings_held <= len(meetings)
    assert found.meetings <= found.minutes <= 120 * found.meetings
    assert all(0 <= minutes_of(each, marks.get(each.meeting_id)) <= 120 for each in meetings)
    assert (found.status is S.PRESENT) == (found.meetings_held > 0 and found.meetings == found.meetings_held)
    assert (found.status in ATTENDED) == (found.meetings > 0)
    assert (found.status is S.NOT_RECORDED) == (found.meetings_recorded == 0)


@given(sessions(), st.data())
def test_the_order_of_meetings_does_not_matter(
    session: tuple[list[Held], dict[UUID, Mark], datetime], data: st.DataObject
) -> None:
    meetings, marks, now = session
    assert sum_up(data.draw(st.permutations(meetings)), marks, now) == sum_up(meetings, marks, now)


@given(sessions())
def test_a_present_more_never_makes_it_less(session: tuple[list[Held], dict[UUID, Mark], datetime]) -> None:
    meetings, marks, now = session
    before: Sum = sum_up(meetings, marks, now)
    for each in meetings:
        after = sum_up(meetings, {**marks, each.meeting_id: mark(S.PRESENT)}, now)
        assert after.meetings >= before.meetings
        assert after.minutes >= before.minutes


@pytest.mark.parametrize(
    ("status", "minutes", "possible"),
    [
        ("", None, True),
        ("", 5, False),
        ("present", None, True),
        ("no-show", None, True),
        ("no-show", 0, True),
        ("no-show", 1, False),
        ("excused", 90, False),
        ("present", 0, False),
        ("partial", 1, True),
        ("present", 180, True),
        ("present", 181, False),
    ],
)
def test_minutes_by_hand_fit_the_session(status: str, minutes: int | None, possible: bool) -> None:
    three = [meeting(0, 1), meeting(1, 2), meeting(2)]
    with nullcontext() if possible else pytest.raises(MinutesImpossible):
        # The second runs, the third has not begun.
        check_minutes(three, status, minutes, START + timedelta(days=1, minutes=5))


@given(sessions(), st.integers(-5, 2000))
def test_nobody_can_have_been_there_for_longer_than_there_was_anything(
    session: tuple[list[Held], dict[UUID, Mark], datetime], minutes: int
) -> None:
    meetings, marks, now = session
    begun = [each for each in meetings if each.starts_at <= now]
    possible = 1 <= minutes <= 120 * len(begun)
    with nullcontext() if possible else pytest.raises(MinutesImpossible):
        check_minutes(meetings, "present", minutes, now)
    of_begun = {each.meeting_id: marks[each.meeting_id] for each in begun if each.meeting_id in marks}
    assert sum_up(meetings, marks, now) == sum_up(begun, of_begun, now)
    assert sum_up(meetings, marks, now).minutes <= most_minutes(meetings, now) == 120 * len(begun)


@pytest.mark.parametrize(
    ("after", "manages", "taken_back", "error"),
    [
        (timedelta(minutes=-1), True, False, NothingHeld),
        (timedelta(minutes=-1), False, False, NothingHeld),
        (timedelta(minutes=-1), False, True, None),
        (timedelta(), False, False, None),
        (timedelta(days=31, hours=2), False, False, None),
        (timedelta(days=31, hours=2, seconds=1), False, False, CorrectionShut),
        (timedelta(days=31, hours=2, seconds=1), False, True, CorrectionShut),
        (timedelta(days=400), True, False, None),
    ],
)
def test_when_the_whole_may_be_corrected(
    after: timedelta, manages: bool, taken_back: bool, error: type[Exception] | None
) -> None:
    two = [meeting(0, 1), meeting(1, 2)]
    with pytest.raises(error) if error else nullcontext():
        check_correctable(two, START + after, manages=manages, taken_back=taken_back)
    with pytest.raises(NothingHeld):
        check_correctable([], START + after, manages=True, taken_back=False)


@pytest.mark.parametrize(
    ("corrected", "minutes", "meetings", "counts"),
    [
        ("", None, 1, 60),
        ("present", None, 3, 360),
        ("present", 90, 3, 90),
        ("partial", None, 1, 60),
        ("partial", 30, 1, 30),
        ("excused", None, 0, 0),
        ("no-show", None, 0, 0),
    ],
)
def test_what_is_said_by_hand_counts_instead(corrected: str, minutes: int | None, meetings: int, counts: int) -> None:
    computed, whole = Amount(meetings=1, minutes=60), Amount(meetings=3, minutes=360)
    assert counting(corrected, minutes, computed, whole) == Amount(meetings=meetings, minutes=counts)
