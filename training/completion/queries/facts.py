"""What is known about completing some sessions: three statements, whatever their number and that of their people."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.attendance.rules.rosters import minutes_between
from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries.enrollments import NAME_SQL
from training.booking.rules.states import State
from training.completion.queries.conditions import rules_of
from training.completion.rules.conditions import Rule, nearest
from training.completion.rules.progress import (
    Attended,
    ByHand,
    Decision,
    Held,
    Progress,
    Survey,
    decide,
    progress_of,
)
from training.surveys.queries.rounds import OPEN_ROSTER_SQL, PASSED_OVER_SQL, STATUS_SQL, UNASKED_SQL
from training.surveys.rules.asking import was_there
from training.surveys.rules.release import worth_asking


class SessionFacts(Frozen, frozen=True, kw_only=True):
    """A session: what holds for it, how far it is, and until when its survey may still be asked and answered.

    `asks`: once every roster is closed, whoever turns out to have been there is asked. Not where too few were there
    for their answers ever to be shown, nor after the survey closed. `told`: the roster of every meeting that has begun
    is closed, so that its people may know what all of their marks come to.
    """

    id: UUID
    program_id: UUID
    course_id: UUID
    title: str
    rule: Rule
    held: Held
    survey_until: datetime | None
    asks: bool
    told: bool


class EnrollmentFacts(Frozen, frozen=True, kw_only=True):
    """An enrollment as it stands, with everything that decides whether it is completed."""

    id: UUID
    session_id: UUID
    person_id: UUID
    partner_id: UUID | None
    name: str
    state: State
    state_reason: str
    state_at: datetime
    completed_at: datetime | None
    valid_until: datetime | None
    version: int
    meetings: int
    minutes: int
    corrected: str
    corrected_minutes: int | None
    excepted: bool | None
    reason: str | None
    decided_at: datetime | None
    exception_version: int
    status: str
    asked_at: datetime | None
    answered: bool | None
    closes_at: datetime | None
    passed_over: bool

    @property
    def attended(self) -> Attended:
        """How they were there."""
        return Attended(
            meetings=self.meetings,
            minutes=self.minutes,
            corrected=self.corrected,
            corrected_minutes=self.corrected_minutes,
        )

    @property
    def by_hand(self) -> ByHand | None:
        """What somebody decided."""
        if self.excepted is None or self.decided_at is None:
            return None
        return ByHand(completed=self.excepted, reason=self.reason or "", decided_at=self.decided_at)

    @property
    def completed_unasked(self) -> bool:
        """Whether they completed it by the rule before anybody asked them."""
        unasked = self.asked_at is None or self.asked_at > self.state_at
        return self.state is State.COMPLETED and not self.exception_version and unasked


class Judged(Frozen, frozen=True, kw_only=True):
    """An enrollment, how far it is and what it should be."""

    facts: EnrollmentFacts
    session: SessionFacts
    progress: Progress
    decision: Decision

    @property
    def changes(self) -> bool:
        """Whether the enrollment is something else than it should be."""
        now, then = self.facts, self.decision
        return (now.state, now.completed_at, now.valid_until) != (then.state, then.completed_at, then.valid_until)


class _Session(Frozen, frozen=True, kw_only=True):
    id: UUID
    program_id: UUID
    course_id: UUID
    title: str
    zone: str
    survey_days: int | None
    survey_minimum: int | None
    round_closes_at: datetime | None
    unasked: int


class _Meeting(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    starts_at: datetime
    ends_at: datetime
    closed_at: datetime | None


# What is asked after the session s: its course's own survey while it is in use, else its program's.
_SURVEY = (
    "FROM survey v WHERE v.active AND (v.course_id = s.course_id OR (v.program_id = s.program_id"
    " AND v.course_id IS NULL AND NOT EXISTS (SELECT 1 FROM survey w WHERE w.active AND w.course_id = s.course_id)))"
    " AND EXISTS (SELECT 1 FROM survey_question n WHERE n.survey_id = v.id AND n.retired_at IS NULL)"
)
# Counted only where it matters: nobody was asked although there is a survey and no roster is open. They are few then.
_UNASKED = (
    f"CASE WHEN u.id IS NULL AND EXISTS (SELECT 1 {_SURVEY}) AND NOT {OPEN_ROSTER_SQL}"
    f" THEN (SELECT count(*) {UNASKED_SQL} AND e.session_id = s.id) ELSE 0 END"
)
_SESSIONS = (
    "SELECT s.id, s.program_id, s.course_id, s.title, s.zone,"
    f" (SELECT max(v.open_days) {_SURVEY}) AS survey_days, (SELECT max(v.minimum) {_SURVEY}) AS survey_minimum,"
    f" u.closes_at AS round_closes_at, {_UNASKED} AS unasked"
    " FROM session s LEFT JOIN survey_round u ON u.id = s.id WHERE s.id IN"
)
_MEETINGS = (
    "SELECT m.session_id, m.starts_at, m.ends_at, x.closed_at FROM meeting m LEFT JOIN roster x ON x.id = m.id"
    " WHERE m.cancelled_at IS NULL AND m.session_id IN"
)
# Only a survey that is still to come depends on it.
_PASSED_OVER = f"CASE WHEN r.id IS NULL AND {PASSED_OVER_SQL} THEN TRUE ELSE FALSE END"
_ENROLLMENTS = (
    f"SELECT e.id, e.session_id, e.person_id, e.partner_id, {NAME_SQL} AS name, e.state, e.state_reason,"
    " e.state_at, e.completed_at, e.valid_until, e.version, COALESCE(o.meetings, 0) AS meetings,"
    " COALESCE(o.minutes, 0) AS minutes,"
    " COALESCE(o.corrected, '') AS corrected, o.corrected_minutes, x.completed AS excepted, x.reason, x.decided_at,"
    f" COALESCE(h.version, 0) AS exception_version, COALESCE({STATUS_SQL}, '') AS status, r.asked_at, r.answered,"
    " r.closes_at,"
    f" {_PASSED_OVER} AS passed_over"
    " FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
    " LEFT JOIN overall o ON o.id = e.id LEFT JOIN completion_exception h ON h.id = e.id"
    " LEFT JOIN completion_exception x ON x.id = e.id AND x.ended_at IS NULL"
    " LEFT JOIN survey_request r ON r.id = e.id"
    " WHERE e.state IN ('enrolled', 'completed', 'not completed')"
)


async def list_session_facts(
    session_ids: Sequence[UUID], now: datetime, instead: Mapping[UUID, Rule | None] | None = None
) -> dict[UUID, SessionFacts]:
    """These sessions by their ids. `instead`: rules by program, course or session that are tried in place of those
    that are kept, None for one taken away."""
    sessions = await fetch(_Session, f"{_SESSIONS} ({marks(session_ids)})", *session_ids)
    wider = sorted({key for s in sessions for key in (s.id, s.course_id, s.program_id)})
    rules = {**await rules_of(wider), **(instead or {})}
    meetings: dict[UUID, list[_Meeting]] = {}
    sql = f"{_MEETINGS} ({marks(session_ids)})"
    for meeting in await fetch(_Meeting, sql, *session_ids):
        meetings.setdefault(meeting.session_id, []).append(meeting)
    return {one.id: _session(one, meetings.get(one.id, []), rules, now) for one in sessions}


def _session(
    one: _Session, meetings: Sequence[_Meeting], rules: Mapping[UUID, Rule | None], now: datetime
) -> SessionFacts:
    ended_at = max((meeting.ends_at for meeting in meetings), default=None)
    held = Held(
        planned=len(meetings),
        planned_minutes=sum(minutes_between(meeting.starts_at, meeting.ends_at) for meeting in meetings),
        closed=sum(meeting.closed_at is not None and meeting.ends_at <= now for meeting in meetings),
        ended_at=ended_at,
        zone=one.zone,
    )
    own = [rule for key in (one.program_id, one.course_id, one.id) if (rule := rules.get(key)) is not None]
    asks = ended_at is not None and one.survey_days is not None
    return SessionFacts(
        id=one.id,
        program_id=one.program_id,
        course_id=one.course_id,
        title=one.title,
        rule=nearest(own),
        held=held,
        survey_until=ended_at + timedelta(days=one.survey_days or 0) if asks and ended_at else None,
        asks=_asks(one, now),
        told=all(meeting.closed_at is not None for meeting in meetings if meeting.starts_at <= now),
    )


def _asks(one: _Session, now: datetime) -> bool:
    if one.round_closes_at is not None:
        return now < one.round_closes_at
    return one.survey_minimum is not None and worth_asking(one.unasked, one.survey_minimum)


async def judge_enrollments(
    sessions: Mapping[UUID, SessionFacts],
    now: datetime,
    enrollment_ids: Sequence[UUID] | None = None,
    person_id: UUID | None = None,
) -> list[Judged]:
    """What the enrollments of these sessions should be, by session and name; only some by their ids, or those of one
    person."""
    sql = f"{_ENROLLMENTS} AND e.session_id IN ({marks(tuple(sessions))})"
    values = list(sessions)
    if enrollment_ids is not None:
        sql, values = f"{sql} AND e.id IN ({marks(enrollment_ids)})", [*values, *enrollment_ids]
    if person_id is not None:
        sql, values = f"{sql} AND e.person_id = {{}}", [*values, person_id]
    rows = await fetch(EnrollmentFacts, f"{sql} ORDER BY e.session_id, 5, e.id", *values)
    return [judged(row, sessions[row.session_id], now) for row in rows]


def judged(row: EnrollmentFacts, session: SessionFacts, now: datetime) -> Judged:
    """What one enrollment should be."""
    survey = survey_of(row, session, now)
    progress = progress_of(session.rule, session.held, row.attended, survey, row.by_hand)
    decision = decide(session.rule, session.held, progress, row.by_hand)
    return Judged(facts=row, session=session, progress=progress, decision=decision)


def survey_of(row: EnrollmentFacts, session: SessionFacts, now: datetime) -> Survey:
    """Where somebody's survey stands. Whom nobody asked while it was possible cannot have missed it.

    Nor has who completed it before: were others found to have been there as well, and all of them asked only then,
    nobody is to lose a certificate by that.
    """
    over = session.held.over
    if row.answered:
        return Survey.ANSWERED
    if over and row.completed_unasked:
        return Survey.NONE
    if row.closes_at is not None:
        return Survey.OPEN if now < row.closes_at else Survey.CLOSED
    if row.passed_over or session.survey_until is None or session.survey_until <= now:
        return Survey.NONE
    if over and not (session.asks and was_there(row.state, row.status)):
        return Survey.NONE
    return Survey.TO_COME
