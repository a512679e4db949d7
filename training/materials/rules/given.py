"""Which version of a material a session gives: what was given stays what was given. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID


class Published(Protocol):
    """A version as this decision needs it; `published_at` is None for a draft."""

    @property
    def id(self) -> UUID:
        """Its key."""

    @property
    def number(self) -> int:
        """Its place in the order of versions."""

    @property
    def published_at(self) -> datetime | None:
        """Since when it can be seen (UTC)."""


V = TypeVar("V", bound=Published)


def given_version(versions: Sequence[V], ends_at: datetime | None, now: datetime, pinned_id: UUID | None) -> V | None:
    """The version that a session which ends at `ends_at` gives; None while nothing is published.

    The pinned one. Else the newest, until the session is over: from then on the newest that was published by its end.
    Where there was none yet (a recording), still the newest: nothing was given that could be taken away, and what comes
    after has to be put right somehow.
    """
    published = sorted((v for v in versions if v.published_at is not None), key=lambda v: v.number)
    for version in published:
        if version.id == pinned_id:
            return version
    return kept_version(published, ends_at, now) or (published[-1] if published else None)


def kept_version(versions: Sequence[V], ends_at: datetime | None, now: datetime) -> V | None:
    """The version that a session which is over at `now` keeps, whatever is published: the newest of those that there
    were by its end. None before its end, and where there was none by then."""
    if ends_at is None or now <= ends_at:
        return None
    by_then = [v for v in versions if v.published_at is not None and v.published_at <= ends_at]
    return max(by_then, key=lambda v: v.number, default=None)


def came_after(given: V | None, ends_at: datetime | None, pinned_id: UUID | None) -> bool:
    """Whether what a session gives came only after its end, so that a newer version takes its place."""
    if given is None or given.published_at is None or ends_at is None:
        return False
    return given.published_at > ends_at and given.id != pinned_id


def newer_version(versions: Sequence[V], given: V | None) -> V | None:
    """The newest published version when it came after the one that is given: what changed since. None otherwise."""
    newer = newer_versions(versions, given)
    return newer[-1] if newer else None


def newer_versions(versions: Sequence[V], given: V | None) -> tuple[V, ...]:
    """Every version that was published after the one that is given, the oldest first: what changed since, step by
    step."""
    if given is None:
        return ()
    newer = [v for v in versions if v.published_at is not None and v.number > given.number]
    return tuple(sorted(newer, key=lambda v: v.number))
