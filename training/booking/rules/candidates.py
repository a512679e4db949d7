"""Who can be booked, and why somebody cannot."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from training.base.structs import Frozen
from training.booking.rules.states import State

# One sentence for everything that is not the partner's to know (docs/decisions/0008).
UNTOLD = "cannot-be-booked", "Cannot be booked for this session by your organization. Please ask the person."


class Candidate(Frozen, frozen=True, kw_only=True):
    """A person a partner wants to book, and what stands against it.

    `enrolled_state` and `enrolled_by_partner` tell of an active enrollment in this session. `clash_title` names another
    session at the same time that this partner booked; `clash_elsewhere` says that somebody else keeps the person busy
    then. `lacks` names a course that must come first; `lapsed` is one that was completed, but is valid only until
    `lapsed_at` (in `lapsed_zone`), before this session begins. `admitted` says that the partner belongs to the
    session's audience, apart from a code; `asks`, that the session asks for something that must be answered or agreed
    to; `disabled`, that the account is switched off.
    """

    person_id: UUID
    membership_id: UUID
    name: str
    email: str
    enrolled_state: str | None = None
    enrolled_by_partner: UUID | None = None
    clash_title: str | None = None
    clash_elsewhere: bool = False
    lacks: str | None = None
    lapsed: str | None = None
    lapsed_at: datetime | None = None
    lapsed_zone: str | None = None
    admitted: bool = True
    asks: bool = False
    disabled: bool = False
    person_zone: str = "UTC"
    person_locale: str = "en"


class Allowed(Frozen, frozen=True, kw_only=True):
    """What whoever books has decided to accept: a clash they know of; and, as a manager, a course that is missing."""

    clashes: bool = False
    lacking: bool = False


def refusal(candidate: Candidate, partner_id: UUID, allowed: Allowed = Allowed()) -> tuple[str, str] | None:  # noqa: B008
    """Why this person cannot be booked, as (code, sentence); None when nothing stands against it.

    What another partner booked, where else the person is busy, and that an account is switched off is not told: one
    sentence for all of it.
    """
    if candidate.enrolled_state is not None and candidate.enrolled_by_partner == partner_id:
        if candidate.enrolled_state == State.WAITLISTED:
            return "already-waitlisted", "Already on the waitlist of this session."
        if candidate.enrolled_state in (State.REQUESTED, State.OFFERED):
            return "already-asked", "Has been asked already, and has not answered yet."
        return "already-enrolled", "Already has a place in this session."
    if candidate.enrolled_state is not None or candidate.clash_elsewhere or candidate.disabled:
        return UNTOLD
    if candidate.lacks and not allowed.lacking:
        return "course-missing", _lapsed(candidate) or f"Has not taken part in “{candidate.lacks}”, which comes first."
    if candidate.clash_title and not allowed.clashes:
        return "clash", f"Takes part in “{candidate.clash_title}” at the same time."
    return None


def _lapsed(candidate: Candidate) -> str:
    if candidate.lapsed != candidate.lacks or candidate.lapsed_at is None:
        return ""
    day = candidate.lapsed_at.astimezone(ZoneInfo(candidate.lapsed_zone or "UTC"))
    until = f"{day.day} {day:%B %Y}"
    first = f"Completed “{candidate.lapsed}”, which comes first"
    return f"{first}, but that is valid only until {until}: it has to be renewed."


def told_of_newcomer(against: tuple[str, str], first: str | None) -> tuple[str, str]:
    """What a refusal that leaves no trace says of somebody new to the partner: not which courses a stranger has.

    That the course `first` comes before this session everybody knows, so it is said of whoever is refused, with or
    without it: it may be why.
    """
    if against[0] not in ("course-missing", UNTOLD[0]):
        return against
    return (UNTOLD[0], f"{UNTOLD[1]} It may be that “{first}”, which comes first, is missing.") if first else UNTOLD
