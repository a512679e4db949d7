"""A learner says that a mark is wrong; somebody who teaches or runs the session answers, unless it is cancelled."""

from uuid import UUID

from msgspec.structs import replace

from training.attendance.actions.marking import get_markable, save_marks
from training.attendance.actions.recording import hold_roster
from training.attendance.events import ContestDecided, ContestDropped, ContestWithdrawn, MarkContested
from training.attendance.mails import write_decision
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.contests import (
    ContestView,
    OwnMeeting,
    find_contest,
    get_contest,
    list_open_in,
    list_own_meetings,
)
from training.attendance.queries.overall import find_overall
from training.attendance.rules.contests import (
    MEETING_CANCELLED,
    TIMED,
    Claim,
    ContestDecidedAlready,
    CorrectionStands,
    NothingToTakeBack,
    check_contest,
    granted_mark,
)
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.rosters import NotOnRoster
from training.attendance.rules.statuses import Way
from training.attendance.tables import Contest
from training.base.errors import NotFound
from training.base.work import Add, Work
from training.booking.queries import EnrollmentView, get_enrollment
from training.booking.rules.requests import is_nobody
from training.schedule.events import SessionCancelled


async def contest_mark(work: Work, enrollment_id: UUID, claim: Claim) -> UUID:
    """Say that one's own mark is wrong, and return the id of that. Only the person themselves can.

    Raises NotFound, also for who gave the place back, NoRoster, NothingToContest, ContestTooLate, ContestedAlready,
    ClaimsTheSame, ClaimImpossible.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    if found.person_id != work.actor.person_id:
        raise NotFound
    await _on_own_roster(found, claim.meeting_id)
    await hold_roster(work, await find_roster_meeting(claim.meeting_id))
    own = await _on_own_roster(found, claim.meeting_id)
    check_contest(own.mark, claim.claims, claim.minutes, work.now)
    contest_id = work.new_id()
    work.add(
        Contest,
        id=contest_id,
        meeting_id=claim.meeting_id,
        session_id=found.session_id,
        enrollment_id=found.id,
        person_id=found.person_id,
        claims=claim.claims,
        minutes=claim.minutes if claim.claims in TIMED else None,
        words=claim.words,
        made_at=work.now,
    )
    work.emit(
        MarkContested(
            contest_id=contest_id, session_id=found.session_id, meeting_id=claim.meeting_id, enrollment_id=found.id
        )
    )
    return contest_id


async def _on_own_roster(found: EnrollmentView, meeting_id: UUID) -> OwnMeeting:
    """The meeting, with one's own mark. Raises NotFound, also for a meeting of another session, which is looked for in
    the same place as one that does not exist."""
    for one in await list_own_meetings(found.id, found.session_id):
        if one.meeting_id == meeting_id and one.on_roster:
            return one
    raise NotFound


async def withdraw_contest(work: Work, enrollment_id: UUID, meeting_id: UUID) -> UUID:
    """Take back that one's own mark is wrong, and return the id of what was said. Only the person themselves can, and
    only while nobody has answered.

    Raises NotFound, NoRoster, NothingToTakeBack.
    """
    found = await get_enrollment(work.actor, enrollment_id)
    if found.person_id != work.actor.person_id:
        raise NotFound
    if meeting_id not in {one.meeting_id for one in await list_own_meetings(found.id, found.session_id)}:
        raise NotFound
    await hold_roster(work, await find_roster_meeting(meeting_id))
    own = {one.meeting_id: one for one in await list_own_meetings(found.id, found.session_id)}[meeting_id]
    if own.contest_id is None or own.state != "open":
        raise NothingToTakeBack
    ended = {"state": "withdrawn", "decided_at": work.now, "decided_by": work.actor.person_id}
    work.change(Contest, own.contest_id, **ended, version=Add(1))
    work.emit(
        ContestWithdrawn(
            contest_id=own.contest_id, session_id=found.session_id, meeting_id=meeting_id, enrollment_id=found.id
        )
    )
    return own.contest_id


async def drop_contests(work: Work, event: SessionCancelled) -> None:
    """Reaction: nobody answers what was contested in a meeting that is cancelled while it runs, for it has no roster
    any more; whoever said so is told. One statement where nobody did."""
    await work.flush()
    for found in await list_open_in(event.meeting_ids):
        ended = {"state": "withdrawn", "answer": MEETING_CANCELLED, "decided_at": work.now}
        work.change(Contest, found.id, **ended, decided_by=work.actor.person_id, version=Add(1))
        work.emit(
            ContestDropped(
                contest_id=found.id,
                session_id=found.session_id,
                meeting_id=found.meeting_id,
                enrollment_id=found.enrollment_id,
            )
        )
        if not is_nobody(found.email):
            await write_decision(work, replace(found, state="withdrawn"))


async def decide_contest(
    work: Work,
    contest_id: UUID,
    *,
    granted: bool,
    answer: str = "",
    minutes: int | None = None,
    other_minutes: int | None = None,
) -> ContestView:
    """Answer a contested mark; when it is granted, the mark becomes what the learner claims, with the minutes that
    whoever answers gives, else with those that the learner gave. `other_minutes`: how early somebody left who claims to
    have come late, and the other way round; without them that stays as it stands. They are told either way.

    For those who may mark the roster now. Raises NotFound, RosterNotOpen, RosterShut, ContestDecidedAlready,
    CorrectionStands when the whole session was corrected by hand and granting would change nothing, ClaimImpossible
    for minutes that cannot be or are missing, and NotOnRoster when the mark cannot be changed because they gave their
    place back.
    """
    asked = await get_contest(work.actor, contest_id)
    await hold_roster(work, await get_markable(work.actor, asked.meeting_id, work.now))
    found = await find_contest(contest_id)
    if found is None or found.state != "open":
        raise ContestDecidedAlready
    if granted:
        await _put_right(work, found, answer, minutes, other_minutes)
    decided = {"state": "granted" if granted else "refused", "answer": answer, "decided_at": work.now}
    work.change(Contest, contest_id, **decided, decided_by=work.actor.person_id, version=Add(1))
    work.emit(
        ContestDecided(
            contest_id=contest_id,
            session_id=found.session_id,
            meeting_id=found.meeting_id,
            enrollment_id=found.enrollment_id,
            granted=granted,
        )
    )
    await work.flush()
    decided_now = await find_contest(contest_id)
    if decided_now is not None and not is_nobody(decided_now.email):
        await write_decision(work, decided_now)
    return decided_now or found


async def _put_right(
    work: Work, found: ContestView, answer: str, minutes: int | None, other_minutes: int | None
) -> None:
    """Mark them as they claim. Raises CorrectionStands, ClaimImpossible, NotOnRoster."""
    overall = await find_overall(found.enrollment_id)
    if overall is not None and overall.corrected:
        raise CorrectionStands(status=overall.corrected, reason=overall.corrected_reason)
    given = found.minutes if minutes is None else minutes
    becomes = granted_mark(found.stands, found.claims, given, other_minutes, found.whole)
    reason = answer or found.words or "The learner was right."
    mark = MarkInput(
        enrollment_id=found.enrollment_id,
        status=becomes.status,
        minutes_late=becomes.late,
        minutes_early=becomes.early,
        minutes=becomes.minutes,
        reason=reason[:300],
        base_version=found.mark_version,
    )
    saved = (await save_marks(work, found.meeting_id, [mark], way=Way.CONTEST)).marks[0]
    if not saved.taken or saved.mark is None:
        raise NotOnRoster(saved.why)
