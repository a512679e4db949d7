"""A calendar written anew: the feed of a person, a last farewell, a public one. Each as bytes with its validators."""

from collections.abc import Hashable
from datetime import datetime

import structlog

from training.base.site import Site
from training.feeds.api.shelf import Headers, Kept
from training.feeds.queries.entries import Listing, Source, list_entries
from training.feeds.queries.feeds import Fetched
from training.feeds.rules.entries import Style, farewell
from training.feeds.rules.names import calendar_name, what_was_read
from training.feeds.rules.window import about, window_at
from training.ics.entries import CalendarName
from training.ics.writing import Written, write_calendar

_log = structlog.get_logger()
_SILENT: Headers = [
    (b"vary", b"accept-encoding"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
]
# Whoever keeps it must ask each time, and nobody may keep it for others.
PRIVATE: Headers = [(b"cache-control", b"private, no-cache"), *_SILENT]
PUBLIC: Headers = [(b"cache-control", b"public, max-age=300"), *_SILENT]


async def build_feed(found: Fetched, version: Hashable, site: Site, now: datetime) -> Kept:
    """The calendar behind a secret address, of this version. Two statements."""
    window = window_at(now)
    source = Source(kind=found.kind, person_id=found.person_id, scope_id=found.scope_id)
    style = Style(base_url=site.base_url, names=found.names, alarm_minutes=found.alarm_minutes)
    listing = await list_entries(source, style, window)
    body = _written(listing, calendar_name(found.kind, found.scope_name or "", site.name))
    # A new address is a new representation: who had the old one has nothing of this one.
    began = max(found.changed_at, found.renewed_at or found.created_at)
    return Kept(body, version=version, changed_at=began, window=window, base=PRIVATE)


async def build_public(source: Source, *, name: str, mark: tuple[int, datetime], site: Site, now: datetime) -> Kept:
    """A public calendar called `name`, at its mark (how often changed, when last). Two statements."""
    window = window_at(now)
    listing = await list_entries(source, Style(base_url=site.base_url), window)
    body = _written(listing, calendar_name(source.kind, name, site.name))
    return Kept(body, version=version_of(*mark, 0), changed_at=mark[1], window=window, base=PUBLIC)


def build_farewell(found: Fetched, ended_at: datetime, site: Site, now: datetime) -> Kept:
    """The last entry of a calendar whose reader may not read it any more. No statement, and nothing of its content."""
    what = what_was_read(found.kind, found.scope_name or "")
    title = CalendarName(name=calendar_name(found.kind, found.scope_name or "", site.name))
    body = _logged(write_calendar([farewell(found.id, what, ended_at, site.base_url)], name=title))
    return Kept(body, version=None, changed_at=ended_at, window=window_at(now), base=PRIVATE)


def version_of(changed: int, changed_at: object, version: int) -> Hashable:
    """What tells one content from another: how often and when it may have changed last, and the version of its feed.

    The instant is there for a database that was restored: it counts again from where it was.
    """
    return (changed, changed_at, version)


def _written(listing: Listing, name: str) -> bytes:
    said = about(listing.shortened, listing.incomplete)
    return _logged(write_calendar(listing.entries, name=CalendarName(name=name, description=said)))


def _logged(written: Written) -> bytes:
    if written.left_out:
        _log.error("Entries could not be written into a calendar", uids=written.left_out)
    return written.data
