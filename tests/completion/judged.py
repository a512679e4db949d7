"""A session whose people were there, or not: attendance made as rows, with the events that completion follows."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec.json import decode

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.attendance.events import AttendanceMarked, OverallCorrected, RosterClosed, RosterReopened
from training.attendance.tables import Overall, Roster
from training.base.database import execute, fetch, fetch_one
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.catalogue.tables import Program
from training.completion.rules.certificates import Said
from training.schedule.tables import Session
from training.surveys.events import SurveyAnswered
from training.surveys.tables import Survey, SurveyQuestion, SurveyRequest


class Stands(Frozen, frozen=True, kw_only=True):
    """An enrollment as it is kept."""

    id: UUID
    state: str
    state_reason: str
    completed_at: datetime | None
    valid_until: datetime | None
    version: int


class Taught(Frozen, frozen=True, kw_only=True):
    """A session of meetings of two hours each and who has a place in it."""

    scene: Scene
    enrollments: tuple[UUID, ...]


async def taught(works: Works, people: int = 1, *, meetings: int = 2, **values: Any) -> Taught:
    """A session with people who have a place; its meetings are still to come."""
    told: dict[str, Any] = {"capacity_in_person": max(3, people), "size": max(8, people), "meetings": meetings}
    scene = await make_scene(works, **{**told, **values})
    booked = await works.run(scene.coordinator, book_places, order(scene, *range(people)))
    return Taught(scene=scene, enrollments=tuple(v.enrollment_id for v in booked.verdicts if v.enrollment_id))


async def widen(works: Works, of: Taught, sessions: int) -> None:
    """So many more sessions of its program begin tomorrow; nobody has a place in them."""

    async def more(work: Work) -> None:
        ids = {"program_id": of.scene.program_id, "course_id": of.scene.course_id}
        at = work.now + timedelta(days=1)
        times = {"starts_at": at, "ends_at": at + timedelta(hours=1), "published_at": work.now, "created_at": work.now}
        for number in range(sessions):
            work.add(Session, id=work.new_id(), title=f"S{number}", state="published", **ids, **times)

    await works.run(of.scene.manager, more)


async def said_minutes() -> list[int]:
    """The hours, in minutes, on every certificate that is good."""
    sql = "SELECT c.said FROM certificate c WHERE c.replaced_by IS NULL AND c.revoked_at IS NULL ORDER BY c.id"
    return [decode(row["said"], type=Said).minutes for row in await execute(sql)]


async def attend(
    works: Works, of: Taught, key: UUID, meetings: int, minutes: int | None = None, **corrected: Any
) -> None:
    """What marking writes, and its event."""
    minutes = 120 * meetings if minutes is None else minutes

    async def mark(work: Work) -> None:
        await work.execute("DELETE FROM overall WHERE id = {}", key)
        ids = {"id": key, "enrollment_id": key, "session_id": of.scene.session_id}
        if corrected:
            corrected.setdefault("corrected_at", work.now)
        counts = {"meetings": meetings, "meetings_held": len(of.scene.meeting_ids), "minutes": minutes}
        status = "present" if meetings else "no-show"
        work.add(Overall, **ids, **counts, status=status, changed_at=work.now, **corrected)
        event = AttendanceMarked(
            meeting_id=of.scene.meeting_ids[0], session_id=of.scene.session_id, enrollments=(key,), way="roster"
        )
        told = OverallCorrected(
            enrollment_id=key, session_id=of.scene.session_id, status=corrected.get("corrected", ""), reason="Seen"
        )
        work.emit(told if corrected else event)

    await works.run(of.scene.manager, mark)


async def close(works: Works, of: Taught, *numbers: int) -> None:
    """Close the rosters of these meetings (all without a number)."""

    async def shut(work: Work) -> None:
        for number in numbers or range(len(of.scene.meeting_ids)):
            meeting_id = of.scene.meeting_ids[number]
            ids = {"id": meeting_id, "meeting_id": meeting_id, "session_id": of.scene.session_id}
            await work.execute("DELETE FROM roster WHERE id = {}", meeting_id)
            work.add(Roster, **ids, closed_at=work.now, created_at=work.now)
            work.emit(RosterClosed(meeting_id=meeting_id, session_id=of.scene.session_id, way="roster"))

    await works.run(of.scene.manager, shut)


async def reopen(works: Works, of: Taught, number: int) -> None:
    """Open a closed roster again."""

    async def undo(work: Work) -> None:
        meeting_id = of.scene.meeting_ids[number]
        work.change(Roster, meeting_id, closed_at=None)
        work.emit(RosterReopened(meeting_id=meeting_id, session_id=of.scene.session_id, reason="Forgot Ben"))

    await works.run(of.scene.manager, undo)


def add_survey(work: Work, program_id: UUID, **values: Any) -> UUID:
    """A program's survey of one question."""
    survey_id = work.new_id()
    work.add(Survey, id=survey_id, program_id=program_id, created_at=work.now, **values)
    ids = {"id": work.new_id(), "survey_id": survey_id}
    work.add(SurveyQuestion, **ids, label="Does it help at work?", position=1, created_at=work.now)
    return survey_id


async def write_survey(works: Works, of: Taught, **values: Any) -> None:
    """There is a survey, and nobody was asked."""

    async def add(work: Work) -> None:
        add_survey(work, of.scene.program_id, **values)

    await works.run(of.scene.manager, add)


async def ask(works: Works, of: Taught, keys: Sequence[UUID], closes_in: timedelta = timedelta(days=14)) -> None:
    """There is a survey, and these were asked."""

    async def add(work: Work) -> None:
        survey_id = add_survey(work, of.scene.program_id)
        for key in keys:
            ids = {"id": key, "enrollment_id": key, "session_id": of.scene.session_id, "survey_id": survey_id}
            work.add(SurveyRequest, **ids, asked_at=work.now, closes_at=work.now + closes_in)

    await works.run(of.scene.manager, add)


async def answer(works: Works, of: Taught, key: UUID) -> None:
    """Somebody answers the survey."""

    async def note(work: Work) -> None:
        work.change(SurveyRequest, key, answered=True)
        work.emit(SurveyAnswered(enrollment_id=key, session_id=of.scene.session_id))

    await works.run(of.scene.manager, note)


async def stands(key: UUID) -> Stands:
    """How an enrollment is kept."""
    found = await fetch_one(
        Stands,
        "SELECT e.id, e.state, e.state_reason, e.completed_at, e.valid_until, e.version FROM enrollment e"
        " WHERE e.id = {}",
        key,
    )
    assert found is not None
    return found


class Good(Frozen, frozen=True, kw_only=True):
    """A certificate's enrollment, and why it was revoked."""

    enrollment_id: UUID
    revoked_reason: str


async def certificates(*, good: bool = True) -> list[Good]:
    """The certificates that are good, or those that were revoked."""
    sql = "SELECT c.enrollment_id, c.revoked_reason FROM certificate c WHERE c.replaced_by IS NULL AND c.revoked_at IS"
    return await fetch(Good, f"{sql}{' NULL' if good else ' NOT NULL'} ORDER BY c.id")


async def rename(program_id: UUID, name: str) -> None:
    """Another name for a program, so that two of them can be told apart."""
    await execute(f"UPDATE {Program._meta.tablename} SET name = {{}} WHERE id = {{}}", name, program_id)
