"""What opens doors after a restore: what is ended by it, and what was renewed or revoked since the backup.

A backup brings back what was ended after it was made. Where it replaces a database, that one still knows; into an empty
one nobody can know it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import execute, fetch
from training.base.structs import Frozen

_PLACES = "SELECT id, link_generation AS generation FROM enrollment WHERE link_generation > 1"
_KEEP_PLACE = "UPDATE enrollment SET link_generation = {} WHERE id = {} AND link_generation < {}"
_CODES = "SELECT id, code_generation AS generation, word FROM roster WHERE code_generation > 1"
_KEEP_CODE = "UPDATE roster SET code_generation = {}, word = {} WHERE id = {} AND code_generation < {}"
_FEEDS = (
    "SELECT id, secret_hash, renewed_at, revoked_at FROM feed WHERE renewed_at IS NOT NULL OR revoked_at IS NOT NULL"
)
_KEEP_ADDRESS = (
    "UPDATE feed SET secret_hash = {}, renewed_at = {} WHERE id = {} AND (renewed_at IS NULL OR renewed_at < {})"
)
_KEEP_REVOKED = "UPDATE feed SET revoked_at = {} WHERE id = {} AND revoked_at IS NULL"
_NAMING = (
    "SELECT id, state = 'open' AS is_open, link_id, link_hash, link_expires_at, sent_to, sent_at, version"
    " FROM open_place WHERE version > 1"
)
_KEEP_NAMING = (
    "UPDATE open_place SET link_id = {}, link_hash = {}, link_expires_at = {}, sent_to = {}, sent_at = {},"
    " version = {} WHERE id = {} AND version < {} AND state = 'open' AND link_hash <> {} AND link_hash <> ''"
)
_ACCESS = "SELECT id, access_code, version FROM session WHERE version > 1"
_KEEP_ACCESS = (
    "UPDATE session SET access_code = {}, version = {} WHERE id = {} AND version < {} AND access_code <> {}"
    " AND access_code <> ''"
)


class _Place(Frozen, frozen=True, kw_only=True):
    id: UUID
    generation: int


class _Code(Frozen, frozen=True, kw_only=True):
    id: UUID
    generation: int
    word: str


class _Feed(Frozen, frozen=True, kw_only=True):
    id: UUID
    secret_hash: str
    renewed_at: datetime | None
    revoked_at: datetime | None


class _Naming(Frozen, frozen=True, kw_only=True):
    id: UUID
    is_open: bool
    link_id: UUID | None
    link_hash: str
    link_expires_at: datetime | None
    sent_to: str
    sent_at: datetime | None
    version: int


class _Access(Frozen, frozen=True, kw_only=True):
    id: UUID
    access_code: str
    version: int


class Doors(Frozen, frozen=True, kw_only=True):
    """What was renewed or revoked in a database: links to places, codes of check-in, feeds, links for naming, access
    codes of sessions."""

    places: Sequence[_Place] = ()
    codes: Sequence[_Code] = ()
    feeds: Sequence[_Feed] = ()
    naming: Sequence[_Naming] = ()
    access: Sequence[_Access] = ()


async def read_doors() -> Doors:
    """What was renewed or revoked, of the database that is about to be replaced."""
    return Doors(
        places=await fetch(_Place, _PLACES),
        codes=await fetch(_Code, _CODES),
        feeds=await fetch(_Feed, _FEEDS),
        naming=await fetch(_Naming, _NAMING),
        access=await fetch(_Access, _ACCESS),
    )


async def keep_doors(known: Doors) -> None:
    """What was renewed or revoked there stays so, wherever the backup is behind it; what is newer in the backup stays,
    too. With it comes what tells that it is newer: a backup may be put back more than once."""
    for place in known.places:
        await execute(_KEEP_PLACE, place.generation, place.id, place.generation)
    for code in known.codes:
        await execute(_KEEP_CODE, code.generation, code.word, code.id, code.generation)
    for feed in known.feeds:
        if feed.renewed_at is not None:
            await execute(_KEEP_ADDRESS, feed.secret_hash, feed.renewed_at, feed.id, feed.renewed_at)
        if feed.revoked_at is not None:
            await execute(_KEEP_REVOKED, feed.revoked_at, feed.id)
    for one in known.naming:
        # A link that somebody used since was for once: with the place open again, its partner makes another one.
        link = (one.link_id, one.link_hash, one.link_expires_at, one.sent_to, one.sent_at)
        kept = link if one.is_open else (None, "", None, "", None)
        await execute(_KEEP_NAMING, *kept, one.version, one.id, one.version, one.link_hash if one.is_open else "")
    for way in known.access:
        await execute(_KEEP_ACCESS, way.access_code, way.version, way.id, way.version, way.access_code)


async def end_what_opens_doors(now: datetime) -> None:
    """End every sign-in, token, device password and unused one-time link.

    A backup brings back those that were ended since, or were stolen.
    """
    await execute("UPDATE sign_in SET revoked_at = {} WHERE revoked_at IS NULL", now)
    await execute("UPDATE api_token SET revoked_at = {} WHERE revoked_at IS NULL", now)
    await execute("UPDATE device_password SET revoked_at = {} WHERE revoked_at IS NULL", now)
    await execute("UPDATE one_time_link SET used_at = {} WHERE used_at IS NULL", now)
