"""Writing marks, by whichever way they came: one locked unit of work, the same number of statements for any number.

Nobody's right is judged here. `save_marks` (marking.py) is for people who mark; check-in, imports and links in messages
judge theirs and come here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import structs

from training.attendance.actions.summing import sum_up_enrollments
from training.attendance.actions.writing import write_marks
from training.attendance.events import AttendanceMarked
from training.attendance.queries.marks import (
    Attempt,
    RosterRow,
    Standing,
    find_roster,
    list_attempts,
    list_standing,
    lock_session_row,
)
from training.attendance.rules.marks import Mark, MarkInput, Saved, SavedMark, plain_value
from training.attendance.rules.merging import code_of, merge, moment, seen_version, unrecorded
from training.attendance.rules.moving import MovedMeanwhile, opening
from training.attendance.rules.refusing import (
    ELSEWHERE,
    NOT_ON_ROSTER,
    PLACED_LATER,
    STOPPED,
    STOPPED_BEFORE,
    STOPPED_TOLD,
    refusal,
)
from training.attendance.rules.rosters import RosterMeeting, placed_later
from training.attendance.rules.statuses import Status, Way
from training.attendance.tables import MarkChange, Roster
from training.base.structs import Frozen
from training.base.work import Add, Work

# A request that was under way for so long makes its marks seem so much later than they were.
UNDER_WAY = timedelta(minutes=1)


async def hold_roster(work: Work, meeting: RosterMeeting) -> RosterRow:
    """The roster's row, made when nobody touched it yet, with its session held until the unit of work ends.

    Raises MovedMeanwhile when the meeting was moved since it was looked at: who is there now is not there then.
    """
    await lock_session_row(meeting.session_id)
    found = await find_roster(meeting.meeting_id)
    if found is None or found.starts_at != meeting.starts_at:
        raise MovedMeanwhile
    if found.there:
        return found
    work.add(
        Roster,
        id=meeting.meeting_id,
        meeting_id=meeting.meeting_id,
        session_id=meeting.session_id,
        created_at=work.now,
        version=0,
    )
    return found


async def record_marks(
    work: Work,
    meeting: RosterMeeting,
    asked: Sequence[MarkInput],
    *,
    way: Way,
    sent_at: datetime | None = None,
) -> Saved:
    """Merge these marks into the roster, keep every attempt, and sum up whoever changed. Judges nobody's right.

    `sent_at` is the device's clock at sending. Raises NotFound when the session is gone.
    """
    recording = await _recording(work, meeting, asked)
    saved = [recording.record(plain_value(one), way, sent_at) for one in asked]
    return await recording.finish(saved, way)


async def record_untaken(
    work: Work,
    meeting: RosterMeeting,
    asked: Sequence[MarkInput],
    *,
    way: Way,
    sent_at: datetime | None,
    stopped_at: datetime,
) -> Saved:
    """Keep what somebody marked before `stopped_at`, when they ceased to teach, as attempts that were not taken: those
    who teach now decide. What they marked after it is refused; of how anybody stands they are told nothing.
    """
    recording = await _recording(work, meeting, asked)
    saved = [recording.keep_untaken(plain_value(one), way, sent_at, stopped_at) for one in asked]
    return await recording.finish(saved, way)


async def _recording(work: Work, meeting: RosterMeeting, asked: Sequence[MarkInput]) -> "_Recording":
    roster = await hold_roster(work, meeting)
    wanted = list(dict.fromkeys(one.enrollment_id for one in asked))
    standing = {one.enrollment_id: one for one in await list_standing(meeting.meeting_id, meeting.session_id, wanted)}
    done = await list_attempts([one.operation for one in asked if one.operation])
    return _Recording(work, meeting, roster, standing, done)


class Filling(Frozen, frozen=True, kw_only=True):
    """How all who are left are filled in. Those in `excepted` were looked for and were not there, said by `way`."""

    status: Status
    excepted: frozenset[UUID] = frozenset()
    way: Way = Way.ROSTER


async def record_rest(
    work: Work, meeting: RosterMeeting, roster: RosterRow, standing: Iterable[Standing], filling: Filling
) -> Saved:
    """Whoever is not recorded on a roster that is held is filled in, with the least authority there is; somebody's
    word, a machine's too, that comes later from a device counts instead. Whoever has their place since the meeting was
    over is left out, unless they are excepted by name."""
    people = {one.enrollment_id: one for one in standing if one.on_roster}
    recording = _Recording(work, meeting, roster, people, {})
    saved = []
    for key, one in people.items():
        if not unrecorded(one.mark):
            continue
        absent = key in filling.excepted
        if not absent and placed_later(one.placed_at, meeting):
            continue
        status = Status.NO_SHOW if absent else filling.status
        asked = MarkInput(enrollment_id=key, status=status, base_version=one.mark.version if one.mark else 0)
        saved.append(recording.record(asked, filling.way if absent else Way.ALL, None))
    return await recording.finish(saved, Way.ALL)


class _Recording:
    """The marks of one request as they come to stand, one after the other; `finish` writes them."""

    def __init__(
        self,
        work: Work,
        meeting: RosterMeeting,
        roster: RosterRow,
        standing: Mapping[UUID, Standing],
        done: Mapping[UUID, Attempt],
    ) -> None:
        self.work, self.meeting, self.roster, self.standing = work, meeting, roster, standing
        self.done = dict(done)
        self.marks = {key: one.mark for key, one in standing.items()}
        self.changed: dict[UUID, Mark] = {}

    def record(self, asked: MarkInput, way: Way, sent_at: datetime | None) -> SavedMark:
        """What comes of one attempt; it is kept, whatever comes of it, unless it is not about this roster."""
        found = self.standing.get(asked.enrollment_id)
        if found is None:
            return _refused(asked, NOT_ON_ROSTER)
        if asked.operation in self.done:
            return self._repeated(asked, self.done[asked.operation])
        current = self.marks[asked.enrollment_id]
        new = self._made(asked, way, sent_at)
        if against := refusal(
            new, current, on_roster=found.on_roster, closed_at=self.roster.closed_at, whole=self.meeting.minutes
        ) or _unseen(new, found, self.meeting):
            # Nothing was lost: whoever sent it is told at once what is missing, and may send it again.
            return _refused(asked, against, current)
        merged = merge(current, new, seen_version(way, current, asked.base_version), self.roster.closed_at)
        self._keep(asked, new, why=merged.why, taken=merged.taken)
        if merged.changed:
            self.marks[asked.enrollment_id] = self.changed[asked.enrollment_id] = merged.mark
        return SavedMark(
            enrollment_id=asked.enrollment_id,
            operation=asked.operation,
            taken=merged.taken,
            code="" if merged.taken else merged.code,
            why=merged.why,
            mark=merged.mark,
            fresh=merged.changed,
        )

    def keep_untaken(self, asked: MarkInput, way: Way, sent_at: datetime | None, stopped_at: datetime) -> SavedMark:
        """What comes of one attempt of somebody who ceased to teach."""
        if asked.enrollment_id not in self.standing:
            return _refused(asked, NOT_ON_ROSTER)
        if asked.operation in self.done:
            repeated = structs.replace(self._repeated(asked, self.done[asked.operation]), mark=None)
            return repeated if repeated.taken or repeated.code == ELSEWHERE[0] else _refused(asked, STOPPED_TOLD)
        new = self._made(asked, way, sent_at)
        if new.made_at > stopped_at + UNDER_WAY:
            return _refused(asked, STOPPED_BEFORE)
        self._keep(asked, new, why=STOPPED, taken=False)
        return _refused(asked, STOPPED_TOLD)

    def _made(self, asked: MarkInput, way: Way, sent_at: datetime | None) -> Mark:
        now, opens = self.work.now, opening(self.meeting.starts_at, self.marks[asked.enrollment_id])
        return Mark(
            enrollment_id=asked.enrollment_id,
            status=asked.status,
            minutes_late=asked.minutes_late,
            minutes_early=asked.minutes_early,
            minutes=asked.minutes,
            reason=asked.reason,
            way=way,
            made_at=moment(asked.made_at, sent_at, now, opens),
            marked_at=now,
            marked_by=self.work.actor.person_id,
        )

    def _repeated(self, asked: MarkInput, before: Attempt) -> SavedMark:
        if (before.meeting_id, before.enrollment_id) != (self.meeting.meeting_id, asked.enrollment_id):
            return _refused(asked, ELSEWHERE)
        return SavedMark(
            enrollment_id=asked.enrollment_id,
            operation=asked.operation,
            taken=before.taken,
            code="" if before.taken else code_of(before.why),
            why=before.why,
            mark=self.marks[asked.enrollment_id],
            fresh=False,
        )

    def _keep(self, asked: MarkInput, new: Mark, *, why: str, taken: bool) -> None:
        self.work.add(
            MarkChange,
            id=self.work.new_id(),
            meeting_id=self.meeting.meeting_id,
            enrollment_id=new.enrollment_id,
            operation=asked.operation,
            status=new.status,
            minutes_late=new.minutes_late,
            minutes_early=new.minutes_early,
            minutes=new.minutes,
            reason=new.reason,
            way=new.way,
            made_at=new.made_at,
            marked_at=new.marked_at,
            marked_by=new.marked_by,
            taken=taken,
            why=why,
        )
        if asked.operation is not None:
            self.done[asked.operation] = Attempt(
                operation=asked.operation,
                meeting_id=self.meeting.meeting_id,
                enrollment_id=new.enrollment_id,
                taken=taken,
                why=why,
            )

    async def finish(self, saved: Sequence[SavedMark], way: Way) -> Saved:
        """Write what changed, sum up the people it concerns, and say so."""
        version = self.roster.version
        if self.changed:
            version += 1
            self.work.change(Roster, self.roster.id, version=Add(1))
            ids = {key: one.mark_id for key, one in self.standing.items() if one.mark_id}
            await write_marks(self.work, self.meeting, self.changed.values(), ids)
            await sum_up_enrollments(self.work, self.meeting.session_id, list(self.changed))
            self.work.emit(
                AttendanceMarked(
                    meeting_id=self.meeting.meeting_id,
                    session_id=self.meeting.session_id,
                    enrollments=tuple(self.changed),
                    way=way,
                )
            )
        return Saved(
            meeting_id=self.meeting.meeting_id,
            session_id=self.meeting.session_id,
            version=version,
            marks=tuple(saved),
        )


def _unseen(new: Mark, found: Standing, meeting: RosterMeeting) -> tuple[str, str] | None:
    """What is against filling somebody in with all others: nobody looked at them, and they had no place then."""
    filled = new.way is Way.ALL and new.status is not Status.NOT_RECORDED
    return PLACED_LATER if filled and placed_later(found.placed_at, meeting) else None


def _refused(asked: MarkInput, against: tuple[str, str], current: Mark | None = None) -> SavedMark:
    code, why = against
    return SavedMark(
        enrollment_id=asked.enrollment_id,
        operation=asked.operation,
        taken=False,
        code=code,
        why=why,
        mark=current,
        fresh=False,
    )
