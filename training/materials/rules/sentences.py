"""Who would see a material, in sentences for whoever decides it. Pure: counted elsewhere, told here."""

from collections.abc import Callable
from datetime import datetime

from training.base.structs import Frozen
from training.materials.rules.showing import Audience, Opens, Showing, Why

Told = Callable[[datetime], str]


class Counted(Frozen, frozen=True, kw_only=True):
    """How many a showing reaches. `people` once it has opened, `now` at the moment; of these teach `trainers`, have
    `enrolled` a place, and belong `partners` only to a partner; it is recorded that `absent` of the enrolled were not
    there. `anybody`: whoever asks, too. `over`: nobody joins any more. `cancelled`: the session was. `published`: the
    material is. `sessions`: how many sessions of a course are held, of which `lacking` do not have the meeting; None
    for a session."""

    people: int
    now: int
    trainers: int = 0
    enrolled: int = 0
    partners: int = 0
    anybody: bool = False
    from_at: datetime | None = None
    why: Why
    absent: int = 0
    over: bool = False
    cancelled: bool = False
    published: bool = False
    lacking: int = 0
    sessions: int | None = None


class Line(Frozen, frozen=True, kw_only=True):
    """A sentence with the name of its picture."""

    text: str
    icon: str = "people"


class Reached(Frozen, frozen=True, kw_only=True):
    """The answer: sentences, counts by kind, and whether nobody whom it is for will ever see it."""

    lines: tuple[Line, ...]
    counts: tuple[str, ...] = ()
    never: bool = False


def told(showing: Showing, counted: Counted, now: datetime, say: Told) -> Reached:
    """Who sees it, from when. `say` writes an instant down with its zone."""
    if showing.audience is Audience.TRAINERS:
        return Reached(lines=(Line(text=_trainers(counted), icon="lock"),), counts=())
    if counted.sessions is not None:
        return _of_course(showing, counted)
    if (never := _never(showing, counted)) is not None:
        return Reached(lines=(Line(text=never, icon="warning"), _teaching(counted)), never=True)
    learners = counted.people - counted.trainers
    if learners <= 0 and not counted.anybody:
        return _nobody(showing, counted, now, say)
    if showing.opens is Opens.ATTENDED and _is_open(counted, now):
        return _were_there(counted, _since(showing, counted, now, say))
    lines = [Line(text=f"Visible to {_whom(counted)} {_since(showing, counted, now, say)}.")]
    if showing.opens is Opens.ATTENDED:
        text = "Of those who have a place, only who was there, wholly or in part."
        lines.append(Line(text=text, icon="check-round"))
    elif counted.from_at is not None and counted.from_at > now and counted.trainers:
        lines.append(_teaching(counted))
    return Reached(lines=tuple(lines), counts=_counts(counted))


def people(count: int) -> str:
    """'1 person', '14 people'."""
    return "1 person" if count == 1 else f"{count:,} people"


def _whom(counted: Counted) -> str:
    if counted.anybody:
        return f"everyone, signed in or not (we know of {people(counted.people)})"
    return people(counted.people)


def _since(showing: Showing, counted: Counted, now: datetime, say: Told) -> str:
    if showing.opens is Opens.ALWAYS or counted.from_at is None:
        return "now" if counted.published else "as soon as it is published"
    if counted.from_at > now:
        return f"from {say(counted.from_at)}"
    return f"since {say(counted.from_at)}" if counted.published else "as soon as it is published"


def _is_open(counted: Counted, now: datetime) -> bool:
    return counted.from_at is not None and counted.from_at <= now


def _trainers(counted: Counted) -> str:
    if not counted.trainers:
        return "Nobody teaches here yet: only managers of the program see it."
    return f"Only for those who teach ({people(counted.trainers)}) and managers of the program, at any time."


def _teaching(counted: Counted) -> Line:
    if not counted.trainers:
        return Line(text="Managers of the program see it at any time.", icon="lock")
    return Line(
        text=f"Those who teach ({people(counted.trainers)}) and managers of the program see it at any time.",
        icon="lock",
    )


