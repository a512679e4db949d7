"""Where and when a meeting takes place: wall times become instants, and which of its changes an attendee sees."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import UNSET
from msgspec.structs import replace

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen
from training.base.zones import is_misread, zone_named
from training.schedule.rules.sessions import Meeting, Room
from training.schedule.rules.times import (
    Instant,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    TimeOutOfRange,
    UnknownZone,
    resolve,
)
from training.schedule.rules.values import MeetingChange, MeetingValues

LONGEST = timedelta(days=7)
MOST_MEETINGS = 100
CLOCKS = "clocks"
"""What changed for attendees when only the rules of clocks did: the same wall time, which is another instant."""
SEEN_BY_ATTENDEES = ("title", "local_start", "local_end", "zone", "starts_at", "ends_at", "room_id", "link")


class MeetingIsOver(Conflict):
    """This meeting is over and cannot be changed any more."""

    code = "meeting-is-over"


class MeetingHasStarted(Conflict):
    """This meeting has started: its room, link and title can still be changed, its time cannot."""

    code = "meeting-has-started"


class NoSuchRoom(Invalid):
    """This room does not exist."""

    code = "no-such-room"


class TooManyMeetings(Conflict):
    """A session has at most 100 meetings."""

    code = "too-many-meetings"


class Placed(Frozen, frozen=True, kw_only=True):
    """Everything a meeting's row says about what, when and where."""

    title: str
    local_start: datetime
    local_end: datetime
    zone: str
    start_fold: int
    end_fold: int
    starts_at: datetime
    ends_at: datetime
    room_id: UUID | None
    link: str


