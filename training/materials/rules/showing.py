"""Who sees a material when: the one place where it is judged, at each request, from facts. Pure.

Audiences lie in each other: everyone, then partners, then who is enrolled, then who teaches. Whoever teaches or manages
sees everything at all times, because they prepare it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from training.base.errors import Conflict, Forbidden, Gone, Invalid
from training.base.structs import Frozen
from training.schedule.rules.placing import Renumbered
from training.schedule.rules.sessions import State

MOST_OFFSET = 60 * 24 * 365
HIGHEST_NUMBER = 1000
NO_MEETING = HIGHEST_NUMBER
"""The number that names a meeting which is not there any more: no session has so many, so it never names another."""


class Audience(StrEnum):
    """Whom a material is for. Everyone is whoever can see the session or the course; partners are the people of those
    that take part in the program."""

    EVERYONE = "everyone"
    PARTNERS = "partners"
    ENROLLED = "enrolled"
    TRAINERS = "trainers"


class Opens(StrEnum):
    """When a material can be seen: always, some time before the start, from the start, after the end, or after the end
    by those who were there."""

    ALWAYS = "always"
    BEFORE = "before"
    START = "start"
    AFTER = "after"
    ATTENDED = "attended"


class Why(StrEnum):
    """What a judgement comes from. `SEEN` and `PREPARES` show it; `LATER` does from a time that is known."""

    SEEN = "seen"
    PREPARES = "prepares"
    LATER = "later"
    STRANGER = "stranger"
    NOT_THERE = "not there"
    NO_DATE = "no date"
    NOT_HELD = "not held"


class NotYet(Forbidden):
    """You cannot see this yet."""

    code = "material-not-yet"


class NotThere(Forbidden):
    """This is for those who were there. Your attendance is not recorded, or not yet."""

    code = "material-for-attended"


_ABSENT = {
    "excused": "This is for those who were there, and you are recorded as excused.",
    "no-show": "This is for those who were there, and you are recorded as not there.",
}


def not_there(title: str, absent: str, enrollment_id: UUID | None) -> NotThere:
    """What somebody is told of a material for those who were there: as what they are recorded, if they are, and for
    which place of theirs."""
    return NotThere(_ABSENT.get(absent, ""), title=title, absent=absent, enrollment_id=enrollment_id)


class FileWaits(Conflict):
    """This file is still being looked at by the scanner. Please try again in a few minutes."""

    code = "file-waits"


class FileBarred(Gone):
    """The scanner found something in this file, so nobody can open it."""

    code = "file-barred"


class Showing(Frozen, frozen=True, kw_only=True):
    """Whom a material is for, and when. `offset_minutes` before the start counts for `before` only; with
    `meeting_number` the times are those of this meeting."""

    audience: Audience = Audience.ENROLLED
    opens: Opens = Opens.ALWAYS
    offset_minutes: int = 0
    meeting_number: int | None = None

    @property
    def gone(self) -> bool:
        """Whether it names a meeting that is not there any more."""
        return self.meeting_number == NO_MEETING


class Standing(Frozen, frozen=True, kw_only=True):
    """What somebody is to a session (or a course). `teaches`: as anything, shadows too. `enrolled`: has a place, or had
    one when it ended. `attended`: was there, wholly or in part. `absent`: how it is recorded that they were not
    (excused, no-show), empty where nothing is. `partner`: belongs to one that takes part."""

    manages: bool = False
    teaches: bool = False
    enrolled: bool = False
    attended: bool = False
    absent: str = ""
    partner: bool = False

    @property
    def prepares(self) -> bool:
        """Whether they see everything always."""
        return self.manages or self.teaches

    def belongs(self, audience: Audience) -> bool:
        """Whether they are among those."""
        inner = {
            Audience.EVERYONE: True,
            Audience.PARTNERS: self.partner or self.enrolled,
            Audience.ENROLLED: self.enrolled,
            Audience.TRAINERS: False,
        }
        return self.prepares or inner[audience]


class Sitting(Frozen, frozen=True, kw_only=True):
    """A meeting that is not cancelled; of a cancelled session, one that was held. Instants in UTC."""

    number: int
    starts_at: datetime
    ends_at: datetime


class Times(Frozen, frozen=True, kw_only=True):
    """When it is taught: `held` is False for a session that is a draft still, or was cancelled before any of its
    meetings was held. `stopped_at` (UTC): when the rest of it was cancelled. A course has no sittings."""

    held: bool = True
    sittings: tuple[Sitting, ...] = ()
    stopped_at: datetime | None = None

    @property
    def gave_until(self) -> datetime | None:
        """Until when newer versions took the place of what it gave: its end, or when its rest was cancelled."""
        return self.stopped_at or self.ends_at

    @property
    def ends_at(self) -> datetime | None:
        """The end of the last meeting."""
        return max((one.ends_at for one in self.sittings), default=None)


def times_of(state: State, sittings: Sequence[Sitting], stopped_at: datetime | None = None) -> Times:
    """When a session is taught, or was: what it gave before its rest was cancelled (`stopped_at`) stays given."""
    held = state is not State.DRAFT and (state is not State.CANCELLED or bool(sittings))
    stopped = stopped_at if state is State.CANCELLED and sittings else None
    return Times(held=held, sittings=tuple(sittings), stopped_at=stopped)


class Judgement(Frozen, frozen=True, kw_only=True):
    """Whether somebody sees it now. `from_at` (UTC) is from when those it is for see it, of a draft once it is
    published: None for always, for what has no date, and for strangers, whom it does not concern."""

    visible: bool
    from_at: datetime | None = None
    why: Why


def opens_at(showing: Showing, times: Times) -> datetime | None:
    """From when those it is for see it (UTC). None for `always`, and where the meeting it depends on is not held."""
    if showing.opens is Opens.ALWAYS:
        return None
    sittings: Sequence[Sitting] = times.sittings
    if showing.meeting_number is not None:
        sittings = [one for one in sittings if one.number == showing.meeting_number]
    if not sittings:
        return None
    if showing.opens in (Opens.AFTER, Opens.ATTENDED):
        return max(one.ends_at for one in sittings)
    starts_at = min(one.starts_at for one in sittings)
    before = showing.offset_minutes if showing.opens is Opens.BEFORE else 0
    return starts_at - timedelta(minutes=before)


def judge(showing: Showing, standing: Standing, times: Times, now: datetime) -> Judgement:
    """Whether somebody who stands so sees at `now` what is shown so."""
    from_at = opens_at(showing, times)
    if standing.prepares:
        return Judgement(visible=True, from_at=from_at, why=Why.PREPARES)
    if not standing.belongs(showing.audience):
        return Judgement(visible=False, why=Why.STRANGER)
    if not times.held:
        return Judgement(visible=False, why=Why.NOT_HELD)
    if showing.opens is Opens.ALWAYS:
        return Judgement(visible=True, why=Why.SEEN)
    if from_at is None:
        return Judgement(visible=False, why=Why.NO_DATE)
    if showing.opens is Opens.ATTENDED and not (standing.enrolled or standing.attended):
        return Judgement(visible=False, why=Why.STRANGER)
    if now < from_at:
        return Judgement(visible=False, from_at=from_at, why=Why.LATER)
    if showing.opens is Opens.ATTENDED and not standing.attended:
        return Judgement(visible=False, from_at=from_at, why=Why.NOT_THERE)
    return Judgement(visible=True, from_at=from_at, why=Why.SEEN)


def is_public(showing: Showing) -> bool:
    """Whether whoever asks may have it, at any time: then a copy may be kept for a while by those in between."""
    return showing.audience is Audience.EVERYONE and showing.opens is Opens.ALWAYS


def checked_showing(showing: Showing) -> Showing:
    """The same, with nothing that does not count. Raises Invalid with a sentence per field."""
    before = showing.opens is Opens.BEFORE
    if before and not 0 < showing.offset_minutes <= MOST_OFFSET:
        raise Invalid(fields={"offset_minutes": "Say how long before the start, at most a year."})
    meeting = None if showing.opens is Opens.ALWAYS else showing.meeting_number
    if meeting is not None and not 1 <= meeting <= HIGHEST_NUMBER:
        raise Invalid(fields={"meeting_number": "Meetings are counted from 1."})
    return Showing(
        audience=showing.audience,
        opens=showing.opens,
        offset_minutes=showing.offset_minutes if before else 0,
        meeting_number=meeting,
    )


def mark_of(meeting_ids: Iterable[UUID]) -> str:
    """Tells the meetings of a session, in the order in which they are counted, from any others, or in another one."""
    return sha256(b"".join(key.bytes for key in meeting_ids)).hexdigest()[:16]


def numbers_after(meetings: Iterable[Renumbered]) -> dict[int, int]:
    """Which number a material names instead of which, when the meetings of its session are counted anew, so that it
    goes on naming the same one. What names one that is gone, or that was never there, names none."""
    counted = list(meetings)
    instead = {one.before: one.after or NO_MEETING for one in counted}
    newly = {one.after for one in counted if one.after is not None} - instead.keys()
    return instead | dict.fromkeys(newly, NO_MEETING)
