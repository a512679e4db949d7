"""Whose calendar should hold which meetings of a session, and what it should say. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.booking.rules import State
from training.invites.rules.comparing import Wanted, Why
from training.invites.rules.told import Role, Told, link_mark, place_of, title_of
from training.schedule.rules.placing import parts_of
from training.schedule.rules.sessions import SEEN_STATES, Meeting, Mode, Session, Trainer
from training.schedule.rules.sessions import State as SessionState

HAS_PLACE = frozenset({State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED})
_NOBODY = "A trainer"


class Learner(Frozen, frozen=True, kw_only=True):
    """Somebody with an enrollment in a session. `why` says how it ended, if it did."""

    subject_id: UUID
    session_id: UUID
    person_id: UUID
    partner_id: UUID | None
    name: str
    address: str
    state: State
    mode: str
    state_reason: str
    link_generation: int
    why: Why


class Teacher(Frozen, frozen=True, kw_only=True):
    """Where somebody who teaches is reached."""

    person_id: UUID
    name: str
    address: str


def wanted_of(
    session: Session,
    meetings: Sequence[Meeting],
    learners: Iterable[Learner],
    teaching: tuple[Sequence[Trainer], Iterable[Teacher]],
    now: datetime,
) -> dict[tuple[UUID, UUID], Wanted]:
    """What calendars should hold, by person and meeting: of everybody with a place, and of those who teach.

    What is over is nobody's concern any more. Whoever learns and teaches in one meeting teaches.
    """
    if session.state not in SEEN_STATES:
        return {}
    parts = parts_of(meetings)
    trainers, teachers = teaching
    coming = [meeting for meeting in meetings if meeting.cancelled_at is None and meeting.ends_at > now]
    found: dict[tuple[UUID, UUID], Wanted] = {}
    for meeting in coming:
        said = _told(session, meeting, parts[meeting.id], _names(trainers, meeting.id))
        for learner in learners:
            if learner.state not in HAS_PLACE:
                continue
            found[learner.person_id, meeting.id] = Wanted(
                meeting_id=meeting.id,
                session_id=session.id,
                person_id=learner.person_id,
                role=Role.LEARNER,
                subject_id=learner.subject_id,
                address=learner.address,
                name=learner.name,
                told=said[learner.mode],
                sequence=meeting.sequence,
            )
        there = {trainer.person_id for trainer in trainers if trainer.meeting_id == meeting.id}
        for teacher in teachers:
            if teacher.person_id in there:
                found[teacher.person_id, meeting.id] = Wanted(
                    meeting_id=meeting.id,
                    session_id=session.id,
                    person_id=teacher.person_id,
                    role=Role.TRAINER,
                    subject_id=session.id,
                    address=teacher.address,
                    name=teacher.name,
                    told=said[session.mode],
                    sequence=meeting.sequence,
                )
    return found


def _names(trainers: Iterable[Trainer], meeting_id: UUID) -> tuple[str, ...]:
    """Names only: an address is nobody's business."""
    return tuple(trainer.name or _NOBODY for trainer in trainers if trainer.meeting_id == meeting_id)


def _told(session: Session, meeting: Meeting, part: tuple[int, int], trainers: tuple[str, ...]) -> dict[str, Told]:
    """What the entry of a meeting says to who comes in each mode."""
    return {
        mode: Told(
            title=title_of(session.title, meeting.title),
            local_start=meeting.local_start,
            local_end=meeting.local_end,
            zone=meeting.zone,
            start_fold=meeting.start_fold,
            end_fold=meeting.end_fold,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            place="" if mode == Mode.ONLINE else place_of(meeting),
            mode=mode,
            link="" if mode == Mode.IN_PERSON else link_mark(meeting.link),
            trainers=trainers,
            part=part[0],
            parts=part[1],
        )
        for mode in ("", Mode.IN_PERSON, Mode.ONLINE, session.mode)
    }


def why_withdrawn(role: Role, session: Session, meeting: Meeting | None, learner: Learner | None) -> Why:
    """Why somebody's calendar should not hold a meeting any more. The session's own end goes before a person's."""
    if session.state is SessionState.CANCELLED:
        return Why.SESSION
    if meeting is None or meeting.cancelled_at is not None:
        return Why.MEETING
    if role is Role.TRAINER:
        return Why.TRAINER
    return learner.why if learner else Why.LEFT
