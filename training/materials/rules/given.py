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

    The pinned one. Else the newest, until the session is over: from then on the newest that was published by its end,
    or, where there was none yet, the first one that came after (a recording).
    """
    published = sorted((v for v in versions if v.published_at is not None), key=lambda v: v.number)
    for version in published:
        if version.id == pinned_id:
            return version
    if not published:
        return None
    if ends_at is None or now <= ends_at:
        return published[-1]
    by_then = [v for v in published if v.published_at is not None and v.published_at <= ends_at]
    return by_then[-1] if by_then else published[0]


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
