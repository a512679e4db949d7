"""The sessions to choose from: as a list and as a month. Two statements beside the sign-in, however many there are."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from msgspec.structs import replace

from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.catalogue.rules import language_name
from training.people.guards import code_tried
from training.portal.pages.home import zone_cookie
from training.portal.pages.shown import shown_zone, typed_code
from training.portal.queries import Choice, Over, count_over, find_by_code, list_choices
from training.portal.rules import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    card_of,
    month_named,
    month_of,
    month_span,
    session_path,
    usual_zone,
)
from training.portal.schemas import CatalogueQuery, CodeEntry
from training.schedule.queries import SessionFilter, list_month, list_sessions
from training.web.forms import Form, fill, read_form, read_query
from training.web.render import page, redirect

PATH = "/sessions"
ON_A_PAGE = 25
MODES = (("in_person", "In person"), ("online", "Online"), ("hybrid", "In person and online"))
# What an address says besides the filters.
_NOT_FILTERS = frozenset({"view", "month", "cursor", "zone"})


class Asked(Frozen, frozen=True, kw_only=True):
    """What the address asks for, as far as it can be read, and what is wrong with the rest."""

    query: CatalogueQuery
    errors: dict[str, str]
    raw: dict[str, Any]


class CataloguePages(Controller):
    """Finding a session."""

    path = PATH
    include_in_schema = False

    @get("/")
    async def catalogue(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """Sessions that the viewer may see, filtered."""
        asked, now = _read(request), works.clock()
        zone = shown_zone(request, asked.query.zone)
        choices = await list_choices(viewer, now)
        show = _month if asked.query.view == "month" else _list
        shown = await show(viewer, asked.query, zone, now)
        over = await _over(viewer, asked.query, now, shown)
        answer = page(request, "portal/catalogue.html", **_frame(asked, choices, over), **shown)
        if zone and asked.query.zone == zone and not viewer.signed_in:
            answer.cookies.append(zone_cookie(zone))
        return answer

    @post("/by-code")
    async def by_code(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Go to the session that an access code opens."""
        form = await read_form(request, CodeEntry)
        code = typed_code(form.value.code) if form.value else ""
        try:
            async with code_tried(request, code):
                found = await find_by_code(code) if code else None
                if found is None:
                    raise NotFound
        except NotFound:
            error = form.errors.get("code") or "No session has this code. Please check it letter by letter."
            return page(request, "portal/code.html", status=422, typed=form.raw["code"], error=error)
        return redirect(session_path(found.id, code))

    @get("/by-code")
    async def ask_code(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Where an access code is typed."""
        return page(request, "portal/code.html", typed="", error="")


async def _over(viewer: Viewer, query: CatalogueQuery, now: datetime, shown: dict[str, Any]) -> Over:
    """What a program had before, and its name; asked only where its list would be empty."""
    if shown["cards"] or shown["month"] or query.program is None or query.past or query.cursor:
        return Over(count=0, program_name=shown["program_name"])
    return await count_over(viewer, query.program, now)


async def _list(viewer: Viewer, query: CatalogueQuery, zone: str, now: datetime) -> dict[str, Any]:
    chosen = _filter(query, zone)
    found = await list_sessions(viewer, chosen, now=now, cursor=query.cursor, limit=ON_A_PAGE)
    return {
        "shown": zone,
        "cards": [card_of(listed, now) for listed in found.items],
        "next": _address(query, cursor=found.next_cursor) if found.next_cursor else "",
        "program_name": found.items[0].program_name if found.items else None,
        "first": _address(query) if query.cursor else "",
        "month": None,
    }


async def _month(viewer: Viewer, query: CatalogueQuery, zone: str, now: datetime) -> dict[str, Any]:
    today = now.astimezone(ZoneInfo(zone or "UTC")).date()
    first = month_named(query.month, today)
    starts_from, starts_before = month_span(first, zone or "UTC")
    chosen = _filter(replace(query, since=None), zone)
    meetings = await list_month(viewer, chosen, starts_from=starts_from, starts_before=starts_before)
    at = zone or usual_zone(meetings)
    made = month_of(first, meetings, at, today)
    return {
        "shown": at,
        "cards": [],
        "month": made,
        "program_name": None,
        "count": sum(len(day.entries) for week in made.weeks for day in week),
        "next": _address(query, month=made.next) if made.next else "",
        "previous": _address(query, month=made.previous) if made.previous else "",
        "today": _address(query, month="") if first != today.replace(day=1) else "",
    }


def _filter(query: CatalogueQuery, zone: str) -> SessionFilter:
    return SessionFilter(
        program_id=query.program,
        course_id=query.course,
        venue_id=query.venue,
        mode=query.mode,
        language=query.language,
        free_only=query.free,
        search=query.q,
        starts_from=_start_of(query.since, zone),
        past=query.past,
    )


def _start_of(day: date | None, zone: str) -> datetime | None:
    known = day is not None and EARLIEST_YEAR <= day.year <= LATEST_YEAR
    return datetime.combine(day, time(), ZoneInfo(zone or "UTC")) if day and known else None


def _read(request: Request[Any, Any, Any]) -> Asked:
    form = read_query(request, CatalogueQuery)
    if form.value is not None:
        return Asked(query=form.value, errors={}, raw=form.raw)
    # What can be read still filters: one bad value must not hide the rest.
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key not in form.errors]
    again: Form[CatalogueQuery] = fill(CatalogueQuery, pairs)
    return Asked(query=again.value or CatalogueQuery(), errors=form.errors, raw=form.raw)


def _pairs(query: CatalogueQuery) -> dict[str, str]:
    """What the address must say for this query; what stands at its default is left out."""
    plain = CatalogueQuery()
    changed = {n: getattr(query, n) for n in query.__struct_fields__ if getattr(query, n) != getattr(plain, n)}
    return {name: "yes" if value is True else str(value) for name, value in changed.items()}


def _address(query: CatalogueQuery, **changed: str) -> str:
    """The address of the same list with something changed; without `cursor` it begins at its first page."""
    pairs = {**_pairs(replace(query, cursor="", zone="")), **changed}
    kept = {name: value for name, value in pairs.items() if value}
    return f"{PATH}?{urlencode(kept)}" if kept else PATH


def _frame(asked: Asked, choices: Sequence[Choice], over: Over) -> dict[str, Any]:
    """The filter bar and the tabs, the same above list and month."""
    query = asked.query
    names = {str(choice.id): choice.label for choice in choices if choice.id}
    if over.program_name and query.program:
        names[str(query.program)] = over.program_name
    labels = {
        "program": names.get(str(query.program), "The chosen program"),
        "course": names.get(str(query.course), "The chosen course"),
        "venue": names.get(str(query.venue), "The chosen venue"),
        "mode": dict(MODES).get(query.mode or "", ""),
        "language": language_name(query.language) if query.language else "",
        "q": f"“{query.q}”",
        "since": f"From {query.since}",
        "free": "Free places only",
        "past": "Past ones too",
    }
    active = [(labels[n], _address(query, **{n: ""})) for n in _pairs(query) if n not in _NOT_FILTERS]
    return {
        "query": query,
        "errors": asked.errors,
        "raw": asked.raw,
        "active": active,
        "programs": _options(choices, "program", query.program, over.program_name),
        "courses": _grouped(_options(choices, "course", query.course), choices),
        "venues": _options(choices, "venue", query.venue),
        "modes": MODES,
        "languages": _languages(choices, query.language),
        "as_list": _address(query, view="", month=""),
        "as_month": _address(query, view="month", since=""),
        "here": _address(query),
        "over": over.count,
        "with_past": f"{PATH}?{urlencode({'program': str(query.program), 'past': 'yes'})}" if over.count else "",
        "clear": f"{PATH}?view=month" if query.view == "month" else PATH,
    }


def _options(
    choices: Sequence[Choice], kind: str, chosen: UUID | None, name: str | None = None
) -> list[tuple[str, str]]:
    """The choices of a kind; what is chosen already stays choosable although nothing that is to come has it."""
    found = [(str(choice.id), choice.label) for choice in choices if choice.kind == kind]
    if chosen and str(chosen) not in dict(found):
        found.append((str(chosen), name or f"The chosen {kind}"))
    return found


def _grouped(options: list[tuple[str, str]], choices: Sequence[Choice]) -> list[tuple[str, Any]]:
    """Courses below the name of their program; one program needs no heading."""
    programs = {str(choice.id): choice.part_of for choice in choices if choice.kind == "course"}
    groups: dict[str, list[tuple[str, str]]] = {}
    for value, label in options:
        groups.setdefault(programs.get(value, "Other"), []).append((value, label))
    return list(groups.items()) if len(groups) > 1 else list(options)


def _languages(choices: Sequence[Choice], chosen: str) -> list[tuple[str, str]]:
    tags = {choice.label for choice in choices if choice.kind == "language"} | ({chosen} if chosen else set())
    return sorted(((tag, language_name(tag)) for tag in tags), key=lambda option: option[1])
