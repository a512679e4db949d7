"""Who would see a material, in sentences for whoever decides it. Pure: counted elsewhere, told here."""

from collections.abc import Callable
from datetime import datetime

from training.base.structs import Frozen
from training.materials.rules.showing import Audience, Opens, Showing, Why

Told = Callable[[datetime], str]


class Counted(Frozen, frozen=True, kw_only=True):
    """How many a showing reaches. `people` once it has opened, `now` at the moment; of these teach `trainers`, have
    `enrolled` a place, and belong `partners` only to a partner; it is recorded that `absent` of the enrolled were not
    there. `anybody`: whoever asks, too. `over`: nobody joins any more. `cancelled`: the session was. `published_at`:
    the material first was; it is `withdrawn`. `sessions`: how many sessions of a course are held, of which `hidden`
    leave it out, `differing` say something else, and `lacking` do not have the meeting; None for a session."""

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
    published_at: datetime | None = None
    withdrawn: bool = False
    lacking: int = 0
    hidden: int = 0
    differing: int = 0
    sessions: int | None = None

    @property
    def learners(self) -> int:
        """How many of the people do not teach."""
        return self.people - self.trainers


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
    if counted.withdrawn:
        line = Line(text="Withdrawn: nobody sees it until it is put back.", icon="minus-round")
        return Reached(lines=(line,), never=True)
    alone = counted.sessions is None or (counted.learners <= 0 and not counted.anybody)
    if showing.audience is Audience.TRAINERS and alone:
        return Reached(lines=(Line(text=_trainers(counted), icon="lock"),), counts=())
    if counted.sessions is not None:
        return _of_course(showing, counted)
    if (never := _never(showing, counted)) is not None:
        return Reached(lines=(Line(text=never, icon="warning"), _teaching(counted)), never=True)
    ended = showing.opens is Opens.ATTENDED and _is_open(counted, now)
    if ended and (counted.learners > 0 or counted.absent):
        return _were_there(counted, _since(showing, counted, now, say))
    if counted.learners <= 0 and not counted.anybody:
        return _nobody(showing, counted, now, say)
    lines = [Line(text=f"Visible to {_whom(counted)} {_since(showing, counted, now, say)}.")]
    if showing.opens is Opens.ATTENDED:
        text = "Of those who have a place, only who was there, wholly or in part."
        lines.append(Line(text=text, icon="check-round"))
    elif counted.from_at is not None and counted.from_at > now and counted.trainers:
        lines.append(_teaching(counted))
    return Reached(lines=tuple(lines), counts=_counts(counted))


def left_out(of_course: Showing) -> Reached:
    """Of a session that leaves it out, where the course shows it so. The page of the course goes on as it says."""
    lines = [Line(text="Left out of this session: nobody sees it here.", icon="minus-round")]
    others = {Audience.EVERYONE: "everyone", Audience.PARTNERS: "people of partner organizations"}
    if of_course.opens is Opens.ALWAYS and of_course.audience in others:
        text = f"On the page of the course, {others[of_course.audience]} see it all the same."
        lines.append(Line(text=text.replace("everyone see", "everyone sees")))
    return Reached(lines=tuple(lines), never=True)


def people(count: int) -> str:
    """'1 person', '14 people'."""
    return "1 person" if count == 1 else f"{count:,} people"


def _whom(counted: Counted) -> str:
    if counted.anybody:
        return f"everyone, signed in or not (we know of {people(counted.people)})"
    return people(counted.people)


def _since(showing: Showing, counted: Counted, now: datetime, say: Told) -> str:
    if showing.opens is Opens.ALWAYS or counted.from_at is None:
        return _at_once(counted)
    if counted.from_at > now:
        return f"from {say(counted.from_at)}"
    if counted.published_at is None:
        return _at_once(counted)
    return f"since {say(max(counted.from_at, counted.published_at))}"


