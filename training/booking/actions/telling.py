"""Who is written to about places without a name: those who booked them, and those to whom a naming link was mailed."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.structs import Viewer
from training.base.work import Work
from training.booking.events import BookingUndone
from training.booking.mails import reader_values, rest_values, session_values, worth_until
from training.booking.queries.open_places import (
    Coordinator,
    OpenPlaceView,
    find_link_id,
    find_waiting,
    list_coordinators_of_booking,
    list_open_places,
)
from training.booking.rules.open_places import NAMING_PATH, NAMING_PURPOSE, PlaceState, link_ends
from training.booking.tables import OpenPlace
from training.outbox.actions import enqueue, withdraw
from training.outbox.rules import SecretLink
from training.people.queries import find_person
from training.schedule.events import MeetingAdded, MeetingsMoved, SessionCancelled, SessionEdited
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.sessions import Session

# Reads what whoever acts may not see: the places of others whose session moved, or the one behind a link.
READER = Viewer.machine("naming")
# Nobody who looks after a place is left out.
EVERY = 100_000
# Whoever takes back one place often takes back another: so long it is added to the same message.
SETTLE = timedelta(minutes=2)
# Why places went back, where a manager did it.
TAKEN_BACK = "manager"


async def write_invited(work: Work, key: str, place: OpenPlaceView, session: Session, **more: Any) -> None:
    """Enqueue the message `key` to the address to which the naming link of a place was mailed; an older unsent one
    goes. A `naming` message holds the link. Nothing happens for a place whose link was not mailed."""
    if not place.sent_to:
        return
    link_id = await find_link_id(place.id) if key == "naming" else None
    known = await find_person(place.sent_to)
    until = link_ends(place.link_expires_at, place.until)
    values = session_values(session, await list_meetings([session.id]), work.now) | {
        "mode": place.mode,
        "partner": place.partner_name,
        "until": until,
        "link": SecretLink(path=NAMING_PATH, purpose=NAMING_PURPOSE, id=link_id) if link_id else "",
    }
    values |= reader_values(session, known.zone if known else "UTC", known.locale if known else "en")
    await enqueue(
        work,
        supersede=True,
        kind=f"booking-{key}",
        template=f"booking/{key}",
        recipient=place.sent_to,
        person_id=known.id if known else None,
        subject_id=place.id,
        program_id=session.program_id,
        partner_id=place.partner_id,
        expires_at=worth_until(key, session, work.now, until if key == "naming" else None),
        topic=invited_topic(place.id),
        values=values | more,
    )


async def write_coordinators(
    work: Work, key: str, places: Sequence[OpenPlaceView], session: Session, **more: Any
) -> None:
    """Enqueue the message `key` about these places of one session: one to each of those who look after them, whoever
    booked them or all who coordinate, however many bookings that are; of two partners, one for each."""
    about = session_values(session, await list_meetings([session.id]), work.now)
    theirs: dict[tuple[UUID, UUID], tuple[Coordinator, list[OpenPlaceView]]] = {}
    for some in by_booking(places):
        for to in await list_coordinators_of_booking(some[0].booking_id):
            theirs.setdefault((to.person_id, some[0].partner_id), (to, []))[1].extend(some)
    for to, own in theirs.values():
        values = about | reader_values(session, to.person_zone, to.person_locale) | _values(own) | more
        await _write_coordinator(work, key, to, session, values)


async def list_told_of_open(session_id: UUID) -> tuple[str, ...]:
    """Where messages go about the places without a name of a session that moves or is cancelled, one address for each:
    to those who look after them, and to the addresses to which links were mailed."""
    places = await list_open_places(READER, "session", session_id, limit=EVERY)
    theirs = {
        (to.person_id, some[0].partner_id): to.email
        for some in by_booking(places)
        for to in await list_coordinators_of_booking(some[0].booking_id)
    }
    return (*theirs.values(), *(place.sent_to for place in places if place.sent_to))


def _values(places: Sequence[OpenPlaceView]) -> dict[str, Any]:
    """What a message says of these places of one partner."""
    first = min(places, key=lambda place: place.until)
    return {
        "mode": "",
        "partner": first.partner_name,
        "partner_id": first.partner_id,
        "count": len(places),
        "codes": list(dict.fromkeys(place.booking_code for place in places)),
        "bookings": list(dict.fromkeys(str(place.booking_id) for place in places)),
        "until": first.until,
        "sent": [place.sent_to or place.note for place in places if place.sent_to or place.note],
        "places_path": f"/partners/{first.partner_id}/open-places",
    }


async def _write_coordinator(work: Work, key: str, to: Coordinator, session: Session, values: dict[str, Any]) -> None:
    taken_back = values.get("why") == TAKEN_BACK
    topic = f"{'open-taken-back' if taken_back else key}:{session.id.hex}:{values['partner_id'].hex}:{to.person_id.hex}"
    not_before = work.now + SETTLE if taken_back else None
    if taken_back and (waiting := await find_waiting(topic)):
        values, not_before = _added_up(waiting.values, values), waiting.not_before
    await enqueue(
        work,
        # Of what went back each message tells something else; only what is added up replaces what waits.
        supersede=taken_back or key != "open-released",
        kind=f"booking-{key}",
        template=f"booking/{key}",
        recipient=to.email,
        recipient_name=to.name,
        person_id=to.person_id,
        subject_id=UUID(values["bookings"][0]),
        program_id=session.program_id,
        partner_id=values["partner_id"],
        not_before=not_before,
        expires_at=worth_until(key, session, work.now, values["until"] if key == "open-due" else None),
        topic=topic,
        values=values,
    )


def _added_up(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of places that are taken back one after the other."""
    several = {name: list(dict.fromkeys([*before[name], *values[name]])) for name in ("codes", "bookings", "sent")}
    reasons = dict.fromkeys(reason for reason in (before["reason"], values["reason"]) if reason)
    return {**values, **several, "count": before["count"] + values["count"], "reason": "; ".join(reasons)}


