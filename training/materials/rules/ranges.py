"""Which part of a file is asked for, and whether it is known already (RFC 9110, sections 8.8.3, 13 and 14). Pure."""

import re
from enum import StrEnum

from training.base.structs import Frozen

_SPEC = re.compile(r"(?P<first>[0-9]*)-(?P<last>[0-9]*)")
_TAG = re.compile(r'(?P<weak>W/)?(?P<tag>"[\x21\x23-\x7e\x80-\xff]*")')
# More digits than any file has bytes.
_DIGITS = 19


class Span(Frozen, frozen=True, kw_only=True):
    """The bytes from `start` up to, not with, `end`, of `size` altogether."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        """How many bytes."""
        return self.end - self.start

    @property
    def whole(self) -> bool:
        """Whether that is all of it."""
        return self.length == self.size

    @property
    def words(self) -> str:
        """As Content-Range says it."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


class Verdict(StrEnum):
    """What a request gets."""

    WHOLE = "whole"
    PART = "part"
    KNOWN = "known"
    BEYOND = "beyond"
    CHANGED = "changed"


class Asked(Frozen, frozen=True, kw_only=True):
    """The header fields that decide, as they came; None for one that did not."""

    range: str | None = None
    if_range: str | None = None
    if_match: str | None = None
    if_none_match: str | None = None


def judge(asked: Asked, etag: str, size: int) -> tuple[Verdict, Span]:
    """What becomes of a request for a file of `size` bytes whose strong entity tag is `etag`, in the order of 13.2.2.

    We tell no date of a change, so conditions on dates are none. Several ranges at once get the whole file, as 14.2
    allows: parts of parts are asked for by nobody who reads a file, and cost much to write.
    """
    whole = Span(start=0, end=size, size=size)
    if asked.if_match is not None and not _names(asked.if_match, etag, weakly=False):
        return Verdict.CHANGED, whole
    if asked.if_none_match is not None and _names(asked.if_none_match, etag, weakly=True):
        return Verdict.KNOWN, whole
    if asked.range is None or (asked.if_range is not None and asked.if_range.strip() != etag):
        return Verdict.WHOLE, whole
    return _span(asked.range, whole)


def _names(field: str, etag: str, *, weakly: bool) -> bool:
    """Whether a list of entity tags (or *) names this one. A weak one is the same only where that is enough."""
    if field.strip() == "*":
        return True
    return any(found["tag"] == etag and (weakly or not found["weak"]) for found in _TAG.finditer(field))


def _span(field: str, whole: Span) -> tuple[Verdict, Span]:
    """What cannot be read is no range at all; what can be read and lies behind the end is BEYOND."""
    unit, _, ranges = field.partition("=")
    wanted = [one.strip(" \t") for one in ranges.split(",") if one.strip(" \t")]
    spec = _SPEC.fullmatch(wanted[0]) if len(wanted) == 1 and unit.strip().lower() == "bytes" else None
    if spec is None or not (spec["first"] or spec["last"]):
        return Verdict.WHOLE, whole
    size = whole.size
    if not spec["first"]:
        length = min(_number(spec["last"]), size)
        # The last bytes of nothing are all of it.
        verdict = Verdict.PART if length else Verdict.WHOLE if _number(spec["last"]) else Verdict.BEYOND
        return verdict, Span(start=size - length, end=size, size=size) if length else whole
    first = _number(spec["first"])
    if spec["last"] and _number(spec["last"]) < first:
        return Verdict.WHOLE, whole
    if first >= size:
        return Verdict.BEYOND, whole
    end = min(_number(spec["last"]) + 1, size) if spec["last"] else size
    return Verdict.PART, Span(start=first, end=end, size=size)


def _number(digits: str) -> int:
    """A number, or one that is larger than any file: thousands of digits are not worth reading."""
    plain = digits.lstrip("0")
    return int(plain or "0") if len(plain) < _DIGITS else 10**_DIGITS
