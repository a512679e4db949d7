"""How many requests a minute one account or one client address may make, and how many files may be on their way to or
from it at once: a token bucket each, and a count, in memory.

Each process counts for itself, so N processes let through up to N times as much. A bucket holds a minute's worth:
so many at once, then so many per minute. What must hold across processes (mails, access codes) is counted in the
database instead.
"""

import math
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from training.base.errors import TooMany
from training.base.structs import Frozen

MOST_KEYS = 20_000
_MINUTE = 60.0
# A browser opens six connections to a host: that is two browsers, or a page of pictures and a video beside a download.
# Each that takes nothing costs about a megabyte.
MOST_OPEN = 12
# Offices and schools often share one address, so it is as many as five people may have.
MOST_OPEN_OF_ADDRESS = 60
# Seconds in which nothing is taken from us. Systems in between take in steps of more than a megabyte, so somebody with
# 20 kB a second, who never stops, was seen to take nothing for 70 seconds.
PATIENCE = 180.0
_OPEN_AGAIN = 10
# PDFs that anybody may have who knows their address: a class of thirty behind one address has each of theirs twice.
MOST_PAPERS = 60
# What comes in, one by one: the parts of uploads, of which the page of an upload sends one after the other. A form with
# files may bring thirty times as much as a part, and counts for several.
MOST_COMING = 12
MOST_COMING_OF_ADDRESS = 60
A_FORM = 6
# Seconds in which nothing comes in. Whoever still sends sends again after a second or two.
COMING_PATIENCE = 60.0
# Forms that are refused whatever is in them, and come in all the same so that a browser shows the answer: so many at
# once in this process and of one address, for so many seconds each, and so many bytes of each in a second.
MOST_UNWANTED = 10
MOST_UNWANTED_OF_ADDRESS = 3
UNWANTED_PATIENCE = 40.0
UNWANTED_PACE = 25_000_000


class TooManyRequests(TooMany):
    """You have sent very many requests in a short time. Please wait a little."""

    code = "too-many-requests"


class TooManyOpen(TooMany):
    """Very many files are on their way to you at once. Please wait until some of them have arrived, and try again."""

    code = "too-many-open"


class TooManyComing(TooMany):
    """At most 12 files at once; a form with files counts as 6. Please wait until some of them have arrived."""

    code = "too-many-coming"


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


class AtOnce:
    """At most so many of something at once for each key; what is over is forgotten."""

    def __init__(self, most: int, refusal: type[TooMany] = TooManyOpen) -> None:
        self.most = most
        self._refusal = refusal
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._open.total()

    @contextmanager
    def held(self, key: str, count: int = 1) -> Iterator[None]:
        """So many of them, for as long as the block lasts. Raises the refusal when that is more than may be."""
        if self._open[key] + count > self.most:
            raise self._refusal(retry_after=_OPEN_AGAIN)
        self._open[key] += count
        try:
            yield
        finally:
            self._open[key] -= count
            if not self._open[key]:
                del self._open[key]


class Limits:
    """The limits of one process: by account for whoever is known, by client address for everybody else.

    `papers` counts PDFs that anybody may have who knows their address. `open_of_holder` and `open_of_address` count
    files on their way; whoever takes nothing of one is waited for `patience` seconds. `coming_of_holder` and
    `coming_of_address` count those on their way to us; whoever sends nothing is waited for `coming_patience` seconds.
    `unwanted_in_all` and `unwanted_of_address` count forms that are thrown away, each within `unwanted_patience`.
    """

    def __init__(self, *, account: int, address: int, clock: Callable[[], float]) -> None:
        self.account = Limit("account", account, clock)
        self.address = Limit("address", address, clock)
        self.papers = Limit("papers", min(address, MOST_PAPERS), clock)
        self.open_of_holder = AtOnce(MOST_OPEN)
        self.open_of_address = AtOnce(MOST_OPEN_OF_ADDRESS)
        self.patience = PATIENCE
        self.coming_of_holder = AtOnce(MOST_COMING, TooManyComing)
        self.coming_of_address = AtOnce(MOST_COMING_OF_ADDRESS, TooManyComing)
        self.coming_patience = COMING_PATIENCE
        self.unwanted_in_all = AtOnce(MOST_UNWANTED, TooManyComing)
        self.unwanted_of_address = AtOnce(MOST_UNWANTED_OF_ADDRESS, TooManyComing)
        self.unwanted_patience = UNWANTED_PATIENCE

    @contextmanager
    def unwanted(self, address: str) -> Iterator[None]:
        """A form on its way from `address` that nobody looks at; entering it may raise TooManyComing."""
        with self.unwanted_of_address.held(address), self.unwanted_in_all.held(""):
            yield

    def opened(self, holder: str, address: str) -> AbstractContextManager[None]:
        """A file on its way to `holder`, or with "" to nobody known at `address`; entering it may raise TooManyOpen."""
        return self.open_of_holder.held(holder) if holder else self.open_of_address.held(address)

    @contextmanager
    def coming(self, holder: str, address: str, count: int = 1) -> Iterator[None]:
        """Something on its way from `holder` at `address`; entering it may raise TooManyComing."""
        with self.coming_of_holder.held(holder, count), self.coming_of_address.held(address, count):
            yield


def is_calendar(method: str, path: str) -> bool:
    """Whether somebody's calendar is fetched: large calendar hosts do that for thousands, all from a few addresses."""
    return method == "GET" and (path.endswith(".ics") or path.startswith("/feeds/"))
