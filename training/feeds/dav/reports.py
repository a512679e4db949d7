"""The reports: entries by a filter, by their addresses, or by what changed; and properties with what they lead to."""

from collections.abc import Iterable
from uuid import UUID

import msgspec

from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.feeds.dav import properties
from training.feeds.dav.filters import passes, read_filter
from training.feeds.dav.holdings import Contents, Held, contents_of, held, list_calendars
from training.feeds.dav.names import DATA, HREF, SYNC_TOKEN, Refusal, Report, cal, dav
from training.feeds.dav.paths import Kind, Place, place_of_href
from training.feeds.dav.reading import MOST_NODES, Node, wanted_names
from training.feeds.dav.states import applied, difference, find_state, state_of
from training.feeds.dav.writing import bare, element, multistatus, text

MOST_HREFS = 5_000
_PROP = dav("prop")


class Asked(Frozen, frozen=True, kw_only=True):
    """A report that was asked for: where, by whom, and what the body says."""

    place: Place
    viewer: Viewer
    node: Node
    minimal: bool


async def answer(works: Works, asked: Asked) -> bytes:
    """The answer to a report. Raises Refusal: 404 for what the viewer may not see, 403 for what is not supported."""
    if asked.node.name == Report.EXPAND:
        return await _expand(works, asked)
    if asked.place.kind not in (Kind.CALENDAR, Kind.ENTRY):
        raise Refusal(403, dav("supported-report"))
    contents = await readable(works, asked.viewer, asked.place)
    if asked.node.name == Report.QUERY:
        return _query(contents, asked)
    if asked.node.name == Report.MULTIGET:
        return _multiget(contents, asked)
    if asked.node.name == Report.SYNC and asked.place.kind is Kind.CALENDAR:
        return await _sync(works, contents, asked)
    raise Refusal(403, dav("supported-report"))


async def readable(works: Works, viewer: Viewer, place: Place) -> Contents:
    """What the calendar at a place holds now. Raises Refusal (404) for a calendar that the viewer may not read.

    For an entry's place it is that one entry's calendar; the entry is known to be in it.
    """
    if place.person_id == viewer.person_id:
        for calendar in await list_calendars(viewer, works.site.name):
            if calendar.own_part == place.calendar:
                contents = await contents_of(calendar, works)
                if place.kind is Kind.ENTRY and place.uid not in contents.held:
                    break
                return contents
    raise Refusal(404)


class _Wanted(Frozen, frozen=True, kw_only=True):
    """What is told of each entry."""

    names: tuple[str, ...]
    in_utc: bool
    minimal: bool

    def told(self, contents: Contents, one: Held) -> str:
        """The response about one entry."""
        sent = _in_utc(one) if self.in_utc else one
        return properties.entry(contents, one, data=sent.data).told(self.names, minimal=self.minimal)


def _wanted(asked: Asked) -> _Wanted:
    prop = asked.node.child(_PROP)
    data = prop.child(DATA) if prop else None
    if data is not None and data.attributes.get("content-type", "text/calendar").lower() != "text/calendar":
        raise Refusal(403, cal("supported-calendar-data"))
    # No entry repeats, so to expand one is to tell its times in UTC (RFC 4791, 9.6.5).
    in_utc = data is not None and data.child(cal("expand")) is not None
    if prop is None:
        names: tuple[str, ...] = properties.PLAIN
    else:
        names = wanted_names(prop)
    return _Wanted(names=names, in_utc=in_utc, minimal=asked.minimal)


def _in_utc(one: Held) -> Held:
    entry = one.entry
    start, end = entry.starts_at.replace(tzinfo=None), entry.ends_at.replace(tzinfo=None)
    plain = msgspec.structs.replace(entry, zone="UTC", local_start=start, local_end=end, start_fold=0, end_fold=0)
    return (held(plain) if not entry.all_day else None) or one


def _query(contents: Contents, asked: Asked) -> bytes:
    wanted, tests = _wanted(asked), read_filter(asked.node.child(cal("filter")))
    among = [contents.held[asked.place.uid]] if asked.place.uid else contents.held.values()
    return multistatus(wanted.told(contents, one) for one in among if passes(one, tests))


def _multiget(contents: Contents, asked: Asked) -> bytes:
    hrefs = list(dict.fromkeys(child.text.strip() for child in asked.node.all(HREF)))
    if len(hrefs) > MOST_HREFS:
        raise Refusal(403, dav("number-of-matches-within-limits"))
    wanted, told, responses = _wanted(asked), set[str](), list[str]()
    for href in hrefs:
        one = _at(contents, href)
        if one is None:
            responses.append(bare(href, 404))
        elif one.entry.uid not in told:
            # An address has many spellings; the entry is told once, however many of them are asked for.
            told.add(one.entry.uid)
            responses.append(wanted.told(contents, one))
    return multistatus(responses)


