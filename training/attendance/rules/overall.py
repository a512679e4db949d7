"""How somebody attended a whole session: what its marks come to. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.attendance.rules.marks import Mark
from training.attendance.rules.rosters import MARKED_FOR, minutes_between
from training.attendance.rules.statuses import ABSENT, ATTENDED, Status
from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen
from training.schedule.rules.placing import LONGEST, MOST_MEETINGS

# What the longest session has; `check_minutes` says what one session has.
MOST_MINUTES = MOST_MEETINGS * int(LONGEST.total_seconds()) // 60
SessionMinutes = Annotated[int, Meta(ge=0, le=MOST_MINUTES, description="Whole minutes of all meetings.")]
# What a whole session can be said to have been, by hand as by computing.
OVERALL_STATUSES = (Status.PRESENT, Status.PARTIAL, Status.EXCUSED, Status.NO_SHOW, Status.NOT_RECORDED)


class MinutesImpossible(Invalid):
    """Nobody can have been there for so long: more than the session lasts, or some minutes of what they were not at."""

    code = "minutes-impossible"


class NothingHeld(Conflict):
    """No meeting of this session has begun, so nobody can have been there yet."""

    code = "nothing-held"


class CorrectionShut(Conflict):
    """The last meeting was more than 30 days ago. A program manager can still correct what counts."""

    code = "correction-shut"


class Held(Frozen, frozen=True, kw_only=True):
    """A meeting of a session that is not cancelled."""

    meeting_id: UUID
    starts_at: datetime
    ends_at: datetime


class Sum(Frozen, frozen=True, kw_only=True):
    """What the marks of one enrollment come to: `meetings` attended of `meetings_held`, `meetings_recorded` known."""

    status: Status
    meetings: int
    meetings_held: int
    meetings_recorded: int
    minutes: int


class Amount(Frozen, frozen=True, kw_only=True):
    """Meetings and minutes: those somebody was there, or those of a whole session."""

    meetings: int = 0
    minutes: int = 0


def counting(corrected: str, minutes: int | None, computed: Amount, whole: Amount) -> Amount:
    """What counts of somebody's attendance of a session: what the marks come to, unless it is `corrected` by hand.

    Whoever was absent then has nothing, whoever was present the `whole` of it, and whoever was there for a part what
    the marks come to; `minutes` that were said count instead. `counted_sql` says the same of minutes.
    """
    if corrected in (Status.EXCUSED, Status.NO_SHOW, Status.NOT_RECORDED):
        return Amount()
    if corrected == Status.PRESENT:
        computed = Amount(meetings=whole.meetings, minutes=max(computed.minutes, whole.minutes))
    return computed if minutes is None else Amount(meetings=computed.meetings, minutes=minutes)


def begun_of(meetings: Sequence[Held], now: datetime) -> list[Held]:
    """Those that have begun: nobody can have been at any other."""
    return [meeting for meeting in meetings if meeting.starts_at <= now]


def most_minutes(meetings: Sequence[Held], now: datetime) -> int:
    """For how many minutes somebody can have been there so far; a meeting that runs counts as a whole."""
    return planned_minutes(begun_of(meetings, now))


def planned_minutes(meetings: Sequence[Held]) -> int:
    """How long all of them are, with those to come."""
    return sum(minutes_between(each.starts_at, each.ends_at) for each in meetings)


def check_correctable(meetings: Sequence[Held], now: datetime, *, manages: bool, taken_back: bool) -> None:
    """Raise NothingHeld or CorrectionShut (with the instant) unless what counts for the whole may be corrected now.

    `meetings` are those that were not cancelled. Who runs the program is bound to no end, as with rosters; and what was
    said can be taken back whether or not anything has begun.
    """
    if not taken_back and not begun_of(meetings, now):
        raise NothingHeld
    until = max((meeting.ends_at for meeting in meetings), default=now) + MARKED_FOR
    if now > until and not manages:
        raise CorrectionShut(at=until)


def check_minutes(meetings: Sequence[Held], status: str, minutes: int | None, now: datetime) -> None:
    """Raise MinutesImpossible unless somebody can have been there for so many minutes, none said being as computed.
    Where nothing counts instead, an empty `status`, nothing but the computed ones can count."""
    if minutes is None:
        return
    if not status:
        raise MinutesImpossible(fields={"minutes": "Choose what counts, or leave the minutes empty."})
    least, most = (0, 0) if status in ABSENT else (1, most_minutes(meetings, now))
    if not least <= minutes <= most:
        said = f"From {least} to {most} minutes." if most else "Whoever was not there has no minutes."
        raise MinutesImpossible(fields={"minutes": said})


def minutes_of(meeting: Held, mark: Mark | None) -> int:
    """How many minutes of a meeting somebody was there, never more than it lasted."""
    return counted_minutes(*mark.value, minutes_between(meeting.starts_at, meeting.ends_at)) if mark else 0


def counted_minutes(status: Status, late: int, early: int, minutes: int | None, whole: int) -> int:
    """The same of a meeting of `whole` minutes, for what a mark says."""
    if status not in ATTENDED:
        return 0
    if minutes is not None:
        return max(0, min(whole, minutes))
    if status is Status.PARTIAL and not (late or early):
        return min(whole, max(1, whole // 2))
    return max(0, whole - late - early)


def sum_up(meetings: Sequence[Held], marks: Mapping[UUID, Mark], now: datetime) -> Sum:
    """What `marks` (by meeting) come to. A meeting counts as held once it is over, or has begun with them marked there.

    What was marked ahead counts from the beginning of its meeting. Whoever was there for no minute of a meeting was not
    there: it can become shorter than somebody was late.
    """
    statuses = {key: mark.status for key, mark in marks.items() if mark.status is not Status.NOT_RECORDED}
    begun = begun_of(meetings, now)
    held = [meeting for meeting in begun if meeting.ends_at <= now or meeting.meeting_id in statuses]
    recorded = [statuses[meeting.meeting_id] for meeting in held if meeting.meeting_id in statuses]
    attended = sum(minutes_of(meeting, marks.get(meeting.meeting_id)) > 0 for meeting in held)
    return Sum(
        status=_status(len(held), recorded, attended),
        meetings=attended,
        meetings_held=len(held),
        meetings_recorded=len(recorded),
        minutes=sum(minutes_of(meeting, marks.get(meeting.meeting_id)) for meeting in held),
    )


def _status(held: int, recorded: Sequence[Status], attended: int) -> Status:
    if not recorded:
        return Status.NOT_RECORDED
    if attended:
        return Status.PRESENT if attended == held else Status.PARTIAL
    return Status.EXCUSED if all(status is Status.EXCUSED for status in recorded) else Status.NO_SHOW
