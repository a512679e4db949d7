"""What there is to read: the calendars of a person at this moment, and the entries of each as they are sent."""

import hashlib
from functools import lru_cache
from uuid import UUID

import structlog

from training.base.database import fetch, marks
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.feeds.dav.paths import entry_path
from training.feeds.queries.entries import Source, list_entries
from training.feeds.rules.entries import Style
from training.feeds.rules.feeds import FeedKind
from training.feeds.rules.names import calendar_name
from training.feeds.rules.window import window_at
from training.ics.entries import Entry
from training.ics.writing import write_download
from training.people.rules import Permission, reach

log = structlog.get_logger()

MINE = "mine"
TEACHING = "teaching"
PARTNER = "partner-"


class Calendar(Frozen, frozen=True, kw_only=True):
    """A calendar that its reader may read now. `own_part` is its part of the address."""

    person_id: UUID
    own_part: str
    name: str
    about: str
    color: str
    source: Source

    @property
    def key(self) -> str:
        """Under what the states of this calendar are kept."""
        return f"{self.person_id.hex}:{self.own_part}"


class Held(Frozen, frozen=True, kw_only=True):
    """An entry as it is sent. `etag` is a strong validator with its quotes."""

    entry: Entry
    data: bytes
    etag: str


class Contents(Frozen, frozen=True, kw_only=True):
    """What a calendar holds now, by uid."""

    calendar: Calendar
    held: dict[str, Held]

    @property
    def validators(self) -> dict[str, str]:
        """The validator of each entry."""
        return {uid: one.etag for uid, one in self.held.items()}

    def path(self, uid: str) -> str:
        """The address of an entry."""
        return entry_path(self.calendar.person_id, self.calendar.own_part, uid)


class _Found(Frozen, frozen=True, kw_only=True):
    id: UUID | None
    name: str


_TEACHES = (
    "SELECT CAST(NULL AS UUID) AS id, '' AS name WHERE EXISTS (SELECT 1 FROM trainer_assignment WHERE person_id = {})"
)


async def list_calendars(viewer: Viewer, site_name: str) -> tuple[Calendar, ...]:
    """The calendars that somebody may read now: their own, that of what they teach, and of each partner they book for.

    One statement.
    """
    if viewer.person_id is None:
        return ()
    partner_ids = sorted(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    sql = _TEACHES
    if partner_ids:
        sql = f"{_TEACHES} UNION ALL SELECT id, name FROM partner WHERE id IN ({marks(partner_ids)}) ORDER BY name, id"
    found = await fetch(_Found, sql, viewer.person_id, *partner_ids)
    calendars = [_own(viewer.person_id, FeedKind.MINE, site_name)]
    calendars += [_own(viewer.person_id, FeedKind.TEACHING, site_name) for one in found if one.id is None]
    calendars += [_partner(viewer.person_id, one.id, one.name, site_name) for one in found if one.id is not None]
    return tuple(calendars)


def _own(person_id: UUID, kind: FeedKind, site_name: str) -> Calendar:
    teaching = kind is FeedKind.TEACHING
    return Calendar(
        person_id=person_id,
        own_part=TEACHING if teaching else MINE,
        name=calendar_name(kind, "", site_name),
        about="Meetings for which you are a trainer." if teaching else "Meetings in which you have a place.",
        color="#7a4d00ff" if teaching else "#1d5fa8ff",
        source=Source(kind=kind, person_id=person_id),
    )


def _partner(person_id: UUID, partner_id: UUID, name: str, site_name: str) -> Calendar:
    return Calendar(
        person_id=person_id,
        own_part=f"{PARTNER}{partner_id}",
        name=calendar_name(FeedKind.COORDINATING, name, site_name),
        about="Meetings in which people of this organization have places.",
        color="#1a6b45ff",
        source=Source(kind=FeedKind.COORDINATING, person_id=person_id, scope_id=partner_id),
    )


@lru_cache(maxsize=4096)
def held(entry: Entry) -> Held | None:
    """An entry as it is sent: a calendar of its own. None for one that cannot be written."""
    written = write_download([entry])
    if written.left_out:
        log.warning("an entry was left out of a calendar", uids=written.left_out)
        return None
    return Held(entry=entry, data=written.data, etag=f'"{hashlib.sha256(written.data).hexdigest()[:24]}"')


async def contents_of(calendar: Calendar, works: Works) -> Contents:
    """What a calendar holds at this moment. Two statements, however much it holds."""
    style = Style(base_url=works.site.base_url)
    listing = await list_entries(calendar.source, style, window_at(works.clock()))
    found = (held(entry) for entry in listing.entries)
    return Contents(calendar=calendar, held={one.entry.uid: one for one in found if one is not None})
