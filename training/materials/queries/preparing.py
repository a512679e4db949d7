"""Who opened and acknowledged what of a session. Nobody's right to it is judged here."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.materials.queries.prework import list_acknowledged, list_prework
from training.materials.rules.preparing import Preparation, Steps
from training.materials.rules.prework import undone


class _Step(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    material_id: UUID
    at: datetime


async def get_preparation(session_id: UUID) -> Preparation:
    """When each place of a session first opened each material, and said that it was gone through. What was opened is
    known for as long as the access log is kept. Two statements."""
    return Preparation(
        opened=await _first("material_opening", session_id), done=await _first("acknowledgement", session_id)
    )


async def _first(table: LiteralString, session_id: UUID) -> Steps:
    rows = await fetch(
        _Step,
        f"SELECT x.enrollment_id, x.material_id, min(x.at) AS at FROM enrollment e JOIN {table} x"
        " ON x.enrollment_id = e.id WHERE e.session_id = {} GROUP BY x.enrollment_id, x.material_id",
        session_id,
    )
    return {(row.enrollment_id, row.material_id): row.at for row in rows}


class Unprepared(Frozen, frozen=True, kw_only=True):
    """How many of the `people` with a place in a session have something left that is to be done before."""

    people: int
    missing: int


class _Place(Frozen, frozen=True, kw_only=True):
    id: UUID
    session_id: UUID


async def count_unprepared(session_ids: Sequence[UUID], now: datetime) -> dict[UUID, Unprepared]:
    """The same in short for those of these sessions before which something can be done at `now` and somebody has not
    done it. At most four statements, however many sessions."""
    asked = {key: [one for one in some if one.asked_at(now)] for key, some in (await list_prework(session_ids)).items()}
    concerned = sorted(key for key, some in asked.items() if some)
    if not concerned:
        return {}
    places = await fetch(
        _Place,
        f"SELECT e.id, e.session_id FROM enrollment e WHERE e.{ON_ROSTER_SQL} AND e.session_id IN ({marks(concerned)})",
        *concerned,
    )
    done = await list_acknowledged(concerned)
    people = Counter(place.session_id for place in places)
    missing = Counter(
        place.session_id for place in places if undone(asked[place.session_id], done.get(place.id, frozenset()))
    )
    return {key: Unprepared(people=people[key], missing=number) for key, number in missing.items()}
