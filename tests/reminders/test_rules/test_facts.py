"""Which instants a plan counts from, for whom."""

from datetime import timedelta

import pytest

from tests.reminders.judged import DAY, HOUR, START, a_reader, a_session, number
from training.reminders.rules.facts import moments_of, sittings_of_day
from training.reminders.rules.plans import Anchor, Audience


@pytest.mark.parametrize(
    ("anchor", "at"),
    [
        (Anchor.START, START),
        (Anchor.END, START + DAY + 2 * HOUR),
        (Anchor.BOOKING_DEADLINE, START - 3 * DAY),
        (Anchor.CANCELLATION_DEADLINE, START - 48 * HOUR),
        (Anchor.WAITLIST_CUTOFF, START - 12 * HOUR),
        (Anchor.OPEN_PLACE_DEADLINE, START - 72 * HOUR),
    ],
)
def test_one_instant_for_the_whole_session(anchor: Anchor, at: object) -> None:
    session = a_session(START, START + DAY, booking_closes_at=START - 3 * DAY)
    assert moments_of(anchor, session, a_reader()) == (at,)


@pytest.mark.parametrize("anchor", Anchor)
def test_without_a_date_nothing_is_due(anchor: Anchor) -> None:
    session = a_session(starts_at=None, ends_at=None, sittings=())
    assert moments_of(anchor, session, a_reader()) == ()


def test_meetings_count_once_a_day() -> None:
    session = a_session(START, START + 4 * HOUR, START + DAY)
    assert moments_of(Anchor.MEETING_START, session, a_reader()) == (START, START + DAY)
    assert [s.number for s in sittings_of_day(session, START, a_reader())] == [1, 2]


def test_a_trainer_has_only_the_meetings_they_teach() -> None:
    session = a_session(START, START + 4 * HOUR, START + DAY)
    second = a_reader(audience=Audience.TRAINERS, sitting_ids=frozenset({number(101)}))
    assert moments_of(Anchor.MEETING_START, session, second) == (START + 4 * HOUR,)
    assert moments_of(Anchor.MEETING_START, session, a_reader(audience=Audience.TRAINERS)) == ()


def test_places_without_a_name_end_earlier_when_that_was_said() -> None:
    last = START - 10 * DAY
    owing = a_reader(audience=Audience.OPEN_PLACES, keep_until=last)
    assert moments_of(Anchor.OPEN_PLACE_DEADLINE, a_session(), owing) == (last,)
    later = a_reader(audience=Audience.OPEN_PLACES, keep_until=START + timedelta(days=90))
    assert moments_of(Anchor.OPEN_PLACE_DEADLINE, a_session(), later) == (START - 72 * HOUR,)
