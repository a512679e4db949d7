"""How long somebody was there, and what follows."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.attendance.online import ALL
from tests.attendance.paper import a_meeting
from training.attendance.rules.marks import Mark, MarkInput
from training.attendance.rules.online_files import read_list
from training.attendance.rules.presence import (
    Judged,
    Line,
    judged,
    lines_of_list,
    minutes_there,
    stays_in_the_room,
    together,
    usual_threshold,
    window_of,
)
from training.attendance.rules.statuses import Status, Way

MEETING = a_meeting()
BEGINS = int(MEETING.starts_at.timestamp())
ZONES = ("Europe/Dublin", "Europe/Berlin", "UTC")
WHOLE = window_of([], MEETING)


def minute(*spans: tuple[int, int], told: int | None = None) -> Line:
    """Somebody who was there from and until these minutes of the meeting; `told` in minutes."""
    seconds = tuple((BEGINS + since * 60, BEGINS + until * 60) for since, until in spans)
    return Line(name="Ana", spans=seconds, told=None if told is None else told * 60)


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("zoom", {"Ana Ćosić": 120, "Bo": 90, "Papadopoulou, Olga": 40, "Lea Lead": 120}),
        ("zoom-now", {"Ana Ćosić": 118, "Bo Petrov": 44}),
        ("zoom-webinar", {"Ana Ćosić": 119, "Lea Lead": 120}),
        ("teams", {"Ana Ćosić": 63, "Bo Petrov": 64, "Lea Lead": 120}),
        ("teams-before", {"Ana Ćosić": 118, "Bo Petrov": 20}),
        ("meet", {"Ana Ćosić": 118, "Bo Petrov": 44}),
        ("webex", {"Ana Ćosić": 118, "Bo Petrov": 44}),
        ("other", {"Ana Ćosić": 118, "Bo Petrov": 44}),
    ],
)
def test_minutes_of_every_platform(which: str, expected: dict[str, int]) -> None:
    lines, notes = lines_of_list(read_list(ALL[which].encode()), MEETING, ZONES)
    assert {line.name: minutes_there(line, MEETING) for line in lines} == expected
    assert notes == ()


def test_several_joinings_of_one_person_count_once() -> None:
    (ana, *_), _ = lines_of_list(read_list(ALL["zoom"].encode()), MEETING, ZONES)
    # 32 and 100 minutes, ten of them twice and two before the meeting.
    assert (ana.joinings, minutes_there(ana, MEETING)) == (2, 120)


@pytest.mark.parametrize(
    ("line", "minutes"),
    [
        (minute((0, 120)), 120),
        (minute((-30, 150)), 120),
        (minute((10, 40), (30, 60)), 50),
        (minute((10, 20), (90, 100)), 20),
        # Teams tells the first joining and the last leaving, and how long it was between in all.
        (minute((0, 120), told=63), 63),
        (minute((-30, -10)), 0),
        (minute(told=44), 44),
        (minute(told=500), 120),
        (minute(), None),
    ],
)
def test_minutes_within_the_meeting(line: Line, minutes: int | None) -> None:
    assert minutes_there(together([line]), MEETING) == minutes


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (minute((0, 120)), (Status.PRESENT, 0, 0, None)),
        (minute((10, 120)), (Status.PRESENT, 0, 0, None)),
        (minute((11, 120)), (Status.LATE, 11, 0, None)),
        (minute((0, 100)), (Status.LEFT_EARLY, 0, 20, None)),
        (minute((20, 100)), (Status.LATE, 20, 20, None)),
        (minute((0, 30), (80, 120)), (Status.PRESENT, 0, 0, 70)),
        (minute((0, 59)), (Status.PARTIAL, 0, 0, 59)),
        (minute(told=118), (Status.PRESENT, 0, 0, None)),
        (minute(told=80), (Status.PRESENT, 0, 0, 80)),
        (minute(told=59), (Status.PARTIAL, 0, 0, 59)),
    ],
)
def test_what_follows_from_having_been_there(line: Line, expected: tuple[Status, int, int, int | None]) -> None:
    mark = judged(line, MEETING, WHOLE, 60).mark(UUID(int=1), "", WHOLE.minutes)
    assert mark is not None
    assert (mark.status, mark.minutes_late, mark.minutes_early, mark.minutes) == expected


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (None, "Not on the list"),
        (minute(), "The list does not say how long"),
        (minute((-20, -5)), "Not there while the meeting was"),
    ],
)
def test_where_nothing_follows_it_is_said(line: Line | None, why: str) -> None:
    verdict = judged(line, MEETING, WHOLE, 60)
    assert (verdict.status, verdict.why) == (None, why)
    assert verdict.mark(UUID(int=1), "", 120) is None


def test_a_threshold_of_nothing_makes_everybody_present_who_came() -> None:
    assert judged(minute((0, 1)), MEETING, WHOLE, 0).status is Status.LEFT_EARLY
    assert judged(minute(told=1), MEETING, WHOLE, 0).status is Status.PRESENT


def test_nobody_is_late_when_the_host_was_or_leaves_early_when_all_did() -> None:
    lines = [minute((15, 90)), minute((17, 95))]
    window = window_of(lines, MEETING)
    assert window.minutes == 80
    assert [judged(line, MEETING, window, 60).status for line in lines] == [Status.PRESENT, Status.PRESENT]
    first = judged(lines[0], MEETING, window, 60).mark(UUID(int=1), "", window.minutes)
    assert first is not None
    assert first.minutes is None


def test_absent_is_absent() -> None:
    mark = Judged(status=Status.NO_SHOW).mark(UUID(int=1), "why", 120)
    assert mark is not None
    assert (mark.status, mark.minutes, mark.reason) == (Status.NO_SHOW, None, "why")


def test_a_list_of_another_day_says_so_and_counts_minutes_only() -> None:
    other = ALL["zoom"].replace("05/18/2026", "05/11/2026")
    lines, notes = lines_of_list(read_list(other.encode()), MEETING, ZONES)
    assert "Is it the right list?" in notes[0]
    assert all(not line.spans for line in lines)


def test_the_clocks_of_somewhere_else_are_named() -> None:
    read = read_list(b"Name,Join time,Leave time\nAna,05/18/2026 12:00,05/18/2026 14:00\n")
    (ana,), notes = lines_of_list(read, MEETING, ZONES)
    assert minutes_there(ana, MEETING) == 120
    assert notes == ("The times in this list are on the clocks of Europe/Berlin.",)


def test_over_midnight() -> None:
    late = a_meeting(starts_at=MEETING.starts_at.replace(hour=22), ends_at=MEETING.ends_at.replace(day=19, hour=0))
    (ana,), _ = lines_of_list(read_list(b"Name,Joined,Left\nAna,11:05 PM,12:55 AM\n"), late, ZONES)
    assert minutes_there(ana, late) == 110


def test_who_has_the_same_address_or_name_is_one_line() -> None:
    rows = b"Name,Email,Minutes\nAna,ana@x.example,10\nAnna,ANA@x.example,20\nBo,,5\nbo ,,6\nBo,bo@x.example,7\n"
    lines, _ = lines_of_list(read_list(rows), MEETING, ZONES)
    told = [(line.name, line.also, line.email, line.told) for line in lines]
    assert told == [
        ("Ana", ("Anna",), "ana@x.example", 1800),
        ("Bo", ("bo",), "", 660),
        ("Bo", (), "bo@x.example", 420),
    ]


def test_the_usual_threshold_is_half() -> None:
    assert [usual_threshold(minutes) for minutes in (0, 1, 90, 121)] == [0, 1, 45, 61]


SPANS = st.lists(st.tuples(st.integers(-60, 180), st.integers(0, 120)).map(lambda s: (s[0], s[0] + s[1])), max_size=60)


@given(SPANS)
def test_no_number_of_joinings_makes_more_than_the_meeting_or_less_than_one_of_them(
    spans: list[tuple[int, int]],
) -> None:
    merged = together([minute(span) for span in spans] or [minute()])
    assert list(merged.spans) == sorted(merged.spans)
    assert all(first[1] < second[0] for first, second in zip(merged.spans, merged.spans[1:], strict=False))
    found = minutes_there(merged, MEETING)
    each = [minutes_there(minute(span), MEETING) or 0 for span in spans]
    assert found is None if not spans else max(each) <= (found or 0) <= 120


@pytest.mark.parametrize(
    ("way", "held", "mode", "minutes", "stays"),
    [
        (Way.QR, "hybrid", "in_person", 3, True),
        (Way.QR, "hybrid", "online", 3, True),
        (Way.WORD, "hybrid", "in_person", 3, True),
        # The code on the screen is seen online, too.
        (Way.CODE, "hybrid", "online", 3, False),
        (Way.QR, "online", "online", 3, False),
        (Way.ALL, "hybrid", "in_person", 3, False),
        (Way.IMPORT, "hybrid", "in_person", 3, False),
        # Nothing is taken from somebody who is there for as long by the list.
        (Way.QR, "hybrid", "in_person", 120, False),
    ],
)
def test_who_was_checked_in_in_the_room(way: Way, held: str, mode: str, minutes: int, stays: bool) -> None:
    at = MEETING.starts_at
    stood = Mark(enrollment_id=UUID(int=1), status=Status.PRESENT, way=way, made_at=at, marked_at=at)
    asked = MarkInput(enrollment_id=UUID(int=1), status=Status.PARTIAL, minutes=minutes)
    meeting = structs.replace(MEETING, mode=held)
    assert stays_in_the_room(stood, asked, meeting, mode) is stays
    assert not stays_in_the_room(None, asked, meeting, mode)
