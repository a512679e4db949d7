"""What this room writes to people: template keys and frozen values."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules import State, cancel_until, cutoff
from training.booking.rules.check_in import check_in_code
from training.booking.rules.guests import place_link
from training.booking.rules.requests import is_nobody
from training.catalogue.rules import Mode
from training.outbox.actions import NewMessage, enqueue, enqueue_decoy
from training.outbox.actions.fan_out import enqueue_many
from training.outbox.rules.kinds import expires_at
from training.outbox.rules.recipients import Recipient
from training.schedule.rules.sessions import Meeting, Session

_MOST_MEETINGS = 10
# Whoever lost a place is told, however late.
_ENDINGS = frozenset({"cancelled", "expired", "session-cancelled", "naming-over", "open-released", "consent-withdrawn"})


class Addressee(Frozen, frozen=True, kw_only=True):
    """Whom to write to about which enrollment, and on whose clocks they read times.

    `state` is that of the enrollment, or None for one that is confirmed, whatever it is otherwise.
    """

    id: UUID
    person_id: UUID
    person_zone: str
    person_locale: str = "en"
    partner_id: UUID | None = None
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


def rest_values(meetings: Sequence[Meeting], called_off: Collection[UUID]) -> dict[str, Any]:
    """What a message says where only the rest of a session was cancelled: the meetings that will not take place,
    instead of all. Nothing where none was held."""
    if all(meeting.cancelled_at is not None for meeting in meetings):
        return {}
    gone = [meeting for meeting in meetings if meeting.id in called_off]
    return {
        "rest": True,
        "meetings": [_meeting_values(meeting) for meeting in gone[:_MOST_MEETINGS]],
        "more_meetings": max(0, len(gone) - _MOST_MEETINGS),
    }


def came_values(meetings: Sequence[Meeting], now: datetime) -> dict[str, Any]:
    """What a message says to whoever came without a place: they need not be asked to come to where they are. `to_come`
    counts the meetings for which they may have to."""
    return {"came": True, "to_come": sum(one.starts_at > now and one.cancelled_at is None for one in meetings)}


def reader_values(session: Session, zone: str, locale: str) -> dict[str, Any]:
    """On whose clocks and how a message writes times. UTC is what an account has before anybody chose: then the
    clocks of the session say more."""
    return clock_values(session.zone, zone, locale)


def clock_values(usual: str, zone: str, locale: str) -> dict[str, Any]:
    """The same, where only the `usual` zone is known."""
    return {"reader_zone": usual if zone == "UTC" else zone, "locale": locale}


def worth_until(key: str, session: Session, now: datetime, deadline: datetime | None = None) -> datetime | None:
    """Until when the message `key` is worth sending: at most as long as its kind says, what asks for something until
    its deadline, and what tells of a place until the session is over."""
    return expires_at(f"booking-{key}", now, deadline or (None if key in _ENDINGS else session.ends_at))


def _worth_of(key: str, session: Session, now: datetime, more: Mapping[str, Any]) -> datetime | None:
    """The same of a message to one. Whoever was there is told of their place however late it was given."""
    if more.get("came"):
        return expires_at(f"booking-{key}", now)
    return worth_until(key, session, now, more.get("keeps_until"))


def _meeting_values(meeting: Meeting) -> dict[str, Any]:
    return {
        "number": meeting.number,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "zone": meeting.zone,
        "place": " · ".join(part for part in (meeting.room_name, meeting.venue_name) if part),
    }


def called(to: Any) -> str:
    """What an addressee is called. Until somebody confirms, their name is what a stranger typed next to an address:
    nothing that we send to it."""
    return "" if to.state is State.REQUESTED else str(to.name)


def _own_values(to: Any, mode: Mode | None) -> dict[str, Any]:
    return {
        "place_link": place_link(to.id, to.link_generation),
        "check_in": check_in_code(to.id, to.link_generation),
        "mode": mode.value if mode else "",
        "name": called(to),
        "stood": to.state.value if to.state else "",
    }


def recipient_of(to: Any, zone: str, mode: Mode | None = None, **more: Any) -> Recipient:
    """An addressee as one of the many who get the same message about a session on the clocks of `zone`."""
    return Recipient(
        cursor=str(to.id),
        email="" if is_nobody(to.email) else to.email,
        name=called(to),
        person_id=to.person_id,
        subject_id=to.id,
        partner_id=to.partner_id,
        topic=f"enrollment:{to.id}",
        values=clock_values(zone, to.person_zone, to.person_locale) | _own_values(to, mode) | more,
    )


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
    name = called(to)
    values = session_values(session, meetings, work.now) | _own_values(to, mode)
    values |= reader_values(session, to.person_zone, to.person_locale)
    message: NewMessage = {
        "kind": f"booking-{key}",
        "template": f"booking/{key}",
        "recipient": to.email,
        "recipient_name": name,
        "person_id": to.person_id,
        "subject_id": to.id,
        "program_id": session.program_id,
        "partner_id": to.partner_id,
        "expires_at": _worth_of(key, session, work.now, more),
        "topic": f"enrollment:{to.id}",
        "values": values | more,
    }
    if is_nobody(to.email):
        enqueue_decoy(work, **message)
    else:
        await enqueue(work, **message)


def session_topic(session_id: UUID) -> str:
    """What a message to everybody in a session is called in the outbox."""
    return f"session:{session_id}"


def told_of_move(to: Any, zone: str, *, busy: bool = False, not_before: datetime | None = None) -> Recipient:
    """An addressee as one of those who are told that their session moved, not before an instant. `busy`: with another
    session, then."""
    mode = Mode(to.mode) if to.mode else None
    told = recipient_of(to, zone, mode, waits=to.state is State.WAITLISTED, busy=busy)
    return replace(told, not_before=not_before)


async def write_many(
    work: Work,
    key: str,
    first: Sequence[Recipient],
    session: Session,
    meetings: Sequence[Meeting] = (),
    /,
    args: Mapping[str, Any] = MappingProxyType({}),
    **more: Any,
) -> None:
    """Enqueue the message `key` about a session to many: at once to a few, else later through the audience
    `booking-<key>` (jobs.py), which is asked with session, zone, this instant and `args`."""
    await enqueue_many(
        work,
        first,
        kind=f"booking-{key}",
        template=f"booking/{key}",
        audience=f"booking-{key}",
        args={"session_id": session.id, "zone": session.zone, "at": work.now, **args},
        values=session_values(session, meetings, work.now) | more,
        topic=session_topic(session.id),
        program_id=session.program_id,
        expires_at=worth_until(key, session, work.now),
    )
