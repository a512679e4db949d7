"""What was answered so far, read while an answer is judged."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update
from training.base.structs import Frozen
from training.ics.entries import Answer
from training.invites.rules.told import Role


class Answering(Frozen, frozen=True, kw_only=True):
    """An invite and its meeting, as far as answers are concerned."""

    id: UUID
    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    person_id: UUID
    role: Role
    subject_id: UUID
    address: str
    name: str
    state: str
    sequence: int
    kept: str
    answer: Answer
    answer_stamp: datetime | None
    answer_sequence: int
    session_title: str
    starts_at: datetime
    ends_at: datetime
    zone: str


async def lock_answering(invite_id: UUID) -> Answering | None:
    """An invite, held until the unit of work ends; None for one that is gone."""
    return await fetch_one(
        Answering,
        "SELECT i.id, i.meeting_id, i.session_id, s.program_id, i.person_id, i.role, i.subject_id, i.address, i.name,"
        " i.state, i.sequence, CAST(i.told AS TEXT) AS kept, i.answer, i.answer_stamp, i.answer_sequence,"
        " s.title AS session_title, t.starts_at, t.ends_at, t.zone"
        " FROM invite i JOIN meeting t ON t.id = i.meeting_id JOIN session s ON s.id = i.session_id"
        f" WHERE i.id = {{}}{for_update('i')}",
        invite_id,
    )


class _Said(Frozen, frozen=True, kw_only=True):
    answer: Answer


async def list_answers(person_id: UUID, subject_id: UUID, now: datetime) -> list[Answer]:
    """What somebody answered to each of their meetings to come."""
    rows = await fetch(
        _Said,
        "SELECT i.answer FROM invite i JOIN meeting t ON t.id = i.meeting_id WHERE i.person_id = {}"
        " AND i.subject_id = {} AND i.state = 'issued' AND t.cancelled_at IS NULL AND t.ends_at > {} ORDER BY i.id",
        person_id,
        subject_id,
        now,
    )
    return [row.answer for row in rows]
