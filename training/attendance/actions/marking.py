"""What those who teach do with a roster: mark, mark all who are left, close, open again."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from training.attendance.actions.closing import record_closing, record_reopening
from training.attendance.actions.recording import Filling, hold_roster, record_marks, record_rest, record_untaken
from training.attendance.queries.access import find_roster_meeting, get_roster_meeting
from training.attendance.queries.marks import list_standing
from training.attendance.queries.stopped import find_stopped
from training.attendance.rules.marks import MarkInput, Saved
from training.attendance.rules.rosters import MadeByAnother, NotOnRoster, RosterMeeting, check_open
from training.attendance.rules.statuses import Status, Way
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Work

Rest = Literal["", "present", "no-show"]


async def get_markable(viewer: Viewer, meeting_id: UUID, now: datetime) -> RosterMeeting:
    """The meeting, for those who may mark its roster now. A shadow reads it only, and gets NotFound here.

    Raises NotFound, NoRoster, RosterNotOpen, RosterShut.
    """
    meeting = await get_roster_meeting(viewer, meeting_id)
    if not meeting.may_mark:
        raise NotFound
    check_open(meeting, now)
    return meeting


async def save_marks(
    work: Work,
    meeting_id: UUID,
    marks: Sequence[MarkInput],
    *,
    way: Way = Way.ROSTER,
    sent_at: datetime | None = None,
    made_by: UUID | None = None,
) -> Saved:
    """Mark people on the roster of a meeting. Each attempt is judged by itself and answered in order, none is lost.

    `sent_at` is what the device's clock said when it sent them, `made_by` whom it says they are of. The same operation
    again is done once. What somebody marked before they were taken off is kept, and not taken.
    Raises MadeByAnother, NotFound, NoRoster, RosterNotOpen, RosterShut.
    """
    # First of all: a device must not take somebody else's refusal for an answer to what its owner marked.
    if made_by not in (None, work.actor.person_id):
        raise MadeByAnother
    try:
        meeting = await get_markable(work.actor, meeting_id, work.now)
    except NotFound:
        stopped_at = await find_stopped(work.actor.person_id, meeting_id)
        if stopped_at is None:
            raise
        meeting = await find_roster_meeting(meeting_id)
        check_open(meeting, work.now)
        return await record_untaken(work, meeting, marks, way=way, sent_at=sent_at, stopped_at=stopped_at)
    return await record_marks(work, meeting, marks, way=way, sent_at=sent_at)


async def save_all_but(
    work: Work, meeting_id: UUID, except_ids: Collection[UUID], *, way: Way = Way.ROSTER, judged: bool = False
) -> Saved:
    """All who are not recorded were present, except these, who were no-shows. Whoever is recorded stays as they are,
    and who got their place after the meeting stays not recorded.

    `way` is how those excepted are marked, who were looked for; the others are filled in. `judged`: the caller has
    judged who asks, and the actor need not teach (a link in a message). Raises NotOnRoster for an exception that is
    not on the roster, and what `save_marks` raises.
    """
    meeting = await _opened(work, meeting_id, judged=judged)
    roster = await hold_roster(work, meeting)
    standing = [one for one in await list_standing(meeting.meeting_id, meeting.session_id) if one.on_roster]
    if unknown := set(except_ids) - {one.enrollment_id for one in standing}:
        raise NotOnRoster(enrollments=sorted(str(each) for each in unknown))
    filling = Filling(status=Status.PRESENT, excepted=frozenset(except_ids), way=way)
    return await record_rest(work, meeting, roster, standing, filling)


async def close_roster(
    work: Work,
    meeting_id: UUID,
    *,
    rest: Rest = "",
    named: Collection[UUID] | None = None,
    way: Way = Way.ROSTER,
    judged: bool = False,
) -> Saved:
    """Say that a roster is complete. Whoever is not recorded yet becomes `rest`, but for those who got their place
    after the meeting. From then on a change takes a reason. With `named` only these become `rest`: whoever closes it
    was shown them, and nobody else.

    Raises NotAllRecorded with the names of those who would stay not recorded, MeetingNotBegun, RosterClosedAlready,
    and what `save_marks` raises.
    """
    meeting = await _opened(work, meeting_id, judged=judged)
    return await record_closing(work, meeting, rest=rest, named=named, way=way)


async def reopen_roster(work: Work, meeting_id: UUID, reason: str) -> int:
    """Work on a closed roster again; returns its version. Raises ReasonMissing, RosterIsOpen, and what `save_marks`
    raises."""
    return await record_reopening(work, await get_markable(work.actor, meeting_id, work.now), reason)


async def _opened(work: Work, meeting_id: UUID, *, judged: bool) -> RosterMeeting:
    if judged:
        return await find_roster_meeting(meeting_id)
    return await get_markable(work.actor, meeting_id, work.now)
