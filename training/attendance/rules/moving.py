"""A meeting that moves leaves its marks behind: whoever was there at the old time was not at the new one. Pure."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from training.attendance.rules.marks import Mark
from training.attendance.rules.statuses import Status
from training.base.errors import Conflict
from training.schedule.rules.placing import MeetingMove

# The reason that the history keeps with each mark that was taken back so.
MOVED = "The meeting was moved."


class MovedMeanwhile(Conflict):
    """This meeting was moved a moment ago, so nobody was marked. Look at its roster again."""

    code = "meeting-moved-meanwhile"


def moved_away(moves: Iterable[MeetingMove], now: datetime) -> tuple[UUID, ...]:
    """The meetings that begin at another time than before, and have not begun then."""
    return tuple(
        move.meeting_id
        for move in moves
        if move.before.starts_at != move.after.starts_at and move.after.starts_at > now
    )


def opening(starts_at: datetime, current: Mark | None) -> datetime:
    """The start of the meeting from which it is counted when a device can have marked somebody at the earliest.

    Who was marked at the old time of a meeting, by a device that says so only now, was marked before that was taken
    back; counted from the new start it would seem to be later.
    """
    taken_back = current is not None and current.status is Status.NOT_RECORDED and current.reason == MOVED
    return min(starts_at, current.made_at) if taken_back and current is not None else starts_at
