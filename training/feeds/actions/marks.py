"""Reactions: the marks of calendars rise in the transaction that changes what they show.

A fetch then knows from one row whether anything changed. Places of single people raise two marks by their ids, which
costs no round trip of its own; whatever concerns a whole session raises all of its marks in one statement. There is
a mark only for what somebody reads, so most of these change no row. A mark that rises for nothing costs one building;
one that does not rise would leave a calendar wrong for ever: in doubt, it rises.
"""

from typing import Any, LiteralString, Protocol
from uuid import UUID
from weakref import WeakSet

from training.base.work import Add, Work
from training.booking.events import OpenPlaceReleased, PersonReplaced, PlacesBooked
from training.catalogue.events import CourseEdited, ProgramEdited, VenueEdited
from training.feeds.tables import CalendarMark
from training.partners.events import ContactRepaired, MemberEdited, PartnerEdited
from training.people.events import PersonChanged, RoleGranted, RoleRevoked
from training.schedule.events import RoomEdited, SessionImported, SessionReimported, TrainerWithdrawn


class OfOnePerson(Protocol):
    """An event about the place of one person, booked for a partner or not."""

    @property
    def person_id(self) -> UUID: ...

    @property
    def partner_id(self) -> UUID | None: ...


class OfOneSession(Protocol):
    """An event about a whole session."""

    @property
    def session_id(self) -> UUID: ...


def _rise(work: Work, *keys: str) -> None:
    for key in keys:
        work.change(CalendarMark, key, changed=Add(1), changed_at=work.now)


async def mark_person(work: Work, event: OfOnePerson) -> None:
    """Somebody has a place now, or no longer, or another one."""
    _rise(work, f"person:{event.person_id}")
    if event.partner_id is not None:
        _rise(work, f"partner:{event.partner_id}")


async def mark_replaced(work: Work, event: PersonReplaced) -> None:
    """One person goes, another one comes."""
    await mark_person(work, event)
    _rise(work, f"person:{event.new_person_id}")


async def mark_booked(work: Work, event: PlacesBooked) -> None:
    """Places were booked for several people at once."""
    _rise(work, *(f"person:{person_id}" for person_id in event.people))
    if event.partner_id is not None:
        _rise(work, f"partner:{event.partner_id}")


async def mark_partner(work: Work, event: OpenPlaceReleased | PartnerEdited | MemberEdited | ContactRepaired) -> None:
    """A partner has one place without a name fewer, or is called otherwise, or one of its people is."""
    _rise(work, f"partner:{event.partner_id}")


# Units of work in which every mark rose already. What happens in one transaction is seen at once, so once is enough.
_RAISED_ALL: WeakSet[Work] = WeakSet()
_ONE: LiteralString = "SELECT id FROM session WHERE id = {}"
_IN_ROOM: LiteralString = "SELECT session_id FROM meeting WHERE room_id = {}"
_AT_VENUE: LiteralString = "SELECT m.session_id FROM meeting m JOIN room r ON r.id = m.room_id WHERE r.venue_id = {}"
_TAUGHT: LiteralString = "SELECT session_id FROM trainer_assignment WHERE person_id = {}"


async def mark_session(work: Work, event: OfOneSession) -> None:
    """Something changed that everybody sees who has to do with a session."""
    await _mark_sessions(work, _ONE, event.session_id)


async def mark_imported(work: Work, _: SessionImported | SessionReimported) -> None:
    """A row of a file became a session. There may be hundreds of them, so every mark there is rises, once."""
    if work not in _RAISED_ALL:
        _RAISED_ALL.add(work)
        await work.execute("UPDATE calendar_mark SET changed = changed + 1, changed_at = {}", work.now)


async def mark_withdrawn(work: Work, event: TrainerWithdrawn) -> None:
    """Somebody teaches no longer, whose assignment is gone by now."""
    _rise(work, f"person:{event.person_id}")
    await mark_session(work, event)


async def mark_room(work: Work, event: RoomEdited) -> None:
    """A room is called otherwise."""
    await _mark_sessions(work, _IN_ROOM, event.room_id)


async def mark_venue(work: Work, event: VenueEdited) -> None:
    """A venue is called otherwise, or stands elsewhere."""
    await _mark_sessions(work, _AT_VENUE, event.venue_id)


async def mark_named(work: Work, event: PersonChanged) -> None:
    """Somebody is called otherwise: as a trainer, and as one of a partner's people."""
    await _mark_sessions(work, _TAUGHT, event.person_id)
    await work.execute(
        "UPDATE calendar_mark SET changed = changed + 1, changed_at = {} WHERE id IN"
        " (SELECT 'partner:' || partner_id FROM membership WHERE person_id = {})",
        work.now,
        event.person_id,
    )


async def mark_course(work: Work, event: CourseEdited | ProgramEdited) -> None:
    """The public calendar of a course or program is called otherwise. Its sessions have events of their own."""
    _rise(work, f"program:{event.program_id}")
    if isinstance(event, CourseEdited):
        _rise(work, f"course:{event.course_id}")


async def _mark_sessions(work: Work, which: LiteralString, value: UUID) -> None:
    """Raise every mark that has to do with these sessions, in one statement however many people take part.

    A room that a meeting has left is found by nothing in the database any more, so the marks of all rooms rise: there
    are few.
    """
    if work in _RAISED_ALL:
        return
    values: list[Any] = [value] * 6
    await work.execute(
        "UPDATE calendar_mark SET changed = changed + 1, changed_at = {} WHERE id IN"
        f" (SELECT 'person:' || person_id FROM enrollment WHERE session_id IN ({which})"
        f" UNION SELECT 'person:' || person_id FROM trainer_assignment WHERE session_id IN ({which})"
        f" UNION SELECT 'partner:' || partner_id FROM enrollment WHERE session_id IN ({which})"
        f" UNION SELECT 'partner:' || partner_id FROM open_place WHERE session_id IN ({which})"
        f" UNION SELECT 'program:' || program_id FROM session WHERE id IN ({which})"
        f" UNION SELECT 'course:' || course_id FROM session WHERE id IN ({which})"
        " UNION SELECT 'room:' || id FROM room UNION SELECT 'public')",
        work.now,
        *values,
    )


async def judge_feeds(work: Work, event: RoleGranted | RoleRevoked) -> None:
    """Somebody holds another role now: feeds that they may no longer read say farewell from this moment on, those that
    they may read again go on, and what they see in rooms is another."""
    await work.execute(
        "UPDATE calendar_mark SET changed = changed + 1, changed_at = {} WHERE id IN"
        " (SELECT mark FROM feed WHERE person_id = {} AND kind = 'room')",
        work.now,
        event.person_id,
    )
    await work.execute(_END, work.now, event.person_id)
    await work.execute(_GO_ON, event.person_id)


_HELD: LiteralString = (
    "EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = feed.person_id AND (g.role = 'staff'"
    " OR (feed.kind = 'coordinating' AND g.role = 'coordinator' AND g.scope_id = feed.scope_id)"
    " OR (feed.kind = 'room' AND g.role = 'program_manager')))"
)
_SCOPED: LiteralString = "kind IN ('coordinating', 'room') AND revoked_at IS NULL"
_END = f"UPDATE feed SET ended_at = {{}} WHERE person_id = {{}} AND {_SCOPED} AND ended_at IS NULL AND NOT {_HELD}"
_GO_ON = f"UPDATE feed SET ended_at = NULL WHERE person_id = {{}} AND {_SCOPED} AND ended_at IS NOT NULL AND {_HELD}"
