"""The filter of a calendar-query: read strictly, judged on the entry as it is sent."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from training.base.structs import Frozen
from training.feeds.dav.holdings import Held
from training.feeds.dav.names import Refusal, cal
from training.feeds.dav.reading import Node

MOST_TESTS = 40
COLLATIONS = ("i;ascii-casemap", "i;octet", "i;unicode-casemap")
_INSTANT = "%Y%m%dT%H%M%SZ"
_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)
_ABSENT = cal("is-not-defined")
_RANGE = cal("time-range")
_MATCH = cal("text-match")
_PROPERTY = cal("prop-filter")
_PARAMETER = cal("param-filter")
_COMPONENT = cal("comp-filter")
_LINE = re.compile(r"([A-Za-z0-9-]+)((?:;[^:;=]+=(?:\"[^\"]*\"|[^\":;])*)*):(.*)", re.DOTALL)
_PARAM = re.compile(r";([^:;=]+)=(\"[^\"]*\"|[^\":;]*)")
_ESCAPED = re.compile(r"\\([\\;,nN])")


class Span(Frozen, frozen=True, kw_only=True):
    """A span of time, its end not in it. UTC."""

    start: datetime
    end: datetime


class Match(Frozen, frozen=True, kw_only=True):
    """A text that must, or with `negated` must not, be part of a value."""

    text: str
    collation: str
    negated: bool

    def fits(self, value: str) -> bool:
        """Whether a value passes."""
        return (_folded(self.text, self.collation) in _folded(value, self.collation)) is not self.negated


class Test(Frozen, frozen=True, kw_only=True):
    """What is asked of a parameter: that it is there, that it is not, or what its text is."""

    name: str
    absent: bool
    match: Match | None


class PropertyTest(Frozen, frozen=True, kw_only=True):
    """What is asked of a property and of its parameters."""

    name: str
    absent: bool
    match: Match | None
    parameters: tuple[Test, ...]


class Component(Frozen, frozen=True, kw_only=True):
    """What is asked of a component, of its properties and of the components in it."""

    name: str
    absent: bool
    span: Span | None
    properties: tuple[PropertyTest, ...]
    components: tuple["Component", ...]


class Line(Frozen, frozen=True, kw_only=True):
    """One property of an entry as it is sent, unfolded and unescaped."""

    name: str
    parameters: dict[str, str]
    value: str


def read_filter(found: Node | None) -> Component:
    """The filter of a query. Raises Refusal (403) naming what is wrong with it or not known here."""
    if found is None or len(found.children) != 1:
        raise Refusal(403, cal("valid-filter"))
    top = _component(found.children[0])
    if top.name != "VCALENDAR" or top.absent or top.span:
        raise Refusal(403, cal("valid-filter"))
    if _size(top) > MOST_TESTS:
        raise Refusal(403, cal("supported-filter"))
    return top


def _size(component: Component) -> int:
    parameters = sum(len(one.parameters) for one in component.properties)
    return 1 + len(component.properties) + parameters + sum(map(_size, component.components))


def _component(node: Node) -> Component:
    if node.name != _COMPONENT:
        raise Refusal(403, cal("supported-filter"))
    unknown = [child for child in node.children if child.name not in (_ABSENT, _RANGE, _PROPERTY, _COMPONENT)]
    if unknown:
        raise Refusal(403, cal("supported-filter"))
    span = node.child(_RANGE)
    return Component(
        name=_named(node),
        absent=node.child(_ABSENT) is not None,
        span=read_span(span) if span is not None else None,
        properties=tuple(_property(child) for child in node.all(_PROPERTY)),
        components=tuple(_component(child) for child in node.all(_COMPONENT)),
    )


def _property(node: Node) -> PropertyTest:
    if any(child.name not in (_ABSENT, _MATCH, _PARAMETER) for child in node.children):
        # A span of time for a property, too: no program is known that asks for one.
        raise Refusal(403, cal("supported-filter"))
    return PropertyTest(
        name=_named(node),
        absent=node.child(_ABSENT) is not None,
        match=_match(node.child(_MATCH)),
        parameters=tuple(_test(child) for child in node.all(_PARAMETER)),
    )


def _test(node: Node) -> Test:
    if any(child.name not in (_ABSENT, _MATCH) for child in node.children):
        raise Refusal(403, cal("supported-filter"))
    return Test(name=_named(node), absent=node.child(_ABSENT) is not None, match=_match(node.child(_MATCH)))


def _named(node: Node) -> str:
    name = node.attributes.get("name", "").upper()
    if not name:
        raise Refusal(403, cal("valid-filter"))
    return name


def _match(node: Node | None) -> Match | None:
    if node is None:
        return None
    collation = node.attributes.get("collation", "i;ascii-casemap")
    if collation == "default":
        collation = "i;ascii-casemap"
    if collation not in COLLATIONS:
        raise Refusal(403, cal("supported-collation"))
    return Match(text=node.text, collation=collation, negated=node.attributes.get("negate-condition") == "yes")


def read_span(node: Node) -> Span:
    """A span of time; one of its ends may be left out. Raises Refusal (403)."""
    start, end = node.attributes.get("start"), node.attributes.get("end")
    if start is None and end is None:
        raise Refusal(403, cal("valid-filter"))
    span = Span(start=_instant(start) if start else _FIRST, end=_instant(end) if end else _LAST)
    if span.start >= span.end:
        raise Refusal(403, cal("valid-filter"))
    return span


def _instant(written: str) -> datetime:
    try:
        return datetime.strptime(written, _INSTANT).replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(403, cal("valid-filter")) from None


def passes(one: Held, wanted: Component) -> bool:
    """Whether an entry is among those a query asks for."""
    return _properties_pass(wanted, one, "VCALENDAR") and all(_inside(part, one) for part in wanted.components)


def _inside(wanted: Component, one: Held) -> bool:
    there = wanted.name == "VEVENT" or f"\r\nBEGIN:{wanted.name}\r\n".encode() in one.data
    if wanted.absent or not there:
        return wanted.absent is not there
    if wanted.name != "VEVENT":
        # Zones and alarms hold nothing that a program asks about; they are there, and that is all that is known.
        return not (wanted.span or wanted.properties or wanted.components)
    if wanted.span and not overlaps(one, wanted.span):
        return False
    return _properties_pass(wanted, one, "VEVENT") and all(_inside(part, one) for part in wanted.components)


def overlaps(one: Held, span: Span) -> bool:
    """Whether any of an entry lies in a span. One without length counts at its instant (RFC 4791, 9.9)."""
    entry = one.entry
    if entry.starts_at >= entry.ends_at:
        return span.start <= entry.starts_at < span.end
    return entry.starts_at < span.end and entry.ends_at > span.start


def _properties_pass(wanted: Component, one: Held, component: str) -> bool:
    if not wanted.properties:
        return True
    lines = lines_of(one.data, component)
    return all(_passes(test, [line for line in lines if line.name == test.name]) for test in wanted.properties)


def _passes(test: PropertyTest, lines: list[Line]) -> bool:
    if test.absent or not lines:
        return test.absent is not bool(lines)
    return any(
        (test.match is None or test.match.fits(line.value))
        and all(_parameter_passes(part, line.parameters.get(part.name)) for part in test.parameters)
        for line in lines
    )


def _parameter_passes(test: Test, value: str | None) -> bool:
    if test.absent or value is None:
        return test.absent is (value is None)
    return test.match is None or test.match.fits(value)


def _folded(text: str, collation: str) -> bytes:
    if collation == "i;unicode-casemap":
        return text.casefold().encode()
    # Octets know the letters of ASCII alone, which is what the other one asks for.
    return text.encode() if collation == "i;octet" else text.encode().lower()


@lru_cache(maxsize=1024)
def lines_of(data: bytes, component: str) -> tuple[Line, ...]:
    """The properties of one component of an entry as it is sent; not those of the components in it."""
    found, inside = [], [""]
    for text in data.decode().replace("\r\n ", "").split("\r\n"):
        parsed = _LINE.fullmatch(text)
        if parsed is None:
            continue
        name, value = parsed[1].upper(), parsed[3]
        if name == "BEGIN":
            inside.append(value.upper())
        elif name == "END":
            inside.pop()
        elif inside[-1] == component:
            parameters = {key.upper(): given.strip('"') for key, given in _PARAM.findall(parsed[2])}
            found.append(Line(name=name, parameters=parameters, value=_ESCAPED.sub(_unescaped, value)))
    return tuple(found)


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] in "nN" else found[1]
