"""What was typed about a meeting, read as a change; and what agreeing to a clash means."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.base.errors import Invalid
from training.desk.rules.moves import (
    Draft,
    by_meeting,
    clash_mark,
    movable,
    prefilled,
    read_draft,
    unagreed,
    untouched,
    with_refusal,
)
from training.schedule.rules.clashes import Clash
from training.schedule.rules.placing import MeetingIsOver
from training.schedule.rules.sessions import Meeting, State

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
MEETING = Meeting(
    id=UUID(int=1),
    session_id=UUID(int=2),
    number=1,
    title="",
    local_start=datetime(2026, 5, 11, 10, 0),
    local_end=datetime(2026, 5, 11, 12, 0),
    zone="Europe/Berlin",
    start_fold=0,
    end_fold=0,
    starts_at=datetime(2026, 5, 11, 8, 0, tzinfo=UTC),
    ends_at=datetime(2026, 5, 11, 10, 0, tzinfo=UTC),
    room_id=UUID(int=3),
    link="",
    sequence=0,
    changed_at=NOW,
    cancelled_at=None,
)
REST: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "room_id": UUID(int=3),
    "link": "",
    "start_fold": None,
    "end_fold": None,
}


def typed(values: Mapping[str, str] | None = None, rest: Mapping[str, Any] | None = None) -> Draft:
    return read_draft(MEETING, {**prefilled(MEETING), **(values or {})}, {**REST, **(rest or {})}, {})


def test_a_form_sent_back_as_it_came_changes_nothing() -> None:
    draft = typed()
    assert (draft.errors, draft.differs) == ({}, False)
    assert untouched(MEETING).typed == draft.typed


def test_a_meeting_over_midnight_shows_both_days() -> None:
    late = replace(MEETING, local_end=MEETING.local_end + timedelta(days=1))
    assert prefilled(late)["end_date"] == "2026-05-12"


@pytest.mark.parametrize(
    ("values", "rest", "start", "end"),
    [
        ({"start": "09:30"}, {}, "2026-05-11T07:30:00+00:00", "2026-05-11T10:00:00+00:00"),
        ({"date": "2026-05-12"}, {}, "2026-05-12T08:00:00+00:00", "2026-05-12T10:00:00+00:00"),
        ({"end": "01:00", "end_date": "2026-05-12"}, {}, "2026-05-11T08:00:00+00:00", "2026-05-11T23:00:00+00:00"),
        ({}, {"zone": "America/New_York"}, "2026-05-11T14:00:00+00:00", "2026-05-11T16:00:00+00:00"),
    ],
)
def test_new_times(values: dict[str, str], rest: dict[str, Any], start: str, end: str) -> None:
    draft = typed(values, rest)
    assert draft.placed is not None
    assert (draft.placed.starts_at.isoformat(), draft.placed.ends_at.isoformat(), draft.differs) == (start, end, True)


def test_another_room() -> None:
    draft = typed(rest={"room_id": None})
    assert draft.placed is not None
    assert (draft.placed.room_id, draft.differs) == (None, True)


@pytest.mark.parametrize(
    ("values", "rest", "field", "words"),
    [
        ({"date": "soon"}, {}, "date", "for example 2026-05-04"),
        ({"start": "25:00"}, {}, "start", "for example 14:30"),
        ({"start": "10:00+02:00"}, {}, "start", "without a zone"),
        ({"end": "10:00"}, {}, "end", "If it ends another day"),
        ({"end_date": "2026-05-10"}, {}, "end", "after the start"),
        ({"end_date": "2026-05-30"}, {}, "end", "seven days"),
        ({}, {"zone": "Mars/Olympus"}, "zone", "not known"),
        ({"date": "2027-03-28", "start": "02:30", "end": "05:00"}, {}, "start", "The next possible time is 03:00."),
        ({"date": "9999-12-31"}, {}, "start", "between 1900 and 2199"),
    ],
)
def test_what_cannot_be_used(values: dict[str, str], rest: dict[str, Any], field: str, words: str) -> None:
    draft = typed(values, rest)
    assert draft.change is None
    assert list(draft.errors) == [field]
    assert words in draft.errors[field]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"date": "2026-10-25", "start": "02:30", "end": "05:00"}, "start_fold"),
        ({"date": "2026-10-25", "start": "01:00", "end": "02:30"}, "end_fold"),
    ],
)
def test_a_time_that_happens_twice_is_asked_about(values: dict[str, str], field: str) -> None:
    draft = typed(values)
    assert draft.question is not None
    assert (draft.question.field, list(draft.errors)) == (field, [field])
    first, second = (typed(values, {field: fold}).placed for fold in (0, 1))
    assert first is not None
    assert second is not None
    assert (second.starts_at - first.starts_at) + (second.ends_at - first.ends_at) == timedelta(hours=1)


def test_errors_of_the_form_are_kept() -> None:
    draft = read_draft(MEETING, {"zone": "x" * 99}, {}, {"zone": "This is too long.", "link": "Only small letters."})
    assert (draft.change, draft.errors["zone"]) == (None, "This is too long.")
    assert "https://" in draft.errors["link"]


@pytest.mark.parametrize(
    ("state", "ends_in", "cancelled", "expected"),
    [
        (State.PUBLISHED, 1, False, True),
        (State.PUBLISHED, 0, False, False),
        (State.DRAFT, 0, False, True),
        (State.PUBLISHED, 1, True, False),
    ],
)
def test_what_can_still_be_moved(state: State, ends_in: int, cancelled: bool, expected: bool) -> None:
    meeting = replace(MEETING, ends_at=NOW + timedelta(hours=ends_in), cancelled_at=NOW if cancelled else None)
    assert movable(state, meeting, NOW) is expected


def clash(other: int, meeting: int = 1, minutes: int = 0) -> Clash:
    return Clash(
        kind="room",
        subject_id=UUID(int=3),
        subject_name="Hall",
        meeting_id=UUID(int=meeting),
        other_session_id=None,
        other_meeting_id=UUID(int=other),
        other_title="",
        starts_at=NOW + timedelta(minutes=minutes),
        ends_at=NOW + timedelta(hours=1),
    )


def test_agreeing_is_agreeing_to_exactly_what_was_shown() -> None:
    shown = (clash(8), clash(9))
    agreed = {UUID(int=1): clash_mark(shown)}
    assert unagreed(reversed(shown), agreed) == []
    assert unagreed((*shown, clash(10)), agreed) == [UUID(int=1)]
    assert unagreed((clash(8), clash(9, minutes=5)), agreed) == [UUID(int=1)]
    assert unagreed((*shown, clash(8, meeting=2)), agreed) == [UUID(int=2)]
    assert unagreed(shown, {}) == [UUID(int=1)]
    assert {key: len(own) for key, own in by_meeting((*shown, clash(8, meeting=2))).items()} == {
        UUID(int=1): 2,
        UUID(int=2): 1,
    }


def test_a_refusal_finds_its_meeting() -> None:
    drafts, whole = with_refusal([untouched(MEETING)], MeetingIsOver(meeting_id=MEETING.id))
    assert (drafts[0].errors, whole) == ({"date": "This meeting is over and cannot be changed any more."}, "")
    drafts, whole = with_refusal([untouched(MEETING)], Invalid(fields={"room_id": "This room does not exist."}))
    assert (drafts[0].errors, whole) == ({}, "This room does not exist.")
