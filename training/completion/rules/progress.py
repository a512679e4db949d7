"""How far somebody is with a session, and whether they have completed it. Pure, and the same in any order of events."""

from calendar import monthrange
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from training.attendance.rules.overall import Amount, counting
from training.base.structs import Frozen
from training.booking.rules.states import State
from training.completion.rules.conditions import Rule, counted


class Survey(StrEnum):
    """Where somebody's survey stands. `NONE`: nothing is asked of them, so nothing can be missing."""

    NONE = "none"
    TO_COME = "to come"
    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Attended(Frozen, frozen=True, kw_only=True):
    """How somebody was at a session. `corrected` is what was set by hand and counts instead, empty for nothing."""

    meetings: int = 0
    minutes: int = 0
    corrected: str = ""
    corrected_minutes: int | None = None


class Held(Frozen, frozen=True, kw_only=True):
    """How far a session itself is. `planned` and `planned_minutes` count the meetings that were not cancelled, `closed`
    those that are over and whose roster is closed. `ended_at`: the end of the last of them."""

    planned: int
    planned_minutes: int
    closed: int
    ended_at: datetime | None
    zone: str = "UTC"

    @property
    def over(self) -> bool:
        """Whether every meeting is over and every roster closed."""
        return 0 < self.planned <= self.closed


class ByHand(Frozen, frozen=True, kw_only=True):
    """Somebody decided by hand."""

    completed: bool
    reason: str
    decided_at: datetime


class Progress(Frozen, frozen=True, kw_only=True):
    """How far somebody is: what they have, what it takes. `final`: nothing that is still to come can change it, unless
    somebody corrects something. `by_hand`: the reason why somebody decided against the rule, empty otherwise."""

    meetings: int
    meetings_needed: int
    minutes: int
    minutes_needed: int | None
    survey: Survey
    survey_needed: bool
    final: bool
    by_hand: str = ""
    by_hand_completed: bool = False

    @property
    def attended(self) -> bool:
        """Whether meetings and minutes are enough."""
        return self.meetings >= self.meetings_needed and self.minutes >= (self.minutes_needed or 0)

    @property
    def met(self) -> bool:
        """Whether everything is done that the rule asks for."""
        return self.attended and (not self.survey_needed or self.survey in (Survey.ANSWERED, Survey.NONE))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What there is of what it takes, each in a few words: '2 of 3 meetings', 'survey still open'."""
        said = []
        if self.meetings_needed:
            said.append(f"{min(self.meetings, self.meetings_needed)} of {counted(self.meetings_needed, 'meeting')}")
        if self.minutes_needed is not None:
            said.append(f"{min(self.minutes, self.minutes_needed)} of {counted(self.minutes_needed, 'minute')}")
        if self.survey_needed and self.survey in _SURVEYS:
            said.append(_SURVEYS[self.survey])
        return tuple(said)

    @property
    def sentence(self) -> str:
        """All of it in one line: '2 of 3 meetings, 150 of 180 minutes, survey still open'."""
        return ", ".join(self.sentences)


_SURVEYS = {
    Survey.TO_COME: "a survey will be asked afterwards",
    Survey.OPEN: "survey still open",
    Survey.ANSWERED: "survey answered",
    Survey.CLOSED: "survey not answered in time",
}


class Decision(Frozen, frozen=True, kw_only=True):
    """What an enrollment is now: enrolled, completed or not completed. `why` in plain words; `completed_at` and
    `valid_until` only for a completed one, `valid_until` None for good."""

    state: State
    why: str = ""
    completed_at: datetime | None = None
    valid_until: datetime | None = None


def progress_of(
    rule: Rule, held: Held, attended: Attended, survey: Survey, exception: ByHand | None = None
) -> Progress:
    """How far somebody is by this rule."""
    there = _there(attended, held)
    needed = held.planned if rule.meetings_needed is None else min(rule.meetings_needed, held.planned)
    long = None if rule.minutes_needed is None else min(rule.minutes_needed, held.planned_minutes)
    progress = Progress(
        meetings=there.meetings,
        meetings_needed=needed,
        minutes=there.minutes,
        minutes_needed=long,
        survey=survey,
        survey_needed=rule.survey_needed,
        final=False,
        by_hand=exception.reason if exception else "",
        by_hand_completed=bool(exception and exception.completed),
    )
    waits = rule.survey_needed and progress.attended and survey in (Survey.TO_COME, Survey.OPEN)
    return replace(progress, final=bool(exception) or (held.over and not waits))


def _there(attended: Attended, held: Held) -> Amount:
    computed = Amount(meetings=attended.meetings, minutes=attended.minutes)
    whole = Amount(meetings=held.planned, minutes=held.planned_minutes)
    return counting(attended.corrected, attended.corrected_minutes, computed, whole)


def decide(rule: Rule, held: Held, progress: Progress, exception: ByHand | None = None) -> Decision:
    """What the enrollment is. An exception by hand wins; without one, nothing is decided before it is final."""
    if not progress.final:
        return Decision(state=State.ENROLLED)
    completed = exception.completed if exception else progress.met
    why = f"By hand: {exception.reason}" if exception else progress.sentence
    if not completed:
        return Decision(state=State.NOT_COMPLETED, why=why)
    at = completed_at(held, exception)
    return Decision(
        state=State.COMPLETED, why=why, completed_at=at, valid_until=valid_until(at, rule.valid_months, held.zone)
    )


def completed_at(held: Held, exception: ByHand | None) -> datetime:
    """When it counts as completed: at the end of the last meeting, by hand perhaps before it."""
    if held.ended_at is None or (exception and exception.decided_at < held.ended_at):
        if exception is None:
            raise ValueError("A session that has no meeting is completed by hand only")
        return exception.decided_at
    return held.ended_at


def valid_until(at: datetime, months: int | None, zone: str) -> datetime | None:
    """The end of the day, on the clocks of `zone`, so many months after `at`; None for good.

    The 31st becomes the last day of a shorter month.
    """
    if months is None:
        return None
    day = at.astimezone(ZoneInfo(zone)).date()
    year, month = _month(day.year * 12 + day.month - 1 + months)
    there = datetime(year, month, min(day.day, monthrange(year, month)[1]), 23, 59, 59, tzinfo=ZoneInfo(zone))
    return there.astimezone(UTC)


def _month(count: int) -> tuple[int, int]:
    """Year and month (from 1) of a count of months since the year 0."""
    return count // 12, count % 12 + 1
