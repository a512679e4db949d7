"""What is known of addresses whose mail comes back. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from training.base.structs import Frozen

HARD_AFTER = 5
"""So many passing failures within HARD_WITHIN are no passing ones any more."""
HARD_WITHIN = timedelta(days=5)


class TroubleKind(StrEnum):
    """Why mail does not reach an address, or is not wanted there."""

    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"


class Trouble(Frozen, frozen=True, kw_only=True):
    """What is known of an address: `times` since `since`, the last at `last_at`, with the reason given then."""

    id: UUID
    address: str
    kind: TroubleKind
    reason: str
    times: int
    since: datetime
    last_at: datetime
    cleared_at: datetime | None

    @property
    def unreached(self) -> bool:
        """Whether mail does not reach the address now. A complaint is no sign of that."""
        return self.cleared_at is None and self.kind is not TroubleKind.COMPLAINT


class Counted(Frozen, frozen=True, kw_only=True):
    """How an address stands after one more piece of news."""

    kind: TroubleKind
    times: int
    since: datetime


def count_trouble(known: Trouble | None, news: TroubleKind, now: datetime) -> Counted:
    """How an address stands after `news` of it, given what was known.

    Passing failures become a lasting one when there are HARD_AFTER of them within HARD_WITHIN. What was cleared counts
    for nothing, and a complaint does not hide that mail comes back.
    """
    if known is None or known.cleared_at is not None or known.kind is TroubleKind.COMPLAINT:
        return Counted(kind=news, times=1, since=now)
    if news is TroubleKind.COMPLAINT:
        return Counted(kind=known.kind, times=known.times, since=known.since)
    if news is TroubleKind.HARD or known.kind is TroubleKind.HARD:
        since = known.since if known.kind is TroubleKind.HARD else now
        return Counted(kind=TroubleKind.HARD, times=known.times + 1, since=since)
    if now - known.since > HARD_WITHIN:
        return Counted(kind=TroubleKind.SOFT, times=1, since=now)
    times = known.times + 1
    kind = TroubleKind.HARD if times >= HARD_AFTER else TroubleKind.SOFT
    return Counted(kind=kind, times=times, since=known.since)
