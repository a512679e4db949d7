"""One's own calendar on a page: a month or a list, what one takes part in and what one teaches. It prints well."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from training.base.errors import SignInRequired
from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.queries.entries import Source, list_shown
from training.feeds.rules.entries import Face, Shown
from training.feeds.rules.feeds import FeedKind
from training.feeds.rules.window import Window, window_at
from training.portal.rules import month_named, month_of, month_span
from training.schedule.rules.sessions import MonthMeeting, State
from training.web.render import page

PATH = "/my/calendar"


class CalendarPages(Controller):
    """One's own meetings."""

    path = PATH
    include_in_schema = False

    @get("/")
    async def calendar(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        view: FromQuery[str] = "",
        month: FromQuery[str] = "",
    ) -> Response[str]:
        """What is still to come as a list, or a month of it (`view=month`, `month=2026-05`)."""
        if viewer.person_id is None:
            raise SignInRequired
        show = _month if view == "month" else _agenda
        return page(request, "portal/calendar.html", **await show(viewer.person_id, viewer.zone, month, works.clock()))


async def _own(person_id: UUID, window: Window) -> list[Shown]:
    """The meetings one takes part in or teaches, once each, by start."""
    found: dict[UUID, Shown] = {}
    for kind in (FeedKind.MINE, FeedKind.TEACHING):
        for row in await list_shown(Source(kind=kind, person_id=person_id), window):
            found[row.meeting_id] = row
    return sorted(found.values(), key=lambda row: (row.starts_at, row.meeting_id))


async def _agenda(person_id: UUID, zone: str, _: str, now: datetime) -> dict[str, Any]:
    """The meetings that are not over, day by day as the viewer's clocks show them."""
    coming = [row for row in await _own(person_id, window_at(now)) if row.ends_at > now]
    return {"month": None, "days": _by_day(coming, zone), "shown": zone, "trainer": Face.TRAINER}


def _by_day(rows: Iterable[Shown], zone: str) -> Sequence[tuple[datetime, list[Shown]]]:
    days: dict[date, tuple[datetime, list[Shown]]] = {}
    for row in rows:
        on = row.starts_at.astimezone(ZoneInfo(zone)).date()
        days.setdefault(on, (row.starts_at, []))[1].append(row)
    return tuple(days.values())


async def _month(person_id: UUID, zone: str, month: str, now: datetime) -> dict[str, Any]:
    """The meetings of a month, as a calendar page."""
    today = now.astimezone(ZoneInfo(zone)).date()
    first = month_named(month, today)
    begin, end = month_span(first, zone)
    # A page may show any month, so nothing is too old for it and nothing cancelled too long ago.
    rows = await _own(person_id, Window(day=begin, past=begin, cancelled=begin, until=end))
    made = month_of(first, [_on_page(row) for row in rows if row.starts_at < end], zone, today)
    return {
        "month": made,
        "shown": zone,
        "previous": f"{PATH}?view=month&month={made.previous}" if made.previous else "",
        "next": f"{PATH}?view=month&month={made.next}" if made.next else "",
        "today": f"{PATH}?view=month" if first != today.replace(day=1) else "",
        "days": (),
    }


def _on_page(row: Shown) -> MonthMeeting:
    part, parts = row.part
    return MonthMeeting(
        meeting_id=row.meeting_id,
        session_id=row.session_id,
        number=part,
        meeting_count=parts,
        title=row.session_title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=row.zone,
        mode=row.mode,
        state=State.CANCELLED if row.cancelled_at is not None else State.PUBLISHED,
        # One's own place is had: whether others are free is no matter here.
        capacity_in_person=1,
        capacity_online=1,
        taken_in_person=0,
        taken_online=0,
        venue_name=row.venue_name,
    )
