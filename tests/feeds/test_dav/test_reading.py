"""Hostile XML is refused with 4xx before it costs anything."""

import codecs
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.feeds.dav.names import Refusal, dav
from training.feeds.dav.reading import (
    MOST_BODY,
    MOST_DEPTH,
    MOST_NAMES,
    MOST_NODES,
    check_type,
    read_xml,
    wanted_names,
)

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "ha">'
    + "".join(f'<!ENTITY x{n} "{("&x;" if n == 1 else f"&x{n - 1};") * 10}">' for n in range(1, 10))
    + "]><a>&x9;</a>"
)
HOSTILE: dict[str, tuple[bytes, int]] = {
    "billion laughs": (LAUGHS.encode(), 400),
    "quadratic": (f'<!DOCTYPE a [<!ENTITY x "{"x" * 50_000}">]><a>{"&x;" * 10_000}</a>'.encode(), 400),
    "a file": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 400),
    "an address": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><a/>', 400),
    "a parameter entity": (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x">%x;]><a/>', 400),
    "an empty document type": (b"<!DOCTYPE a><a/>", 400),
    "an unknown entity": (b"<a>&nbsp;</a>", 400),
    "deep": (b"<a>" * 10_000 + b"</a>" * 10_000, 400),
    "deep and open": (b"<a>" * 300_000, 400),
    "wide": (b"<a>" + b"<b/>" * 100_000 + b"</a>", 413),
    "large": (b"<a>" + b" " * 10_000_000 + b"</a>", 413),
    "not ended": (b"<a>", 400),
    "two roots": (b"<a/><b/>", 400),
    "nothing": (b"   ", 400),
    "text": (b"hello", 400),
    "json": (b'{"a": 1}', 400),
    "binary": (bytes(range(256)), 400),
    "NUL": (b"<a>\x00</a>", 400),
    "a control character": (b"<a>\x0b</a>", 400),
    "a lone surrogate": (b"<a>\xed\xa0\x80</a>", 400),
    "an unbound prefix": (b"<x:a/>", 400),
    "the same attribute twice": (b'<a b="1" b="2"/>', 400),
    "utf-7": (b'<?xml version="1.0" encoding="utf-7"?><a/>', 400),
    "an encoding that is none": (b'<?xml version="1.0" encoding="nonsense"?><a/>', 400),
    "a codec that is no encoding": (b'<?xml version="1.0" encoding="rot13"?><a/>', 400),
    "a wide encoding": (b'<?xml version="1.0" encoding="utf-32"?><a/>', 400),
    "half of utf-16": (codecs.BOM_UTF16_LE + b"<", 400),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_quickly(name: str) -> None:
    body, status = HOSTILE[name]
    # What it costs, however many other programs there are.
    began = time.process_time()
    with pytest.raises(Refusal) as caught:
        read_xml(body)
    assert caught.value.status == status
    assert time.process_time() - began < 2


@given(st.binary(max_size=300) | st.text(alphabet='<>/a:="&;! xmlns[]?-', max_size=200).map(str.encode))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    try:
        read_xml(body)
    except Refusal as refusal:
        assert refusal.status in (400, 413)


def test_an_honest_body_is_read() -> None:
    root = read_xml('<p xmlns="DAV:" a="1">é<prop> <x xmlns="urn:x"/>\n<getetag/></prop>z</p>'.encode())
    assert (root.name, root.text, root.attributes) == (dav("p"), "é", {"a": "1"})
    prop = root.child(dav("prop"))
    assert prop is not None
    assert [child.name for child in prop.children] == ["{urn:x}x", dav("getetag")]
    assert len(root.all(dav("prop"))) == 1
    assert root.child("prop") is None


def test_limits_leave_room_for_the_honest() -> None:
    read_xml(b"<a>" * MOST_DEPTH + b"</a>" * MOST_DEPTH)
    read_xml(b"<a>" + b"<b/>" * (MOST_NODES - 1) + b"</a>")
    read_xml(b"<a>" + b" " * (MOST_BODY - 7) + b"</a>")
    with pytest.raises(Refusal):
        read_xml(b"<a>" * (MOST_DEPTH + 1) + b"</a>" * (MOST_DEPTH + 1))


@pytest.mark.parametrize(
    ("kind", "encoding", "fine"),
    [
        ("application/xml", "", True),
        ("text/xml; charset=utf-8", "identity", True),
        ("Application/XML", "", True),
        ("application/soap+xml", "", True),
        ("", "", True),
        ("application/json", "", False),
        ("text/plain", "", False),
        ("multipart/form-data; boundary=x", "", False),
        ("application/xml", "gzip", False),
    ],
)
def test_other_kinds_of_content_are_refused(kind: str, encoding: str, fine: bool) -> None:
    if fine:
        check_type(kind, encoding)
        return
    with pytest.raises(Refusal) as caught:
        check_type(kind, encoding)
    assert caught.value.status == 415


def test_nobody_asks_for_thousands_of_properties_of_each_entry() -> None:
    assert wanted_names(None) == ()
    assert wanted_names(read_xml(b"<p><a/><b/><a/></p>")) == ("a", "b")
    for body in (
        b"<p>" + b"".join(f"<a{number}/>".encode() for number in range(MOST_NAMES + 1)) + b"</p>",
        b"<p><" + b"a" * 10_000 + b"/></p>",
    ):
        with pytest.raises(Refusal) as caught:
            wanted_names(read_xml(body))
        assert caught.value.status == 403
