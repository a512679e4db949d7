"""What a calendar can be about: partners that somebody books for, rooms that somebody plans."""

from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen, Viewer
from training.feeds.rules.feeds import FeedKind
from training.people.rules import Permission, reach

MOST_CHOICES = 500


class Scope(Frozen, frozen=True, kw_only=True):
    """A partner or a room."""

    id: UUID
    name: str


_ROOM = "SELECT r.id, v.name || ', ' || r.name AS name FROM room r JOIN venue v ON v.id = r.venue_id"


async def list_partner_scopes(viewer: Viewer) -> list[Scope]:
    """The partners that the viewer books for, by name. None without statement for somebody who books for nobody."""
    ids = sorted(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    if not ids:
        return []
    return await fetch(Scope, f"SELECT id, name FROM partner WHERE id IN ({marks(ids)}) ORDER BY name, id", *ids)


async def list_room_scopes(viewer: Viewer) -> list[Scope]:
    """The rooms whose calendars the viewer may have: all, for those who plan sessions."""
    if not reach(viewer, Permission.VENUE_MANAGE).anywhere:
        return []
    return await fetch(Scope, f"{_ROOM} ORDER BY v.name, r.name, r.id LIMIT {{}}", MOST_CHOICES)


async def find_scope(viewer: Viewer, kind: FeedKind, scope_id: UUID) -> Scope | None:
    """The partner or room with this id, if the viewer may have its calendar; None as if there were none otherwise."""
    if kind is FeedKind.ROOM:
        if not reach(viewer, Permission.VENUE_MANAGE).anywhere:
            return None
        return await fetch_one(Scope, f"{_ROOM} WHERE r.id = {{}}", scope_id)
    if not reach(viewer, Permission.PLACES_BOOK).covers(scope_id):
        return None
    return await fetch_one(Scope, "SELECT id, name FROM partner WHERE id = {}", scope_id)
