"""What the board finds, as tables of cases."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.catalogue.rules import Mode
from training.desk.rules.board import (
    Kind,
    Planned,
    Sitting,
    Teaching,
    Twice,
    could_grow,
    day_bounds,
    draft_soon,
    how_soon,
    import_notes,
    low_enrollment,
    needs,
    on_the_day,
)
from training.schedule.rules.sessions import State

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def planned(**values: Any) -> Planned:
    """A hybrid session of 10 and 20 places in five days, half full, that lacks nothing."""
    told = {
        "id": UUID(int=1),
        "program_id": UUID(int=9),
        "program_name": "Month",
        "title": "Safe messaging",
        "mode": Mode.HYBRID,
        "state": State.PUBLISHED,
        "capacity_in_person": 10,
        "capacity_online": 20,
        "taken_in_person": 5,
        "taken_online": 10,
        "waiting_in_person": 0,
        "waiting_online": 0,
        "waiting": 0,
        "minimum_participants": 0,
        "waitlist_cutoff_hours": 12,
        "zone": "Europe/Dublin",
        "starts_at": NOW + timedelta(days=5),
        "ends_at": NOW + timedelta(days=5, hours=2),
        "notes_json": "[]",
    }
    return Planned(**{**told, **values})


def sitting(number: int = 1, **values: Any) -> Sitting:
    start = NOW + timedelta(days=4 + number)
    told = {
        "id": UUID(int=100 + number),
        "session_id": UUID(int=1),
        "number": number,
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "zone": "Europe/Dublin",
        "link": "https://meet.example/1",
        "room_name": "Hall",
        "venue_name": "House",
        "room_places": 10,
        "cancelled_at": None,
    }
    return Sitting(**{**told, **values})


def found(session: Planned, *sittings: Sitting, taught: bool = True, twice: tuple[Twice, ...] = ()) -> dict[Kind, str]:
    teaching = [Teaching(meeting_id=s.id, name="Tess") for s in sittings] if taught else []
    lines = needs([session], sittings, teaching, twice, NOW)
    return {kind: rows[0].why for kind, rows in lines.items() if rows}


def test_a_session_that_lacks_nothing_is_no_need() -> None:
    assert found(planned(), sitting()) == {}


NO_ROOM: dict[str, Any] = {"room_name": None, "venue_name": None, "room_places": None}


@pytest.mark.parametrize(
    ("session", "sittings", "expected"),
    [
        ({}, [sitting(**NO_ROOM)], {Kind.ROOM: "The meeting has no room yet."}),
        ({"mode": Mode.ONLINE}, [sitting(**NO_ROOM)], {}),
        ({}, [sitting(link="")], {Kind.LINK: "The meeting has no link yet."}),
        ({"mode": Mode.IN_PERSON}, [sitting(link="")], {}),
        ({}, [sitting(1), sitting(2, link="")], {Kind.LINK: "Meeting 2 has no link yet."}),
        (
            {},
            [sitting(1), sitting(2, link=""), sitting(3, link="")],
            {Kind.LINK: "2 of 3 meetings have no link yet."},
        ),
        (
            {},
            [sitting(1, link=""), sitting(2, link="")],
            {Kind.LINK: "None of its 2 meetings has a link yet."},
        ),
        ({}, [sitting(1, link="", ends_at=NOW)], {}),
        ({}, [sitting(1, link="", cancelled_at=NOW)], {}),
        ({"state": State.CANCELLED}, [sitting(link="")], {}),
        ({"state": State.CLOSED}, [sitting(link="")], {}),
        ({"state": State.RUNNING}, [sitting(link="")], {Kind.LINK: "The meeting has no link yet."}),
        ({"starts_at": NOW + timedelta(days=28)}, [sitting(link="")], {}),
        ({"ends_at": NOW}, [sitting(link="")], {}),
        ({"state": State.DRAFT}, [sitting(link="")], {Kind.DRAFT: "Nobody can book it yet."}),
    ],
)
def test_what_is_missing(session: dict[str, Any], sittings: list[Sitting], expected: dict[Kind, str]) -> None:
    assert found(planned(**session), *sittings) == expected


def test_without_a_trainer() -> None:
    assert found(planned(), sitting(), taught=False) == {Kind.TRAINER: "The meeting has no trainer yet."}


def test_a_trainer_who_declined_in_the_calendar() -> None:
    ahead, over = sitting(1), sitting(2, ends_at=NOW)
    said = [
        Teaching(meeting_id=ahead.id, name="Tess", answer="declined"),
        Teaching(meeting_id=ahead.id, name="Luca", answer="accepted"),
        Teaching(meeting_id=over.id, name="Nia", answer="declined"),
    ]
    lines = needs([planned()], [ahead, over], said, (), NOW)
    assert [need.why for need in lines[Kind.DECLINED]] == ["Tess declined in the calendar."]
    assert lines[Kind.TRAINER] == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"minimum_participants": 15}, ""),
        ({"minimum_participants": 16}, "15 enrolled, at least 16 are needed."),
        ({"minimum_participants": 16, "starts_at": NOW + timedelta(days=27)}, "15 enrolled, at least 16 are needed."),
        ({"minimum_participants": 16, "state": State.CONFIRMED}, ""),
        ({"minimum_participants": 16, "state": State.RUNNING}, ""),
        ({"minimum_participants": 16, "starts_at": NOW}, ""),
        ({"taken_in_person": 0, "taken_online": 10}, ""),
        (
            {"taken_in_person": 0, "taken_online": 9},
            "Only 9 of 30 places are taken, and it starts within a week.",
        ),
        (
            {"taken_online": 0, "starts_at": NOW + timedelta(days=7)},
            "Only 5 of 30 places are taken, and it starts within a week.",
        ),
        ({"taken_online": 0, "starts_at": NOW + timedelta(days=7, minutes=1)}, ""),
        ({"taken_in_person": 0, "taken_online": 0, "capacity_in_person": 0, "capacity_online": 0}, ""),
    ],
)
def test_low_enrollment(values: dict[str, Any], expected: str) -> None:
    assert low_enrollment(planned(**values), NOW) == expected


@pytest.mark.parametrize(
    ("values", "places", "expected"),
    [
        (
            {"waiting": 6, "waiting_online": 6},
            10,
            "6 people are waiting for 30 places. There can be more places online.",
        ),
        ({"waiting": 6, "waiting_in_person": 6}, 40, "6 people are waiting for 30 places. The room holds 40."),
        ({"waiting": 6, "waiting_in_person": 6}, 10, ""),
        ({"waiting": 6, "waiting_in_person": 6}, 0, ""),
        ({"waiting": 6, "waiting_in_person": 6}, None, ""),
        ({"waiting": 5, "waiting_online": 5}, 10, ""),
        ({"waiting": 2, "waiting_online": 2, "capacity_in_person": 0, "capacity_online": 3}, 10, ""),
        ({"waiting": 6, "waiting_online": 6, "waitlist_cutoff_hours": 24 * 5}, 10, ""),
    ],
)
def test_a_long_waitlist_that_could_be_shorter(values: dict[str, Any], places: int | None, expected: str) -> None:
    assert could_grow(planned(**values), [sitting(room_places=places)], NOW) == expected


def test_the_smallest_room_of_all_meetings_counts() -> None:
    session = planned(waiting=6, waiting_in_person=6)
    assert could_grow(session, [sitting(1, room_places=40), sitting(2, room_places=10)], NOW) == ""


@pytest.mark.parametrize(
    ("days", "expected"),
    [(14, "Nobody can book it yet."), (14.01, ""), (0, "It should have begun already, and nobody has seen it.")],
)
def test_drafts(days: float, expected: str) -> None:
    assert draft_soon(planned(state=State.DRAFT, starts_at=NOW + timedelta(days=days)), NOW) == expected


@pytest.mark.parametrize(
    ("notes", "expected"),
    [
        ("[]", ""),
        ('["Hours assumed."]', "Hours assumed."),
        ('["Hours assumed.", "b"]', "Hours assumed. And 1 more assumption."),
        ('["Hours assumed.", "b", "c"]', "Hours assumed. And 2 more assumptions."),
    ],
)
def test_import_notes(notes: str, expected: str) -> None:
    assert import_notes(planned(notes_json=notes)) == expected


def test_each_line_says_when_the_meeting_begins_that_is_meant() -> None:
    session = planned(starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(days=9))
    running = sitting(1, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1))
    second, third = sitting(2, link=""), sitting(3, room_places=None)
    teaching = [
        Teaching(meeting_id=running.id, name="Tess"),
        Teaching(meeting_id=third.id, name="Theo", answer="declined"),
    ]
    twice = Twice(
        session_id=session.id,
        meeting_id=third.id,
        other_meeting_id=UUID(int=77),
        subject_id=UUID(int=8),
        subject_name="Hall",
        other_title="Other",
        starts_at=third.starts_at,
    )
    lines = needs([session], [running, second, third], teaching, [twice], NOW)
    assert {kind: rows[0].at for kind, rows in lines.items() if rows} == {
        Kind.CLASH: third.starts_at,
        Kind.TRAINER: second.starts_at,
        Kind.DECLINED: third.starts_at,
        Kind.ROOM: third.starts_at,
        Kind.LINK: second.starts_at,
    }


def test_what_is_first_stands_first() -> None:
    session = planned(starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(days=9))
    running = sitting(1, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1))
    later = sitting(9, link="")
    other = planned(id=UUID(int=2))
    sooner = sitting(4, session_id=other.id, starts_at=NOW + timedelta(days=5), link="")
    lines = needs([session, other], [running, later, sooner], [], [], NOW)
    assert [need.session.id for need in lines[Kind.LINK]] == [other.id, session.id]


def test_a_pair_that_clashes_is_told_once_and_foreign_titles_are_not() -> None:
    one, other = sitting(1), sitting(2)
    base = {"session_id": UUID(int=1), "subject_id": UUID(int=7), "subject_name": "Ada", "starts_at": NOW}
    there = Twice(meeting_id=one.id, other_meeting_id=other.id, other_title="Elsewhere", **base)  # type: ignore[arg-type]
    back = Twice(meeting_id=other.id, other_meeting_id=one.id, other_title="Safe messaging", **base)  # type: ignore[arg-type]
    hidden = replace(there, other_meeting_id=UUID(int=55), other_title="")
    assert found(planned(), one, other, twice=(there, back, hidden)) == {
        Kind.CLASH: "Ada has “Elsewhere” at the same time. Ada has another session at the same time."
    }
    assert found(planned(), other, twice=(there,)) == {}, "a meeting that is over clashes with nothing any more"
    own = replace(there, other_meeting_id=one.id, other_title="", own_calendar=True)
    assert found(planned(), one, twice=(own, own)) == {
        Kind.CLASH: "Ada is busy in their own calendar at the same time."
    }


def test_the_days_are_the_readers_own() -> None:
    first, second, third = day_bounds(datetime(2026, 5, 4, 23, 30, tzinfo=UTC), "Europe/Berlin")
    assert [each.isoformat() for each in (first, second, third)] == [
        "2026-05-05T00:00:00+02:00",
        "2026-05-06T00:00:00+02:00",
        "2026-05-07T00:00:00+02:00",
    ]


def test_a_day_of_23_hours_ends_at_midnight() -> None:
    first, second, _ = day_bounds(datetime(2027, 3, 28, 12, 0, tzinfo=UTC), "Europe/Berlin")
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=23)


def test_meetings_of_a_day() -> None:
    session = planned()
    over = sitting(1, starts_at=NOW - timedelta(hours=3), ends_at=NOW - timedelta(hours=1))
    later = sitting(2, starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2))
    tomorrow = sitting(3, starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=1))
    first, second, _ = day_bounds(NOW, "UTC")
    shown = on_the_day({session.id: session}, [tomorrow, later, over], {later.id: ["Ada"]}, (first, second), NOW)
    assert [(each.sitting.number, each.over, each.trainers, each.meetings) for each in shown] == [
        (1, True, (), 3),
        (2, False, ("Ada",), 3),
    ]
    draft = planned(state=State.DRAFT)
    assert on_the_day({draft.id: draft}, [later], {}, (first, second), NOW) == []


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        (NOW, "UTC", "has begun"),
        (NOW + timedelta(hours=14), "UTC", "today"),
        (NOW + timedelta(hours=14), "Europe/Berlin", "tomorrow"),
        (NOW + timedelta(days=4), "UTC", "in 4 days"),
    ],
)
def test_how_soon(at: datetime, zone: str, expected: str) -> None:
    assert how_soon(at, NOW, zone) == expected