def _never(showing: Showing, counted: Counted) -> str | None:
    if counted.why is Why.NOT_HELD:
        if counted.cancelled:
            return "Nobody it is for sees it: the session was cancelled."
        return "Nobody it is for sees it yet: the session is a draft. They do once the session is published, too."
    if counted.why is not Why.NO_DATE:
        return None
    if showing.meeting_number is not None:
        return f"Nobody it is for will ever see it: meeting {showing.meeting_number} is not there, or was cancelled."
    return "Nobody it is for sees it as things stand: the session has no date yet."


def _nobody(showing: Showing, counted: Counted, now: datetime, say: Told) -> Reached:
    if counted.over:
        text = "Nobody it is for will ever see it: the session is over, and nobody took part."
        return Reached(lines=(Line(text=text, icon="warning"), _teaching(counted)), never=True)
    who = "is enrolled" if showing.audience is Audience.ENROLLED else "it is for is there"
    when = _since(showing, counted, now, say)
    return Reached(lines=(Line(text=f"Nobody {who} yet. Whoever comes sees it {when}."), _teaching(counted)))


def _were_there(counted: Counted, since: str) -> Reached:
    """After the end it is known who sees it: whoever was there, by what is recorded until now."""
    there = max(0, counted.now - counted.trainers)
    unknown = max(0, counted.enrolled - there - counted.absent)
    recorded = f"By what the rosters say until now, {people(there)} {_were(there)} there."
    if counted.absent:
        recorded += f" {people(counted.absent)} {_were(counted.absent)} not, and will not see it."
    if unknown:
        recorded += f" Of {people(unknown)} it is not recorded yet."
    text = (
        f"Visible to {people(counted.now)} {since}." if counted.now else "Nobody sees it until it is recorded who came."
    )
    counts = _counts(Counted(people=counted.now, now=counted.now, trainers=counted.trainers, why=counted.why))
    return Reached(lines=(Line(text=text), Line(text=recorded, icon="check-round")), counts=counts)


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _span(minutes: int) -> str:
    """'1 day', '90 minutes': in the largest unit that fits."""
    unit, length = next(each for each in (("day", 1440), ("hour", 60), ("minute", 1)) if minutes % each[1] == 0)
    count = minutes // length
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def _counts(counted: Counted) -> tuple[str, ...]:
    found = []
    if counted.enrolled:
        found.append(f"{counted.enrolled:,} enrolled")
    if counted.partners:
        found.append(f"{counted.partners:,} more of partner organizations")
    if counted.trainers:
        found.append(f"{counted.trainers:,} who {'teaches' if counted.trainers == 1 else 'teach'}")
    return tuple(found)


def _of_course(showing: Showing, counted: Counted) -> Reached:
    sessions = "1 session" if counted.sessions == 1 else f"{counted.sessions or 0:,} sessions"
    when = {
        Opens.ALWAYS: "now" if counted.published else "as soon as it is published",
        Opens.BEFORE: f"in each, from {_span(showing.offset_minutes)} before it starts",
        Opens.START: "in each, from its start",
        Opens.AFTER: "in each, after its end",
        Opens.ATTENDED: "in each, after its end, if they were there",
    }[showing.opens]
    if counted.lacking and counted.lacking == counted.sessions:
        text = f"Nobody it is for will ever see it: no session of this course has a meeting {showing.meeting_number}."
        return Reached(lines=(Line(text=text, icon="warning"), _teaching(counted)), never=True)
    if not counted.sessions and not counted.anybody and not counted.people:
        text = "Nobody sees it yet: no session of this course is held. It is there when one is."
        return Reached(lines=(Line(text=text), _teaching(counted)))
    if counted.lacking:
        sessions += f" ({counted.lacking:,} without a meeting {showing.meeting_number})"
    if counted.anybody:
        whom = f"Visible to everyone, signed in or not, {when}. We know of {people(counted.people)} in {sessions}."
    else:
        whom = f"Visible to {people(counted.people)} in {sessions}, {when}."
    lines = [Line(text=whom)]
    if showing.opens is not Opens.ALWAYS or showing.audience is Audience.ENROLLED:
        lines.append(Line(text="Each session can say something else, and shows the date there.", icon="calendar"))
    return Reached(lines=tuple(lines), counts=_counts(counted))
