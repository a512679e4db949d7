"""The roster's form: one choice for each person, with what the page showed when it was made."""

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.attendance.rules.marks import MarkInput, Minutes, Reason
from training.attendance.rules.statuses import Status
from training.base.errors import Invalid
from training.base.structs import Input

CHOICE, SHOWN = "status-", "was-"
# What the page showed of whoever it says nothing about: two hundred fields fewer before the first mark.
NOTHING_YET = "0 not recorded"
# What one person can be chosen to have been on the list itself; the rest is on a page of their own.
ON_LIST = (Status.PRESENT, Status.NO_SHOW)
MOST = 2_000
# Their ids are most of what a body may hold.
MOST_NAMED = 20_000


class RosterForm(Input, frozen=True, kw_only=True):
    """Which button sent the roster: the others are marked with `rest`, or `more` is said about somebody. `early`: a
    manager chose to mark it although nobody can have come yet."""

    rest: str = ""
    more: UUID | None = None
    early: bool = False


class PersonForm(Input, frozen=True, kw_only=True):
    """How one person was, with everything that belongs to it. `version`: of the mark that the page showed."""

    status: Status
    minutes_late: Minutes | None = None
    minutes_early: Minutes | None = None
    minutes: Minutes | None = None
    reason: Reason = ""
    version: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0

    def mark(self, enrollment_id: UUID) -> MarkInput:
        """What it asks for: minutes only where its status has them."""
        timed = self.status in (Status.LATE, Status.LEFT_EARLY)
        return MarkInput(
            enrollment_id=enrollment_id,
            status=self.status,
            minutes_late=(self.minutes_late or 0) if timed else 0,
            minutes_early=(self.minutes_early or 0) if timed else 0,
            minutes=self.minutes if self.status is Status.PARTIAL else None,
            reason=self.reason,
            base_version=self.version,
        )

    def faults(self) -> dict[str, str]:
        """What is missing, by field."""
        if self.status is Status.LATE and not self.minutes_late:
            return {"minutes_late": "Say by how many minutes they were late."}
        if self.status is Status.LEFT_EARLY and not self.minutes_early:
            return {"minutes_early": "Say by how many minutes they left early."}
        if self.status is Status.EXCUSED and not self.reason:
            return {"reason": "To excuse somebody takes a reason."}
        return {}


class DecideForm(Input, frozen=True, kw_only=True):
    """Whether a check-in that somebody had to look at counts: yes, or it does not."""

    confirm: str = ""


class CloseForm(Input, frozen=True, kw_only=True):
    """The roster is complete; whoever is not recorded was `rest`: present, no-show, or empty for nobody. `named` are
    those whom the page had named as not recorded, a blank between any two."""

    rest: str = ""
    named: Annotated[str, Meta(max_length=MOST_NAMED * 37)] = ""

    def names(self) -> frozenset[UUID]:
        """Whom the page had named. Raises Invalid for what no page sends."""
        return frozenset(_id(one) for one in self.named.split())


class ReopenForm(Input, frozen=True, kw_only=True):
    """A closed roster is worked on again."""

    reason: Reason


def chosen(pairs: Iterable[tuple[str, object]]) -> list[MarkInput]:
    """The people for whom something else is chosen than the page showed. Raises Invalid for what no page sends."""
    values = {name: value for name, value in pairs if isinstance(value, str)}
    choices = [name for name in values if name.startswith(CHOICE)]
    if len(choices) > MOST:
        raise Invalid("That is more people than a roster has.")
    marks = []
    for name in choices:
        key = name.removeprefix(CHOICE)
        version, status = _shown(values.get(f"{SHOWN}{key}", NOTHING_YET))
        if values[name] != status:
            marks.append(MarkInput(enrollment_id=_id(key), status=_status(values[name]), base_version=version))
    return marks


def _shown(text: str) -> tuple[int | None, str]:
    version, _, status = text.partition(" ")
    return (int(version), status) if version.isascii() and version.isdigit() and len(version) < 10 else (None, "")


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("A name of this form is not one of ours.") from None


def _status(text: str) -> Status:
    if text not in ON_LIST:
        raise Invalid("Somebody can be marked present or no-show here.")
    return Status(text)
