"""What this room writes to people: template keys and frozen values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules import State, cancel_until, cutoff
from training.booking.rules.guests import place_link
from training.booking.rules.requests import is_nobody
from training.catalogue.rules import Mode
from training.outbox.actions import NewMessage, enqueue, enqueue_decoy
from training.schedule.rules.sessions import Meeting, Session

_MOST_MEETINGS = 10


class Addressee(Frozen, frozen=True, kw_only=True):
    """Whom to write to about which enrollment, and on whose clocks they read times.

    `state` is that of the enrollment, or None for one that is confirmed, whatever it is otherwise.
    """

    id: UUID
    person_id: UUID
    person_zone: str
    name: str
    email: str
    state: State | None = None
    link_generation: int = 1


def session_values(session: Session, meetings: Sequence[Meeting], now: datetime) -> dict[str, Any]:
    """What every message about a session says of it. At most ten meetings; `more_meetings` counts the others."""
    held = [meeting for meeting in meetings if meeting.cancelled_at is None]
    until = cancel_until(session.starts_at, session.cancellation_hours) if session.starts_at else None
    moves_until = cutoff(session.starts_at, session.waitlist_cutoff_hours) if session.starts_at else None
    return {
        "title": session.title,
        "path": f"/sessions/{session.id}",
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "zone": session.zone,
        "meetings": [_meeting_values(meeting) for meeting in held[:_MOST_MEETINGS]],
        "more_meetings": max(0, len(held) - _MOST_MEETINGS),
        "cancel_until": until,
        "too_late": until is not None and now > until,
        "moves_until": moves_until,
        "list_moves": moves_until is not None and now < moves_until,
    }


def _meeting_values(meeting: Meeting) -> dict[str, Any]:
    return {
        "number": meeting.number,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "zone": meeting.zone,
        "place": " · ".join(part for part in (meeting.room_name, meeting.venue_name) if part),
    }


async def write_to(
    work: Work,
    key: str,
    to: Any,
    session: Session,
    mode: Mode | None = None,
    meetings: Sequence[Meeting] = (),
    **more: Any,
) -> None:
    """Enqueue the message `key` about a session to an addressee (anything that has what an Addressee has).

    It carries the link to the page of the place. A stand-in (`is_nobody`) gets a decoy, and whoever has not confirmed
    their request is not called by name.
    """
    # Until somebody confirms, their name is what a stranger typed next to an address: nothing that we send to it.
    name = "" if to.state is State.REQUESTED else to.name
    values = session_values(session, meetings, work.now) | {
        # UTC is what an account has before anybody chose: then the clocks of the session say more.
        "reader_zone": session.zone if to.person_zone == "UTC" else to.person_zone,
        "place_link": place_link(to.id, to.link_generation),
        "mode": mode.value if mode else "",
        "name": name,
    }
    message: NewMessage = {
        "kind": f"booking-{key}",
        "template": f"booking/{key}",
        "recipient": to.email,
        "recipient_name": name,
        "person_id": to.person_id,
        "topic": f"enrollment:{to.id}",
        "values": values | more,
    }
    if is_nobody(to.email):
        enqueue_decoy(work, **message)
    else:
        await enqueue(work, **message)
