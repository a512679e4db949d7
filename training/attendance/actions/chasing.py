"""Rosters that stay open are asked for, and escalated when that did not help."""

from uuid import UUID

from training.attendance.actions.recording import hold_roster
from training.attendance.events import RosterEscalated, RosterReopened
from training.attendance.mails import write_chase
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.chasing import find_open_roster, get_to_record, list_trainers_to_ask
from training.attendance.rules.chasing import Step, asked_first, step_due
from training.attendance.tables import Roster
from training.base.work import Add, Work


async def chase(work: Work, meeting_id: UUID) -> Step | None:
    """Do what is due for the roster of a meeting, and return what that was: nothing, when it was closed meanwhile or
    another worker was faster."""
    before = await find_open_roster(meeting_id)
    if before is None or step_due(before, work.now) is None:
        return None
    await hold_roster(work, await find_roster_meeting(meeting_id))
    await work.flush()
    roster = await find_open_roster(meeting_id)
    step = step_due(roster, work.now) if roster else None
    if roster is None or step is None:
        return None
    if step is Step.ESCALATE:
        work.change(Roster, meeting_id, escalated_at=work.now)
        work.emit(RosterEscalated(meeting_id=meeting_id, session_id=roster.session_id))
        return step
    work.change(Roster, meeting_id, chases=Add(1), chased_at=work.now)
    told = await get_to_record(meeting_id)
    for asked in asked_first(await list_trainers_to_ask(meeting_id)):
        await write_chase(work, asked, told, again=roster.chases > 0)
    return step


async def leave_time(work: Work, event: RosterReopened) -> None:
    """Reaction: whoever opened a roster again is working on it, so nobody is asked for it before a day has passed."""
    work.change(Roster, event.meeting_id, chases=0, chased_at=work.now, escalated_at=None)
