"""A roster is said to be complete, or is worked on again. Nobody's right is judged here."""

from collections.abc import Collection
from uuid import UUID

from training.attendance.actions.recording import Filling, hold_roster, record_rest
from training.attendance.actions.summing import sum_up_enrollments
from training.attendance.events import RosterClosed, RosterReopened
from training.attendance.queries.marks import RosterRow, Standing, list_standing
from training.attendance.rules.marks import Saved
from training.attendance.rules.merging import unrecorded
from training.attendance.rules.rosters import (
    MeetingNotBegun,
    NotAllRecorded,
    ReasonMissing,
    RosterClosedAlready,
    RosterIsOpen,
    RosterMeeting,
    placed_later,
)
from training.attendance.rules.statuses import Status, Way
from training.attendance.tables import Roster
from training.base.work import Add, Work

MOST_NAMED = 50


async def record_closing(
    work: Work, meeting: RosterMeeting, *, rest: str, way: Way, named: Collection[UUID] | None = None
) -> Saved:
    """Close a roster, filling in `rest` for whoever is not recorded; with `named` nobody else may be. Everybody's sum
    is computed anew. Whoever got their place after the meeting may stay not recorded.

    Raises MeetingNotBegun, RosterClosedAlready, NotAllRecorded.
    """
    if not meeting.begun(work.now):
        raise MeetingNotBegun(at=meeting.starts_at, zone=meeting.zone)
    roster = await hold_roster(work, meeting)
    if roster.closed_at is not None:
        raise RosterClosedAlready(at=roster.closed_at, zone=meeting.zone)
    standing = await list_standing(meeting.meeting_id, meeting.session_id)
    left = [one for one in standing if unrecorded(one.mark) and not placed_later(one.placed_at, meeting)]
    unseen = [one for one in left if not rest or (named is not None and one.enrollment_id not in named)]
    if unseen:
        raise _open(unseen)
    saved = await _filled(work, meeting, roster, standing, rest)
    work.change(
        Roster,
        meeting.meeting_id,
        closed_at=work.now,
        closed_by=work.actor.person_id,
        self_check_in=False,
        version=Add(1),
    )
    await sum_up_enrollments(work, meeting.session_id, [one.enrollment_id for one in standing])
    work.emit(RosterClosed(meeting_id=meeting.meeting_id, session_id=meeting.session_id, way=way))
    return Saved(
        meeting_id=meeting.meeting_id,
        session_id=meeting.session_id,
        version=saved.version + 1,
        marks=saved.marks,
        runs_until=meeting.ends_at if work.now < meeting.ends_at else None,
    )


async def _filled(work: Work, meeting: RosterMeeting, roster: RosterRow, standing: list[Standing], rest: str) -> Saved:
    if rest:
        return await record_rest(work, meeting, roster, standing, Filling(status=Status(rest)))
    return Saved(meeting_id=meeting.meeting_id, session_id=meeting.session_id, version=roster.version, marks=())


def _open(left: list[Standing]) -> NotAllRecorded:
    names = [one.name for one in left[:MOST_NAMED]]
    ids: list[UUID] = [one.enrollment_id for one in left[:MOST_NAMED]]
    return NotAllRecorded(count=len(left), names=names, enrollments=[str(each) for each in ids])


async def record_reopening(work: Work, meeting: RosterMeeting, reason: str) -> int:
    """Open a closed roster, for a reason. Raises ReasonMissing, RosterIsOpen."""
    if not reason.strip():
        raise ReasonMissing(fields={"reason": "Say why, for those who read the history."})
    roster = await hold_roster(work, meeting)
    if roster.closed_at is None:
        raise RosterIsOpen
    work.change(Roster, meeting.meeting_id, closed_at=None, closed_by=None, chases=0, chased_at=None, version=Add(1))
    event = RosterReopened(meeting_id=meeting.meeting_id, session_id=meeting.session_id, reason=reason.strip())
    work.emit(event, before={"closed_at": roster.closed_at})
    return roster.version + 1
