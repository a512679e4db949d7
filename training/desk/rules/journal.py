"""The journal as sentences: who did what, and what was before and after, in words a tired person understands."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.structs import Frozen
from training.desk.rules.announced import ANNOUNCED, ANNOUNCED_BY_CLOCK, called
from training.desk.rules.asked import ASKED
from training.desk.rules.attended import ATTENDED
from training.desk.rules.completed import COMPLETED
from training.desk.rules.mailed import MAILED, RETURNED
from training.desk.rules.materials import MATERIALS
from training.desk.rules.nameless import NAMELESS, nameless_told
from training.desk.rules.placed import PLACED, calendar_answered, invite_answered
from training.desk.rules.planned import CALENDARS, clash_words, moved_words, told_of_move
from training.desk.rules.reminded import REMINDED

UNTOLD = ("SessionResized", "MeetingsRenumbered")
"""Events that say nothing a manager did not read in the line beside them."""
_LONGEST = 160

_FIELDS = {
    "title": "Title",
    "summary": "Summary",
    "description": "Description",
    "language": "Language",
    "mode": "Mode",
    "state": "State",
    "audience": "Audience",
    "self_enrollment": "People may enroll themselves",
    "overtaking": "Smaller parties may overtake",
    "capacity_in_person": "Places in person",
    "capacity_online": "Places online",
    "overbooking": "Overbooking allowance",
    "minimum_participants": "Minimum of participants",
    "cancellation_hours": "Hours until which cancelling is free",
    "waitlist_cutoff_hours": "Hours until which the waitlist moves",
    "open_place_hours": "Hours until which open places need a name",
    "attendee_list": "People of one organization see who of them takes part",
    "booking_opens_at": "Booking opens",
    "booking_closes_at": "Booking closes",
}
_SECRET_FIELDS = {
    "access_code": "the access code",
    "joining_details": "the joining details",
    "partners": "who is invited",
}
_MACHINES = {"cli": "An operator", "worker": "The clock", "demo": "The demonstration"}
_ROLES = {"lead": "lead trainer", "co": "co-trainer", "assistant": "assistant", "shadow": "shadow"}


InWords = Callable[[datetime, str], str]
"""Tells an instant on the clocks of a zone, with the zone's name; handed in, because rules format nothing."""


class Entry(Frozen, frozen=True, kw_only=True):
    """A row of the journal as it was written."""

    id: UUID
    at: datetime
    event: str
    subject_id: UUID
    actor_id: UUID | None
    actor_name: str
    data_json: str
    before_json: str | None
    after_json: str | None


class Told(Frozen, frozen=True, kw_only=True):
    """A row of the journal in words. `changes`: what, before, after; empty where there was nothing."""

    at: datetime
    who: str
    what: str
    changes: tuple[tuple[str, str, str], ...] = ()


class _Telling(Frozen, frozen=True, kw_only=True):
    data: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    names: Mapping[str, str]
    zone: str
    in_words: InWords

    def name(self, key: str) -> str:
        return self.names.get(str(self.data.get(key)), "somebody")


_Words = tuple[str, str, tuple[tuple[str, str, str], ...]]


def told(entry: Entry, names: Mapping[str, str], zone: str, in_words: InWords) -> Told:
    """A row in words. `names`: of people, enrollments and partners by their ids; times are told in `zone`."""
    telling = _Telling(
        data=_read(entry.data_json),
        before=_read(entry.before_json),
        after=_read(entry.after_json),
        names=names,
        zone=zone,
        in_words=in_words,
    )
    teller = _TELLERS.get(entry.event)
    who, what, changes = teller(telling) if teller else ("", f"{_spaced(entry.event)}.", ())
    return Told(at=entry.at, who=_actor(entry) if who else "", what=what, changes=changes)


def _actor(entry: Entry) -> str:
    if entry.actor_id is not None:
        return entry.actor_name or "Somebody without a name"
    return _MACHINES.get(entry.actor_name, entry.actor_name or "The system")


def named_ids(entries: Sequence[Entry]) -> set[UUID]:
    """The people whose names the sentences need."""
    found = {_read(entry.data_json).get("person_id") for entry in entries}
    return {UUID(each) for each in found if each}


def _read(text: str | None) -> Mapping[str, Any]:
    value = msgspec.json.decode(text) if text else None
    return value if isinstance(value, dict) else {}


def _spaced(event: str) -> str:
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in event).strip()
    return words.capitalize()


def _plain(what: str) -> Callable[[_Telling], _Words]:
    return lambda telling: ("who", called(what, telling.data), ())


def _by_clock(what: str) -> Callable[[_Telling], _Words]:
    return lambda telling: ("", called(what, telling.data), ())


def _edited(telling: _Telling) -> _Words:
    changed = telling.data.get("changed", [])
    hidden = [_SECRET_FIELDS[name] for name in changed if name in _SECRET_FIELDS]
    names = [name for name in {**telling.before, **telling.after} if name in _FIELDS]
    changes = tuple(
        (_FIELDS[name], _value(telling.before.get(name), telling), _value(telling.after.get(name), telling))
        for name in names
    )
    what = "changed the course, and this session followed" if telling.data.get("inherited") else "changed it"
    return "who", f"{what}{': ' + ', '.join(hidden) if hidden else ''}.", changes


