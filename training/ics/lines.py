"""Calendars of others, line by line: components and their properties, in time and memory that grow with the size only.

No general reader is used, because those evaluate what a stranger wrote (rules of zones that never match, nesting
thousands deep) before anybody can ask whether it is wanted.
"""

import re
from collections.abc import Iterable, Iterator

from training.base.structs import Frozen

# In octets, before anything is decoded: some writers fold within a character.
_FOLDED = re.compile(rb"\r?\n[ \t]")
_BREAK = re.compile(r"\r\n|\r|\n")
_LINE = re.compile(r'([A-Za-z0-9-]{1,60})((?:;[^:"]*+(?:"[^"]*+"[^:"]*+)*+)?):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,60})=("[^"]*"|[^;]*)')
_DEEPEST = 4


class Unreadable(ValueError):
    """This is no calendar, or one that nobody would have made to be read. The text says which limit it broke."""


class Property(Frozen, frozen=True, kw_only=True):
    """One line: a name in capitals, parameters (their names in capitals too), and the value as it stands."""

    name: str
    parameters: dict[str, str]
    value: str


class Component(Frozen, frozen=True, kw_only=True):
    """What stands between BEGIN and END. Broken lines are not in it."""

    name: str
    properties: list[Property]
    parts: list["Component"]

    def all(self, name: str) -> list[Property]:
        """Every property of that name."""
        return [found for found in self.properties if found.name == name]

    def value(self, name: str) -> str:
        """The value of the first property of that name, trimmed; empty if there is none."""
        return next((found.value.strip() for found in self.properties if found.name == name), "")


def read_calendars(data: bytes, *, wanted: frozenset[str], most_lines: int) -> list[Component]:
    """The VCALENDARs in a text, with no other properties than those wanted. Raises Unreadable.

    Octets that are not UTF-8 become replacement characters: they stand in texts, and texts are rarely wanted.
    """
    root = Component(name="", properties=[], parts=[])
    path = [root]
    for found in _lines(data, wanted | {"BEGIN", "END"}, most_lines):
        if found.name == "BEGIN":
            if len(path) > _DEEPEST:
                raise Unreadable("Components are nested too deeply")
            inner = Component(name=found.value.strip().upper(), properties=[], parts=[])
            path[-1].parts.append(inner)
            path.append(inner)
        elif found.name == "END":
            if len(path) == 1 or path[-1].name != found.value.strip().upper():
                raise Unreadable("A component ends that did not begin")
            path.pop()
        else:
            path[-1].properties.append(found)
    calendars = [part for part in root.parts if part.name == "VCALENDAR"]
    if not calendars or len(path) > 1:
        raise Unreadable("This is not a whole calendar")
    return calendars


def events_in(calendars: Iterable[Component]) -> Iterator[Component]:
    """Every VEVENT directly in one of the calendars."""
    for calendar in calendars:
        yield from (part for part in calendar.parts if part.name == "VEVENT")


def _lines(data: bytes, wanted: frozenset[str], most: int) -> Iterator[Property]:
    text = _FOLDED.sub(b"", data.removeprefix(b"\xef\xbb\xbf")).decode("utf-8", "replace")
    lines = _BREAK.split(text)
    if len(lines) > most:
        raise Unreadable("There are too many lines")
    for line in lines:
        # Most lines of a calendar are texts that nobody here wants: judged by their name before anything is matched.
        if re.split("[;:]", line[:61], maxsplit=1)[0].upper() not in wanted:
            continue
        if found := _LINE.fullmatch(line):
            parameters = {key.upper(): value.strip('"') for key, value in _PARAMETER.findall(found[2])}
            yield Property(name=found[1].upper(), parameters=parameters, value=found[3])
