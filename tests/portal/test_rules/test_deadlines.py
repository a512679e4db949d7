"""How a partner stands, and what has to be done until when."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from training.booking.rules import State
from training.portal.rules import (
    Asked,
    Deadline,
    DeadlineKind,
    Standing,
    Unnamed,
    deadlines_of,
    needed_first,
    this_week,
)

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ID, OTHER = UUID(int=7), UUID(int=8)


def standing(**values: Any) -> Standing:
    told: dict[str, Any] = {
        "session_id": ID,
        "title": "Listening",
        "program_id": ID,
        "session_state": "published",
        "starts_at": NOW + timedelta(days=4),
        "ends_at": NOW + timedelta(days=4, hours=2),
        "zone": "UTC",
        "cancellation_hours": 48,
        "booking_opens_at": None,
        "booking_closes_at": None,
        "meeting_count": 1,
        "enrolled": 2,
        "asked": 1,
        "waiting": 3,
        "ended": 0,
        "unnamed": 1,
    }
    return Standing(**{**told, **values})


def unnamed(number: int, **values: Any) -> Unnamed:
    told: dict[str, Any] = {
        "id": UUID(int=number),
        "session_id": ID,
        "title": "Listening",
        "mode": "online",
        "note": "",
        "sent_to": "",
        "keep_until": NOW + timedelta(days=100),
        "starts_at": NOW + timedelta(days=4),
        "ends_at": NOW + timedelta(days=4, hours=2),
        "open_place_hours": 72,
        "zone": "UTC",
        "booking_id": ID,
        "booking_code": "AAAA",
        "booked_by_name": None,
        "created_at": NOW,
    }
    return Unnamed(**{**told, **values})


def asked_of(name: str, state: State, at: datetime) -> Asked:
    told: dict[str, Any] = {"title": "Listening", "starts_at": NOW + timedelta(days=4)}
    return Asked(id=ID, session_id=ID, name=name, state=state, keeps_until=at, **told)


def test_places_are_counted() -> None:
    one = standing()
    assert (one.people, one.keeps, one.too_late(NOW)) == (6, 4, False)
    assert standing(starts_at=NOW + timedelta(hours=1)).too_late(NOW)
    assert not standing(starts_at=None).too_late(NOW)
    gone = standing(session_state="cancelled", ended=5, enrolled=0, asked=0, waiting=0)
    assert (gone.people, gone.keeps, gone.cancelled) == (5, 0, True)


def test_deadlines_come_in_the_order_of_time() -> None:
    asked = [
        asked_of("Ana", State.OFFERED, NOW),
        asked_of("Ben", State.REQUESTED, NOW + timedelta(hours=1)),
        asked_of("Cleo", State.ENROLLED, NOW + timedelta(minutes=30)),
    ]
    opens, closes = NOW + timedelta(hours=2), NOW + timedelta(days=3)
    found = deadlines_of(
        [standing(booking_opens_at=opens, booking_closes_at=closes)],
        [unnamed(1), unnamed(2), unnamed(3, keep_until=NOW + timedelta(minutes=5))],
        asked,
    )
    told: dict[str, Any] = {"session_id": ID, "title": "Listening", "starts_at": NOW + timedelta(days=4)}
    assert found == (
        Deadline(kind=DeadlineKind.ANSWER, at=NOW, name="Ana", enrollment_id=ID, **told),
        Deadline(kind=DeadlineKind.NAME, at=NOW + timedelta(minutes=5), place_id=UUID(int=3), **told),
        Deadline(kind=DeadlineKind.DECLINED, at=NOW + timedelta(minutes=30), name="Cleo", enrollment_id=ID, **told),
        Deadline(kind=DeadlineKind.CONFIRM, at=NOW + timedelta(hours=1), name="Ben", enrollment_id=ID, **told),
        Deadline(kind=DeadlineKind.BOOKING_OPENS, at=opens, **told),
        Deadline(kind=DeadlineKind.NAME, at=NOW + timedelta(days=1), count=2, place_id=UUID(int=1), **told),
        Deadline(kind=DeadlineKind.GIVE_BACK, at=NOW + timedelta(days=2), count=4, **told),
        Deadline(kind=DeadlineKind.BOOKING_CLOSES, at=closes, **told),
    )
    assert [one.needs_action for one in found] == [True, True, True, True, False, True, False, False]
    assert [one.kind.value for one in needed_first(found)] == ["declined", "answer", "name", "confirm", "name"]


def test_what_is_over_or_cancelled_or_nobodys_has_no_deadline() -> None:
    assert deadlines_of([standing(session_state="cancelled")], [], []) == ()
    assert deadlines_of([standing(enrolled=0, asked=0, unnamed=0)], [], []) == ()
    assert deadlines_of([standing(starts_at=None)], [], []) == ()


def test_a_week_has_seven_days_and_what_needs_somebody_is_never_late() -> None:
    soon, late = NOW + timedelta(days=7) - timedelta(seconds=1), NOW + timedelta(days=7)
    over = NOW - timedelta(seconds=1)
    kinds = (DeadlineKind.GIVE_BACK, DeadlineKind.NAME)
    found = [
        Deadline(kind=kind, at=at, session_id=ID, title="Listening") for at in (over, NOW, soon, late) for kind in kinds
    ]
    kept = this_week(found, NOW)
    assert [(one.kind.value, one.at) for one in kept] == [
        ("name", over),
        ("give back", NOW),
        ("name", NOW),
        ("give back", soon),
        ("name", soon),
    ]
