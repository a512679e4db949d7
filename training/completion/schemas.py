"""Rules, progress, exceptions and renewals, as JSON and as forms."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.base.errors import Invalid
from training.base.structs import Frozen, Input
from training.booking.rules.states import State
from training.completion.actions.excepting import Settled
from training.completion.queries.facts import Judged
from training.completion.queries.renewals import Ending, NextSession
from training.completion.rules.conditions import MOST_MEETINGS, MOST_MINUTES, MOST_MONTHS, Rule, RuleValues, Scope
from training.completion.rules.renewals import Renewal

Number = Annotated[int | None, Meta(description="Null for no such condition.")]


class RuleOut(Frozen, frozen=True, kw_only=True):
    """What it takes to complete a session. `scope` says where the rule comes from; a built-in one has no `id`.

    `meetings_needed` null means all, 0 none in particular. `sentence` and `validity` say the same in words.
    `rule_version` is that of the rule where it comes from; it is no version of this answer, which changes with `scope`.
    """

    id: UUID | None
    scope: Scope
    meetings_needed: int | None
    minutes_needed: int | None
    survey_needed: bool
    valid_months: int | None
    hours_minutes: int | None
    certificate: bool
    sentence: str
    validity: str
    rule_version: int

    @classmethod
    def of(cls, rule: Rule) -> "RuleOut":
        """A rule as it is told."""
        plain = {name: getattr(rule, name) for name in cls.__struct_fields__ if name != "rule_version"}
        return cls(**plain, rule_version=rule.version)


def about(program: UUID | None, course: UUID | None, session: UUID | None) -> tuple[Scope, UUID]:
    """What a rule belongs to. Raises Invalid unless that is exactly one thing."""
    given = {Scope.PROGRAM: program, Scope.COURSE: course, Scope.SESSION: session}
    found = [(scope, scope_id) for scope, scope_id in given.items() if scope_id is not None]
    if len(found) != 1:
        raise Invalid("Say which program, course or session it is about: exactly one of them.")
    return found[0]


class RuleIn(Input, frozen=True, kw_only=True):
    """A rule for exactly one of program, course and session, in place of its own one. `version` is that of its own one,
    0 for none; left out, it is not asked."""

    program_id: UUID | None = None
    course_id: UUID | None = None
    session_id: UUID | None = None
    meetings_needed: Number = None
    minutes_needed: Number = None
    survey_needed: bool = False
    valid_months: Number = None
    hours_minutes: Number = None
    certificate: bool = True
    version: Annotated[int, Meta(ge=0)] | None = None

    def about(self) -> tuple[Scope, UUID]:
        """What it belongs to. Raises Invalid."""
        return about(self.program_id, self.course_id, self.session_id)

    def values(self) -> RuleValues:
        """What is to be kept."""
        return RuleValues(**{name: getattr(self, name) for name in RuleValues.__struct_fields__})


class RuleRemoval(Input, frozen=True, kw_only=True):
    """Whose own rule is taken back: exactly one of program, course and session."""

    program_id: UUID | None = None
    course_id: UUID | None = None
    session_id: UUID | None = None
    version: Annotated[int, Meta(ge=0)] | None = None

    def about(self) -> tuple[Scope, UUID]:
        """What it belongs to. Raises Invalid."""
        return about(self.program_id, self.course_id, self.session_id)


class RuleForm(Input, frozen=True, kw_only=True):
    """The form of a rule. `what` is sure once the consequences were shown."""

    meetings: Literal["all", "some", "none"] = "all"
    meetings_needed: Annotated[int, Meta(ge=1, le=MOST_MEETINGS)] | None = None
    minutes_needed: Annotated[int, Meta(ge=1, le=MOST_MINUTES)] | None = None
    survey_needed: bool = False
    valid_months: Annotated[int, Meta(ge=1, le=MOST_MONTHS)] | None = None
    hours_minutes: Annotated[int, Meta(ge=0, le=MOST_MINUTES)] | None = None
    certificate: bool = False
    version: int = 0
    sure: bool = False

    def values(self) -> RuleValues:
        """What is to be kept."""
        return RuleValues(
            meetings_needed={"all": None, "none": 0}.get(self.meetings, self.meetings_needed),
            minutes_needed=self.minutes_needed,
            survey_needed=self.survey_needed,
            valid_months=self.valid_months,
            hours_minutes=self.hours_minutes,
            certificate=self.certificate,
        )


class RemoveForm(Input, frozen=True, kw_only=True):
    """Take a rule back; `sure` once the consequences were shown."""

    version: int = 0
    sure: bool = False


def form_of(rule: Rule) -> dict[str, object]:
    """A rule as its form says it. The version is that of the rule there, 0 when it comes from further out."""
    meetings = "all" if rule.meetings_needed is None else "some" if rule.meetings_needed else "none"
    plain = {name: getattr(rule, name) for name in RuleValues.__struct_fields__}
    return {**plain, "meetings": meetings, "meetings_needed": rule.meetings_needed or None}


class ExceptionForm(Input, frozen=True, kw_only=True):
    """The form of a decision by hand."""

    completed: Literal["yes", "no"]
    reason: Annotated[str, Meta(max_length=300)] = ""
    version: int = 0


class ExceptionIn(Input, frozen=True, kw_only=True):
    """A decision by hand. The person reads the reason. `version` 0: nobody decided so far; it may be left out."""

    completed: bool
    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    version: Annotated[int, Meta(ge=0)] | None = None


class EndingIn(Input, frozen=True, kw_only=True):
    """Let the rule decide again."""

    version: Annotated[int, Meta(ge=0)] | None = None


class SettledOut(Frozen, frozen=True, kw_only=True):
    """What an enrollment is now. `version` is that of the decision by hand."""

    enrollment_id: UUID
    state: State
    version: int

    @classmethod
    def of(cls, settled: Settled) -> "SettledOut":
        """The same as it is told."""
        return cls(enrollment_id=settled.enrollment_id, state=settled.state, version=settled.version)


class CompletionOut(Frozen, frozen=True, kw_only=True):
    """How far somebody is with a session: in numbers, in words, and what their enrollment is."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    name: str
    state: State
    progress: str
    meetings: int
    meetings_needed: int
    minutes: int
    minutes_needed: int | None
    survey: str
    completed_at: datetime | None
    valid_until: datetime | None
    by_hand: str
    exception_version: int

    @classmethod
    def of(cls, one: Judged) -> "CompletionOut":
        """An enrollment as it is told."""
        return cls(
            enrollment_id=one.facts.id,
            session_id=one.facts.session_id,
            person_id=one.facts.person_id,
            name=one.facts.name,
            state=one.facts.state,
            progress=one.progress.sentence,
            meetings=one.progress.meetings,
            meetings_needed=one.progress.meetings_needed,
            minutes=one.progress.minutes,
            minutes_needed=one.progress.minutes_needed,
            survey=one.progress.survey,
            completed_at=one.facts.completed_at,
            valid_until=one.facts.valid_until,
            by_hand=one.progress.by_hand,
            exception_version=one.facts.exception_version,
        )


