"""Answers of WebDAV as XML. What comes from people is escaped; what XML cannot hold is left out."""

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from training.feeds.dav.names import HREF, PREFIXES, Refusal, dav

MEDIA_TYPE = "application/xml; charset=utf-8"
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
# The prefix of XML's own names can neither be declared nor replaced.
_FIXED = PREFIXES | {"http://www.w3.org/XML/1998/namespace": "xml"}
_SPACES = " ".join(f'xmlns:{prefix}="{name}"' for name, prefix in PREFIXES.items())
# Characters that no XML 1.0 document may hold, not even escaped.
_IMPOSSIBLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REASONS = {200: "OK", 403: "Forbidden", 404: "Not Found", 507: "Insufficient Storage"}


def text(value: str) -> str:
    """Text as it may stand inside of an element. A carriage return is escaped, because readers would drop it."""
    return escape(_IMPOSSIBLE.sub("", value), {"\r": "&#13;"})


def element(name: str, /, *inside: str, **attributes: str) -> str:
    """An element with what is inside of it, written already. `name` is {namespace}name; any namespace will do."""
    space, _, local = name.rpartition("}")
    space = space.removeprefix("{")
    prefix = _FIXED.get(space)
    declared = "" if prefix else f" xmlns={quoteattr(space)}"
    called = f"{prefix}:{local}" if prefix else local
    given = "".join(f" {key}={quoteattr(_IMPOSSIBLE.sub('', value))}" for key, value in attributes.items())
    if not inside:
        return f"<{called}{declared}{given}/>"
    return f"<{called}{declared}{given}>{''.join(inside)}</{called}>"


def href(path: str) -> str:
    """The address of something."""
    return element(HREF, text(path))


def status(code: int) -> str:
    """A status line inside of an answer about many things."""
    return element(dav("status"), f"HTTP/1.1 {code} {_REASONS[code]}")


def response(path: str, found: Mapping[str, str], missing: Iterable[str] = ()) -> str:
    """What is told of one thing: the properties `found`, written already, and the names of those it does not have."""
    parts = [href(path)]
    absent = [element(name) for name in missing]
    if found or not absent:
        parts.append(element(dav("propstat"), element(dav("prop"), *found.values()), status(200)))
    if absent:
        parts.append(element(dav("propstat"), element(dav("prop"), *absent), status(404)))
    return element(dav("response"), *parts)


def bare(path: str, code: int, inside: str = "") -> str:
    """A thing of which only a status is told: gone, or more than could be told."""
    return element(dav("response"), href(path), status(code), inside)


def multistatus(responses: Iterable[str], tail: str = "") -> bytes:
    """The whole answer. `tail` stands behind the responses, written already."""
    return f"{_HEAD}<d:multistatus {_SPACES}>{''.join(responses)}{tail}</d:multistatus>\n".encode()


def error(refusal: Refusal) -> bytes:
    """The body of a refusal, naming the precondition that was broken."""
    condition = element(refusal.condition, refusal.inside) if refusal.condition else ""
    return f"{_HEAD}<d:error {_SPACES}>{condition}</d:error>\n".encode()