def _at_once(counted: Counted) -> str:
    return "now" if counted.published_at else "as soon as it is published"


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
    dated = showing.opens is Opens.ALWAYS or counted.from_at is not None
    if counted.why is Why.NOT_HELD:
        if counted.cancelled:
            return "Nobody it is for sees it: the session was cancelled."
        if dated or showing.meeting_number is None:
            return "Nobody it is for sees it yet: the session is a draft. They do once the session is published, too."
    elif counted.why is not Why.NO_DATE:
        return None
    if showing.gone:
        return "Nobody it is for will ever see it: the meeting that it waits for is not there any more."
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
    there, unknown = counted.now - counted.trainers, counted.people - counted.now
    missed = f"{people(counted.absent)} {_were(counted.absent)} not" if counted.absent else ""
    open_still = f"Of {people(unknown)} it is not recorded yet" if unknown else ""
    if there > 0:
        recorded = f"By what the rosters say until now, {people(there)} {_were(there)} there."
        recorded += f" {missed}, and will not see it." if missed else ""
        recorded += f" {open_still}." if open_still else ""
        teach = counted.trainers
        counts = _counts(Counted(people=teach, now=teach, trainers=teach, why=counted.why))
        first = Line(text=f"Visible to {people(counted.now)} {since}.")
        return Reached(lines=(first, Line(text=recorded, icon="check-round")), counts=counts)
    if not unknown:
        text = f"Nobody it is for sees it: by what the rosters say, {missed} there."
        return Reached(lines=(Line(text=text, icon="warning"), _teaching(counted)), never=True)
    text = f"Nobody is recorded yet: whoever of {people(unknown)} is marked as there sees it then."
    if missed:
        text = f"Nobody it is for sees it yet: {missed} there. {open_still}: whoever is marked as there sees it then."
    return Reached(lines=(Line(text=text), _teaching(counted)))


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
    if others := counted.learners - counted.enrolled - counted.partners:
        found.append(f"{others:,} more who can see it")
    if counted.trainers:
        found.append(f"{counted.trainers:,} who {'teaches' if counted.trainers == 1 else 'teach'}")
    return tuple(found)


def _of_course(showing: Showing, counted: Counted) -> Reached:
    shown = (counted.sessions or 0) - counted.hidden
    if counted.learners <= 0 and not counted.anybody:
        return _nobody_in_course(showing, counted, shown)
    when = _in_each(showing, counted)
    each_says = 0 < shown == counted.differing and not counted.anybody
    at_once = showing.opens is Opens.ALWAYS and not each_says
    reached = counted.now if at_once else counted.people
    if each_says:
        when = "as each of them says"
    where = _where(showing, counted)
    if counted.anybody:
        whom = f"Visible to everyone, signed in or not, {when}. We know of {people(reached)} {where}."
    else:
        whom = f"Visible to {people(reached)} {where}, {when}."
    lines = [Line(text=whom)]
    if counted.differing and not each_says:
        lines.append(Line(text=_differing(counted.differing), icon="pen"))
    if counted.published_at and not at_once:
        sees = "sees" if counted.now == 1 else "see"
        lines.append(Line(text=f"At the moment, {people(counted.now)} {sees} it.", icon="clock"))
    if showing.opens is not Opens.ALWAYS or showing.audience is Audience.ENROLLED:
        lines.append(Line(text="Each session can say something else, and shows the date there.", icon="calendar"))
    return Reached(lines=tuple(lines), counts=_counts(counted) if reached == counted.people else ())


def _in_each(showing: Showing, counted: Counted) -> str:
    return {
        Opens.ALWAYS: _at_once(counted),
        Opens.BEFORE: f"in each, from {_span(showing.offset_minutes)} before it starts",
        Opens.START: "in each, from its start",
        Opens.AFTER: "in each, after its end",
        Opens.ATTENDED: "in each, after its end, if they were there",
    }[showing.opens]


def _where(showing: Showing, counted: Counted) -> str:
    """'in 2 sessions', and which of them do not show it."""
    count = counted.sessions or 0
    if count and counted.hidden == count:
        return "on the page of the course (every session leaves it out)"
    sessions = "1 session" if count == 1 else f"{count:,} sessions"
    but = []
    if counted.hidden:
        sessions = f"{count - counted.hidden:,} of {sessions}"
        but.append(f"{counted.hidden:,} {'leaves' if counted.hidden == 1 else 'leave'} it out")
    if counted.lacking:
        but.append(f"{counted.lacking:,} without a meeting {showing.meeting_number}")
    return f"in {sessions} ({', '.join(but)})" if but else f"in {sessions}"


def _differing(count: int) -> str:
    if count == 1:
        return "1 session says something else, and is counted as it says."
    return f"{count:,} sessions say something else, and are counted as they say."


def _nobody_in_course(showing: Showing, counted: Counted, shown: int) -> Reached:
    """Why nobody but those who teach sees it, as far as is known."""
    if not counted.sessions:
        text = "Nobody it is for sees it yet: no session of this course is held. It is there when one is."
        return Reached(lines=(Line(text=text), _teaching(counted)))
    if not shown:
        text = "Nobody it is for sees it: every session of this course leaves it out."
    elif counted.lacking == shown:
        text = f"Nobody it is for will ever see it: no session of this course has a meeting {showing.meeting_number}."
    elif counted.differing:
        text = f"Nobody it is for sees it {_where(showing, counted)}. {_differing(counted.differing)}"
    else:
        text = f"Nobody it is for is there yet {_where(showing, counted)}. Whoever comes sees it"
        text += f" {_in_each(showing, counted)}."
        return Reached(lines=(Line(text=text), _teaching(counted)))
    return Reached(lines=(Line(text=text, icon="warning"), _teaching(counted)), never=True)
