"""What a trainer needs of a session, before it, on the day and long after: for those who teach or run it.

Who was taken off before a meeting began has nothing to do with its people any more. Who was taken off afterwards may
have stood in that room: what they were told stays theirs, whatever somebody corrects later. Only what people answered
about their needs is for those who teach now.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from training.attendance.queries.marks import HELD_SQL, ROSTERED_SQL
from training.attendance.rules.briefing import Left, taught_anyway
from training.attendance.rules.rosters import ON_ROSTER_SQL
from training.base.database import fetch
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries import NAME_SQL
from training.booking.queries.answers import list_answers
from training.booking.rules.questions import Reader
from training.booking.rules.reading import Sheet
from training.people.rules import Permission, may
from training.schedule.queries import get_session, list_meetings, list_trainers
from training.schedule.rules.sessions import Meeting, SessionView, State, Trainer


class _Gate(Frozen, frozen=True, kw_only=True):
    program_id: UUID
    trains: bool
    left_at: datetime | None
    left_json: str | None


class Attendee(Frozen, frozen=True, kw_only=True):
    """Somebody with a place, by the name that their partner uses. `locale` is the language in which they read."""

    enrollment_id: UUID
    name: str
    partner_name: str | None
    mode: str
    locale: str


class Briefing(Frozen, frozen=True, kw_only=True):
    """A session as its trainers need it. `needs` is None for who does not teach it any more; `teaches`: the viewer
    does now, in any role; `manages`: they run its program."""

    session: SessionView
    meetings: tuple[Meeting, ...]
    trainers: tuple[Trainer, ...]
    people: tuple[Attendee, ...]
    needs: Sheet | None
    unnamed: int
    teaches: bool
    manages: bool

    @property
    def held(self) -> frozenset[UUID]:
        """Of a session that was cancelled the meetings that were held before: they keep their rosters and people."""
        gone_at = self.session.cancelled_at if self.session.published_at else None
        if self.session.state is not State.CANCELLED or gone_at is None:
            return frozenset()
        return frozenset(one.id for one in self.meetings if one.cancelled_at is None and one.ends_at <= gone_at)

    def of_meeting(self, meeting_id: UUID) -> tuple[Trainer, ...]:
        """Who teaches one meeting, the lead first."""
        return tuple(trainer for trainer in self.trainers if trainer.meeting_id == meeting_id)


class _Count(Frozen, frozen=True, kw_only=True):
    number: int


async def get_briefing(viewer: Viewer, session_id: UUID) -> Briefing:
    """The briefing of a session in any state: for its trainers, for who taught it, and for those who run its program.

    Raises NotFound for everybody else after one statement, as for a session that does not exist. The same number of
    statements however many people and meetings there are.
    """
    rows = await fetch(
        _Gate,
        "SELECT s.program_id, CASE WHEN EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.session_id = s.id"
        " AND t.person_id = {}) THEN TRUE ELSE FALSE END AS trains, j.at AS left_at, CAST(j.data AS TEXT) AS left_json"
        " FROM session s LEFT JOIN journal_entry j ON j.subject_id = s.id AND j.event = 'TrainerWithdrawn'"
        " WHERE s.id = {}",
        viewer.person_id,
        session_id,
    )
    if not rows or (viewer.person_id is None and not viewer.staff):
        raise NotFound
    teaches, manages = rows[0].trains, may(viewer, Permission.ATTENDANCE_MARK, rows[0].program_id)
    left = [_left(row) for row in rows]
    known = teaches or manages
    if not known and not any(one and one.person_id == viewer.person_id for one in left):
        raise NotFound
    meetings = await list_meetings([session_id])
    if not known and not taught_anyway(viewer.person_id, [one for one in left if one], meetings):
        raise NotFound
    return Briefing(
        # Whoever passed may read it in any state, also where they do not see the session's own page any more.
        session=await get_session(Viewer.machine("briefing"), session_id),
        meetings=tuple(meetings),
        trainers=tuple(await list_trainers([session_id])),
        people=tuple(await _people(session_id)),
        needs=_for_trainers(await list_answers(viewer, session_id)) if known else None,
        unnamed=await _unnamed(session_id),
        teaches=teaches,
        manages=manages,
    )


def _left(row: _Gate) -> Left | None:
    if row.left_at is None or row.left_json is None:
        return None
    said = msgspec.json.decode(row.left_json, type=_Said)
    return Left(at=row.left_at, person_id=said.person_id, meeting_ids=said.meeting_ids)


class _Said(Frozen, frozen=True, kw_only=True):
    person_id: UUID
    meeting_ids: tuple[UUID, ...]


def _for_trainers(sheet: Sheet) -> Sheet:
    """Only what is open to trainers, also where the reader may read more as manager or coordinator."""
    kept = [number for number, question in enumerate(sheet.questions) if Reader.TRAINER in question.readers]
    rows = tuple(
        msgspec.structs.replace(row, cells=tuple(row.cells[number] for number in kept), agreed=()) for row in sheet.rows
    )
    questions = tuple(sheet.questions[number] for number in kept)
    return msgspec.structs.replace(sheet, questions=questions, rows=rows, terms=(), summaries=())


async def _people(session_id: UUID) -> list[Attendee]:
    """Who has a place; when the session was cancelled after a part of it was held, who had one until then."""
    return await fetch(
        Attendee,
        f"SELECT e.id AS enrollment_id, {NAME_SQL} AS name, o.name AS partner_name, e.mode, p.locale FROM enrollment e"
        " JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        " LEFT JOIN partner o ON o.id = e.partner_id WHERE e.session_id = {}"
        f" AND (e.{ON_ROSTER_SQL} OR ({ROSTERED_SQL} AND EXISTS (SELECT 1 FROM meeting m JOIN session s"
        f" ON s.id = m.session_id WHERE m.session_id = {{}} AND {HELD_SQL}))) ORDER BY 2, e.id",
        session_id,
        session_id,
    )


async def _unnamed(session_id: UUID) -> int:
    sql = "SELECT count(*) AS number FROM open_place WHERE session_id = {} AND state = 'open'"
    return (await fetch(_Count, sql, session_id))[0].number
