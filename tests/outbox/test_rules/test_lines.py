"""Safe header lines, recipients and Message-IDs."""

from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.outbox.rules import MOST_HEADER, header_line, message_id_of, safe_recipient

ID = UUID("01890000-0000-7000-8000-000000000001")


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
