"""How somebody attended a whole session: what its marks come to. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from training.attendance.rules.marks import Mark
from training.attendance.rules.rosters import minutes_between
from training.attendance.rules.statuses import ABSENT, ATTENDED, Status
from training.base.errors import Invalid
from training.base.structs import Frozen

# What a whole session can be said to have been, by hand as by computing.
OVERALL_STATUSES = (Status.PRESENT, Status.PARTIAL, Status.EXCUSED, Status.NO_SHOW, Status.NOT_RECORDED)


class MinutesImpossible(Invalid):
    """Nobody can have been there for so long: more than the session lasts, or some minutes of what they were not at."""

    code = "minutes-impossible"


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


def check_minutes(meetings: Sequence[Held], status: str, minutes: int | None) -> None:
    """Raise MinutesImpossible unless somebody can have been there for so many minutes, none said being as computed."""
    if minutes is None or not status:
        return
    whole = sum(minutes_between(each.starts_at, each.ends_at) for each in meetings)
    least, most = (0, 0) if status in ABSENT else (1, whole)
    if not least <= minutes <= most:
        said = f"From {least} to {most} minutes." if most else "Whoever was not there has no minutes."
        raise MinutesImpossible(fields={"minutes": said})


def minutes_of(meeting: Held, mark: Mark | None) -> int:
    """How many minutes of a meeting somebody was there, never more than it lasted."""
    if mark is None or mark.status not in ATTENDED:
        return 0
    whole = minutes_between(meeting.starts_at, meeting.ends_at)
    if mark.minutes is not None:
        return min(whole, mark.minutes)
    if mark.status is Status.PARTIAL and not (mark.minutes_late or mark.minutes_early):
        return whole // 2
    return max(0, whole - mark.minutes_late - mark.minutes_early)


def sum_up(meetings: Sequence[Held], marks: Mapping[UUID, Mark], now: datetime) -> Sum:
    """What `marks` (by meeting) come to. A meeting counts as held once it is over, or somebody was marked there."""
    statuses = {key: mark.status for key, mark in marks.items() if mark.status is not Status.NOT_RECORDED}
    held = [meeting for meeting in meetings if meeting.ends_at <= now or meeting.meeting_id in statuses]
    recorded = [statuses[meeting.meeting_id] for meeting in held if meeting.meeting_id in statuses]
    attended = sum(status in ATTENDED for status in recorded)
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
