"""Since when somebody who taught a session does not teach it any more. Pure."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen


class Taught(Frozen, frozen=True, kw_only=True):
    """That somebody came to teach these meetings of a session at an instant, or was taken off them. A shadow does not
    teach: `teaches` is false for one."""

    at: datetime
    meeting_ids: tuple[UUID, ...]
    teaches: bool


def stopped_at(history: Iterable[Taught]) -> datetime | None:
    """The instant since which somebody who taught a session teaches no meeting of it; None for whoever does, and for
    whoever never did, as a shadow from the first moment. In the order in which it happened, oldest first."""
    teaches: dict[UUID, bool] = {}
    taught, stopped = False, None
    for each in history:
        teaches |= dict.fromkeys(each.meeting_ids, each.teaches)
        if any(teaches.values()):
            taught, stopped = True, None
        elif taught and stopped is None:
            stopped = each.at
    return stopped