class CompletionList(Frozen, frozen=True, kw_only=True):
    """Everybody of a session who takes part, and the rule that holds."""

    rule: RuleOut
    items: list[CompletionOut]


class RenewalOut(Frozen, frozen=True, kw_only=True):
    """Somebody whose completion ends or ended, and sessions in which they could renew it.

    `standing` is `held` while the session in which they renewed it is over and not decided yet: see `roster_open`.
    """

    enrollment_id: UUID
    person_id: UUID
    name: str
    course_id: UUID
    course: str
    completed_at: datetime
    valid_until: datetime
    standing: Renewal
    booked_session_id: UUID | None
    roster_open: bool
    sessions: list[UUID]

    @classmethod
    def of(cls, one: Ending, dates: list[NextSession], now: datetime) -> "RenewalOut":
        """One line of the list."""
        return cls(
            enrollment_id=one.id,
            person_id=one.person_id,
            name=one.name,
            course_id=one.course_id,
            course=one.course,
            completed_at=one.completed_at,
            valid_until=one.valid_until,
            standing=one.standing(now),
            booked_session_id=one.booked_id,
            roster_open=one.roster_open and one.standing(now) is Renewal.HELD,
            sessions=[date.session_id for date in dates],
        )


class RenewalList(Frozen, frozen=True, kw_only=True):
    """The renewals of a partner."""

    items: list[RenewalOut]
