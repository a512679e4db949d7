"""PROPFIND: what there is, and what it tells of itself."""

from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.feeds.dav import properties
from training.feeds.dav.holdings import Calendar, Contents, contents_of, list_calendars
from training.feeds.dav.names import COLLECTION_TAG, SYNC_TOKEN, Refusal, dav
from training.feeds.dav.paths import Kind, Place
from training.feeds.dav.properties import Thing
from training.feeds.dav.reading import Node, wanted_names
from training.feeds.dav.reports import readable, token_of
from training.feeds.dav.states import hash_of, state_of
from training.feeds.dav.writing import element, multistatus, response

_TAGS = frozenset({COLLECTION_TAG, SYNC_TOKEN})


class Search(Frozen, frozen=True, kw_only=True):
    """What is asked: of this place and, with `deep`, of what is directly in it. Without `names`: all."""

    place: Place
    viewer: Viewer
    deep: bool
    names: tuple[str, ...] | None
    names_only: bool
    minimal: bool


def read_search(place: Place, viewer: Viewer, depth: str, node: Node | None, *, minimal: bool) -> Search:
    """A PROPFIND, read. Raises Refusal: 403 for all that is below at any depth, 400 for another body."""
    if depth not in ("0", "1"):
        raise Refusal(403, dav("propfind-finite-depth")) if depth in ("", "infinity") else Refusal(400)
    if node is not None and node.name != dav("propfind"):
        raise Refusal(400)
    prop = node.child(dav("prop")) if node else None
    return Search(
        place=place,
        viewer=viewer,
        deep=depth == "1",
        names=wanted_names(prop) if prop is not None else None,
        names_only=node is not None and node.child(dav("propname")) is not None,
        minimal=minimal,
    )


async def find(works: Works, search: Search) -> bytes:
    """The answer. Raises Refusal (404) for what the viewer may not see."""
    return multistatus(_told(thing, search) for thing in await _things(works, search))


def _told(thing: Thing, search: Search) -> str:
    if search.names_only:
        return response(thing.path, {name: element(name) for name in thing.properties})
    if search.names is None:
        return thing.told(thing.all())
    return thing.told(search.names, minimal=search.minimal)


async def _things(works: Works, search: Search) -> list[Thing]:
    place, viewer = search.place, search.viewer
    if viewer.person_id is None or place.person_id not in (None, viewer.person_id):
        raise Refusal(404)
    person = properties.principal(viewer.person_id, viewer.name or viewer.email)
    if place.kind is Kind.PRINCIPAL:
        return [person]
    if place.kind is Kind.ROOT:
        return [properties.root(viewer.person_id, works.site.name), *([person] if search.deep else [])]
    if place.kind is Kind.HOME:
        calendars = await list_calendars(viewer, works.site.name) if search.deep else ()
        return [properties.home(viewer.person_id), *[await _calendar(works, search, one) for one in calendars]]
    contents = await readable(works, viewer, place)
    if place.uid:
        return [properties.entry(contents, contents.held[place.uid])]
    entries = [properties.entry(contents, one) for one in contents.held.values()] if search.deep else []
    return [await _tagged(works, search, contents), *entries]


async def _calendar(works: Works, search: Search, calendar: Calendar) -> Thing:
    """A calendar among others: what it holds is read only if what was asked depends on it."""
    if _TAGS.isdisjoint(search.names or ()):
        return properties.calendar(calendar)
    return await _tagged(works, search, await contents_of(calendar, works))


async def _tagged(works: Works, search: Search, contents: Contents) -> Thing:
    """A calendar with what changes when it does. A token needs a state, which is written when it is new."""
    asked, known, token = search.names or (), contents.validators, ""
    if SYNC_TOKEN in asked:
        token = token_of(works, await state_of(works, search.viewer, contents.calendar.key, known))
    tag = hash_of(known) if COLLECTION_TAG in asked else ""
    return properties.calendar(contents.calendar, tag=tag, token=token)
