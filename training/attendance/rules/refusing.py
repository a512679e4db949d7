"""Why a mark is not even judged against another one: something is missing, or it is not about this roster. Pure."""

from datetime import datetime

from training.attendance.rules.marks import Mark
from training.attendance.rules.statuses import BY_MACHINE, Status, Way

NOT_ON_ROSTER = ("not-on-roster", "They are not on this roster.")
LEFT = ("not-on-roster", "They gave their place back, so they are not on this roster any more.")
ELSEWHERE = ("operation-used", "The id of this operation was used for another mark before.")
EXCUSED_WHY = ("reason-missing", "To excuse somebody takes a reason.")
CLOSED_WHY = ("reason-missing", "This roster is closed, so a change takes a reason.")
CLOSED = ("roster-closed", "This roster is closed. Whoever teaches can still change it, with a reason.")


def refusal(new: Mark, current: Mark | None, *, on_roster: bool, closed_at: datetime | None) -> tuple[str, str] | None:
    """Code and sentence of what is missing; None when the mark can be judged.

    A mark that a device made before the roster was closed only arrives late, and needs no reason for that.
    """
    if not on_roster:
        return LEFT
    if new.status is Status.EXCUSED and not new.reason:
        return EXCUSED_WHY
    if closed_at is None or (current is not None and current.value == new.value):
        return None
    if new.way in BY_MACHINE and not new.reason:
        return CLOSED
    came_late = new.way is Way.OFFLINE and new.made_at <= closed_at
    return None if new.reason or came_late else CLOSED_WHY
