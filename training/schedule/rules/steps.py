"""The life of a session: which steps lead from where to where, what each needs, and who is told."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from training.base.errors import Conflict
from training.base.structs import Frozen
from training.base.zones import zone_place
from training.schedule.rules.sessions import Audience, Meeting, Mode, Session, State, Trainer


class WrongState(Conflict):
    """This cannot be done with a session in this state."""

    code = "wrong-state"


class NotReady(Conflict):
    """Something is still missing before this step can be taken."""

    code = "not-ready"


class Step(Frozen, frozen=True, kw_only=True):
    """One step: the states it may start from, where it leads, and whom it concerns."""

    name: str
    starts: frozenset[State]
    ends: State
    told: tuple[str, ...]


STEPS: dict[str, Step] = {
    step.name: step
    for step in (
        Step(
            name="publish",
            starts=frozenset({State.DRAFT}),
            ends=State.PUBLISHED,
            told=("audience", "trainers"),
        ),
        Step(
            name="confirm",
            starts=frozenset({State.PUBLISHED}),
            ends=State.CONFIRMED,
            told=("learners", "trainers"),
        ),
        Step(
            name="start",
            starts=frozenset({State.PUBLISHED, State.CONFIRMED}),
            ends=State.RUNNING,
            told=(),
        ),
        Step(name="close", starts=frozenset({State.RUNNING}), ends=State.CLOSED, told=()),
        Step(
            name="cancel",
            starts=frozenset({State.DRAFT, State.PUBLISHED, State.CONFIRMED, State.RUNNING}),
            ends=State.CANCELLED,
            told=("learners", "waiting", "trainers"),
        ),
    )
}


class Readiness(Frozen, frozen=True, kw_only=True):
    """What a step would meet: `missing` prevents it, `warnings` do not. `told` names groups: learners, trainers ..."""

    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def check_step(name: str, session: Session) -> Step:
    """The step, if the session's state allows it. Raises WrongState otherwise."""
    step = STEPS[name]
    if session.state not in step.starts:
        allowed = " or ".join(sorted(step.starts))
        raise WrongState(
            f"This session is {session.state}. Only a session that is {allowed} can take this step.",
            state=session.state,
            step=name,
        )
    return step


def readiness(
    name: str, session: Session, meetings: Sequence[Meeting], trainers: Sequence[Trainer], now: datetime
) -> Readiness:
    """What is missing for a step and what deserves a second look. Raises WrongState when the state forbids it."""
    step = check_step(name, session)
    told = step.told if session.state is not State.DRAFT or name != "cancel" else ()
    if name == "cancel":
        return Readiness(told=told)
    return Readiness(
        missing=missing(session, meetings),
        warnings=warnings(session, meetings, trainers, now),
        told=told,
    )


def missing(session: Session, meetings: Sequence[Meeting]) -> tuple[str, ...]:
    """What a session must have before anybody can see it."""
    found = []
    if not any(meeting.cancelled_at is None for meeting in meetings):
        found.append("Add at least one meeting.")
    if session.mode is not Mode.ONLINE and session.capacity_in_person < 1:
        found.append("Say how many places there are in the room.")
    if session.mode is not Mode.IN_PERSON and session.capacity_online < 1:
        found.append("Say how many places there are online.")
    return tuple(found)


def _clocks(zone: str, meeting: Meeting) -> tuple[datetime, datetime]:
    """What clocks of a zone show when the meeting starts and ends."""
    place = ZoneInfo(zone)
    return (
        meeting.starts_at.astimezone(place).replace(tzinfo=None),
        meeting.ends_at.astimezone(place).replace(tzinfo=None),
    )


def other_clocks(meeting: Meeting, name: str) -> str:
    """What to notice where clocks in the room show something else than the times that were said; "" where they agree.
    `name` is what the sentence calls the meeting."""
    if not meeting.venue_zone or _clocks(meeting.venue_zone, meeting) == _clocks(meeting.zone, meeting):
        return ""
    begins, _ = _clocks(meeting.venue_zone, meeting)
    day = "" if begins.date() == meeting.local_start.date() else f" on {begins:%Y-%m-%d}"
    return (
        f"{name} takes place in {meeting.venue_name or 'a room'}, where clocks show {_named(meeting.venue_zone)},"
        f" but its times were said in {_named(meeting.zone)}: there it begins at {begins:%H:%M}{day}."
    )


def _named(zone: str) -> str:
    return "UTC" if zone in ("UTC", "Etc/UTC") else f"{zone_place(zone)} time"


def warnings(
    session: Session, meetings: Sequence[Meeting], trainers: Sequence[Trainer], now: datetime
) -> tuple[str, ...]:
    """What can be settled later, but should be noticed now; one sentence each, by meeting."""
    found = []
    taught = {trainer.meeting_id for trainer in trainers}
    for meeting in meetings:
        if meeting.cancelled_at is not None or meeting.ends_at <= now:
            continue
        name = f"Meeting {meeting.number}" if len(meetings) > 1 else "The meeting"
        if session.mode is not Mode.ONLINE and meeting.room_id is None:
            found.append(f"{name} has no room yet: it is shown as to be announced.")
        if session.mode is not Mode.IN_PERSON and not meeting.link:
            found.append(f"{name} has no link yet: it is shown as to be announced.")
        if elsewhere := other_clocks(meeting, name):
            found.append(elsewhere)
        if meeting.id not in taught:
            found.append(f"{name} has no trainer yet.")
    if session.starts_at is not None and session.starts_at <= now:
        found.append("The first meeting has started already, so nobody can book.")
    elif session.booking_closes_at is not None and session.booking_closes_at <= now:
        found.append("The booking window has closed already, so nobody can book.")
    if session.audience is Audience.INVITED and not session.access_code:
        found.append("Only invited partners can see this session; there is no access code.")
    return tuple(found)
