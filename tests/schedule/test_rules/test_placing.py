"""Meetings in time and place, without a database."""

from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.schedule.test_rules.test_sessions import AFTER, BEFORE, NOW, T, meeting
from training.base.errors import Invalid
from training.schedule.rules.placing import (
    MeetingHasStarted,
    MeetingIsOver,
    Placed,
    as_changed,
    as_new,
    changed,
    check_still_movable,
    facts,
    numbered,
    placed,
    renumbered,
    seen_changes,
)
from training.schedule.rules.sessions import Meeting, Room
from training.schedule.rules.times import TimeDoesNotExist, TimeIsAmbiguous, UnknownZone
from training.schedule.rules.values import MeetingChange, MeetingValues

ROOM = Room(
    id=UUID(int=9),
    venue_id=UUID(int=8),
    venue_name="Library",
    zone="America/Chicago",
    name="Attic",
    places=0,
    access_notes="Ring twice",
    version=1,
)


def values(start: str, end: str, **more: Any) -> MeetingValues:
    return MeetingValues(local_start=T(start), local_end=T(end), **more)


def as_placed(old: Meeting, **more: Any) -> Placed:
    told = {name: getattr(old, name) for name in Placed.__struct_fields__}
    return Placed(**{**told, **more})


@pytest.mark.parametrize(
    ("given", "room", "zone", "starts_at"),
    [
        ({}, None, "Europe/Berlin", "2026-05-04T08:00Z"),
        ({}, ROOM, "America/Chicago", "2026-05-04T15:00Z"),
        ({"zone": "UTC"}, ROOM, "UTC", "2026-05-04T10:00Z"),
    ],
)
def test_the_zone_is_given_or_the_rooms_or_the_sessions(
    given: dict[str, Any], room: Room | None, zone: str, starts_at: str
) -> None:
    found = placed(values("2026-05-04T10:00:59", "2026-05-04T12:00", **given), room=room, zone="Europe/Berlin")
    assert (found.zone, found.starts_at, found.local_start.second) == (zone, T(starts_at), 0)


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        (values("2026-03-29T02:30", "2026-03-29T05:00"), TimeDoesNotExist, "local_start"),
        (values("2026-03-29T01:00", "2026-03-29T02:30"), TimeDoesNotExist, "local_end"),
        (values("2026-10-25T02:30", "2026-10-25T05:00"), TimeIsAmbiguous, "local_start"),
        (values("2026-10-25T02:30", "2026-10-25T02:30", start_fold=0, end_fold=0), Invalid, "local_end"),
        (values("2026-05-04T10:00", "2026-05-12T10:00"), Invalid, "local_end"),
        (values("2026-05-04T10:00", "2026-05-04T12:00", zone="Mars/Base"), UnknownZone, "zone"),
        (values("0001-01-01T10:00", "2026-05-04T12:00"), Invalid, "local_start"),
    ],
)
def test_what_cannot_be_is_refused_by_field(given: MeetingValues, error: type[Invalid], field: str) -> None:
    with pytest.raises(error) as caught:
        placed(given, room=None, zone="Europe/Berlin")
    assert list(caught.value.fields) == [field]


def test_an_hour_that_happens_twice_is_a_meeting() -> None:
    found = placed(
        values("2026-10-25T02:30", "2026-10-25T02:30", start_fold=0, end_fold=1), room=None, zone="Europe/Berlin"
    )
    assert (found.ends_at - found.starts_at).total_seconds() == 3600


