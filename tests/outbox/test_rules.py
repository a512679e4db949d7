"""Frozen values, derived tokens and safe header lines."""

from datetime import UTC, date, datetime
from email.message import EmailMessage
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.structs import Frozen
from training.outbox.rules import (
    MOST_HEADER,
    SecretLink,
    derive_token,
    freeze,
    header_line,
    message_id_of,
    safe_recipient,
    thaw,
    token_id,
)

KEY = "a key for tests only"
BASE = "https://training.example"
ID = UUID("01890000-0000-7000-8000-000000000001")
AT = datetime(2026, 5, 4, 9, 0, 0, 123456, tzinfo=UTC)
LINK = SecretLink(path="/sign-in/", purpose="sign-in", id=ID)


class Mode(Enum):
    ONLINE = "online"


class Place(Frozen, frozen=True, kw_only=True):
    name: str
    starts_at: datetime


@pytest.mark.parametrize(
    ("value", "comes_back"),
    [
        ("text", "text"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        (7, 7),
        (1.5, 1.5),
        (True, True),
        (None, None),
        (ID, str(ID)),
        (Mode.ONLINE, "online"),
        (AT, AT),
        ([AT, "x"], [AT, "x"]),
        ((1, 2), [1, 2]),
        ({"at": AT, "more": {"n": 1}}, {"at": AT, "more": {"n": 1}}),
        (Place(name="Hall", starts_at=AT), {"name": "Hall", "starts_at": AT}),
        ([Place(name="Hall", starts_at=AT)], [{"name": "Hall", "starts_at": AT}]),
        (LINK, f"{BASE}/sign-in/{derive_token(KEY, 'sign-in', ID)}"),
    ],
)
def test_values_come_back_as_they_were(value: Any, comes_back: Any) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(freeze({"value": value})))
    assert thaw(kept, BASE, KEY) == {"value": comes_back}


def test_a_secret_is_not_in_what_is_kept_and_can_be_left_out() -> None:
    kept = freeze({"link": LINK})
    assert derive_token(KEY, "sign-in", ID) not in str(kept)
    assert thaw(kept, BASE, "") == {"link": f"{BASE}/sign-in/..."}


@pytest.mark.parametrize(
    "value", [object(), b"bytes", datetime(2026, 5, 4), date(2026, 5, 4), {1: 2}, {"$link": "/x"}, {1, 2}]
)
def test_what_cannot_be_kept_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"keep|zone|start with"):
        freeze({"value": [value]})


def test_a_typed_text_cannot_pose_as_a_link() -> None:
    assert thaw(freeze({"value": '{"$link": "/x"}'}), BASE, KEY) == {"value": '{"$link": "/x"}'}


def test_a_token_carries_its_id() -> None:
    assert token_id(derive_token(KEY, "sign-in", ID)) == ID
    assert derive_token(KEY, "sign-in", ID) == derive_token(KEY, "sign-in", ID)
    assert len({derive_token(key, what, ID) for key in (KEY, KEY + "2") for what in ("sign-in", "invitation")}) == 4


@pytest.mark.parametrize("key", ["", "short", "x" * 15])
def test_no_token_without_a_key(key: str) -> None:
    with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
        derive_token(key, "sign-in", ID)


@given(st.text(max_size=80))
def test_any_text_is_a_token_or_not(text: str) -> None:
    found = token_id(text)
    assert found is None or len(text) == 64


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Your place", "Your place"),
        ("  a \t b\r\n", "a b"),
        ("x\r\nBcc: eve@example.org", "x Bcc: eve@example.org"),
        ("x\u2028y\u2029z\x85w\x0bv\x0cu", "x y z w v u"),
        ("=?utf-8?B?DQpCY2M6?=", "= ?utf-8?B?DQpCY2M6?="),
        ("=\x00?utf-8?Q?x?=", "= ?utf-8?Q?x?="),
        ("==??", "== ??"),
        ("a = b?", "a = b?"),
        ("\ud800x", "x"),
        ("pay\u202elive\u2066x\u2069\u202c", "paylivex"),
        ("=\u202e?utf-8?Q?x?=", "= ?utf-8?Q?x?="),
        ("y" * 300, "y" * MOST_HEADER),
    ],
)
def test_one_safe_header_line(text: str, line: str) -> None:
    assert header_line(text) == line


@given(st.text(max_size=300))
def test_no_title_becomes_another_header(text: str) -> None:
    line = header_line(text)
    message = EmailMessage()
    message["Subject"] = line
    message["To"] = "ada@example.org"
    message.set_content("x")
    heads = message.as_bytes().split(b"\n\n", 1)[0]
    assert b"\nbcc:" not in heads.lower()
    assert "=?" not in line
    assert header_line(line) == line
    assert len(line) <= MOST_HEADER


@pytest.mark.parametrize("address", ["ada@example.org", "o'brien+x@example.org", "jos\u00e9@xn--mnchen-3ya.de"])
def test_a_plain_recipient(address: str) -> None:
    assert safe_recipient(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@x.org",
        "a@",
        "a@b@c",
        "a b@x.org",
        "a@x.org\nBcc: b@x.org",
        "<a@x.org>",
        "a@x.org,b@x.org",
        "a\u200b@x.org",
        "a" * 250 + "@x.org",
    ],
)
def test_an_unsafe_recipient(address: str) -> None:
    with pytest.raises(ValueError, match="one plain address"):
        safe_recipient(address)


@pytest.mark.parametrize(
    ("base_url", "message_id"),
    [
        ("https://training.example", f"<{ID}@training.example>"),
        ("http://127.0.0.1:8000", f"<{ID}@127.0.0.1>"),
        ("http://[::1]:8000", f"<{ID}@[::1]>"),
        ("", f"<{ID}@localhost>"),
    ],
)
def test_a_message_id_names_the_installation(base_url: str, message_id: str) -> None:
    assert message_id_of(ID, base_url) == message_id
