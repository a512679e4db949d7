"""Whom a material reaches in the sessions that show it, by the same judgement as when it is opened. Pure.

How somebody stands is written as a number, so that a database can count how many stand so in which sessions; what
follows from it is judged here, once for all who stand alike.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.materials.rules.showing import Opens, Showing, Standing, Times, judge, opens_at
from training.schedule.rules.sessions import Audience as SessionAudience

# How somebody stands to a session, as a sum. Whoever teaches, or belongs to a partner, does so whatever the session is.
ENROLLED, THERE, ABSENT, PARTNER = 1, 2, 4, 8
TEACHES, PARTICIPATES = 16, 32
STEP = 64
"""Between the numbers of one kind of session and of the next: kinds count from 1, 0 is no session in particular."""
_CODES = (0, ENROLLED, ENROLLED | THERE, ENROLLED | ABSENT, THERE, PARTNER, THERE | PARTNER)
_STANDINGS = tuple(
    Standing(
        enrolled=bool(code & ENROLLED),
        attended=bool(code & THERE),
        absent="absent" if code & ABSENT else "",
        partner=bool(code & PARTNER),
    )
    for code in _CODES
)
_NOBODY = Standing()
_MEMBER = Standing(partner=True)


class Place(Frozen, frozen=True, kw_only=True):
    """A session with what it says of the material, if it is `hidden` there. `differs`: from what its course says."""

    session_id: UUID
    audience: SessionAudience
    times: Times
    showing: Showing
    hidden: bool = False
    differs: bool = False

    @property
    def lacks(self) -> bool:
        """Whether the meeting on which it depends when it can be seen is not there."""
        showing = self.showing
        depends = showing.opens is not Opens.ALWAYS and showing.meeting_number is not None
        return depends and opens_at(showing, self.times) is None


class Outcome(Frozen, frozen=True, kw_only=True):
    """Whether somebody sees it at the moment, and once it has opened."""

    now: bool = False
    later: bool = False


class Outcomes(Frozen, frozen=True, kw_only=True):
    """What follows for everybody. `kinds`: sessions in which the same does, the most first; `now` and `later` are the
    numbers of how those stand who see it, `kind * STEP` more than how they stand in it. `anybody`: whoever asks
    will."""

    kinds: tuple[tuple[UUID, ...], ...]
    now: tuple[int, ...]
    later: tuple[int, ...]
    anybody: bool


def outcomes(places: Sequence[Place], of_course: Showing | None, now: datetime) -> Outcomes:
    """Who sees it in any of these places; and with `of_course`, as the course says, on the page of the course."""
    kinds: dict[tuple[Outcome, ...], list[UUID]] = {}
    for place in places:
        kinds.setdefault(tuple(_outcome(place, each, now) for each in _STANDINGS), []).append(place.session_id)
    most = sorted(kinds.items(), key=lambda kind: -len(kind[1]))
    cells = {
        number * STEP + code: one
        for number, (each, _) in enumerate(most, 1)
        for code, one in zip(_CODES, each, strict=True)
    }
    public = [place for place in places if place.audience is SessionAudience.PUBLIC]
    open_to = [place for place in places if place.audience is not SessionAudience.INVITED]
    anybody = _any([_of_page(of_course, _NOBODY, now), *(_outcome(place, _NOBODY, now) for place in public)])
    member = _any([_of_page(of_course, _MEMBER, now), *(_outcome(place, _MEMBER, now) for place in open_to)])
    shown = of_course is not None or not all(place.hidden for place in places)
    cells |= {PARTICIPATES: member, TEACHES: Outcome(now=shown, later=shown)}
    cells = {cell: _any([each, anybody]) for cell, each in cells.items()}
    return Outcomes(
        kinds=tuple(tuple(ids) for _, ids in most),
        now=tuple(cell for cell, each in cells.items() if each.now),
        later=tuple(cell for cell, each in cells.items() if each.later),
        anybody=anybody.later,
    )


def will_see(showing: Showing, standing: Standing, times: Times, now: datetime) -> bool:
    """Whether they see it once it has opened. Who will have been there is not known before: whoever has a place may;
    from then on, whoever is not recorded as absent."""
    if standing.prepares:
        return True
    if not standing.belongs(showing.audience):
        return False
    if showing.opens is not Opens.ATTENDED:
        return True
    from_at = opens_at(showing, times)
    missed = bool(standing.absent) and from_at is not None and from_at <= now
    return standing.attended or (standing.enrolled and not missed)


def _outcome(place: Place, standing: Standing, now: datetime) -> Outcome:
    if place.hidden:
        return Outcome()
    return Outcome(
        now=judge(place.showing, standing, place.times, now).visible,
        later=not place.lacks and will_see(place.showing, standing, place.times, now),
    )


def _of_page(showing: Showing | None, standing: Standing, now: datetime) -> Outcome:
    """On the page of a course, which has no times and no places."""
    seen = showing is not None and judge(showing, standing, Times(), now).visible
    return Outcome(now=seen, later=seen)


def _any(found: Iterable[Outcome]) -> Outcome:
    each = tuple(found)
    return Outcome(now=any(one.now for one in each), later=any(one.later for one in each))
