"""How many requests a minute one account or one client address may make: a token bucket each, in memory.

Each process counts for itself, so N processes let through up to N times as much. A bucket holds a minute's worth:
so many at once, then so many per minute. What must hold across processes (mails, access codes) is counted in the
database instead.
"""

import math
from collections import OrderedDict
from collections.abc import Callable

from training.base.errors import TooMany
from training.base.structs import Frozen

MOST_KEYS = 20_000
_MINUTE = 60.0


class TooManyRequests(TooMany):
    """You have sent very many requests in a short time. Please wait a little."""

    code = "too-many-requests"


class Bucket(Frozen, frozen=True, kw_only=True):
    """What is left for somebody, and at which second (of a clock that only this process knows) it was so."""

    left: float
    at: float


def poured(bucket: Bucket | None, now: float, per_minute: int) -> float:
    """What a bucket holds at `now`: it refills evenly, and somebody new has a full one.

    A clock that jumps back adds nothing and takes nothing.
    """
    if bucket is None:
        return float(per_minute)
    return min(float(per_minute), bucket.left + max(0.0, now - bucket.at) * per_minute / _MINUTE)


def seconds_until_one(left: float, per_minute: int) -> int:
    """Whole seconds until there is one again, at least one."""
    return max(1, math.ceil((1.0 - left) * _MINUTE / per_minute))


class Limit:
    """At most so many requests a minute for each key; 0 counts nothing. The longest unheard-of keys are forgotten.

    Whoever is forgotten starts with a full bucket, so remembering fewer keys refuses fewer, never more.
    """

    def __init__(self, name: str, per_minute: int, clock: Callable[[], float], *, most_keys: int = MOST_KEYS) -> None:
        self.per_minute = per_minute
        self.policy = f'"{name}";q={per_minute};w=60'
        self._name = name
        self._clock = clock
        self._most_keys = most_keys
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str) -> str:
        """Count one request; returns the RateLimit header's value, "" when nothing is counted.

        Raises TooManyRequests when none is left. A refused request costs nothing more, so waiting always helps.
        """
        if not self.per_minute:
            return ""
        now = self._clock()
        held = poured(self._buckets.get(key), now, self.per_minute)
        left = held - 1.0 if held >= 1.0 else held
        # Refused or not: otherwise whoever is refused while the clock jumps back would wait until it is there again.
        self._buckets[key] = Bucket(left=left, at=now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most_keys:
            self._buckets.popitem(last=False)
        if held < 1.0:
            raise TooManyRequests(retry_after=seconds_until_one(left, self.per_minute))
        full_again = math.ceil((self.per_minute - left) * _MINUTE / self.per_minute)
        return f'"{self._name}";r={int(left)};t={full_again}'


class Limits:
    """The limits of one process: by account for whoever is known, by client address for everybody else."""

    def __init__(self, *, account: int, address: int, clock: Callable[[], float]) -> None:
        self.account = Limit("account", account, clock)
        self.address = Limit("address", address, clock)


def is_calendar(method: str, path: str) -> bool:
    """Whether somebody's calendar is fetched: large calendar hosts do that for thousands, all from a few addresses."""
    return method == "GET" and (path.endswith(".ics") or path.startswith("/feeds/"))