def invited_topic(open_place_id: UUID) -> str:
    """What messages to the address of a naming link are called in the outbox."""
    return f"open-place:{open_place_id}"


async def tell_open_moved(work: Work, event: MeetingsMoved | MeetingAdded) -> None:
    """Tell those who look after open places of a session that moved, or has one more meeting, until when they need
    names now."""
    if isinstance(event, MeetingAdded) and not event.announced:
        return
    await work.flush()
    places = await list_open_places(READER, "session", event.session_id, limit=EVERY)
    if not places:
        return
    session = await lock_session(event.session_id)
    await write_coordinators(work, "open-moved", places, session)
    for place in places:
        # A link ends with its place, so it lives longer when that does.
        follows = {"link_expires_at": place.until} if place.has_link else {}
        if follows:
            work.change(OpenPlace, place.id, **follows)
        inviter = place.booked_by_name or ""
        await write_invited(work, "naming", replace(place, **follows), session, inviter=inviter, why="moved")


async def prolong_links(work: Work, event: SessionEdited) -> None:
    """A naming link lives as long as its place: when names are needed later than before, links end later, too."""
    if "open_place_hours" not in event.changed:
        return
    await work.flush()
    for place in await list_open_places(READER, "session", event.session_id, limit=EVERY):
        if place.has_link and place.link_expires_at != place.until:
            work.change(OpenPlace, place.id, link_expires_at=place.until)


async def tell_open_cancelled(work: Work, event: SessionCancelled) -> None:
    """Tell those who look after open places of a cancelled session, before the places end with it."""
    await work.flush()
    places = await list_open_places(READER, "session", event.session_id, limit=EVERY)
    if not places:
        return
    session = await lock_session(event.session_id)
    rest = rest_values(await list_meetings([session.id]), event.meeting_ids)
    await write_coordinators(work, "open-released", places, session, why="cancelled", reason=event.reason, **rest)
    for place in places:
        await write_invited(work, "naming-over", place, session, why="cancelled", **rest)


async def tell_open_undone(work: Work, event: BookingUndone) -> None:
    """Tell those who were mailed a link for a place of a booking that was taken back."""
    if not event.open_places:
        return
    await work.flush()
    session = await lock_session(event.session_id)
    for place in await list_open_places(READER, "booking", event.booking_id, ended=True):
        if place.state is PlaceState.RELEASED and place.state_at == work.now:
            await tell_over(work, place, session)


async def tell_over(work: Work, place: OpenPlaceView, session: Session) -> None:
    """The link of a place is over: what was not sent yet is withdrawn, and who got it already is told."""
    if await withdraw(work, invited_topic(place.id)) == 0:
        await write_invited(work, "naming-over", place, session, why="over")


def by_booking(places: Sequence[OpenPlaceView]) -> list[list[OpenPlaceView]]:
    """The places in parts, one for each booking."""
    parts: dict[UUID, list[OpenPlaceView]] = {}
    for place in places:
        parts.setdefault(place.booking_id, []).append(place)
    return list(parts.values())
