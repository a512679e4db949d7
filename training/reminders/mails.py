"""What reminders write to people: template keys and frozen values."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from training.base.structs import Frozen
from training.base.work import Work
from training.booking.mails import session_values
from training.booking.rules.check_in import check_in_code
from training.booking.rules.guests import place_link
from training.outbox.actions import NewMessage, enqueue
from training.outbox.queries import StoredMessage
from training.outbox.rules.values import freeze
from training.reminders.queries.contents import Contents, Standing
from training.reminders.rules.expecting import Expected
from training.reminders.rules.facts import COMING, Reader, SessionFacts, sittings_of_day
from training.reminders.rules.plans import Anchor, Audience
from training.schedule.rules.sessions import Meeting, Session

# What stays in the outbox a moment longer than planned is not late; the outbox asks whether it is still wanted.
_GRACE = timedelta(minutes=1)
MOST_TITLES = 10


class Letter(Frozen, frozen=True, kw_only=True):
    """A reminder that goes out now, and what its words are made of."""

    wanted: Expected
    facts: SessionFacts
    contents: Contents


async def write_reminder(work: Work, letter: Letter) -> UUID:
    """Enqueue the message of a reminder and return its id. Raises ValueError for an address that cannot be used.

    What is about an enrollment stands under the enrollment's topic, so that whatever ends or replaces messages about
    it ends this one, too.
    """
    wanted, reader = letter.wanted, letter.wanted.reader
    about_person = reader.audience in (Audience.ENROLLED, Audience.UNPREPARED, Audience.WAITLISTED)
    topic = f"enrollment:{reader.subject_id}" if about_person else f"reminder:{reader.subject_id}:{reader.person_id}"
    message: NewMessage = {
        "kind": wanted.plan.kind,
        "template": _template(wanted),
        "recipient": reader.email,
        "recipient_name": reader.name,
        "person_id": reader.person_id,
        "subject_id": reader.subject_id,
        "program_id": letter.facts.program_id,
        "partner_id": reader.partner_id,
        "topic": topic,
        "values": values_of(letter, work.now),
        "expires_at": max(wanted.until, work.now + _GRACE),
    }
    return await enqueue(work, **message)


def is_true(message: StoredMessage, letter: Letter) -> bool:
    """Whether the message of a reminder says what it would say, and goes where it would go, were it written now.

    Only facts count: that time has passed since it was written makes it no less true, so it is compared with what would
    have been written in that moment.
    """
    if message.recipient != letter.wanted.reader.email or message.template != _template(letter.wanted):
        return False
    frozen = msgspec.json.encode(freeze(values_of(letter, message.created_at)))
    return message.values == msgspec.json.decode(frozen, type=dict[str, Any])


def _template(wanted: Expected) -> str:
    return f"reminders/{wanted.plan.letter}"


def values_of(letter: Letter, now: datetime) -> dict[str, Any]:
    """The frozen values of a reminder's message: what the session is, and what this reader needs of it."""
    wanted, reader = letter.wanted, letter.wanted.reader
    session = letter.contents.sessions[letter.facts.id]
    meetings = _meetings(letter, now)
    values = session_values(session, meetings, now) | {
        "reader_zone": reader.clocks.zone,
        "locale": reader.locale,
        "mode": reader.mode,
        "name": reader.name,
        "words": wanted.plan.words,
        "anchor": wanted.plan.anchor,
        "before": wanted.plan.before,
        "at": wanted.anchor_at,
    }
    if wanted.plan.anchor is Anchor.MEETING_START:
        values |= {"starts_at": wanted.anchor_at}
    standings = letter.contents.standings[letter.facts.id]
    match reader.audience:
        case Audience.ENROLLED | Audience.WAITLISTED:
            values |= {
                "place_link": place_link(reader.subject_id, reader.link_generation),
                "check_in": check_in_code(reader.subject_id, reader.link_generation),
                "position": letter.contents.positions.get(reader.subject_id, 0),
                "needed": _needed(letter),
                **(_prework(reader, now) if wanted.plan.before else {}),
            }
        case Audience.UNPREPARED:
            values |= {"place_link": place_link(reader.subject_id, reader.link_generation), **_prework(reader, now)}
        case Audience.TRAINERS:
            values |= _briefing(session, meetings, standings)
        case Audience.COORDINATORS:
            values |= _standing([each for each in standings if each.partner_id == reader.partner_id])
        case Audience.OPEN_PLACES:
            values |= _standing([each for each in standings if each.booking_id == reader.subject_id])
    return values


def _needed(letter: Letter) -> int:
    """How much is still asked of who has a place; afterwards nothing is."""
    coming = letter.wanted.plan.before and letter.facts.state in COMING and not letter.wanted.reader.over
    reader = letter.wanted.reader
    return letter.contents.needed.get((reader.session_id, reader.person_id), 0) if coming else 0


def _prework(reader: Reader, now: datetime) -> dict[str, Any]:
    """What is still to be done before by whoever has a place: the titles of the first, and how many more there are."""
    asked = [each.title for each in reader.undone if each.asked_at(now)]
    more = len(asked) - MOST_TITLES
    return {"prework": asked[:MOST_TITLES]} | ({"prework_more": more} if more > 0 else {}) if asked else {}


def _meetings(letter: Letter, now: datetime) -> list[Meeting]:
    """The meetings that the reminder is about: those of the day, or all that are not over."""
    meetings = letter.contents.meetings[letter.facts.id]
    wanted = letter.wanted
    if wanted.plan.anchor is Anchor.MEETING_START:
        day = {sitting.id for sitting in sittings_of_day(letter.facts, wanted.anchor_at, wanted.reader)}
        return [meeting for meeting in meetings if meeting.id in day]
    taught = wanted.reader.sitting_ids
    mine = [meeting for meeting in meetings if not taught or meeting.id in taught]
    return [meeting for meeting in mine if not wanted.plan.before or meeting.ends_at > now]


def _briefing(session: Session, meetings: Sequence[Meeting], standings: Sequence[Standing]) -> dict[str, Any]:
    return {
        "in_room": session.taken_in_person,
        "online": session.taken_online,
        "waiting": session.waiting,
        "unnamed": sum(standing.unnamed for standing in standings),
        "rooms": [
            {
                "number": meeting.number,
                "link": meeting.link,
                "place": " · ".join(part for part in (meeting.room_name, meeting.venue_name) if part),
                "address": meeting.venue_address or "",
                "notes": meeting.room_notes or "",
            }
            for meeting in meetings
        ],
    }


def _standing(standings: Sequence[Standing]) -> dict[str, Any]:
    first = standings[0] if standings else None
    return {
        "partner": first.partner_name if first else "",
        "code": first.booking_code if first else "",
        "enrolled": sum(standing.enrolled for standing in standings),
        "waiting": sum(standing.waiting for standing in standings),
        "unnamed": sum(standing.unnamed for standing in standings),
        "partner_path": f"/partners/{first.partner_id}" if first and first.partner_id else "/",
    }
