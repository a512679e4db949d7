"""All that the rules judge about some sessions, in a fixed number of statements however many people there are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.reminders.queries.readers import list_readers
from training.reminders.rules.expecting import Facts
from training.reminders.rules.facts import Reader, Row, SessionFacts, Sitting
from training.reminders.rules.plans import Anchor, Audience, Plan, Scope, plans_in_force
from training.schedule.rules.sessions import State


class _Session(Frozen, frozen=True, kw_only=True):
    id: UUID
    program_id: UUID
    course_id: UUID
    title: str
    state: State
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    booking_closes_at: datetime | None
    cancellation_hours: int
    waitlist_cutoff_hours: int
    open_place_hours: int


class _Sitting(Sitting, frozen=True, kw_only=True):
    session_id: UUID


class PlanRow(Frozen, frozen=True, kw_only=True):
    """A plan as it is kept."""

    id: UUID
    program_id: UUID | None
    course_id: UUID | None
    session_id: UUID | None
    key: str
    audience: Audience
    anchor: Anchor
    offset_minutes: int
    template: str
    words: str
    active: bool
    version: int

    @property
    def plan(self) -> Plan:
        """The same as rules know it."""
        scopes = ((self.session_id, Scope.SESSION), (self.course_id, Scope.COURSE), (self.program_id, Scope.PROGRAM))
        return Plan(
            key=self.key,
            audience=self.audience,
            anchor=self.anchor,
            offset_minutes=self.offset_minutes,
            template=self.template,
            words=self.words,
            active=self.active,
            scope=next(scope for key, scope in scopes if key is not None),
            id=self.id,
            version=self.version,
        )


PLAN_COLUMNS = (
    "r.id, r.program_id, r.course_id, r.session_id, r.key, r.audience, r.anchor, r.offset_minutes, r.template, r.words,"
    " r.active, r.version"
)
_ROW = (
    "SELECT r.id, r.plan_key, r.session_id, r.person_id, r.subject_id, r.partner_id, r.audience, r.anchor_at, r.due_at,"
    " r.state, r.reason, r.message_id, r.decided_at, m.state AS message_state, m.expires_at AS message_until,"
    " (a.id IS NOT NULL) AS repeated FROM reminder r LEFT JOIN message m ON m.id = r.message_id"
    " LEFT JOIN message a ON a.again_of = r.message_id"
)


async def list_facts(session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None = None) -> list[Facts]:
    """Everything about these sessions, or only what concerns these people in them; missing sessions are left out.

    Judges nobody's right to it. Nine statements, however many sessions and people, and two more where there is
    something to be done before one of the sessions.
    """
    if not session_ids:
        return []
    sessions = await fetch(
        _Session,
        "SELECT id, program_id, course_id, title, state, zone, starts_at, ends_at, booking_closes_at,"
        " cancellation_hours, waitlist_cutoff_hours, open_place_hours FROM session"
        f" WHERE id IN ({marks(session_ids)}) ORDER BY id",
        *session_ids,
    )
    sittings: dict[UUID, list[Sitting]] = defaultdict(list)
    for sitting in await _list_sittings(session_ids):
        sittings[sitting.session_id].append(sitting)
    plans = await _list_plans(sessions)
    readers: dict[UUID, list[Reader]] = defaultdict(list)
    for reader in await list_readers(session_ids, person_ids, {session.id: session.zone for session in sessions}):
        readers[reader.session_id].append(reader)
    rows: dict[UUID, list[Row]] = defaultdict(list)
    for row in await list_rows(session_ids, person_ids):
        rows[row.session_id].append(row)
    return [
        Facts(
            session=_session_facts(session, sittings[session.id]),
            plans=_plans_of(session, plans),
            readers=tuple(readers[session.id]),
            rows=tuple(rows[session.id]),
        )
        for session in sessions
    ]


async def list_rows(session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None = None) -> list[Row]:
    """The reminders of these sessions, or those of these people in them, by instant."""
    only, values = _only("r.person_id", person_ids)
    sql = f"{_ROW} WHERE r.session_id IN ({marks(session_ids)}) AND {only} ORDER BY r.due_at, r.id"
    return await fetch(Row, sql, *session_ids, *values)


def _only(column: str, person_ids: Sequence[UUID] | None) -> tuple[str, list[Any]]:
    """The condition that limits a statement to some people, and its values."""
    return ("1 = 1", []) if person_ids is None else (f"{column} IN ({marks(person_ids)})", list(person_ids))


async def _list_sittings(session_ids: Sequence[UUID]) -> list[_Sitting]:
    return await fetch(
        _Sitting,
        f"SELECT id, session_id, number, starts_at, ends_at FROM meeting WHERE session_id IN ({marks(session_ids)})"
        " AND cancelled_at IS NULL ORDER BY session_id, starts_at, id",
        *session_ids,
    )


async def _list_plans(sessions: Sequence[_Session]) -> list[PlanRow]:
    programs = sorted({session.program_id for session in sessions})
    courses = sorted({session.course_id for session in sessions})
    own = [session.id for session in sessions]
    return await fetch(
        PlanRow,
        f"SELECT {PLAN_COLUMNS} FROM reminder_plan r WHERE r.program_id IN ({marks(programs)})"
        f" OR r.course_id IN ({marks(courses)}) OR r.session_id IN ({marks(own)}) ORDER BY r.id",
        *programs,
        *courses,
        *own,
    )


def _plans_of(session: _Session, plans: Sequence[PlanRow]) -> tuple[Plan, ...]:
    scopes = {session.program_id, session.course_id, session.id}
    return plans_in_force(row.plan for row in plans if {row.program_id or row.course_id or row.session_id} & scopes)


def _session_facts(session: _Session, sittings: Sequence[Sitting]) -> SessionFacts:
    columns = {name: getattr(session, name) for name in session.__struct_fields__}
    return SessionFacts(**columns, sittings=tuple(sittings))