class MeetingFacts(Frozen, frozen=True, kw_only=True):
    """What an attendee is told about a meeting, with the names as they were then.

    The link itself is left out, because more people read events than may join.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    room_name: str
    venue_name: str
    has_link: bool


class MeetingMove(Frozen, frozen=True, kw_only=True):
    """A meeting before and after. `changed` names what an attendee sees: title, time, zone, place, link; or
    only clocks, when their rules changed."""

    meeting_id: UUID
    number: int
    sequence: int
    changed: tuple[str, ...]
    before: MeetingFacts
    after: MeetingFacts


class Renumbered(Frozen, frozen=True, kw_only=True):
    """A meeting that had one number and has another now; none where it is not there any more."""

    meeting_id: UUID
    before: int
    after: int | None


def placed(values: MeetingValues, *, room: Room | None, zone: str) -> Placed:
    """A new meeting. Its zone is the one given, or the room's, or `zone`.

    Raises TimeDoesNotExist and TimeIsAmbiguous with `fields` naming the time in question, UnknownZone, Invalid.
    """
    where = values.zone or (room.zone if room else zone)
    _check_clear(where)
    return _placed(
        {"title": values.title, "room_id": values.room_id, "link": values.link},
        _at("local_start", values.local_start, where, values.start_fold),
        _at("local_end", values.local_end, where, values.end_fold),
    )


def changed(meeting: Meeting, change: MeetingChange) -> Placed:
    """A meeting with a change applied. Raises as `placed` does.

    A time that stays keeps its fold; a time that is new, or is now read in another zone, asks again.
    """
    zone = meeting.zone if change.zone is UNSET else change.zone or meeting.zone
    if zone != meeting.zone:
        _check_clear(zone)
    rest = {
        name: getattr(meeting, name) if getattr(change, name) is UNSET else getattr(change, name)
        for name in ("title", "room_id", "link")
    }
    instants = []
    for end in ("start", "end"):
        old, new = getattr(meeting, f"local_{end}"), getattr(change, f"local_{end}")
        same = zone == meeting.zone and new in (UNSET, old)
        known = getattr(meeting, f"{end}_fold") if same else None
        fold = getattr(change, f"{end}_fold")
        local = old if new is UNSET else new
        instants.append(_at(f"local_{end}", local, zone, known if fold is None else fold))
    return _placed(rest, *instants)


def _check_clear(zone: str) -> None:
    """Raise UnknownZone for a zone that calendars would show at another time than we mean."""
    if zone_named(zone) and is_misread(zone):
        said = f"Calendars read “{zone}” in different ways. Choose a region and city, such as Europe/London, or UTC."
        raise UnknownZone(said, fields={"zone": said}, zone=zone)


def _at(field: str, local: datetime, zone: str, fold: int | None) -> Instant:
    """`resolve`, whose refusals also say which field of a form they are about."""
    try:
        return resolve(local.replace(second=0, microsecond=0), zone, fold)
    except UnknownZone as error:
        error.fields = {"zone": error.detail}
        raise
    except (TimeDoesNotExist, TimeIsAmbiguous, TimeOutOfRange) as error:
        error.fields = {field: error.detail}
        error.data["field"] = field
        raise


def _placed(rest: Mapping[str, Any], start: Instant, end: Instant) -> Placed:
    if end.at <= start.at:
        raise Invalid("A meeting must end after it starts.", fields={"local_end": "This must be after the start."})
    if end.at - start.at > LONGEST:
        raise Invalid(
            "A meeting lasts at most seven days. Add one meeting per sitting.",
            fields={"local_end": "A meeting lasts at most seven days."},
        )
    return Placed(
        **rest,
        local_start=start.local,
        local_end=end.local,
        zone=start.zone,
        start_fold=start.fold,
        end_fold=end.fold,
        starts_at=start.at,
        ends_at=end.at,
    )


def check_still_movable(meeting: Meeting, new: Placed, now: datetime) -> None:
    """Raise when a published meeting can no longer be changed in this way."""
    if meeting.ends_at <= now or meeting.cancelled_at is not None:
        raise MeetingIsOver(meeting_id=meeting.id)
    if meeting.starts_at <= now and new.starts_at != meeting.starts_at:
        raise MeetingHasStarted(meeting_id=meeting.id)
    check_to_come(new, now)


def check_to_come(new: Placed, now: datetime) -> None:
    """Raise Invalid for a time that is over already: nobody could come."""
    if new.ends_at <= now:
        raise Invalid(
            "This time is over already, so nobody could come.",
            fields={"local_end": "This is over already, so nobody could come."},
        )


def seen_changes(meeting: Meeting, new: Placed | Meeting) -> tuple[str, ...]:
    """What an attendee sees differently: some of title, time, zone, place, link."""
    words = {"room_id": "place", "link": "link", "title": "title", "zone": "zone"}
    names = (words.get(name, "time") for name in SEEN_BY_ATTENDEES if getattr(meeting, name) != getattr(new, name))
    return tuple(dict.fromkeys(names))


def facts(meeting: Meeting) -> MeetingFacts:
    """What an attendee is told about a meeting."""
    return MeetingFacts(
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        room_name=meeting.room_name or "",
        venue_name=meeting.venue_name or "",
        has_link=bool(meeting.link),
    )


def as_new(meeting_id: UUID, session_id: UUID, new: Placed, room: Room | None, now: datetime) -> Meeting:
    """A meeting that was not there before."""
    return as_changed(
        Meeting(
            **{name: getattr(new, name) for name in new.__struct_fields__},
            id=meeting_id,
            session_id=session_id,
            number=1,
            sequence=0,
            changed_at=now,
            cancelled_at=None,
        ),
        new,
        room,
    )


def parts_of(meetings: Iterable[Meeting]) -> dict[UUID, tuple[int, int]]:
    """Which part of how many each meeting of a session is, as calendars say it. What was cancelled does not count,
    unless all was."""
    known = list(meetings)
    held = [meeting for meeting in known if meeting.cancelled_at is None] or known
    in_order = sorted(held, key=lambda m: (m.starts_at, m.id))
    return {meeting.id: (part, len(in_order)) for part, meeting in enumerate(in_order, 1)}


def numbered(meetings: Iterable[Meeting]) -> list[Meeting]:
    """Meetings in order of start, counted from 1."""
    in_order = sorted(meetings, key=lambda m: (m.starts_at, m.id))
    return [replace(meeting, number=number) for number, meeting in enumerate(in_order, 1)]


def renumbered(before: Iterable[Meeting], after: Iterable[Meeting]) -> tuple[Renumbered, ...]:
    """Those of the meetings before whose number is another one after, or none. What is new had none."""
    now = {meeting.id: meeting.number for meeting in after}
    return tuple(
        Renumbered(meeting_id=meeting.id, before=meeting.number, after=now.get(meeting.id))
        for meeting in before
        if now.get(meeting.id) != meeting.number
    )


def as_changed(meeting: Meeting, new: Placed, room: Room | None) -> Meeting:
    """The meeting as it will be."""
    values = {name: getattr(new, name) for name in new.__struct_fields__}
    return replace(
        meeting,
        **values,
        room_name=room.name if room else None,
        room_notes=room.access_notes if room else None,
        venue_id=room.venue_id if room else None,
        venue_name=room.venue_name if room else None,
    )
