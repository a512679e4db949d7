"""Places without a name: when whoever owes one is reminded, what stands against a name, and what ends a naming link."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Conflict, Gone, NotFound, TooMany
from training.base.structs import Frozen
from training.booking.rules.candidates import Allowed, Candidate, refusal
from training.booking.rules.states import State
from training.booking.rules.times import OPEN_PLACE_LONGEST, name_until
from training.people.rules import CountsNewcomers

# What the token of a naming link is derived for (docs/decisions/0003).
NAMING_PURPOSE = "naming"
NAMING_PATH = "/naming/"
# Reminders go out this long before a place must have a name.
REMINDED_BEFORE = (timedelta(days=7), timedelta(days=3), timedelta(days=1))
# Naming links that are mailed to one address, whoever asks for it, and by one partner.
MAILS_PER_ADDRESS = 3
MAILS_PER_ADDRESS_A_DAY = 5
MAILS_PER_PARTNER_A_DAY = 200
# Nobody is reminded of what they booked less than this long before.
REMINDED_AFTER = timedelta(days=1)


class PlaceState(StrEnum):
    """What a place without a name is: still without one, named, or given back."""

    OPEN = "open"
    NAMED = "named"
    RELEASED = "released"


class OpenPlaceOver(Conflict):
    """This place has a name already or was given back, so there is nothing left to do with it."""

    code = "open-place-over"


class NamingTooLate(Conflict):
    """The time to name this place is over, and it goes back."""

    code = "naming-too-late"


class NamelessTooLate(Conflict):
    """It is too late for places without a name in this session. Please name everybody you book for."""

    code = "nameless-too-late"


class NobodyWaitsNameless(CountsNewcomers, Conflict):
    """There are not enough free places for those without a name, and nobody can wait without one. Name them first."""

    code = "nobody-waits-nameless"


class NamingRefused(CountsNewcomers, Conflict):
    """This person cannot have this place."""

    code = "naming-refused"


class NamingNotPossible(CountsNewcomers, Conflict):
    """The place cannot be taken with this address. Please ask whoever gave you the link; they can still name you."""

    code = "naming-not-possible"
    newcomers = 1


class TooManyNamingMails(TooMany):
    """Many links were mailed already. Please wait, or leave the address empty, copy the link and pass it on."""

    code = "too-many-naming-mails"


class NoNamingLink(Conflict):
    """There is no link for this place that could be withdrawn."""

    code = "no-naming-link"


class NamingLinkUnknown(NotFound):
    """This link was not copied whole, or it is not one of ours. Please ask whoever sent it to you."""

    code = "naming-link-unknown"


class NamingLinkReplaced(Gone):
    """This link was taken back, or a newer one replaced it. Please look for a newer one, or ask whoever sent it."""

    code = "naming-link-replaced"


class NamingLinkUsed(Gone):
    """This place has been taken already. Each link works once. If it was you, your confirmation is in your mailbox."""

    code = "naming-link-used"


class NamingLinkExpired(Gone):
    """The time of this link is over, and the place went back. Please ask whoever sent it to you."""

    code = "naming-link-expired"


def names_needed(starts_at: datetime | None, hours: int, now: datetime) -> datetime:
    """Until when places taken now without a name must have one. Raises NamelessTooLate when that is over."""
    until = name_until(starts_at, hours, now + OPEN_PLACE_LONGEST)
    if until <= now:
        raise NamelessTooLate(deadline=until)
    return until


class LinkFacts(Frozen, frozen=True, kw_only=True):
    """What a naming link depends on: the state of its place, its own end, and until when the place waits for a name."""

    state: PlaceState
    expires_at: datetime | None
    until: datetime


def judge_naming_link(facts: LinkFacts, now: datetime) -> None:
    """Raise NamingLinkUsed or NamingLinkExpired when a link leads nowhere any more; at its end it is over."""
    if facts.state is PlaceState.NAMED:
        raise NamingLinkUsed
    if facts.state is not PlaceState.OPEN or now >= link_ends(facts.expires_at, facts.until):
        raise NamingLinkExpired


def link_ends(expires_at: datetime | None, until: datetime) -> datetime:
    """When a link is over: when it said, or with its place if that ends earlier by now."""
    return min(expires_at, until) if expires_at else until


class Reminding(Frozen, frozen=True, kw_only=True):
    """How many reminders count as done from now on, and whether one is to be sent."""

    stage: int
    send: bool


def remind(
    now: datetime, until: datetime, created_at: datetime, stage: int, chased_at: datetime | None = None
) -> Reminding | None:
    """What to do about reminders of a place that must have a name by `until`, when `stage` of them are done.

    None for nothing. After a standstill only the newest one is sent. A deadline that moved away brings the reminders
    that are ahead again; a clock that was set back to before the last one (`chased_at`) does not. What was booked
    within a day before a reminder's moment needs none.
    """
    reached = sum(now >= until - before for before in REMINDED_BEFORE)
    if reached == stage or (reached < stage and chased_at is not None and now < chased_at):
        return None
    if reached < stage:
        return Reminding(stage=reached, send=False)
    moment = until - REMINDED_BEFORE[reached - 1]
    return Reminding(stage=reached, send=created_at + REMINDED_AFTER <= moment)


def naming_refusal(candidate: Candidate, partner_id: UUID, allowed: Allowed) -> tuple[str, str] | None:
    """What stands against putting this person on an open place of the partner, as (code, sentence).

    As for a booking, but who waits on this session's waitlist through the same partner leaves it for the place.
    """
    if leaves_waitlist(candidate, partner_id):
        candidate = replace(candidate, enrolled_state=None, enrolled_by_partner=None)
    return refusal(candidate, partner_id, allowed)


def leaves_waitlist(candidate: Candidate, partner_id: UUID) -> bool:
    """Whether this person waits for the session already, through the same partner."""
    return candidate.enrolled_state == State.WAITLISTED and candidate.enrolled_by_partner == partner_id
