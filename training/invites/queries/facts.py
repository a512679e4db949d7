"""All that is compared about the invites of some sessions, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries.enrollments import EMAIL_SQL, NAME_SQL
from training.booking.rules.requests import is_nobody
from training.ics.entries import Answer
from training.invites.rules.along import OWN
from training.invites.rules.comparing import Carrier, Issued, Wanted
from training.invites.rules.told import Memory, Role
from training.invites.rules.wanting import HAS_PLACE, Learner, Teacher, wanted_of
from training.outbox.actions.delivery import dead_addresses
from training.schedule.queries import list_meetings, list_trainers
from training.schedule.queries.sessions import COLUMNS
from training.schedule.rules.sessions import Meeting, Session

Key = tuple[UUID, UUID]
"""A person and a meeting."""


class Clocks(Frozen, frozen=True, kw_only=True):
    """On whose clocks, and how, somebody reads times."""

    zone: str = "UTC"
    locale: str = "en"


class Facts(Frozen, frozen=True, kw_only=True):
    """A session, what calendars should hold of it, and what they were told."""

    session: Session
    meetings: dict[UUID, Meeting]
    learners: dict[UUID, Learner]
    wanted: dict[Key, Wanted]
    issued: dict[Key, Issued]
    clocks: dict[UUID, Clocks]


class _Learner(Learner, frozen=True, kw_only=True):
    person_zone: str
    person_locale: str


class _Teacher(Teacher, frozen=True, kw_only=True):
    session_id: UUID
    person_zone: str
    person_locale: str


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    meeting_id: UUID
    session_id: UUID
    person_id: UUID
    role: Role
    subject_id: UUID
    address: str
    name: str
    state: str
    sequence: int
    kept: str
    created_at: datetime
    message_id: UUID | None
    carried: str | None
    carried_kind: str | None
    answer: Answer
    begun: bool
    person_zone: str
    person_locale: str


# How an enrollment (e) ended. That somebody else followed, or the same person elsewhere, says more than its state.
_WHY = (
    "CASE WHEN EXISTS (SELECT 1 FROM enrollment f WHERE f.person_id = e.person_id AND f.follows_id = e.id) THEN 'moved'"
    " WHEN EXISTS (SELECT 1 FROM enrollment f WHERE f.session_id = e.session_id AND f.follows_id = e.id)"
    " THEN 'replaced'"
    " WHEN e.state = 'removed' THEN 'removed' ELSE 'left' END"
)
_PLACED = "'enrolled', 'completed', 'not completed'"
_LEARNERS = (
    f"SELECT e.id AS subject_id, e.session_id, e.person_id, e.partner_id, {NAME_SQL} AS name, {EMAIL_SQL} AS address,"
    f" e.state, e.mode, e.state_reason, e.link_generation, CASE WHEN e.state IN ({_PLACED}) THEN 'left' ELSE {_WHY} END"
    " AS why, p.zone AS person_zone, p.locale AS person_locale FROM enrollment e JOIN person p ON p.id = e.person_id"
    " LEFT JOIN membership m ON m.id = e.membership_id"
)
_OF_INVITE = (
    "EXISTS (SELECT 1 FROM invite i WHERE i.subject_id = e.id AND i.session_id = e.session_id AND i.state = 'issued')"
)
_INVITES = (
    "SELECT i.id, i.meeting_id, i.session_id, i.person_id, i.role, i.subject_id, i.address, i.name, i.state,"
    " i.sequence, CAST(i.told AS TEXT) AS kept, i.created_at, i.message_id, i.answer,"
    " m.state AS carried, m.kind AS carried_kind,"
    " CASE WHEN m.begun_at IS NULL THEN FALSE ELSE TRUE END AS begun, p.zone AS person_zone, p.locale AS person_locale"
    " FROM invite i JOIN person p ON p.id = i.person_id LEFT JOIN message m ON m.id = i.message_id"
)


async def list_facts(
    session_ids: Sequence[UUID], now: datetime, person_ids: Sequence[UUID] | None = None
) -> list[Facts]:
    """Everything about the invites of these sessions, or of these people in them; missing sessions are left out.

    Judges nobody's right to it. Seven statements, however many sessions and people.
    """
    if not session_ids or person_ids == []:
        return []
    sessions = await fetch(
        Session, f"SELECT {COLUMNS} FROM session s WHERE s.id IN ({marks(session_ids)}) ORDER BY s.id", *session_ids
    )
    meetings = _by_session(await list_meetings(session_ids))
    trainers = _by_session(await list_trainers(session_ids))
    learners = _by_session(await _list_learners(session_ids, person_ids))
    teachers = _by_session(await _list_teachers(session_ids, person_ids))
    rows = _by_session(await _list_invites(session_ids, person_ids))
    dead = await dead_addresses({row.address for some in rows.values() for row in some})
    found = []
    for session in sessions:
        own = learners[session.id]
        teaching = (trainers[session.id], teachers[session.id])
        found.append(
            Facts(
                session=session,
                meetings={meeting.id: meeting for meeting in meetings[session.id]},
                learners=_one_each(own),
                wanted=wanted_of(session, meetings[session.id], own, teaching, now),
                issued={(row.person_id, row.meeting_id): _issued(row, dead) for row in rows[session.id]},
                clocks={
                    each.person_id: Clocks(zone=each.person_zone, locale=each.person_locale)
                    for each in (*rows[session.id], *teachers[session.id], *own)
                },
            )
        )
    return found


def _by_session(rows: Sequence[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.session_id].append(row)
    return found


def _one_each(learners: Sequence[Learner]) -> dict[UUID, Learner]:
    """The enrollment of each person that counts: the one with a place, else the one that ended last."""
    found: dict[UUID, Learner] = {}
    for learner in learners:
        if learner.person_id not in found or found[learner.person_id].state not in HAS_PLACE:
            found[learner.person_id] = learner
    return found


def _only(column: str, person_ids: Sequence[UUID] | None) -> tuple[str, list[Any]]:
    return ("", []) if person_ids is None else (f" AND {column} IN ({marks(person_ids)})", list(person_ids))


async def _list_learners(session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None) -> list[_Learner]:
    """Those with a place, and those whose calendar still holds a meeting of what has ended."""
    only, values = _only("e.person_id", person_ids)
    rows = await fetch(
        _Learner,
        f"{_LEARNERS} WHERE e.session_id IN ({marks(session_ids)}) AND (e.state IN ({_PLACED}) OR {_OF_INVITE}){only}"
        " ORDER BY e.state_at, e.id",
        *session_ids,
        *values,
    )
    return [row for row in rows if not is_nobody(row.address)]


async def _list_teachers(session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None) -> list[_Teacher]:
    only, values = _only("t.person_id", person_ids)
    return await fetch(
        _Teacher,
        "SELECT DISTINCT t.session_id, t.person_id, p.name, p.email AS address, p.zone AS person_zone,"
        " p.locale AS person_locale FROM trainer_assignment t JOIN person p ON p.id = t.person_id"
        f" WHERE t.session_id IN ({marks(session_ids)}) AND p.disabled_at IS NULL{only} ORDER BY t.person_id",
        *session_ids,
        *values,
    )


async def _list_invites(session_ids: Sequence[UUID], person_ids: Sequence[UUID] | None) -> list[_Row]:
    only, values = _only("i.person_id", person_ids)
    sql = f"{_INVITES} WHERE i.session_id IN ({marks(session_ids)}){only} ORDER BY i.id"
    return await fetch(_Row, sql, *session_ids, *values)


def _issued(row: _Row, dead: frozenset[str]) -> Issued:
    return Issued(
        id=row.id,
        meeting_id=row.meeting_id,
        session_id=row.session_id,
        person_id=row.person_id,
        role=row.role,
        subject_id=row.subject_id,
        address=row.address,
        name=row.name,
        withdrawn=row.state == "withdrawn",
        sequence=row.sequence,
        memory=msgspec.json.decode(row.kept, type=Memory),
        carrier=_carrier(row),
        message_id=row.message_id,
        created_at=row.created_at,
        own_mail=row.carried_kind in OWN,
        answer=row.answer,
        dead=row.address in dead,
    )


_FATES = {
    "waiting": Carrier.UNDERWAY,
    "claimed": Carrier.UNDERWAY,
    "sent": Carrier.LEFT,
    # It did leave, and may have arrived before something came back.
    "bounced": Carrier.LEFT,
    "failed": Carrier.FAILED,
    "expired": Carrier.FAILED,
    "withdrawn": Carrier.DROPPED,
    "superseded": Carrier.DROPPED,
}


def _carrier(row: _Row) -> Carrier:
    if row.message_id is None:
        return Carrier.NONE
    if row.carried is None or (row.carried == "claimed" and row.begun):
        return Carrier.LEFT
    return _FATES[row.carried]
