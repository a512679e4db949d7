"""What learners are asked for before a session, and until when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.materials.rules.prework import Prework, due_at, is_ahead, prework_of, undone
from training.materials.rules.showing import Audience, Opens, Showing, Sitting, Standing, Times, judge

START = datetime(2026, 5, 18, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ONE, OTHER = UUID(int=1), UUID(int=2)
TIMES = Times(
    sittings=tuple(
        Sitting(number=n + 1, starts_at=START + n * DAY, ends_at=START + n * DAY + DAY / 12) for n in range(2)
    )
)


def asked(showing: Showing, times: Times = TIMES) -> Prework | None:
    return prework_of(ONE, OTHER, "Safe words", showing, times)


@pytest.mark.parametrize(
    ("showing", "from_at", "due_at"),
    [
        (Showing(), None, START),
        (Showing(audience=Audience.EVERYONE), None, START),
        (Showing(opens=Opens.BEFORE, offset_minutes=1440), START - DAY, START),
        (Showing(opens=Opens.BEFORE, offset_minutes=720, meeting_number=2), START + DAY / 2, START + DAY),
    ],
)
def test_it_is_asked_from_when_it_can_be_seen_until_it_is_due(
    showing: Showing, from_at: datetime | None, due_at: datetime
) -> None:
    found = asked(showing)
    assert found is not None
    assert (found.from_at, found.due_at) == (from_at, due_at)
    assert found.asked_at(due_at - timedelta(minutes=1))
    assert not found.asked_at(due_at)
    assert found.asked_at(START - 30 * DAY) is (from_at is None)
    assert from_at is None or (found.asked_at(from_at) and not found.asked_at(from_at - timedelta(seconds=1)))


@pytest.mark.parametrize(
    "showing",
    [
        Showing(audience=Audience.TRAINERS),
        Showing(opens=Opens.START),
        Showing(opens=Opens.AFTER),
        Showing(opens=Opens.ATTENDED),
        Showing(opens=Opens.BEFORE, offset_minutes=60, meeting_number=3),
    ],
)
def test_what_cannot_be_seen_before_is_not_asked_for(showing: Showing) -> None:
    assert asked(showing) is None


def test_without_a_date_only_what_can_always_be_seen() -> None:
    found = asked(Showing(), Times())
    assert found is not None
    assert (found.due_at, found.asked_at(START)) == (None, True)
    assert asked(Showing(opens=Opens.BEFORE, offset_minutes=60), Times()) is None


def test_whoever_went_through_it_has_nothing_left() -> None:
    found = asked(Showing())
    assert found is not None
    assert undone([found], frozenset()) == (found,)
    assert undone([found], frozenset({OTHER})) == ()


@pytest.mark.parametrize("meeting", [None, 1, 2, 3])
@pytest.mark.parametrize("opens", Opens)
@pytest.mark.parametrize("times", [TIMES, Times()])
def test_what_is_seen_and_ahead_is_what_is_asked_for(meeting: int | None, opens: Opens, times: Times) -> None:
    minutes = 720 if opens is Opens.BEFORE else 0
    showing = Showing(opens=opens, offset_minutes=minutes, meeting_number=None if opens is Opens.ALWAYS else meeting)
    for hours in range(-30, 60):
        now = START + timedelta(hours=hours)
        found = asked(showing, times)
        seen = judge(showing, Standing(enrolled=True), times, now).visible
        assert (seen and is_ahead(showing, times, now)) is (found is not None and found.asked_at(now)), now


def test_for_those_who_prepare_it_is_ahead_until_its_meeting_begins() -> None:
    second = Showing(opens=Opens.BEFORE, offset_minutes=720, meeting_number=2)
    assert due_at(second, TIMES) == START + DAY
    assert [is_ahead(second, TIMES, START + hours * DAY / 24) for hours in (-99, 23, 24)] == [True, True, False]
    gone = Showing(opens=Opens.BEFORE, offset_minutes=720, meeting_number=3)
    assert (due_at(gone, TIMES), is_ahead(gone, TIMES, START - DAY)) == (None, False), "it is not held"
    assert is_ahead(gone, Times(), START), "there is no date yet"