def _not_followed(telling: _Telling) -> _Words:
    kept = telling.data.get("kept", [])
    changes = tuple(
        (
            _FIELDS.get(k["field"], k["field"]),
            _value(k["course_value"], telling),
            _value(k["kept_value"], telling),
        )
        for k in kept
    )
    why = " ".join(dict.fromkeys(str(k.get("reason", "")) for k in kept))
    return "", f"The course changed, and this session kept its own. {why}".strip(), changes


def _cancelled(telling: _Telling) -> _Words:
    return "who", "cancelled it.", (("Reason", "", _value(telling.data.get("reason"), telling)),)


def _meeting(what: str) -> Callable[[_Telling], _Words]:
    def tell(telling: _Telling) -> _Words:
        return "who", f"{what}: {_facts(telling.data['facts'], telling)}.", ()

    return tell


def _moved(telling: _Telling) -> _Words:
    moves = telling.data.get("moves", [])
    changes = []
    for move in moves:
        label = f"Meeting {move['number']}"
        before, after = (_facts(told_of_move(move[when], telling.data), telling) for when in ("before", "after"))
        if before == after:
            changes.append((label, "", f"new {' and '.join(move['changed'])}"))
        else:
            changes.append((label, before, after))
    return *moved_words(telling.data, _count(len(moves), "meeting")), tuple(changes)


def _twice(telling: _Telling) -> _Words:
    lines = []
    for clash in telling.data.get("clashes", []):
        at = datetime.fromisoformat(clash["starts_at"])
        lines.append((clash["subject_name"], "", f"{clash_words(clash)}, {telling.in_words(at, telling.zone)}"))
    return "who", "planned it although somebody or something is taken twice.", tuple(lines)


def _assigned(telling: _Telling) -> _Words:
    role = _ROLES.get(str(telling.data.get("role")), "trainer")
    meetings = _count(len(telling.data.get("meeting_ids", [])), "meeting")
    return "who", f"made {telling.name('person_id')} {role} of {meetings}.", ()


def _withdrawn(telling: _Telling) -> _Words:
    meetings = _count(len(telling.data.get("meeting_ids", [])), "meeting")
    return "who", f"took {telling.name('person_id')} off {meetings}.", ()


def _booked(telling: _Telling) -> _Words:
    enrolled, waiting = len(telling.data.get("enrolled", [])), len(telling.data.get("waitlisted", []))
    partner = telling.names.get(str(telling.data.get("partner_id")), "")
    whom = f"{enrolled + waiting} {'person' if enrolled + waiting == 1 else 'people'}"
    nameless = len(telling.data.get("open_places", []))
    if nameless and not enrolled + waiting:
        return "who", f"booked {_count(nameless, 'open place')}{' for ' + partner if partner else ''}.", ()
    counted = (
        f"{enrolled} enrolled" if enrolled else "",
        f"{waiting} waiting" if waiting else "",
        _count(nameless, "open place") if nameless else "",
    )
    outcome = ", ".join(part for part in counted if part)
    return "who", f"booked for {whom}{' of ' + partner if partner else ''}: {outcome or 'none'}.", ()


def _left(telling: _Telling) -> _Words:
    name, reason = telling.name("enrollment_id"), _value(telling.data.get("reason"), telling)
    what = f"removed {name}" if telling.data.get("state") == "removed" else f"gave back the place of {name}"
    if telling.before.get("state") == "waitlisted":
        what = f"took {name} off the waitlist"
    return "who", f"{what}.", (("Reason", "", reason),) if reason else ()


def _promoted(telling: _Telling) -> _Words:
    return "", f"{telling.name('enrollment_id')} moved up from the waitlist and has a place.", ()


def _given(telling: _Telling) -> _Words:
    above = ", above the capacity" if telling.data.get("above_capacity") else ""
    reason = _value(telling.data.get("reason"), telling)
    what = f"gave {telling.name('enrollment_id')} a place by hand{above}."
    return "who", what, (("Reason", "", reason),) if reason else ()


def _listed(telling: _Telling) -> _Words:
    if telling.data.get("listed"):
        return "who", "let others of their organization see that they take part.", ()
    return "who", "no longer lets others of their organization see that they take part.", ()


def _emptied(telling: _Telling) -> _Words:
    count = int(telling.data.get("enrollments", 0))
    return (
        "",
        f"With that, the {'enrollment of one person' if count == 1 else f'enrollments of {count} people'} ended.",
        (),
    )


def _imported(telling: _Telling) -> _Words:
    return "who", f"imported it from a file (“{telling.data.get('external_key', '')}”).", ()


def _about(event: str) -> Callable[[_Telling], _Words]:
    who, sentence = PLACED[event]
    return lambda telling: (who, sentence.format(name=telling.name("enrollment_id")), ())


def _either(key: str, yes: str, no: str) -> Callable[[_Telling], _Words]:
    return lambda telling: ("who", yes if telling.data.get(key) else no, ())


