"""Who finds the link behind the door, as a table."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from training.booking.rules import State
from training.invites.rules.joining import Door, Way, way_in

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "way"),
    [
        ({}, Way.ONLINE),
        ({"link": ""}, Way.LATER),
        ({"mode": "in_person"}, Way.ROOM),
        ({"mode": "in_person", "inside": True}, Way.ONLINE),
        ({"state": None}, Way.NO_PLACE),
        ({"state": State.WAITLISTED}, Way.NO_PLACE),
        ({"state": State.OFFERED}, Way.NO_PLACE),
        ({"state": State.CANCELLED}, Way.NO_PLACE),
        ({"state": State.CANCELLED, "inside": True}, Way.ONLINE),
        ({"cancelled_at": NOW}, Way.CANCELLED),
        ({"session_state": "cancelled"}, Way.CANCELLED),
        ({"ends_at": NOW}, Way.OVER),
        ({"starts_at": NOW + timedelta(minutes=15)}, Way.ONLINE),
        ({"starts_at": NOW + timedelta(minutes=16)}, Way.EARLY),
        ({"starts_at": NOW + timedelta(minutes=16), "link": ""}, Way.EARLY),
        ({"starts_at": NOW + timedelta(minutes=16), "inside": True}, Way.ONLINE),
    ],
)
def test_way_in(more: dict[str, Any], way: Way) -> None:
    door: dict[str, Any] = {
        "meeting_id": UUID(int=1),
        "session_id": UUID(int=2),
        "title": "Safe",
        "starts_at": NOW,
        "ends_at": NOW.replace(hour=11),
        "zone": "UTC",
        "link": "https://meet.example/1",
        "session_state": "published",
        "cancelled_at": None,
        "room_name": None,
        "venue_name": None,
        "state": State.ENROLLED,
        "mode": "online",
        "inside": False,
        **more,
    }
    assert way_in(Door(**door), NOW) is way
