"""Let people check in themselves, or no longer; decide about a check-in that somebody has to look at."""

from uuid import UUID

from training.attendance.actions.recording import hold_roster, record_marks
from training.attendance.events import CheckInDecided, SelfCheckInSwitched
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.check_in import CheckedIn, SelfCheckIn, find_check_in, get_self_check_in
from training.attendance.queries.marks import lock_session_row
from training.attendance.rules.check_in import (
    DecidedAlready,
    DoubtSettled,
    PlaceGone,
    SelfCheckInOver,
    Sitting,
    arrival,
    self_hours,
    settled,
)
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.rosters import RosterClosedAlready, RosterMeeting, RosterShut
from training.attendance.rules.rotating import new_word
from training.attendance.rules.statuses import Way
from training.attendance.tables import CheckIn, Roster
from training.base.errors import NotFound
from training.base.work import Work


async def switch_self_check_in(work: Work, meeting_id: UUID, *, on: bool, anew: bool = False) -> SelfCheckIn:
    """Let people check in themselves, or no longer; `anew`: with another word, and earlier codes are worth nothing.

    Raises NotFound to who does not mark this roster, RosterShut, and RosterClosedAlready or SelfCheckInOver where it
    would be on without letting anybody in.
    """
    meeting = await _marked_by(work, meeting_id)
    held = await hold_roster(work, meeting)
    if on and held.closed_at is not None:
        raise RosterClosedAlready(at=held.closed_at, zone=meeting.zone)
    if on and work.now > self_hours(meeting.starts_at, meeting.ends_at).closes_at:
        raise SelfCheckInOver
    known = await get_self_check_in(meeting_id)
    fresh = anew or (on and not known.word)
    after = SelfCheckIn(
        on=on,
        word=new_word() if fresh else known.word,
        code_generation=known.code_generation + 1 if anew else known.code_generation,
    )
    work.change(Roster, meeting_id, self_check_in=on, word=after.word, code_generation=after.code_generation)
    if anew or on != known.on:
        work.emit(SelfCheckInSwitched(meeting_id=meeting_id, session_id=meeting.session_id, on=on))
    return after


async def decide_check_in(work: Work, meeting_id: UUID, check_in_id: UUID, *, confirm: bool) -> str:
    """Say that somebody was there, or was not, who checked in doubtfully; returns their name.

    Confirmed, they are marked as of when they checked in, by the word of whoever decides. Refused, nobody is marked.
    Raises NotFound, DecidedAlready, RosterShut, PlaceGone when they are not on the roster any more, and DoubtSettled
    when somebody recorded them meanwhile: that is not overwritten by who has not seen it.
    """
    await lock_session_row((await _marked_by(work, meeting_id)).session_id)
    # Once more, alone: it may have been closed just now.
    meeting = await _marked_by(work, meeting_id)
    found = _undecided(await find_check_in(meeting_id, check_in_id))
    work.change(CheckIn, check_in_id, decided_at=work.now, decided_by=work.actor.person_id)
    work.emit(
        CheckInDecided(
            enrollment_id=found.enrollment_id,
            meeting_id=meeting_id,
            session_id=meeting.session_id,
            confirmed=confirm,
        )
    )
    if confirm:
        came = arrival(Sitting(starts_at=meeting.starts_at, ends_at=meeting.ends_at), found.at)
        mark = MarkInput(
            enrollment_id=found.enrollment_id,
            status=came.status,
            minutes_late=came.minutes_late,
            reason="A check-in was confirmed." if meeting.closed_at else "",
            base_version=found.mark_version,
        )
        (saved,) = (await record_marks(work, meeting, [mark], way=Way.ROSTER)).marks
        if not saved.taken:
            raise DoubtSettled(f"{found.name} was not marked: {saved.why}")
    return found.name


def _undecided(found: CheckedIn | None) -> CheckedIn:
    """The check-in, unless there is nothing to decide about it."""
    if found is None or not found.doubtful:
        raise NotFound
    if found.decided_at is not None:
        raise DecidedAlready
    if not found.on_roster:
        raise PlaceGone
    if found.status and settled(found.status, found.mark_way):
        raise DoubtSettled(
            f"Somebody recorded {found.name} meanwhile: {found.status}. That stands; it can be changed on the roster."
        )
    return found


async def _marked_by(work: Work, meeting_id: UUID) -> RosterMeeting:
    meeting = await get_roster_meeting(work.actor, meeting_id)
    if not meeting.may_mark:
        raise NotFound
    if work.now > meeting.marked_until and not meeting.may_manage:
        raise RosterShut
    return meeting
