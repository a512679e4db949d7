"""Why a mark is not even judged against another one: something is missing, or it is not about this roster. Pure."""

from datetime import datetime

from training.attendance.rules.marks import Mark
from training.attendance.rules.statuses import BROUGHT, BY_MACHINE, Status, Way

NOT_ON_ROSTER = ("not-on-roster", "They are not on this roster.")
LEFT = ("not-on-roster", "They gave their place back, so they are not on this roster any more.")
ELSEWHERE = ("operation-used", "The id of this operation was used for another mark before.")
PLACED_LATER = ("placed-later", "They got their place after this meeting, so they are marked one by one.")
EXCUSED_WHY = ("reason-missing", "To excuse somebody takes a reason.")
CLOSED_WHY = ("reason-missing", "This roster is closed, so a change takes a reason.")
LATE_WHEN = ("minutes-missing", "Say by how many minutes they were late.")
EARLY_WHEN = ("minutes-missing", "Say by how many minutes they left early.")
NO_PART = ("minutes-missing", "A part of the meeting is at least one minute; without any they were not there.")
# Of somebody who was taken off: what the history keeps, what they are told of it, and of what they marked after that.
STOPPED = "They did not teach this session any more when it came."
STOPPED_TOLD = (
    "not-teaching",
    "You do not teach this session any more. What you marked is kept: whoever teaches it now finds it on the roster.",
)
STOPPED_BEFORE = ("not-teaching", "You did not teach this session any more when you marked this.")
CLOSED = ("roster-closed", "This roster is closed. Whoever teaches can still change it, with a reason.")


def too_many(whole: int) -> tuple[str, str]:
    """Code and sentence for more minutes than a meeting of `whole` minutes has."""
    return "minutes-too-many", f"The meeting lasts {whole} minutes. Whoever missed all of them was not there."


def refusal(
    new: Mark, current: Mark | None, *, on_roster: bool, closed_at: datetime | None, whole: int
) -> tuple[str, str] | None:
    """Code and sentence of what is missing or cannot be; None when the mark can be judged.

    A mark that a device made before the roster was closed only arrives late, and needs no reason for that. The meeting
    lasts `whole` minutes.
    """
    if not on_roster:
        return LEFT
    if (current is None or current.value != new.value) and (against := _impossible(new, whole)):
        return against
    if new.status is Status.EXCUSED and not new.reason:
        return EXCUSED_WHY
    if closed_at is None or (current is not None and current.value == new.value):
        return None
    if new.way in BY_MACHINE and not new.reason:
        return CLOSED
    came_late = new.way in BROUGHT and new.made_at <= closed_at
    return None if new.reason or came_late else CLOSED_WHY


def _impossible(new: Mark, whole: int) -> tuple[str, str] | None:
    """What is wrong with the minutes. Whoever was there for no minute at all was not there."""
    # What a machine says was computed from the meeting itself.
    if new.way in BY_MACHINE or new.status not in (Status.LATE, Status.LEFT_EARLY, Status.PARTIAL):
        return None
    if new.minutes_late + new.minutes_early >= max(1, whole) or (new.minutes or 0) > whole:
        return too_many(whole)
    if new.minutes == 0:
        return NO_PART
    # Whoever contests a mark need not know by how many minutes it was.
    if new.way is not Way.CONTEST and new.minutes is None:
        if new.status is Status.LATE and not new.minutes_late:
            return LATE_WHEN
        if new.status is Status.LEFT_EARLY and not new.minutes_early:
            return EARLY_WHEN
    return None