def test_a_change_keeps_what_it_does_not_name() -> None:
    old = replace(meeting(1), local_start=T("2026-05-04T11:01"), local_end=T("2026-05-04T13:00"))
    assert changed(old, MeetingChange(meeting_id=old.id)) == as_placed(old)
    moved = changed(old, MeetingChange(meeting_id=old.id, local_end=T("2026-05-04T13:30"), link=""))
    assert moved == as_placed(old, local_end=T("2026-05-04T13:30"), ends_at=T("2026-05-04T11:30Z"), link="")


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        ({}, ()),
        ({"start_fold": 1}, ()),
        ({"title": "New"}, ("title",)),
        ({"link": ""}, ("link",)),
        ({"room_id": UUID(int=9)}, ("place",)),
        ({"local_start": T("2026-05-04T09:30"), "starts_at": AFTER, "zone": "UTC"}, ("time", "zone")),
        ({"ends_at": T("2026-05-04T12:00Z")}, ("time",)),
    ],
)
def test_what_an_attendee_sees(more: dict[str, Any], seen: tuple[str, ...]) -> None:
    assert seen_changes(meeting(1), as_placed(meeting(1), **more)) == seen


@pytest.mark.parametrize(
    ("old", "more", "error"),
    [
        (meeting(1), {"starts_at": NOW}, None),
        (meeting(1, "2026-05-04T09:00Z"), {"ends_at": T("2026-05-04T12:00Z")}, None),
        (meeting(1, "2026-05-04T09:00Z"), {"starts_at": AFTER}, MeetingHasStarted),
        (meeting(1, "2026-05-04T08:00Z", "2026-05-04T09:00Z"), {"title": "Late"}, MeetingIsOver),
        (meeting(1, cancelled_at=BEFORE), {"title": "Late"}, MeetingIsOver),
        (meeting(1), {"starts_at": BEFORE, "ends_at": NOW}, Invalid),
    ],
)
def test_what_can_still_be_changed(old: Meeting, more: dict[str, Any], error: type[Exception] | None) -> None:
    if error is None:
        check_still_movable(old, as_placed(old, **more), NOW)
    else:
        with pytest.raises(error):
            check_still_movable(old, as_placed(old, **more), NOW)


def test_a_new_meeting_knows_its_room() -> None:
    old = meeting(1)
    new = as_new(old.id, old.session_id, as_placed(old, room_id=ROOM.id), ROOM, BEFORE)
    assert (new.room_name, new.venue_name, new.room_notes) == ("Attic", "Library", "Ring twice")
    assert facts(new).has_link
    assert as_changed(new, as_placed(old), None) == old


def test_meetings_are_counted_by_their_start() -> None:
    late, early = meeting(1, "2026-05-06T09:00Z", "2026-05-06T10:00Z"), meeting(2)
    assert [(m.id.int, m.number) for m in numbered([late, early])] == [(2, 1), (1, 2)]


def test_only_what_has_another_number_is_counted_anew() -> None:
    late, early = meeting(1, "2026-05-06T09:00Z", "2026-05-06T10:00Z"), meeting(2)
    assert renumbered([late, early], [late, early, meeting(3)]) == ()
    assert [(r.before, r.after) for r in renumbered([late, early], [early])] == [(late.number, None)]
    counted = numbered([late, early])
    told = {r.meeting_id.int: r.after for r in renumbered([replace(late, number=1), replace(early, number=2)], counted)}
    assert told == {1: 2, 2: 1}


@pytest.mark.parametrize("zone", ["GMT", "GMT+0", "EST5EDT", "Etc/GMT+5"])
def test_a_zone_that_calendars_misread_is_for_no_new_meeting(zone: str) -> None:
    given = values("2026-05-04T10:00", "2026-05-04T12:00", zone=zone)
    with pytest.raises(UnknownZone, match="Choose a region and city, such as Europe/London, or UTC") as caught:
        placed(given, room=None, zone="UTC")
    assert caught.value.fields == {"zone": caught.value.detail}
    with pytest.raises(UnknownZone):
        placed(values("2026-05-04T10:00", "2026-05-04T12:00"), room=None, zone=zone)
    old = meeting(1)
    with pytest.raises(UnknownZone):
        changed(old, MeetingChange(meeting_id=old.id, zone=zone))
    stored = replace(old, zone=zone)
    assert changed(stored, MeetingChange(meeting_id=stored.id, title="Other", zone=zone)).zone == zone
