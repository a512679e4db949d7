"""A mark as it is asked for, as it stands, and what came of an attempt. Pure."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from training.attendance.rules.statuses import ABSENT, Status, Way
from training.base.structs import Frozen, Input

MOST_MINUTES = 1440
Minutes = Annotated[int, Meta(ge=0, le=MOST_MINUTES, description="Whole minutes.")]
Reason = Annotated[str, Meta(max_length=300)]


class MarkInput(Input, frozen=True, kw_only=True):
    """How somebody was, as whoever marks them says it.

    `minutes` is how long they were there; without it that follows from `minutes_late` and `minutes_early`. `operation`
    is the device's own id of this attempt: the same one again is answered the same and done once. `made_at` is when
    the device made it, by its own clock; without it, now. `base_version` is the version of the mark that was on the
    screen, 0 for none; without it, nobody knows.
    """

    enrollment_id: UUID
    status: Status
    minutes_late: Minutes = 0
    minutes_early: Minutes = 0
    minutes: Minutes | None = None
    reason: Reason = ""
    operation: UUID | None = None
    made_at: Annotated[datetime, Meta(tz=True)] | None = None
    base_version: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None


class Mark(Frozen, frozen=True, kw_only=True):
    """A mark as it stands. `made_at`: when it was made, `marked_at`: when we learned of it. `version` counts from 1."""

    enrollment_id: UUID
    status: Status
    minutes_late: int = 0
    minutes_early: int = 0
    minutes: int | None = None
    reason: str = ""
    way: Way
    made_at: datetime
    marked_at: datetime
    marked_by: UUID | None = None
    version: int = 0

    @property
    def value(self) -> tuple[Status, int, int, int | None]:
        """What it says, without who said it and when."""
        return self.status, self.minutes_late, self.minutes_early, self.minutes


class SavedMark(Frozen, frozen=True, kw_only=True):
    """What came of one attempt. Unless `taken`, `code` and `why` say what it lost against or what is missing.

    `mark` is how it stands now, None where nobody has been marked. `fresh` is false for what was done before, or
    changed nothing.
    """

    enrollment_id: UUID
    operation: UUID | None
    taken: bool
    code: str = ""
    why: str = ""
    mark: Mark | None = None
    fresh: bool = True


class Saved(Frozen, frozen=True, kw_only=True):
    """What came of a request, in its order. `version` is the roster's. `runs_until`: the end of a meeting whose roster
    was closed before it."""

    meeting_id: UUID
    session_id: UUID
    version: int
    marks: tuple[SavedMark, ...]
    runs_until: datetime | None = None

    @property
    def refused(self) -> tuple[SavedMark, ...]:
        """The attempts that were not taken."""
        return tuple(one for one in self.marks if not one.taken)


def plain_value(asked: MarkInput) -> MarkInput:
    """The same without numbers that its status cannot have: nobody who was absent stayed for minutes."""
    if asked.status in ABSENT or asked.status is Status.NOT_RECORDED:
        return replace(asked, minutes_late=0, minutes_early=0, minutes=None)
    if asked.status is Status.PRESENT:
        return replace(asked, minutes_late=0, minutes_early=0)
    return asked
