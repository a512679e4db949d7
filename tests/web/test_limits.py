"""Token buckets: evenly refilled, bounded in memory, cheap, and not to be dodged."""

import time
import tracemalloc
from functools import cache

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar, get

from tests.conftest import SITE
from training.app import create_app
from training.base.work import Works
from training.settings import Settings
from training.web.limits import (
    AtOnce,
    Bucket,
    Limit,
    Limits,
    TooManyComing,
    TooManyOpen,
    TooManyRequests,
    is_calendar,
    poured,
    seconds_until_one,
)


class Seconds:
    """A clock of seconds that a test moves, back too."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def taken(limit: Limit, key: str, most: int = 10_000) -> int:
    """How many requests get through until the first is refused."""
    for number in range(most):
        try:
            limit.take(key)
        except TooManyRequests:
            return number
    return most


@pytest.mark.parametrize(
    ("bucket", "now", "left"),
    [
        (None, 5.0, 60.0),
        (Bucket(left=0.0, at=0.0), 0.0, 0.0),
        (Bucket(left=0.0, at=0.0), 0.5, 0.5),
        (Bucket(left=10.0, at=0.0), 10.0, 20.0),
        (Bucket(left=10.0, at=0.0), 9000.0, 60.0),
        (Bucket(left=10.0, at=100.0), 0.0, 10.0),
    ],
)
def test_a_bucket_refills(bucket: Bucket | None, now: float, left: float) -> None:
    assert poured(bucket, now, 60) == left


@pytest.mark.parametrize(("left", "per_minute", "seconds"), [(0.0, 60, 1), (0.0, 1, 60), (0.5, 1, 30), (0.99, 6000, 1)])
def test_how_long_to_wait(left: float, per_minute: int, seconds: int) -> None:
    assert seconds_until_one(left, per_minute) == seconds


@given(steps=st.lists(st.floats(-120, 120), max_size=60), per_minute=st.integers(1, 90))
def test_never_more_than_a_minutes_worth_and_never_shut_out(steps: list[float], per_minute: int) -> None:
    """Whatever the clock does: never more at once than a bucket holds, and who waits as told gets through."""
    clock = Seconds()
    limit = Limit("address", per_minute, clock)
    for step in steps:
        clock.now += step
        assert taken(limit, "a") <= per_minute
    taken(limit, "a")
    with pytest.raises(TooManyRequests) as refused:
        limit.take("a")
    clock.now += refused.value.retry_after + 0.001
    limit.take("a")


def test_a_clock_that_jumps_back_shuts_nobody_out() -> None:
    clock = Seconds()
    limit = Limit("address", 60, clock)
    assert taken(limit, "a") == 60
    clock.now -= 900
    assert taken(limit, "a") == 0, "a jump back adds nothing"
    clock.now += 10
    assert taken(limit, "a") == 10, "and time goes on from there"


def test_over_a_long_time_no_more_than_allowed() -> None:
    clock = Seconds()
    limit = Limit("address", 60, clock)
    through = 0
    for _ in range(600):
        through += taken(limit, "a")
        clock.now += 1
    assert through == 60 + 599


def test_thousands_of_keys_need_bounded_memory_and_forgive_nobody_who_is_heard_of() -> None:
    limit = Limit("address", 5, Seconds())
    assert taken(limit, "greedy") == 5
    tracemalloc.start()
    for number in range(40_000):
        limit.take(f"2001:db8:0:{number:x}::/64")
        if number % 4_000 == 0:
            assert taken(limit, "greedy") == 0
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(limit) == 20_000
    assert used < 12_000_000


def test_nothing_is_counted_with_nought() -> None:
    limit = Limit("address", 0, Seconds())
    assert taken(limit, "a", 5000) == 5000
    assert len(limit) == 0


def test_counting_is_cheap() -> None:
    """Measured: about 1 microsecond. The bound leaves room for a busy machine."""
    limit = Limit("account", 1_000_000, time.monotonic)
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for number in range(2000):
            limit.take(f"{number % 50}")
        rounds.append((time.perf_counter() - start) / 2000)
    assert min(rounds) < 20e-6


@pytest.mark.parametrize(
    ("method", "path", "calendar"),
    [
        ("GET", "/feeds/abc", True),
        ("GET", "/sessions/1/invite.ics", True),
        ("POST", "/sessions/1/invite.ics", False),
        ("GET", "/sessions", False),
        ("GET", "/feedsalot", False),
    ],
)
def test_what_is_a_calendar(method: str, path: str, calendar: bool) -> None:
    assert is_calendar(method, path) is calendar


@cache
def _application(works: Works, trusted: tuple[str, ...]) -> Litestar:
    """The application with a calendar to fetch; building one takes as long as ten tests."""

    @get("/some/calendar.ics", include_in_schema=False)
    async def calendar() -> str:
        return "BEGIN:VCALENDAR"

    app = create_app(
        Settings(
            base_url=SITE.base_url,
            secret_key=SITE.secret_key,
            trusted_proxies=trusted,
            requests_per_minute_address=3,
            requests_per_minute_account=5,
        ),
        works=works,
    )
    app.register(calendar)
    return app


def limited(works: Works, *, trusted: tuple[str, ...] = ()) -> Litestar:
    """The same with a small limit by address, and nobody counted yet."""
    app = _application(works, trusted)
    app.state.limits = Limits(account=5, address=3, clock=Seconds())
    return app


def asker(app: Litestar, peer: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, client=(peer, 50000))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url=SITE.base_url)


async def test_too_many_requests_are_told_as_a_page_and_as_a_problem(works: Works) -> None:
    async with asker(limited(works), "203.0.113.7") as client:
        left = [(await client.get("/api/v1/programs")).headers["ratelimit"] for _ in range(3)]
        assert left == ['"address";r=2;t=20', '"address";r=1;t=40', '"address";r=0;t=60']
        refused = await client.get("/api/v1/programs")
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"] == "20"
        shown = await client.get("/programs")
        assert (shown.status_code, shown.headers["retry-after"]) == (429, "20")
        assert "wait a little" in shown.text
        assert "content-security-policy" in shown.headers
    async with asker(limited(works), "203.0.113.7") as client:
        answer = await client.get("/api/v1/programs")
        assert answer.headers["ratelimit-policy"] == '"address";q=3;w=60'
        assert "ratelimit" not in (await client.get("/programs")).headers


async def test_forwarded_headers_of_strangers_change_nothing(works: Works) -> None:
    async with asker(limited(works), "203.0.113.7") as client:
        seen = [
            (
                await client.get(
                    "/api/v1/programs",
                    headers={
                        "x-forwarded-for": f"198.51.100.{number}",
                        "forwarded": f"for=198.51.100.{number}",
                        "x-real-ip": f"198.51.100.{number}",
                        "cf-connecting-ip": f"198.51.100.{number}",
                    },
                )
            ).status_code
            for number in range(5)
        ]
    assert seen == [200, 200, 200, 429, 429]


async def test_behind_a_trusted_proxy_each_caller_counts_and_none_lies(works: Works) -> None:
    app = limited(works, trusted=("10.0.0.0/8",))

    async def ask(forwarded: str) -> int:
        async with asker(app, "10.0.0.1") as client:
            return (await client.get("/api/v1/programs", headers={"x-forwarded-for": forwarded})).status_code

    # The proxy appends whom it saw; what stands before that is what the caller made up.
    assert [await ask(f"192.0.2.{n}, 203.0.113.7") for n in range(5)] == [200, 200, 200, 429, 429]
    assert await ask("203.0.113.8") == 200, "somebody else behind the same proxy"
    assert [await ask(f"2001:db8:0:1::{n:x}") for n in range(1, 6)] == [200, 200, 200, 429, 429], "one network"
    assert await ask("2001:db8:0:2::1") == 200
    assert [await ask("::ffff:198.51.100.9") for _ in range(2)] + [await ask("198.51.100.9") for _ in range(2)] == [
        200, 200, 200, 429,
    ], "one address in two spellings"  # fmt: skip


async def test_calendars_styles_and_probes_are_never_counted(works: Works) -> None:
    async with asker(limited(works), "203.0.113.7") as client:
        for path in ("/some/calendar.ics", "/health/live", "/static/favicon.svg"):
            seen = {(await client.get(path)).status_code for _ in range(20)}
            assert 429 not in seen, path
            assert 500 not in seen, path
        assert (await client.head("/some/calendar.ics")).status_code == 200
        assert [(await client.get("/sessions")).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert (await client.get("/some/calendar.ics")).status_code == 200, "one who has used everything up too"


async def test_guessing_is_counted_by_address(works: Works) -> None:
    async with asker(limited(works), "203.0.113.7") as client:
        bearers = [f"trn_{number:043}" for number in range(3)] + ["x", "y"]
        seen = [
            (await client.get("/api/v1/programs", headers={"authorization": f"Bearer {bearer}"})).status_code
            for bearer in bearers
        ]
        assert seen == [401, 401, 401, 429, 429]


def test_so_many_at_once_and_no_more() -> None:
    files = AtOnce(2)
    with files.held("a"), files.held("b"):
        with files.held("a"):
            with pytest.raises(TooManyOpen) as refused, files.held("a"):
                pass
            assert refused.value.retry_after > 0
            assert len(files) == 3
        with files.held("a"):
            pass
    assert len(files) == 0


def test_what_breaks_is_not_open_any_more() -> None:
    files = AtOnce(1)
    for _ in range(3):
        with pytest.raises(KeyError), files.held("a"):
            raise KeyError
    assert len(files) == 0


def test_whoever_is_known_is_counted_by_themselves() -> None:
    limits = Limits(account=1, address=1, clock=lambda: 0.0)
    limits.open_of_holder, limits.open_of_address = AtOnce(1), AtOnce(1)
    with limits.opened("a", "here"), limits.opened("b", "here"), limits.opened("", "here"), limits.opened("", "there"):
        for holder, address in (("a", "elsewhere"), ("", "here")):
            with pytest.raises(TooManyOpen), limits.opened(holder, address):
                pass


def test_what_comes_in_is_counted_by_person_and_by_address() -> None:
    limits = Limits(account=1, address=1, clock=lambda: 0.0)
    limits.coming_of_holder, limits.coming_of_address = AtOnce(3, TooManyComing), AtOnce(4, TooManyComing)
    with limits.coming("a", "here", 3):
        for holder, address, count in (("a", "there", 1), ("b", "here", 2)):
            with pytest.raises(TooManyComing), limits.coming(holder, address, count):
                pass
        assert (len(limits.coming_of_holder), len(limits.coming_of_address)) == (3, 3)
        with limits.coming("b", "here", 1), limits.coming("b", "there", 2):
            pass
    assert len(limits.coming_of_holder) == len(limits.coming_of_address) == 0
