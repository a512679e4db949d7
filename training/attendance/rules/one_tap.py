"""The roster that is closed by the link in a message: what its ticks come to. Pure."""

from collections.abc import Iterable
from uuid import UUID

from training.attendance.rules.statuses import ABSENT, ATTENDED, Status
from training.base.structs import Frozen


class Stands(Frozen, frozen=True, kw_only=True):
    """How somebody on the roster is recorded. `later`: they got their place after the meeting."""

    key: UUID
    status: Status
    later: bool = False

    @property
    def expected(self) -> bool:
        """Whether the roster waits for them, or has them already."""
        return not self.later or self.status is not Status.NOT_RECORDED


def ticked(one: Stands) -> bool:
    """Whether somebody's box is ticked from the start: everybody's but that of who is recorded as absent, or had no
    place yet."""
    return one.status not in ABSENT and one.expected


def changes_of(stands: Iterable[Stands], *, shown: frozenset[UUID], present: frozenset[UUID]) -> dict[UUID, Status]:
    """The marks that the ticks come to. Only of whom the page showed, and only where they say something new: who is
    ticked and recorded as late stays late, and who had no place yet and is not ticked stays not recorded."""
    found: dict[UUID, Status] = {}
    for one in stands:
        if one.key not in shown:
            continue
        if one.key in present and one.status not in ATTENDED:
            found[one.key] = Status.PRESENT
        elif one.key not in present and one.status not in ABSENT and one.expected:
            found[one.key] = Status.NO_SHOW
    return found
