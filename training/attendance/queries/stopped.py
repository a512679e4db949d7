"""Since when somebody who taught a session does not teach it any more, by the journal."""

from datetime import datetime
from uuid import UUID

import msgspec

from training.attendance.rules.stopped import Taught, stopped_at
from training.base.database import fetch
from training.base.structs import Frozen


class _Row(Frozen, frozen=True, kw_only=True):
    at: datetime
    event: str
    data_json: str


class _Said(Frozen, frozen=True, kw_only=True):
    person_id: UUID
    meeting_ids: tuple[UUID, ...]
    role: str = ""


async def find_stopped(person_id: UUID | None, meeting_id: UUID) -> datetime | None:
    """When somebody who taught the session of this meeting was taken off it or became a shadow; None for everybody
    else."""
    if person_id is None:
        return None
    rows = await fetch(
        _Row,
        "SELECT j.at, j.event, CAST(j.data AS TEXT) AS data_json FROM meeting m JOIN journal_entry j"
        " ON j.subject_id = m.session_id AND j.event IN ('TrainerAssigned', 'TrainerWithdrawn')"
        " WHERE m.id = {} ORDER BY j.at, j.id",
        meeting_id,
    )
    said = [(row, msgspec.json.decode(row.data_json, type=_Said)) for row in rows]
    return stopped_at(
        Taught(at=row.at, meeting_ids=one.meeting_ids, teaches=row.event == "TrainerAssigned" and one.role != "shadow")
        for row, one in said
        if one.person_id == person_id
    )
