"""One-time links and sign-ins, judged without a database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.base.errors import TrainingError
from training.people.rules import (
    KnownLink,
    LinkExpired,
    LinkUnknown,
    LinkUsed,
    Purpose,
    attempt_key,
    client_group,
    judge_link,
    label_of,
    link_token,
    new_token,
    next_in_link,
    next_kept,
    own_token,
    safe_next,
    sign_in_ends,
    token_hash,
)

KEY = "a key for tests only"
NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
ID = UUID("01890000-0000-7000-8000-000000000001")


def link(*, expires_at: datetime = NOW + timedelta(minutes=1), used_at: datetime | None = None) -> KnownLink:
    return KnownLink(
        id=ID,
        purpose=Purpose.SIGN_IN,
        person_id=ID,
        email="ada@example.org",
        subject_id=None,
        next_path="/",
        expires_at=expires_at,
        used_at=used_at,
    )


@pytest.mark.parametrize(
    ("found", "error"),
    [
        (None, LinkUnknown),
        (link(used_at=NOW), LinkUsed),
        (link(used_at=NOW, expires_at=NOW), LinkUsed),
        (link(expires_at=NOW), LinkExpired),
        (link(expires_at=NOW - timedelta(microseconds=1)), LinkExpired),
    ],
)
def test_a_link_that_cannot_be_used_says_why(found: KnownLink | None, error: type[TrainingError]) -> None:
    with pytest.raises(error):
        judge_link(found, NOW)


def test_a_link_works_up_to_its_last_microsecond() -> None:
    last = link(expires_at=NOW + timedelta(microseconds=1))
    assert judge_link(last, NOW) == last


def test_a_token_is_bound_to_key_purpose_and_id() -> None:
    token = link_token(KEY, Purpose.SIGN_IN, ID)
    assert own_token(KEY, Purpose.SIGN_IN, token)
    assert not own_token(KEY, Purpose.INVITATION, token)
    assert not own_token(KEY + "!", Purpose.SIGN_IN, token)
    assert link_token(KEY, Purpose.SIGN_IN, UUID(int=ID.int + 1)) != token
    assert len(token) == 64
    assert token.replace("-", "").replace("_", "").isalnum()


@pytest.mark.parametrize(
    "token", ["", "x", "é" * 64, "A" * 64, "A" * 63 + "=", "\x00" * 64, "A" * 10_000, "../" * 21 + "A", "A" * 63 + "\n"]
)
def test_a_guess_is_not_ours(token: str) -> None:
    assert not own_token(KEY, Purpose.SIGN_IN, token)


def test_a_changed_letter_is_not_ours() -> None:
    token = link_token(KEY, Purpose.SIGN_IN, ID)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert not own_token(KEY, Purpose.SIGN_IN, token[:place] + other + token[place + 1 :])


def test_tokens_of_sign_ins_are_random_and_only_hashes_are_kept() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) == 43
    assert len(token_hash("x")) == 64
    assert token_hash("\ud800") != token_hash("x"), "hostile text has a hash too"


@pytest.mark.parametrize(
    ("seen_after", "ends_after"),
    [
        (timedelta(0), timedelta(days=30)),
        (timedelta(days=29), timedelta(days=59)),
        (timedelta(days=150), timedelta(days=180)),
        (timedelta(days=179), timedelta(days=180)),
    ],
)
def test_a_sign_in_lasts_30_days_beyond_its_last_use_and_180_at_most(
    seen_after: timedelta, ends_after: timedelta
) -> None:
    assert sign_in_ends(NOW, NOW + seen_after) == NOW + ends_after


@pytest.mark.parametrize(
    "path", ["/", "/sessions", "/sessions/3?mode=online&free=yes#top", "/my/sessions", "/%2F%2Fx", "/a:b"]
)
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "sessions",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/ /evil.example",
        "\t//evil.example",
        " //evil.example",
        "https://evil.example",
        "https:/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/ok\r\nSet-Cookie: a=b",
        "/ok\x00",
        "/ünïcode",
        "/\u2028",
        "/" + "a" * 8_000,
        "/sign-in",
        "/sign-in/",
        "/sign-in?next=/sign-in",
        "/sign-in/AAAA",
        "/sign-out",
        "/sign-out/#x",
    ],
)
def test_any_other_path_leads_home(path: str) -> None:
    assert safe_next(path) == "/"


def test_a_mailed_link_keeps_the_page_of_an_address_that_is_too_long_for_it() -> None:
    for short in ("/", "/my/sessions?x=1", "/a?" + "q" * 497):
        assert next_in_link(short) == short
    assert next_in_link("/a/look?files=" + "f" * 700) == "/a/look"
    for none in ("/" + "a" * 600, "//evil.example", "/sign-in?" + "q" * 600):
        assert next_in_link(none) == "/"


LONG = "/a/look?files=" + "f" * 700


@pytest.mark.parametrize(
    ("kept", "in_link", "onward"),
    [
        (LONG, "/a/look", LONG),
        (LONG, "/account", "/account"),
        (LONG, "/", "/"),
        ("", "/account", "/account"),
        ("/account?x=1", "/account", "/account"),
        ("//evil.example/look?" + "f" * 700, "/", "/"),
        ("/" + "a" * 600, "/", "/"),
    ],
)
def test_what_the_browser_kept_is_more_of_the_page_in_the_link_or_nothing(kept: str, in_link: str, onward: str) -> None:
    assert next_kept(kept, in_link) == onward


def test_keys_of_attempts_are_keyed_and_apart() -> None:
    keys = {attempt_key(KEY, kind, value) for kind in ("a", "b") for value in ("x", "y")}
    assert len(keys) == 4
    assert attempt_key("another key for tests", "a", "x") not in keys
    assert all(len(key) == 64 for key in keys)


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari on a Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/150 Safari/604", "Chrome on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 16) SamsungBrowser/29.0 Chrome/130 Safari/537", "Samsung Internet on Android"),
        ("curl/8.5.0", "Program curl"),
        ("python-httpx/0.28", "Program python-httpx"),
        ("Mozilla/5.0 (something)", "Unknown browser"),
        ("", "Unknown browser"),
        ("<script>alert(1)</script>", "Unknown browser"),
        ("\x00\r\nX: y", "Unknown browser"),
        ("a" * 10_000, "Program " + "a" * 40),
    ],
)
def test_a_browser_in_plain_words(user_agent: str, label: str) -> None:
    assert label_of(user_agent) == label


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:0DB8:0001:0003::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
        ("203.0.113.7, 198.51.100.1", "203.0.113.7, 198.51.100.1"),
    ],
)
def test_an_ipv6_caller_counts_as_their_network(address: str, group: str) -> None:
    assert client_group(address) == group
