"""What invites say: the entry that a calendar shows, and the mail around it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.site import Site
from training.base.structs import Frozen
from training.base.texts import day, when, zone_name
from training.booking.mails import reader_values
from training.booking.rules.check_in import CHECK_IN_PATH, check_in_code, check_in_token
from training.booking.rules.guests import place_link
from training.ics.entries import Answer, Attendee, Entry
from training.ics.writing import Method, write_invite
from training.invites.queries.facts import Clocks, Facts
from training.invites.rules.comparing import Why
from training.invites.rules.organizing import asks_for_answers, organizer_of
from training.invites.rules.told import Role, Told, changes
from training.outbox.actions.delivery import GoesAlong
from training.outbox.rules.kinds import expires_at
from training.schedule.rules.places import place_words
from training.schedule.rules.sessions import Mode

JOIN_PATH = "/join"
# Behind the address of a session.
BRIEFING_PATH = "/briefing"


class Telling(Frozen, frozen=True, kw_only=True):
    """One entry as it is told to one person now. `was` is what their calendar shows so far, as far as is known."""

    invite_id: UUID
    meeting_id: UUID
    role: Role
    subject_id: UUID
    person_id: UUID
    address: str
    name: str
    told: Told
    was: Told | None
    sequence: int
    created_at: datetime
    why: Why | None = None
    answer: Answer = ""


def calendar_of(telling: Telling, facts: Facts, site: Site, now: datetime) -> GoesAlong:
    """The calendar object of a telling. Raises Unwritable."""
    method: Method = "CANCEL" if telling.why else "REQUEST"
    return GoesAlong(calendar=write_invite(entry_of(telling, facts, site, now), method).decode(), method=method)


def entry_of(telling: Telling, facts: Facts, site: Site, now: datetime) -> Entry:
    """What the calendar shows. It says nothing secret and nothing of anybody but the trainers: calendars are shared.

    The address of the check-in code opens nothing but the door, to staff who look at who stands before them.
    """
    told, path = telling.told, f"/sessions/{facts.session.id}"
    others = sorted(str(key) for key, meeting in facts.meetings.items() if meeting.cancelled_at is None)
    join = site.url(f"{JOIN_PATH}/{telling.meeting_id}") if joins(telling.role, told) else ""
    return Entry(
        uid=str(telling.meeting_id),
        local_start=told.local_start,
        local_end=told.local_end,
        start_fold=told.start_fold,
        end_fold=told.end_fold,
        zone=told.zone,
        starts_at=told.starts_at,
        ends_at=told.ends_at,
        title=told.title,
        description=_description(telling, site, path, _code_address(telling, facts, site)),
        place=place_words(told.mode, told.place),
        url=site.url(f"{path}{BRIEFING_PATH}" if telling.role is Role.TRAINER and not telling.why else path),
        conference=join,
        sequence=telling.sequence,
        stamp=now.replace(microsecond=0),
        created=telling.created_at.replace(microsecond=0),
        cancelled=telling.why in (Why.SESSION, Why.MEETING),
        part=told.part,
        parts=told.parts,
        related=tuple(key for key in others if key != str(telling.meeting_id)),
        organizer=organizer_of(site, telling.invite_id),
        attendee=Attendee(
            name=telling.name,
            address=telling.address,
            rsvp=asks_for_answers(site) and not telling.why,
            answer=telling.answer,
        ),
    )


def joins(role: Role, told: Told) -> bool:
    """Whether an entry says where to join: to who comes online, and to who teaches where there is a link."""
    return told.mode == Mode.ONLINE or (told.mode == Mode.HYBRID and role is Role.TRAINER)


def _code_address(telling: Telling, facts: Facts, site: Site) -> str:
    """Where the reader's code for the door is shown; empty for who needs none. It is not compared (`Told`): an entry
    that says the same otherwise is not told again only to have it."""
    learner = facts.learners.get(telling.person_id)
    if telling.why or telling.role is not Role.LEARNER or telling.told.mode != Mode.IN_PERSON:
        return ""
    if learner is None or learner.subject_id != telling.subject_id:
        return ""
    token = check_in_token(site.secret_key, learner.subject_id, learner.link_generation)
    return site.url(CHECK_IN_PATH + token)


def _description(telling: Telling, site: Site, path: str, code: str) -> str:
    told = telling.told
    lines = [_GONE[telling.why]] if telling.why else []
    if told.parts > 1:
        lines.append(f"Part {told.part} of {told.parts}.")
    lines.append(_span(told))
    if told.place:
        lines.append(f"Where: {told.place}")
    if joins(telling.role, told) and not telling.why:
        lines.append(f"Join online: {site.url(f'{JOIN_PATH}/{telling.meeting_id}')}")
    if told.trainers:
        lines.append(f"{'Trainers' if len(told.trainers) > 1 else 'Trainer'}: {', '.join(told.trainers)}")
    if telling.role is Role.TRAINER and not telling.why:
        lines += ["You teach this.", f"Your briefing: {site.url(f'{path}{BRIEFING_PATH}')}"]
    if code:
        lines.append(f"Your check-in code for the door: {code}")
    lines += ["", f"The session: {site.url(path)}"]
    if not telling.why and telling.role is Role.LEARNER:
        # People share calendars, so the link to the place, which needs no sign-in, stays in the mails.
        lines.append(f"Change or give back your place: by the link in our mails, or here: {site.url('/my/sessions')}")
    return "\n".join(lines)


_GONE = {
    Why.LEFT: "You no longer take part.",
    Why.REMOVED: "A program manager took your place back. The session takes place without you.",
    Why.MOVED: "You take part in another session instead.",
    Why.REPLACED: "Somebody else takes part instead of you.",
    Why.SESSION: "This session has been cancelled for everybody.",
    Why.MEETING: "This meeting has been cancelled for everybody. The rest of the session takes place.",
    Why.TRAINER: "You no longer teach this.",
}


def _span(told: Told) -> str:
    start, end = (when(at, told.zone) for at in (told.starts_at, told.ends_at))
    same_day = day(told.starts_at, told.zone) == day(told.ends_at, told.zone)
    clocks = zone_name(told.zone, told.starts_at, told.ends_at)
    return f"When: {start} to {end.rpartition(', ')[2] if same_day else end}, {clocks}"


def kind_of(telling: Telling) -> str:
    """Which of the three mails about an entry this is."""
    if telling.why:
        return "invite-withdrawn"
    return "invite-update" if telling.was else "invite-new"


def values_of(telling: Telling, facts: Facts) -> dict[str, Any]:
    """What the mail around an entry says: what is now, what was before, and why."""
    told, was = telling.told, telling.was
    learner = facts.learners.get(telling.person_id)
    clocks = facts.clocks.get(telling.person_id, Clocks())
    own = learner is not None and telling.role is Role.LEARNER and learner.subject_id == telling.subject_id
    values: dict[str, Any] = {
        "title": told.title,
        "path": f"/sessions/{facts.session.id}",
        "join_path": f"{JOIN_PATH}/{telling.meeting_id}" if joins(telling.role, told) else "",
        "role": telling.role.value,
        "part": told.part,
        "parts_count": told.parts,
        "mode": told.mode,
        "now": _shown(told),
        "was": _shown(was) if was else None,
        "changed": list(changes(was, told)) if was else [],
        "why": telling.why.value if telling.why else "",
        "reason": facts.session.cancel_reason if telling.why is Why.SESSION else "",
        "name": telling.name,
        "meeting_id": telling.meeting_id,
    }
    if own and learner is not None:
        values["place_link"] = place_link(learner.subject_id, learner.link_generation)
        values["check_in"] = check_in_code(learner.subject_id, learner.link_generation)
    return values | reader_values(facts.session, clocks.zone, clocks.locale)


def worth_until(kind: str, told: Told, now: datetime) -> datetime | None:
    """Until when the mail is worth sending: an entry that is over needs nothing, but whoever lost one is told."""
    return expires_at(kind, now, None if kind == "invite-withdrawn" else told.ends_at)


def _shown(told: Told) -> dict[str, Any]:
    return {
        "title": told.title,
        "starts_at": told.starts_at,
        "ends_at": told.ends_at,
        "zone": told.zone,
        "place": told.place,
        "trainers": list(told.trainers),
    }
