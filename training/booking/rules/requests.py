"""Asking for a place oneself: when that is open, how many places are kept for people whose address is not proved yet,
and who has to choose a partner. Pure.

An invented address may keep a place for an hour, but never many: a session keeps at most a third of its places (and at
least one) for requests that nobody has confirmed, and an address has at most three of them at a time.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.errors import Conflict, Gone, Invalid, NotFound, TooMany
from training.base.structs import Frozen
from training.booking.rules.places import Standing
from training.booking.rules.refusals import BookingNotOpen
from training.booking.rules.times import REQUEST_KEPT
from training.people.rules import attempt_key
from training.schedule.rules.sessions import OPEN_STATES, Audience, Session, bookable

MOST_OPEN_REQUESTS = 3
REQUESTS_PER_ADDRESS = 5
REQUESTS_PER_CLIENT = 20
NOBODYS_DOMAIN = "@nobody.invalid"
# What the addresses of stand-ins look like, for LIKE: a mark of 24 characters for whom, and one of 32 for the session.
ANY_STAND_IN = f"{'_' * 24}-{'_' * 32}{NOBODYS_DOMAIN}"
NOBODYS_NAME = "Somebody who has not confirmed yet"


class SelfEnrollmentOff(Conflict):
    """Places in this session are booked by the coordinators of partner organizations. Please ask yours."""

    code = "self-enrollment-off"


class OnlyForPartners(Conflict):
    """This session is for people of partner organizations, and you belong to none that it is open to."""

    code = "only-for-partners"


class PartnerNotChosen(Invalid):
    """Please say for which organization you take part."""

    code = "partner-not-chosen"


class CourseMissing(Conflict):
    """Another course comes before this one."""

    code = "course-missing"


class WouldClash(Conflict):
    """You take part in something else at that time. Say whether you want this place all the same."""

    code = "would-clash"


class AlreadyTakesPart(Conflict):
    """You have a place in this session already, or wait for one."""

    code = "already-takes-part"


class TooManyRequests(TooMany):
    """This address was asked for often in a short time. Please open the mails that we sent, or wait a little."""

    code = "too-many-place-requests"


class RequestOver(Gone):
    """The time to confirm is over, and the place is free for others again. Please ask for one again."""

    code = "request-over"


class OwnPartner(Frozen, frozen=True, kw_only=True):
    """A partner of the session's audience to which the person belongs, confirmed."""

    membership_id: UUID
    id: UUID
    name: str


def check_self_enrollment(session: Session, now: datetime) -> None:
    """Raise SelfEnrollmentOff or BookingNotOpen unless people may ask for a place themselves at `now`."""
    if reason := bookable(session, now):
        raise BookingNotOpen(reason.sentence, reason=reason.code, at=reason.at, zone=reason.zone)
    if not session.self_enrollment:
        raise SelfEnrollmentOff


def check_confirming(session: Session, now: datetime, *, kept: bool) -> None:
    """Raise BookingNotOpen when a request cannot be confirmed any more.

    A place that is kept was promised until a stated time, so it does not matter that booking closed meanwhile.
    """
    reason = bookable(session, now)
    begun = session.state not in OPEN_STATES or (session.starts_at is not None and session.starts_at <= now)
    if reason and (begun or not kept):
        raise BookingNotOpen(reason.sentence, reason=reason.code, at=reason.at, zone=reason.zone)


def request_share(places: int) -> int:
    """How many places of a session are kept at most, at one time, for requests that nobody has confirmed."""
    return max(1, places // 3)


def may_keep(standing: Standing, requested: int) -> bool:
    """Whether one more request may keep a place, when so many keep one already; whether any is free is not judged."""
    return requested < request_share(sum(standing.capacity.values()))


def prolonged(created_at: datetime, now: datetime) -> bool:
    """Whether asking again prolongs a request. One that is older than the hour is ended instead and judged anew, so
    that nobody keeps a place for long by asking."""
    return now < created_at + REQUEST_KEPT


def chosen_partner(audience: Audience, partners: Sequence[OwnPartner], partner_id: UUID | None) -> OwnPartner | None:
    """For which partner somebody takes part; None for nobody but themselves.

    On one's own is for public sessions, and for people who came by the access code and belong to no partner of the
    audience. Raises NotFound for a partner that is not one's own, PartnerNotChosen.
    """
    if partner_id is not None:
        found = next((partner for partner in partners if partner.id == partner_id), None)
        if found is None:
            raise NotFound
        return found
    if audience is Audience.PUBLIC or not partners:
        return None
    if len(partners) == 1:
        return partners[0]
    raise PartnerNotChosen(fields={"partner": PartnerNotChosen().detail})


def nobodys_address(secret_key: str, address: str, session_id: UUID) -> str:
    """The address of a stand-in: it keeps the place where the one who was named must not, or may not.

    The same for the same address and session, and nothing of it can be read from it without the key.
    """
    return f"{_nobody(secret_key, address)}-{session_id.hex}{NOBODYS_DOMAIN}"


def nobodys_pattern(secret_key: str, address: str) -> str:
    """All stand-ins of an address, for LIKE."""
    return f"{_nobody(secret_key, address)}-%{NOBODYS_DOMAIN}"


def _nobody(secret_key: str, address: str) -> str:
    return attempt_key(secret_key, "stand-in", address)[:24]


def is_nobody(email: str) -> bool:
    """Whether this is a stand-in, to whom nothing is written."""
    return email.endswith(NOBODYS_DOMAIN)
