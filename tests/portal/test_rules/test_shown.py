"""What pages show, from values alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from training.base.structs import Frozen
from training.booking.rules import State as Place
from training.catalogue.rules import Audience, Mode
from training.portal.rules import (
    PlaceKind,
    by_session,
    card_of,
    month_named,
    month_of,
    month_span,
    places_of,
    session_path,
    split_own,
    usual_zone,
)
from training.schedule.rules.sessions import Listed, MonthMeeting, State

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ID = UUID(int=7)


def listed(**values: Any) -> Listed:
    told: dict[str, Any] = {
        "id": ID,
        "program_id": ID,
        "program_name": "Awareness Month",
        "course_id": ID,
        "course_title": "Listening first",
        "title": "Listening first",
        "summary": "",
        "language": "es",
        "mode": Mode.IN_PERSON,
        "state": State.PUBLISHED,
        "audience": Audience.PUBLIC,
        "self_enrollment": False,
        "capacity_in_person": 12,
        "capacity_online": 0,
        "taken_in_person": 9,
        "taken_online": 0,
        "waiting": 0,
        "overtaking": True,
        "booking_opens_at": None,
        "booking_closes_at": None,
        "zone": "Europe/Berlin",
        "starts_at": NOW + timedelta(days=2),
        "ends_at": NOW + timedelta(days=2, hours=2),
        "version": 1,
        "meeting_count": 1,
        "venue_name": None,
        "next_starts_at": None,
    }
    return Listed(**(told | values))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, [(None, 12, 9, 0)]),
        ({"waiting": 4, "taken_in_person": 12}, [(None, 12, 12, 4)]),
        ({"mode": Mode.ONLINE, "capacity_online": 5, "taken_online": 1}, [(None, 5, 1, 0)]),
        (
            {"mode": Mode.HYBRID, "capacity_online": 5, "taken_in_person": 12, "waiting": 2},
            [("In the room", 12, 12, 2), ("Online", 5, 0, 0)],
        ),
        (
            {"mode": Mode.HYBRID, "capacity_online": 5, "taken_online": 5, "waiting": 2},
            [("In the room", 12, 9, 0), ("Online", 5, 5, 2)],
        ),
    ],
)
def test_places_by_mode(values: dict[str, Any], expected: list[tuple[str | None, int, int, int]]) -> None:
    assert places_of(listed(**values)) == tuple(
        PlaceKind(label=label, capacity=capacity, taken=taken, waiting=waiting)
        for label, capacity, taken, waiting in expected
    )


def test_a_card_names_the_course_only_when_the_session_is_called_otherwise() -> None:
    assert card_of(listed(), NOW).course is None
    card = card_of(listed(title="Listening first, evening"), NOW, code="KX7M-RT4P")
    assert (card.course, card.language) == ("Listening first", "Spanish")
    assert card.href == f"/sessions/{ID}?code=KX7M-RT4P"
    with pytest.raises(ValueError, match="without a date"):
        card_of(listed(starts_at=None), NOW)


def test_addresses_keep_the_code() -> None:
    assert session_path(ID) == f"/sessions/{ID}"
    assert session_path(ID, "A&B", "/book") == f"/sessions/{ID}/book?code=A%26B"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-02", date(2026, 2, 1)),
        ("", date(2026, 5, 1)),
        ("2026-13", date(2026, 5, 1)),
        ("0001-01", date(2026, 5, 1)),
        ("9999-12", date(2026, 5, 1)),
        ("nonsense", date(2026, 5, 1)),
    ],
)
def test_which_month(text: str, first: date) -> None:
    assert month_named(text, date(2026, 5, 4)) == first


def meeting(start: datetime, zone: str = "Europe/Berlin", **values: Any) -> MonthMeeting:
    told: dict[str, Any] = {
        "meeting_id": ID,
        "session_id": ID,
        "number": 1,
        "meeting_count": 1,
        "title": "Listening first",
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "zone": zone,
        "mode": Mode.ONLINE,
        "state": State.PUBLISHED,
        "capacity_in_person": 0,
        "capacity_online": 2,
        "taken_in_person": 0,
        "taken_online": 2,
        "venue_name": None,
    }
    return MonthMeeting(**(told | values))


def test_a_month_is_whole_weeks_in_one_zone() -> None:
    starts_from, starts_before = month_span(date(2026, 5, 1), "America/New_York")
    assert starts_from.isoformat() == "2026-04-27T00:00:00-04:00"
    assert starts_before.isoformat() == "2026-06-01T00:00:00-04:00"
    late = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
    month = month_of(date(2026, 5, 1), [meeting(late, number=2, meeting_count=3)], "America/New_York", date(2026, 5, 4))
    assert (month.caption, month.previous, month.next) == ("May 2026", "2026-04", "2026-06")
    assert [len(week) for week in month.weeks] == [7] * 5
    assert month.weekdays[0] == ("Mon", "Monday")
    day = month.weeks[1][0]
    assert (day.iso, day.is_today, day.in_month, day.label) == ("2026-05-04", True, True, "Monday 4 May")
    assert [(entry.title, entry.full) for entry in day.entries] == [("Listening first (2 of 3)", True)]
    assert month.weeks[0][0].in_month is False


def test_a_month_that_begins_in_the_middle_of_a_meeting_shows_it_on_its_first_day() -> None:
    month = month_of(date(2026, 5, 1), [meeting(datetime(2026, 4, 26, 9, tzinfo=UTC))], "UTC", date(2026, 5, 4))
    assert len(month.weeks[0][0].entries) == 1


def test_the_usual_zone() -> None:
    three = [meeting(NOW, zone) for zone in ("Asia/Kolkata", "Europe/Berlin", "Asia/Kolkata")]
    assert usual_zone(three) == "Asia/Kolkata"
    assert usual_zone([]) == "UTC"


class Row(Frozen, frozen=True, kw_only=True):
    """An enrollment as these rules want it."""

    id: UUID = ID
    session_id: UUID = ID
    session_state: str = "published"
    starts_at: datetime | None = NOW + timedelta(days=4)
    ends_at: datetime | None = NOW + timedelta(days=4, hours=2)
    cancellation_hours: int = 48
    state: Place = Place.ENROLLED


def test_people_are_grouped_by_session() -> None:
    other = UUID(int=8)
    waits, has = Row(state=Place.WAITLISTED), Row(id=other)
    late = Row(session_id=other, starts_at=NOW + timedelta(hours=1))
    undated = Row(session_id=UUID(int=9), starts_at=None, ends_at=None)
    first, second, third = by_session([waits, has, late, undated], NOW)
    assert (first.people, first.enrolled, first.waiting) == ((has, waits), 1, 1)
    assert (first.cancel_until, first.too_late) == (NOW + timedelta(days=2), False)
    assert second.too_late
    assert (third.cancel_until, third.too_late) == (None, False)
    assert first.href == f"/sessions/{ID}"


def test_own_enrollments_are_split() -> None:
    past: dict[str, Any] = {"starts_at": NOW - timedelta(days=1), "ends_at": NOW - timedelta(hours=1)}
    soon, later = Row(starts_at=NOW + timedelta(days=1)), Row()
    undated = Row(starts_at=None, ends_at=None)
    over, given_up = Row(**past), Row(state=Place.CANCELLED)
    lost = Row(state=Place.CANCELLED, session_state="cancelled", starts_at=NOW + timedelta(days=2))
    coming, before = split_own([undated, later, soon, over, given_up, lost], NOW)
    assert coming == (soon, lost, later, undated)
    assert before == (over, given_up)
