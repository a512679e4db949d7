"""Plans: who is reminded of what and when; the built-in ones, and which of several with one key holds.

Left out of the built-in ones, on purpose. Thanks afterwards: nobody knows who came before attendance is recorded, and
thanking who did not come is worse than silence. A reminder that a place can still be given back: the one a week
before says until when. Places without a name: whoever booked them is asked 7, 3 and 1 days before by booking itself.
A manager can plan each of these all the same.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from training.base.errors import Conflict, Invalid
from training.base.structs import Frozen, Input

# How far from its instant a reminder may lie, in minutes.
EARLIEST = -90 * 24 * 60
LATEST = 60 * 24 * 60
SHORTEST_LEAD = 15
LONGEST_WORDS = 2_000


class Audience(StrEnum):
    """Whom a plan is for. The unprepared have a place and have not gone through all that is to be done before."""

    ENROLLED = "enrolled"
    UNPREPARED = "unprepared"
    WAITLISTED = "waitlisted"
    OPEN_PLACES = "open_places"
    TRAINERS = "trainers"
    COORDINATORS = "coordinators"


class Anchor(StrEnum):
    """The instant that a plan counts from. `meeting_start` is that of every day on which there is a meeting."""

    START = "start"
    END = "end"
    MEETING_START = "meeting_start"
    BOOKING_DEADLINE = "booking_deadline"
    CANCELLATION_DEADLINE = "cancellation_deadline"
    OPEN_PLACE_DEADLINE = "open_place_deadline"
    WAITLIST_CUTOFF = "waitlist_cutoff"


class Scope(StrEnum):
    """What a plan belongs to. Later ones are narrower and win."""

    BUILT_IN = "built_in"
    PROGRAM = "program"
    COURSE = "course"
    SESSION = "session"


class PlanKeyTaken(Conflict):
    """There is a reminder with this short name here already. Change that one, or choose another name."""

    code = "reminder-key-taken"


class Plan(Frozen, frozen=True, kw_only=True):
    """Who is reminded when. `offset_minutes` is negative before the anchor. `words` are a manager's own sentences.

    `id` is None for a built-in one.
    """

    key: str
    audience: Audience
    anchor: Anchor
    offset_minutes: int
    template: str = ""
    words: str = ""
    active: bool = True
    scope: Scope = Scope.BUILT_IN
    id: UUID | None = None
    version: int = 0

    @property
    def before(self) -> bool:
        """Whether it is a reminder of something that is still to come."""
        return self.offset_minutes < 0

    @property
    def offset(self) -> timedelta:
        """How long after the anchor; negative before it."""
        return timedelta(minutes=self.offset_minutes)

    @property
    def letter(self) -> str:
        """The key of its template: the one asked for, else what suits whom it is for and what it counts from."""
        if self.template:
            return self.template
        if self.audience is Audience.ENROLLED:
            if not self.before:
                return "after"
            return "deadline" if self.anchor is Anchor.CANCELLATION_DEADLINE else "upcoming"
        return _LETTERS[self.audience]

    @property
    def sentence(self) -> str:
        """'1 day before each meeting starts', for files and journals."""
        minutes = abs(self.offset_minutes)
        size, unit = next((size, unit) for size, unit in _UNITS if minutes % size == 0)
        number = minutes // size
        return (
            f"{number} {unit}{'' if number == 1 else 's'} {'before' if self.before else 'after'} {_SAID[self.anchor]}"
        )

    @property
    def kind(self) -> str:
        """The kind of its messages."""
        return "briefing" if self.letter == "briefing" else f"reminder-{self.letter}"


class PlanValues(Input, frozen=True, kw_only=True):
    """What a manager says about a plan. `key` names it within its scope, and replaces one of that name further out."""

    key: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    audience: Audience = Audience.ENROLLED
    anchor: Anchor = Anchor.START
    offset_minutes: Annotated[int, Meta(ge=EARLIEST, le=LATEST)]
    words: Annotated[str, Meta(max_length=LONGEST_WORDS)] = ""
    active: bool = True


_LETTERS = {
    Audience.UNPREPARED: "prework",
    Audience.WAITLISTED: "waiting",
    Audience.OPEN_PLACES: "open-places",
    Audience.TRAINERS: "briefing",
    Audience.COORDINATORS: "coordinating",
}
LETTERS = ("upcoming", "deadline", "after", *_LETTERS.values())
_DAY = 24 * 60
_UNITS = ((_DAY, "day"), (60, "hour"), (1, "minute"))
_SAID = {
    Anchor.START: "the session starts",
    Anchor.END: "the session ends",
    Anchor.MEETING_START: "each meeting starts",
    Anchor.BOOKING_DEADLINE: "booking closes",
    Anchor.CANCELLATION_DEADLINE: "the cancellation deadline",
    Anchor.OPEN_PLACE_DEADLINE: "open places need names",
    Anchor.WAITLIST_CUTOFF: "the waitlist stops moving",
}
# Where each instant usually lies before or after the start, in minutes: only to list plans in the order of time.
_USUALLY = {
    Anchor.BOOKING_DEADLINE: -4 * _DAY,
    Anchor.OPEN_PLACE_DEADLINE: -3 * _DAY,
    Anchor.CANCELLATION_DEADLINE: -2 * _DAY,
    Anchor.WAITLIST_CUTOFF: -12 * 60,
    Anchor.START: 0,
    Anchor.MEETING_START: 0,
    Anchor.END: 2 * 60,
}
_KEY_LETTERS = re.compile(r"[^a-z0-9]+")


def key_of(said: str) -> str:
    """A key made of words: lower case, hyphens, at most 40 letters."""
    return _KEY_LETTERS.sub("-", said.lower()).strip("-")[:40].strip("-")


BUILT_IN: tuple[Plan, ...] = (
    Plan(key="week-before", audience=Audience.ENROLLED, anchor=Anchor.START, offset_minutes=-7 * _DAY),
    Plan(key="prework", audience=Audience.UNPREPARED, anchor=Anchor.START, offset_minutes=-3 * _DAY),
    Plan(key="day-before", audience=Audience.ENROLLED, anchor=Anchor.MEETING_START, offset_minutes=-_DAY),
    Plan(key="hour-before", audience=Audience.ENROLLED, anchor=Anchor.MEETING_START, offset_minutes=-60),
    Plan(key="waitlist-stops", audience=Audience.WAITLISTED, anchor=Anchor.WAITLIST_CUTOFF, offset_minutes=-_DAY),
    Plan(key="briefing", audience=Audience.TRAINERS, anchor=Anchor.MEETING_START, offset_minutes=-_DAY),
    Plan(
        key="booking-closes", audience=Audience.COORDINATORS, anchor=Anchor.BOOKING_DEADLINE, offset_minutes=-2 * _DAY
    ),
)
_WIDTH = {scope: width for width, scope in enumerate(Scope)}


def plans_in_force(own: Iterable[Plan]) -> tuple[Plan, ...]:
    """The plans of a session: the narrowest of each key, switched-off ones included, in the order in which they usually
    come.

    `own` are those of its program, its course and the session itself, in any order.
    """
    held = {plan.key: plan for plan in BUILT_IN}
    for plan in sorted(own, key=lambda each: _WIDTH[each.scope]):
        held[plan.key] = plan
    return tuple(sorted(held.values(), key=_place))


def _place(plan: Plan) -> tuple[int, str, str]:
    """Where a plan stands among others in the order of time, counted from the start of a session."""
    return _USUALLY[plan.anchor] + plan.offset_minutes, plan.audience, plan.key


def checked_plan(values: PlanValues) -> PlanValues:
    """The values when they can be kept. Raises Invalid with a sentence per field."""
    wrong: dict[str, str] = {}
    if -SHORTEST_LEAD < values.offset_minutes < 0:
        wrong["offset_minutes"] = f"Remind at least {SHORTEST_LEAD} minutes before, so that it can be read in time."
    if values.anchor is Anchor.OPEN_PLACE_DEADLINE and values.audience not in (
        Audience.OPEN_PLACES,
        Audience.COORDINATORS,
    ):
        wrong["anchor"] = "This deadline concerns those who look after places without a name."
    if values.audience is Audience.WAITLISTED and values.offset_minutes >= 0 and values.anchor is not Anchor.END:
        wrong["offset_minutes"] = "Whoever waits is reminded before something, or after the session has ended."
    if values.audience is Audience.UNPREPARED and (values.offset_minutes >= 0 or values.anchor is Anchor.END):
        wrong["offset_minutes"] = "What is to be done before is asked for before the session starts."
    if wrong:
        raise Invalid(fields=wrong)
    return values
