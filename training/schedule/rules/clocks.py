"""What becomes of meetings when the rules of clocks change: the wall time stays, and the instant is derived anew."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from training.base.errors import Invalid
from training.base.structs import Frozen
from training.schedule.rules.times import Instant, TimeIsAmbiguous, resolve


class Dated(Frozen, frozen=True, kw_only=True):
    """When a meeting to come takes place, as people said it, and the instants that were derived from that once."""

    id: UUID
    session_id: UUID
    local_start: datetime
    local_end: datetime
    zone: str
    start_fold: int
    end_fold: int
    starts_at: datetime
    ends_at: datetime


class Derived(Frozen, frozen=True, kw_only=True):
    """The instants and folds of a meeting by today's rules."""

    start_fold: int
    end_fold: int
    starts_at: datetime
    ends_at: datetime


class Undecided(Exception):
    """Today's rules leave no such time; somebody must choose another. The text is the sentence for a person."""


def derived(dated: Dated) -> Derived:
    """The same wall times by the zone data of this process. Raises Undecided.

    A wall time that happens twice now means the instant that it meant before, if that is one of the two: nobody has to
    come at another time then.
    """
    start = _at(dated.local_start, dated.zone, dated.start_fold, dated.starts_at)
    end = _at(dated.local_end, dated.zone, dated.end_fold, dated.ends_at)
    if end.at <= start.at:
        raise Undecided("By the new rules it would end before it starts.")
    return Derived(start_fold=start.fold, end_fold=end.fold, starts_at=start.at, ends_at=end.at)


def _at(local: datetime, zone: str, fold: int, before: datetime) -> Instant:
    try:
        return resolve(local, zone)
    except TimeIsAmbiguous as twice:
        both = (twice.first, twice.second)
        return next((instant for instant in both if instant.at == before), both[fold])
    except Invalid as error:
        # Clocks skip this time now, or the zone is in the data no more.
        raise Undecided(error.detail) from error


def is_moved(dated: Dated, now: Derived) -> bool:
    """Whether the instants are others, so that people must be told."""
    return (dated.starts_at, dated.ends_at) != (now.starts_at, now.ends_at)


class Stuck(Frozen, frozen=True, kw_only=True):
    """A meeting whose wall time today's rules leave no more: somebody must choose another. `why` is a sentence."""

    session_id: UUID
    meeting_id: UUID
    why: str


class Outdated(Frozen, frozen=True, kw_only=True):
    """What today's rules make of meetings to come. `session_ids`: with a meeting that is at another instant now."""

    session_ids: tuple[UUID, ...] = ()
    stuck: tuple[Stuck, ...] = ()


def judged(meetings: Iterable[Dated]) -> Outdated:
    """Which of these meetings were derived by other rules than those of this process."""
    moved: dict[UUID, None] = {}
    stuck = []
    for dated in meetings:
        try:
            if is_moved(dated, derived(dated)):
                moved[dated.session_id] = None
        except Undecided as error:
            stuck.append(Stuck(session_id=dated.session_id, meeting_id=dated.id, why=str(error)))
    return Outdated(session_ids=tuple(moved), stuck=tuple(stuck))
