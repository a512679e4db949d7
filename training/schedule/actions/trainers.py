"""Who teaches which meeting."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, marks
from training.base.errors import NotFound, sentence_of
from training.base.structs import Frozen
from training.base.work import Work
from training.people.events import PersonChanged
from training.schedule import tables
from training.schedule.actions.holding import check_not_over, hold
from training.schedule.actions.occupancy import Sitting, judge, occupy
from training.schedule.actions.sessions import stamp_meetings
from training.schedule.events import TrainerAssigned, TrainerWithdrawn
from training.schedule.queries import find_trainer, list_meetings, list_trainers
from training.schedule.rules.sessions import SEEN_STATES, Meeting, TrainerUnknownHere
from training.schedule.rules.values import Assignment


async def assign_trainer(
    work: Work,
    session_id: UUID,
    assignment: Assignment,
    *,
    expected_version: int | None = None,
    accept_warnings: bool = False,
) -> tuple[UUID, ...]:
    """Let a person teach some or all meetings of a session, and return the ids of these meetings.

    Who teaches a meeting already gets the new role. Whoever teaches is shown with their name, so only staff may choose
    anybody; others choose among those who teach in the program. Raises ClashesFound (unless accepted),
    NoSuchTrainer, TrainerUnknownHere, SessionOver, NotFound for a meeting of another session.
    """
    session = await hold(work, session_id, expected_version)
    check_not_over(session)
    await _check_known(work, session.program_id, assignment.person_id)
    meetings = _chosen(await list_meetings([session_id]), assignment.meeting_ids)
    there = {t.meeting_id: t for t in await list_trainers([session_id]) if t.person_id == assignment.person_id}
    new = [meeting for meeting in meetings if meeting.id not in there]
    about = (session.program_id, session.title)
    sittings = [Sitting(meeting=meeting, room=None, trainer_ids=(assignment.person_id,)) for meeting in new]
    await judge(work, session_id, about, sittings, accept_warnings=accept_warnings)
    for meeting in meetings:
        if meeting.id in there:
            work.change(tables.TrainerAssignment, there[meeting.id].id, role=assignment.role)
            continue
        key = work.new_id()
        work.add(
            tables.TrainerAssignment,
            id=key,
            session_id=session_id,
            meeting_id=meeting.id,
            person_id=assignment.person_id,
            role=assignment.role,
        )
        occupy(work, "trainer", assignment.person_id, key, meeting)
    work.change(tables.Session, session_id, version=session.version + 1)
    stamp_meetings(work, session, new)
    touched = tuple(meeting.id for meeting in meetings)
    work.emit(
        TrainerAssigned(
            session_id=session_id, person_id=assignment.person_id, role=assignment.role, meeting_ids=touched
        )
    )
    return touched


async def withdraw_trainer(
    work: Work,
    session_id: UUID,
    person_id: UUID,
    *,
    meeting_ids: Sequence[UUID] = (),
    expected_version: int | None = None,
) -> tuple[UUID, ...]:
    """Let a person no longer teach some or all meetings of a session, and return the ids of these meetings.

    Raises NotFound when the person teaches none of them, SessionOver.
    """
    session = await hold(work, session_id, expected_version)
    check_not_over(session)
    gone = [
        trainer
        for trainer in await list_trainers([session_id])
        if trainer.person_id == person_id and (not meeting_ids or trainer.meeting_id in meeting_ids)
    ]
    if not gone:
        raise NotFound
    keys = [trainer.id for trainer in gone]
    await work.execute(f"DELETE FROM occupancy WHERE kind = 'trainer' AND source_id IN ({marks(keys)})", *keys)
    await work.execute(f"DELETE FROM trainer_assignment WHERE id IN ({marks(keys)})", *keys)
    work.change(tables.Session, session_id, version=session.version + 1)
    touched = tuple(trainer.meeting_id for trainer in gone)
    stamp_meetings(work, session, [meeting for meeting in await list_meetings([session_id]) if meeting.id in touched])
    work.emit(TrainerWithdrawn(session_id=session_id, person_id=person_id, meeting_ids=touched))
    return touched


class _Taught(Frozen, frozen=True, kw_only=True):
    id: UUID


async def stamp_taught(work: Work, event: PersonChanged) -> None:
    """Reaction: somebody is called otherwise, so what calendars say of the meetings to come that they teach is new."""
    if not event.renamed:
        return
    states = sorted(SEEN_STATES)
    rows = await fetch(
        _Taught,
        "SELECT DISTINCT m.id FROM meeting m JOIN trainer_assignment t ON t.meeting_id = m.id"
        " JOIN session s ON s.id = m.session_id"
        f" WHERE t.person_id = {{}} AND m.ends_at > {{}} AND s.state IN ({marks(states)}) ORDER BY m.id",
        event.person_id,
        work.now,
        *states,
    )
    for row in rows:
        work.change(tables.Meeting, row.id, changed_at=work.now)


async def _check_known(work: Work, program_id: UUID, person_id: UUID) -> None:
    """Raise TrainerUnknownHere, alike for people of elsewhere and for nobody: it must not tell who has an account."""
    if not work.actor.staff and await find_trainer(person_id, program_id) is None:
        raise TrainerUnknownHere(fields={"person_id": sentence_of(TrainerUnknownHere)})


def _chosen(meetings: Sequence[Meeting], wanted: Sequence[UUID]) -> list[Meeting]:
    held = [meeting for meeting in meetings if meeting.cancelled_at is None]
    chosen = [meeting for meeting in held if not wanted or meeting.id in wanted]
    if not chosen or len(chosen) < len(set(wanted)):
        raise NotFound("Choose meetings of this session." if meetings else "Add a meeting first.")
    return chosen
