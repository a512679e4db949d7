"""The roster that is closed by the link in a message: what its ticks come to. Pure."""

from collections.abc import Iterable
from uuid import UUID

from training.attendance.rules.statuses import ABSENT, ATTENDED, Status
from training.base.structs import Frozen


class Stands(Frozen, frozen=True, kw_only=True):
    """How somebody on the roster is recorded."""

    key: UUID
    status: Status


def ticked(status: Status) -> bool:
    """Whether somebody's box is ticked from the start: everybody's but that of who is recorded as absent."""
    return status not in ABSENT


def changes_of(stands: Iterable[Stands], *, shown: frozenset[UUID], present: frozenset[UUID]) -> dict[UUID, Status]:
    """The marks that the ticks come to. Only of whom the page showed, and only where they say something new: who is
    ticked and recorded as late stays late."""
    found: dict[UUID, Status] = {}
    for one in stands:
        if one.key not in shown:
            continue
        if one.key in present and one.status not in ATTENDED:
            found[one.key] = Status.PRESENT
        elif one.key not in present and one.status not in ABSENT:
            found[one.key] = Status.NO_SHOW
    return found
