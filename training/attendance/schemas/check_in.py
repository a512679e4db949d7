"""What goes in and out of checking in."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from training.attendance.queries.check_in import CheckedIn, Counted, SelfCheckIn
from training.attendance.rules.check_in import AFTER_THE_END, CheckedInNow
from training.attendance.rules.rotating import changes_at, code_at
from training.attendance.rules.statuses import Status, Way
from training.base.site import Site
from training.base.structs import Frozen, Input

Code = Annotated[str, Meta(min_length=1, max_length=500, description="What was read or typed.")]
Device = Annotated[str, Meta(max_length=100, description="What one device is known by, the same each time.")]


class ScanForm(Input, frozen=True, kw_only=True):
    """A code that was read or typed."""

    code: Code


class PersonForm(Input, frozen=True, kw_only=True):
    """The button on the page of a code: in which meeting."""

    meeting_id: UUID


class SwitchForm(Input, frozen=True, kw_only=True):
    """Whether people check in themselves; `anew`: with another word, and earlier codes are worth nothing.

    `back` is `screen` where it was pressed there."""

    on: bool = False
    anew: bool = False
    back: str = ""


class HereForm(Input, frozen=True, kw_only=True):
    """The code on the screen, or the word."""

    code: Code


class KioskForm(Input, frozen=True, kw_only=True):
    """Who, and the word."""

    enrollment_id: UUID
    code: Code


class ScanIn(Input, frozen=True, kw_only=True):
    """Somebody's code: the address in the picture, its token, or its six letters."""

    code: Code


class HereIn(Input, frozen=True, kw_only=True):
    """The code on the screen, or the word; and what the device is known by, which is kept as a hash."""

    code: Code
    device: Device = ""


class SwitchIn(Input, frozen=True, kw_only=True):
    """Whether people check in themselves; `anew`: with another word, and earlier codes are worth nothing."""

    on: bool
    anew: bool = False


class DecideIn(Input, frozen=True, kw_only=True):
    """Whether they were there."""

    confirm: bool


class CheckedInOut(Frozen, frozen=True, kw_only=True):
    """What came of checking somebody in. `already`: they were in before, since `at`. With `doubtful` nobody is marked
    before somebody who teaches has looked; with `kept` somebody had said otherwise before, and that stands."""

    enrollment_id: UUID
    meeting_id: UUID
    name: str
    way: Way
    at: datetime
    status: Status
    minutes_late: int
    already: bool
    doubtful: str
    kept: str

    @classmethod
    def of(cls, found: CheckedInNow) -> "CheckedInOut":
        """What came of it, as JSON."""
        return cls(**{name: getattr(found, name) for name in cls.__struct_fields__})


class DoubtfulOut(Frozen, frozen=True, kw_only=True):
    """A check-in that somebody who teaches has to look at, and why."""

    id: UUID
    enrollment_id: UUID
    name: str
    way: Way
    at: datetime
    doubtful: str

    @classmethod
    def of(cls, found: CheckedIn) -> "DoubtfulOut":
        """One of them, as JSON."""
        return cls(**{name: getattr(found, name) for name in cls.__struct_fields__})


class DecidedOut(Frozen, frozen=True, kw_only=True):
    """Whose check-in was decided, and how."""

    name: str
    confirmed: bool


class SelfCheckInOut(Frozen, frozen=True, kw_only=True):
    """How self check-in stands. `code` is what a screen shows until `changes_at`, and `address` what it leads to; both
    are empty while it is off. Who is excused is not `expected`."""

    on: bool
    word: str = ""
    code: str = ""
    address: str = ""
    changes_at: datetime | None = None
    expected: int = 0
    arrived: int = 0
    doubtful: int = 0

    @classmethod
    def of(cls, found: SelfCheckIn, counted: Counted, site: Site, meeting_id: UUID, now: datetime) -> "SelfCheckInOut":
        """How it stands now, as JSON and for the screen."""
        counts: dict[str, Any] = {
            "expected": counted.expected,
            "arrived": counted.arrived,
            "doubtful": counted.doubtful,
        }
        if not found.on:
            return cls(on=False, **counts)
        code = code_at(site.secret_key, meeting_id, found.code_generation, now)
        return cls(
            on=True,
            word=found.word,
            code=code,
            address=site.url(f"/here/{code}"),
            changes_at=changes_at(now),
            **counts,
        )


class CodeOut(Frozen, frozen=True, kw_only=True):
    """The code of an enrollment: the address in the picture, and the same to be typed."""

    address: str
    words: str


def told(found: CheckedInNow) -> tuple[str, str]:
    """What came of it as a sentence for whoever stands at the door, and its kind (success, info, warning)."""
    if found.kept:
        return f"{found.name} was not checked in: {found.kept} The roster can be changed by hand.", "warning"
    if found.doubtful:
        return f"{found.name}: somebody who teaches has to confirm this first. {found.doubtful}", "warning"
    if found.already:
        return f"{found.name} is checked in already.", "info"
    if found.status is Status.LATE:
        return f"{found.name} is checked in, {found.minutes_late} minutes late.", "success"
    return f"{found.name} is checked in.", "success"


def warned(found: CheckedInNow) -> str:
    """What the person themselves has to know when they are not simply in, which the page says by itself; else empty."""
    if found.kept:
        return "Your roster says otherwise. Please talk to somebody who teaches."
    if found.doubtful:
        why = "You checked in after the end." if found.doubtful == AFTER_THE_END else found.doubtful
        return f"{why} So somebody who teaches looks at it first; you need not do anything."
    return ""