def _to_person(tell: Callable[[Mapping[str, Any], str], str]) -> Callable[[_Telling], _Words]:
    return lambda telling: ("who", tell(telling.data, telling.name("person_id")), ())


def _calendar(key: str, tell: Callable[[Mapping[str, Any], str], str]) -> Callable[[_Telling], _Words]:
    return lambda telling: ("", tell(telling.data, telling.name(key)), ())


def _undone(telling: _Telling) -> _Words:
    people, places = int(telling.data.get("enrollments", 0)), int(telling.data.get("open_places", 0))
    parts = [_count(people, "enrollment")] if people else []
    parts += [_count(places, "open place")] if places else []
    return "who", f"took a booking back: {' and '.join(parts)}.", ()


def _nameless(event: str) -> Callable[[_Telling], _Words]:
    def tell(telling: _Telling) -> _Words:
        partner = telling.names.get(str(telling.data.get("partner_id")), "")
        somebody, what = nameless_told(event, telling.data, telling.name("enrollment_id"), partner)
        reason = _value(telling.data.get("reason"), telling) if somebody else ""
        return "who" if somebody else "", what, (("Reason", "", reason),) if reason else ()

    return tell


def _of_place(said: Callable[[Mapping[str, Any], str], tuple[bool, str]]) -> Callable[[_Telling], _Words]:
    def tell(telling: _Telling) -> _Words:
        somebody, what = said(telling.data, telling.name("enrollment_id"))
        reason = _value(telling.data.get("reason"), telling)
        return "who" if somebody else "", what, (("Reason", "", reason),) if reason else ()

    return tell


def _attended(tell: Callable[[Mapping[str, Any], str], tuple[str, str]]) -> Callable[[_Telling], _Words]:
    def words(telling: _Telling) -> _Words:
        who, what = tell(telling.data, telling.name("enrollment_id"))
        reason = _value(telling.data.get("reason"), telling)
        return who, what, (("Reason", "", reason),) if reason else ()

    return words


_TELLERS: dict[str, Callable[[_Telling], _Words]] = {
    **{event: _about(event) for event in PLACED},
    **{event: _nameless(event) for event in NAMELESS},
    **{event: _plain(what) for event, what in (MAILED | RETURNED | ANNOUNCED | CALENDARS).items()},
    **{event: _by_clock(what) for event, what in ANNOUNCED_BY_CLOCK.items()},
    **{event: _to_person(tell) for event, tell in REMINDED.items()},
    **{event: _attended(tell) for event, tell in ATTENDED.items()},
    **{event: _of_place(said) for event, said in (ASKED | COMPLETED | MATERIALS).items()},
    "BookingUndone": _undone,
    "SelfEnrolled": _either("mode", "took a place by their own wish.", "joined the waitlist by their own wish."),
    "PartyChanged": _either("together", "kept a party together.", "split a party that waits."),
    "SessionDrafted": _plain("drafted it."),
    "SessionEdited": _edited,
    "CourseNotFollowed": _not_followed,
    "SessionPublished": _plain("published it."),
    "SessionConfirmed": _plain("confirmed that it will take place."),
    "SessionStarted": _by_clock("The first meeting began."),
    "SessionClosed": _by_clock("The last meeting was over, and it was closed."),
    "SessionCancelled": _cancelled,
    "MeetingAdded": _meeting("added a meeting"),
    "MeetingDropped": _meeting("removed a meeting"),
    "MeetingsEdited": _moved,
    "MeetingsMoved": _moved,
    "ClashesAccepted": _twice,
    "TrainerAssigned": _assigned,
    "TrainerWithdrawn": _withdrawn,
    "PlacesBooked": _booked,
    "EnrollmentCancelled": _left,
    "CalendarAnswered": _calendar("enrollment_id", calendar_answered),
    "EnrollmentPromoted": _promoted,
    "PlaceGiven": _given,
    "ListingChosen": _listed,
    "SessionEmptied": _emptied,
    "InvitesTold": _by_clock("Calendars were told how things stand."),
    "InviteAnswered": _calendar("person_id", invite_answered),
    "SessionImported": _imported,
    "SessionReimported": _plain("imported it again: it is now what the file says."),
}


def _count(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"


def _facts(facts: Mapping[str, Any], telling: _Telling) -> str:
    """A meeting's facts as they were then, in the meeting's own zone: the line an attendee was told."""
    at = datetime.fromisoformat(facts["starts_at"])
    zone = str(facts["zone"])
    place = " · ".join(part for part in (facts.get("room_name"), facts.get("venue_name")) if part)
    parts = [str(facts.get("title") or ""), telling.in_words(at, zone), place]
    return ", ".join(part for part in parts if part)


def _value(value: Any, telling: _Telling) -> str:
    """A value of the journal as a person reads it."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if (at := _instant(text)) is not None:
        return telling.in_words(at, telling.zone)
    plain = {"in_person": "in person", "participating": "participating partners", "invited": "invited partners"}
    text = plain.get(text, text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


def _instant(text: str) -> datetime | None:
    if len(text) < len("2026-05-04T09:00Z") or text[4:5] != "-" or text[10:11] != "T":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