def _at(contents: Contents, href: str) -> Held | None:
    place, calendar = place_of_href(href), contents.calendar
    here = place is not None and (place.person_id, place.calendar) == (calendar.person_id, calendar.own_part)
    return contents.held.get(place.uid) if place is not None and here else None


def token_of(works: Works, state_id: UUID) -> str:
    """The sync token of a state."""
    return works.site.url(f"/dav/sync/{state_id}")


def _state_id(works: Works, token: str) -> UUID | None:
    try:
        return UUID(token.removeprefix(works.site.url("/dav/sync/")))
    except ValueError:
        return None


async def _sync(works: Works, contents: Contents, asked: Asked) -> bytes:
    """What changed since the token; without one, all there is. It may end early: the new token goes on from there."""
    token = asked.node.child(SYNC_TOKEN)
    wanted, most = _wanted(asked), _limit(asked.node)
    before: dict[str, str] = {}
    if token is not None and token.text.strip():
        before = await _known(works, contents, token.text.strip())
    whole = difference(before, contents.validators)
    some = whole.first(most)
    knows = applied(before, contents.validators, some)
    state_id = await state_of(works, asked.viewer, contents.calendar.key, knows)
    responses = [wanted.told(contents, contents.held[uid]) for uid in some.changed]
    responses += [bare(contents.path(uid), 404) for uid in some.gone]
    if some != whole:
        calendar = properties.calendar(contents.calendar)
        responses.append(
            bare(calendar.path, 507, element(dav("error"), element(dav("number-of-matches-within-limits"))))
        )
    return multistatus(responses, element(SYNC_TOKEN, text(token_of(works, state_id))))


async def _known(works: Works, contents: Contents, token: str) -> dict[str, str]:
    state_id = _state_id(works, token)
    found = await find_state(contents.calendar.key, state_id, works.clock()) if state_id else None
    if found is None:
        raise Refusal(403, dav("valid-sync-token"))
    return found


def _limit(node: Node) -> int:
    limit = node.child(dav("limit"))
    most = limit.child(dav("nresults")) if limit else None
    if most is None:
        return MOST_NODES
    written = most.text.strip()
    if not (written.isascii() and written.isdigit() and 1 <= len(written) <= 6 and int(written)):
        raise Refusal(400)
    return int(written)


async def _expand(works: Works, asked: Asked) -> bytes:
    """Properties, and what the addresses in them lead to: the person and where their calendars are."""
    thing = await _thing(works, asked)
    wanted = [(child, _property_name(child)) for child in asked.node.all(dav("property"))]
    if len(wanted) > 50 or sum(len(name) for _, name in wanted) > 6_000:
        raise Refusal(403, dav("number-of-matches-within-limits"))
    return multistatus([_expanded(asked.viewer, thing, wanted)])


async def _thing(works: Works, asked: Asked) -> properties.Thing:
    place, viewer = asked.place, asked.viewer
    if viewer.person_id is None or place.person_id not in (None, viewer.person_id):
        raise Refusal(404)
    if place.kind is Kind.ROOT:
        return properties.root(viewer.person_id, works.site.name)
    if place.kind is Kind.PRINCIPAL:
        return properties.principal(viewer.person_id, viewer.name or viewer.email)
    if place.kind is Kind.HOME:
        return properties.home(viewer.person_id)
    contents = await readable(works, viewer, place)
    if place.uid:
        return properties.entry(contents, contents.held[place.uid])
    return properties.calendar(contents.calendar)


def _property_name(node: Node) -> str:
    """The name that is asked for, which must be one that an element can have, because it is told as one."""
    name = node.attributes.get("name", "")
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum() and not name[0].isdigit()):
        raise Refusal(400)
    if node.attributes.get("namespace", "").startswith("http://www.w3.org/"):
        raise Refusal(400)
    return f"{{{node.attributes.get('namespace', 'DAV:')}}}{name}"


def _expanded(viewer: Viewer, thing: properties.Thing, wanted: Iterable[tuple[Node, str]]) -> str:
    made = dict(thing.properties)
    for node, name in wanted:
        target = _target(viewer, name) if name in made else None
        inner = [_property_name(child) for child in node.all(dav("property"))][:50]
        if target is not None and inner:
            made[name] = _nested(name, target.told(inner))
    return properties.Thing(path=thing.path, properties=made).told([name for _, name in wanted])


def _nested(name: str, told: str) -> properties.Made:
    return lambda: element(name, told)


def _target(viewer: Viewer, name: str) -> properties.Thing | None:
    if viewer.person_id is None:
        return None
    if name in properties.LEADS_TO_PRINCIPAL:
        return properties.principal(viewer.person_id, viewer.name or viewer.email)
    if name in properties.LEADS_TO_HOME:
        return properties.home(viewer.person_id)
    return None
