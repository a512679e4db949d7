"""What is refused before anything is decided."""

import msgspec
import pytest

from training.catalogue.rules import INHERITED
from training.schedule.rules.times import TimeOutOfRange
from training.schedule.rules.values import (
    InheritedField,
    MeetingChange,
    MeetingPatch,
    MeetingValues,
    SessionValues,
    check_instants,
)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (SessionValues, '{"title": ""}'),
        (SessionValues, '{"title": "a\\u0000b"}'),
        (SessionValues, '{"capacity_in_person": -1}'),
        (SessionValues, '{"capacity_in_person": 100001}'),
        (SessionValues, '{"mode": "telepathy"}'),
        (SessionValues, '{"booking_opens_at": "2026-05-04T09:00:00"}'),
        (SessionValues, '{"state": "published"}'),
        (SessionValues, '{"inherit": ["state"]}'),
        (MeetingValues, '{"local_start": "2026-05-04T09:00:00Z", "local_end": "2026-05-04T10:00:00"}'),
        (
            MeetingValues,
            '{"local_start": "2026-05-04T09:00:00", "local_end": "2026-05-04T10:00:00", "link": "javascript:1"}',
        ),
        (MeetingValues, '{"local_start": "2026-05-04T09:00:00", "local_end": "2026-05-04T10:00:00", "start_fold": 2}'),
    ],
)
def test_hostile_values_are_refused(shape: type[SessionValues | MeetingValues | MeetingChange], text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=shape)


def test_a_wall_time_has_no_offset_and_an_instant_has_one() -> None:
    meeting = msgspec.json.decode(
        '{"local_start": "2026-05-04T09:00:00", "local_end": "2026-05-04T10:00:00"}', type=MeetingValues
    )
    assert (meeting.local_start.tzinfo, meeting.zone, meeting.room_id) == (None, "", None)


def test_every_inherited_field_can_be_taken_back() -> None:
    assert InheritedField.__args__ == INHERITED  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_instants_that_no_database_can_hold_are_refused(text: str) -> None:
    at = msgspec.json.decode(f'"{text}"', type=SessionValues.__annotations__["booking_opens_at"])
    with pytest.raises(TimeOutOfRange) as caught:
        check_instants(booking_opens_at=at, booking_closes_at=None)
    assert list(caught.value.fields) == ["booking_opens_at"]


def test_a_title_is_one_line() -> None:
    given = '{"title": "Hi\\r\\nBcc: eve@example.org\\u2028there"}'
    flat = "Hi Bcc: eve@example.org there"
    assert msgspec.json.decode(given, type=SessionValues).title == flat
    assert msgspec.json.decode(given, type=MeetingPatch).title == flat
