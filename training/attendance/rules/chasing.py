"""When a roster that stays open is asked for, and when that did not help. The link in the message. Pure.

Two hours after the meeting those who teach it are asked, a day later once more; two days after the meeting the roster
stands on the board of those who manage the program. After a standstill of the worker nothing comes twice at once.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from training.base.errors import Gone, NotFound
from training.base.structs import Frozen
from training.outbox.rules import SecretLink, derive_token

FIRST = timedelta(hours=2)
AGAIN = timedelta(hours=24)
ESCALATES = timedelta(hours=48)
# Between the second message and the board there is a night at least, however late the worker was.
LEAST_BETWEEN = timedelta(hours=12)
MOST_CHASES = 2
# What was left open for longer belongs to the past: the link is over, and nobody remembers.
LINK_KEPT = timedelta(days=14)
BY_MAIL_PATH = "/rosters/by-mail/"


class Step(StrEnum):
    """What is due for a roster."""

    ASK = "ask"
    ESCALATE = "escalate"


class RosterLinkUnknown(NotFound):
    """This link was not copied whole, or it is for somebody who does not teach this meeting any more."""

    code = "roster-link-unknown"


class RosterLinkExpired(Gone):
    """This meeting was more than two weeks ago, so this link is over. Sign in to open its roster."""

    code = "roster-link-expired"


class OpenRoster(Frozen, frozen=True, kw_only=True):
    """A roster that nobody closed, of a meeting that is over. `chases`: how often it was asked for, last at
    `chased_at`; that stands without a chase where a closed roster was opened again then."""

    meeting_id: UUID
    session_id: UUID
    ends_at: datetime
    chases: int
    chased_at: datetime | None
    escalated_at: datetime | None


def step_due(roster: OpenRoster, now: datetime) -> Step | None:
    """What is due for an open roster now; None while it is nobody's turn, or for good."""
    if roster.escalated_at is not None or now > roster.ends_at + LINK_KEPT:
        return None
    if roster.chases >= MOST_CHASES:
        last = roster.chased_at or roster.ends_at
        return Step.ESCALATE if now >= max(roster.ends_at + ESCALATES, last + LEAST_BETWEEN) else None
    after = roster.ends_at + FIRST
    if roster.chased_at is not None:
        after = max(after, roster.chased_at + AGAIN)
    return Step.ASK if now >= after else None


class Asked(Frozen, frozen=True, kw_only=True):
    """Somebody who teaches a meeting, by their assignment to it: a new assignment makes earlier links worthless."""

    assignment_id: UUID
    meeting_id: UUID
    person_id: UUID
    name: str
    email: str
    zone: str
    locale: str
    role: str
    ends_at: datetime


def asked_first(trainers: list[Asked]) -> list[Asked]:
    """Whom to ask: who leads or teaches with them; where there is none, who assists. Nobody who only watches."""
    teaching = [one for one in trainers if one.role in ("lead", "co")]
    return teaching or [one for one in trainers if one.role == "assistant"]


def by_mail_link(asked: Asked) -> SecretLink:
    """The link that closes a roster in one tap, as a value of a message: nothing that is stored holds the token."""
    return SecretLink(path=BY_MAIL_PATH, purpose=_purpose(asked), id=asked.assignment_id)


def by_mail_token(secret_key: str, asked: Asked) -> str:
    """The token in that link."""
    return derive_token(secret_key, _purpose(asked), asked.assignment_id)


def check_link(secret_key: str, token: str, asked: Asked, now: datetime) -> None:
    """Raise RosterLinkUnknown unless the token is of this assignment and of one who may mark; RosterLinkExpired from
    two weeks after the meeting on. Compared in constant time."""
    known = by_mail_token(secret_key, asked)
    if not secrets.compare_digest(known.encode(), token.encode("utf-8", "surrogatepass")) or asked.role == "shadow":
        raise RosterLinkUnknown
    if now >= asked.ends_at + LINK_KEPT:
        raise RosterLinkExpired


def _purpose(asked: Asked) -> str:
    return f"roster {asked.meeting_id} {asked.person_id}"
