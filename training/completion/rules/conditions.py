"""What it takes to complete a session: the rule of a session, its course or its program, and which of them holds."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen, Input

MOST_MEETINGS = 200
MOST_MINUTES = 60 * 24 * 60
MOST_MONTHS = 240


class Scope(StrEnum):
    """What a rule belongs to. Later ones are nearer and win."""

    BUILT_IN = "built_in"
    PROGRAM = "program"
    COURSE = "course"
    SESSION = "session"


class NoRuleHere(Conflict):
    """There is no rule of its own here: the wider one holds already."""

    code = "no-completion-rule"


class RuleValues(Input, frozen=True, kw_only=True):
    """What somebody says about completing: see `Rule`."""

    meetings_needed: Annotated[int | None, Meta(description="How many meetings; null for all, 0 for none.")] = None
    minutes_needed: Annotated[int | None, Meta(description="Minutes in all; null for no such condition.")] = None
    survey_needed: bool = False
    valid_months: Annotated[int | None, Meta(description="Valid for so many months; null for good.")] = None
    hours_minutes: Annotated[int | None, Meta(description="What counts as hours; null for the minutes there.")] = None
    certificate: bool = True


class Rule(Frozen, frozen=True, kw_only=True):
    """What it takes to complete a session.

    `meetings_needed`: how many meetings, None for all that were held, 0 for none in particular; `minutes_needed`: how
    long in all, None for no such condition. A session with fewer meetings or minutes asks for all of its own.
    `valid_months`: None for good. `hours_minutes`: what counts as hours, None for the minutes somebody was there.
    `id` is None for the built-in one.
    """

    meetings_needed: int | None = None
    minutes_needed: int | None = None
    survey_needed: bool = False
    valid_months: int | None = None
    hours_minutes: int | None = None
    certificate: bool = True
    scope: Scope = Scope.BUILT_IN
    id: UUID | None = None
    version: int = 0

    @property
    def sentence(self) -> str:
        """What it takes, in one sentence: 'At least 2 meetings and 180 minutes in all, and the survey answered.'"""
        there = " and ".join(part for part in (self._meetings, self._minutes) if part)
        said = ", and ".join(part for part in (there, self._survey) if part)
        return f"{said[0].upper()}{said[1:]}."

    @property
    def validity(self) -> str:
        """How long it is valid, in one sentence."""
        if self.valid_months is None:
            return f"{self._what} is valid for good."
        return f"{self._what} is valid for {counted(self.valid_months, 'month')}, counted from the end of the session."

    @property
    def hours(self) -> str:
        """What counts as hours, in one sentence; empty where it is the minutes somebody was there."""
        if self.hours_minutes is None:
            return ""
        counts = "counts" if self.hours_minutes == 1 else "count"
        return f"{counted(self.hours_minutes, 'minute')} {counts} as hours for whoever completes it."

    @property
    def _what(self) -> str:
        return "The certificate" if self.certificate else "Completion"

    @property
    def _meetings(self) -> str:
        if self.meetings_needed is None:
            return "every meeting"
        return f"at least {counted(self.meetings_needed, 'meeting')}" if self.meetings_needed else ""

    @property
    def _minutes(self) -> str:
        return "" if self.minutes_needed is None else f"at least {counted(self.minutes_needed, 'minute')} in all"

    @property
    def _survey(self) -> str:
        return "the survey answered" if self.survey_needed else ""


BUILT_IN = Rule()
_NEAR = {scope: nearness for nearness, scope in enumerate(Scope)}


def nearest(rules: Iterable[Rule]) -> Rule:
    """The rule that holds: that of the session, else of its course, else of its program, else the built-in one."""
    return max((BUILT_IN, *rules), key=lambda rule: _NEAR[rule.scope])


def counted(number: int, noun: str) -> str:
    """'1 meeting', '3 meetings'."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def checked(values: RuleValues) -> RuleValues:
    """The values when they can be kept. Raises Invalid with a sentence per field."""
    wrong: dict[str, str] = {}
    bounds = {
        "meetings_needed": (0, MOST_MEETINGS),
        "minutes_needed": (1, MOST_MINUTES),
        "valid_months": (1, MOST_MONTHS),
        "hours_minutes": (0, MOST_MINUTES),
    }
    for name, (least, most) in bounds.items():
        value = getattr(values, name)
        if value is not None and not least <= value <= most:
            wrong[name] = f"This number must be at least {least} and at most {most}."
    if values.meetings_needed == 0 and values.minutes_needed is None:
        wrong.setdefault("minutes_needed", "Without a number of meetings, say how many minutes it takes.")
    if wrong:
        raise Invalid(fields=wrong)
    return values
