"""Conditional requests as RFC 9110 (13.1, 13.2.2) says, for a representation with a strong validator."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from enum import StrEnum

from training.base.structs import Frozen

# A change counts as settled so long after the instant written beside it: a transaction that began before an answer may
# commit after it, and a date that was told must not stand for two contents.
SETTLES = timedelta(seconds=5)
_TAG = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)|\s*(\*)\s*$|\s*(?:,|$)')
_DATE = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT$"
    r"|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, \d\d-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d\d"
    r" \d\d:\d\d:\d\d GMT$"
    r"|(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d \d{4}$"
)


class Verdict(StrEnum):
    """What becomes of a request for a representation that exists."""

    WHOLE = "whole"
    NOT_MODIFIED = "not modified"
    FAILED = "failed"


class Conditions(Frozen, frozen=True, kw_only=True):
    """The conditional headers of a request; None for one that was not sent. Several lines are joined by commas."""

    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_unmodified_since: str | None = None


NONE = Conditions()


def judged(asked: Conditions, etag: str, modified: datetime | None) -> Verdict:
    """What a GET or HEAD gets. `etag` is strong and with its quotes; `modified` is a whole second or unknown yet."""
    if asked.if_match is not None:
        if not matches(asked.if_match, etag, weakly=False):
            return Verdict.FAILED
    elif asked.if_unmodified_since is not None and modified is not None:
        since = http_date(asked.if_unmodified_since)
        if since is not None and modified > since:
            return Verdict.FAILED
    if asked.if_none_match is not None:
        return Verdict.NOT_MODIFIED if matches(asked.if_none_match, etag, weakly=True) else Verdict.WHOLE
    if asked.if_modified_since is not None and modified is not None:
        since = http_date(asked.if_modified_since)
        if since is not None and modified <= since:
            return Verdict.NOT_MODIFIED
    return Verdict.WHOLE


def matches(header: str, etag: str, *, weakly: bool) -> bool:
    """Whether a list of entity tags (or `*`) names this one. What is no list of tags names nothing."""
    if header == etag:
        # What nearly everybody sends.
        return weakly or not etag.startswith("W/")
    if not weakly and etag.startswith("W/"):
        return False
    wanted, at, found = etag.removeprefix("W/"), 0, False
    while at < len(header):
        part = _TAG.match(header, at)
        if part is None:
            return False
        if part[3]:
            return at == 0
        if part[2] is not None and f'"{part[2]}"' == wanted and (weakly or not part[1]):
            found = True
        at = max(part.end(), at + 1)
    return found


def http_date(text: str) -> datetime | None:
    """The instant of an HTTP date in one of its three forms; None for anything else, which counts as not sent."""
    text = text.strip()
    if not _DATE.match(text):
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError, TypeError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def last_modified(changed_at: datetime, window_day: datetime) -> datetime:
    """When a calendar last changed, as a whole second. Before that instant it could still be said of two contents: so
    long, nothing is said.

    Its window moves with the day, so it is never older than that.
    """
    settled = changed_at.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1) + SETTLES
    return max(settled, window_day.astimezone(UTC))


def date_line(at: datetime) -> str:
    """An instant as HTTP writes it."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def takes_gzip(header: str | None) -> bool:
    """Whether an Accept-Encoding header asks for gzip by name, with a weight above zero.

    Nobody who did not ask gets it, not even by `*`: some calendar programs break on compressed feeds.
    """
    for part in (header or "").split(","):
        name, _, rest = part.partition(";")
        if name.strip().lower() in ("gzip", "x-gzip"):
            return _weight(rest) > 0
    return False


def _weight(text: str) -> float:
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
