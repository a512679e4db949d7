"""A session as those see it who run it: who is in and who waits, and what happened to it.

Its overview, details, meetings and trainers are pages of the schedule.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.structs import Frozen, Viewer
from training.base.texts import when, zone_name
from training.booking.queries import EnrollmentView, list_enrollments
from training.booking.queries.open_places import OpenPlaceView, list_open_places
from training.booking.rules import State
from training.booking.rules.requests import is_nobody
from training.desk.queries.sessions import get_managed, list_names, page_journal
from training.desk.rules.journal import named_ids, told
from training.outbox.queries import list_troubles
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.pages.whole import tabs
from training.schedule.rules.sessions import OVER_STATES, SessionView
from training.web.exports import table_response
from training.web.render import page, zone_of

Asked = Request[Any, Any, Any]
ROSTER_HEADER = (
    *("Name", "E-mail", "Partner", "State", "Mode", "Booking code"),
    *("Booked by", "Booked at (UTC)", "Since (UTC)", "Reason", "Calendar"),
)


class ManagedSessionPages(Controller):
    """One session, from the desk."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/{session_id:uuid}/roster")
    async def roster(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[str]:
        """Who has a place, and who waits, in order of arrival."""
        session = await get_managed(viewer, session_id)
        everybody = await list_enrollments(viewer, session_id, active=False)
        nameless = _by_deadline(await list_open_places(viewer, "session", session_id))
        lists: dict[str, Any] = {**_sorted(everybody), "nameless": nameless, "unknown": is_nobody}
        lists["troubles"] = await list_troubles(each.email for each in everybody)
        return page(request, "desk/roster.html", **frame(session, "roster"), **lists)

    @get("/{session_id:uuid}/roster/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """The roster, those who left included, as a file."""
        session = await get_managed(viewer, session_id)
        rows = [_row(each) for each in await list_enrollments(viewer, session_id, active=False)]
        rows += [_nameless_row(each) for each in await list_open_places(viewer, "session", session_id)]
        return table_response(fmt, f"{session.title} roster", ROSTER_HEADER, rows)

    @get("/{session_id:uuid}/journal")
    async def journal(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        cursor: FromQuery[str] = "",
    ) -> Response[str]:
        """What happened to this session, the newest first."""
        session = await get_managed(viewer, session_id)
        entries = await page_journal(session_id, cursor=cursor)
        names = await list_names(session_id, sorted(named_ids(entries.items)))
        lines = [told(entry, names, zone_of(request), in_words) for entry in entries.items]
        more: dict[str, Any] = {"entries": lines, "next_cursor": entries.next_cursor, "first": not cursor}
        return page(request, "desk/journal.html", **frame(session, "journal"), **more)


def in_words(at: datetime, zone: str) -> str:
    """'Tue 6 May 2026, 15:00 Berlin time (UTC+2)'."""
    return f"{when(at, zone)} {zone_name(zone, at)}"


def frame(session: SessionView, here: str) -> dict[str, Any]:
    """What every page about one session needs."""
    people = {"/roster": session.taken_in_person + session.taken_online + session.waiting}
    shown = {"session": session, "here": here, "over": session.state in OVER_STATES}
    return shown | {"tabs": tabs(session.id, f"/{here}", people)}


def _sorted(everybody: list[EnrollmentView]) -> dict[str, Any]:
    gone = (State.CANCELLED, State.DECLINED, State.REMOVED)
    return {
        "placed": [each for each in everybody if each.state not in (*gone, State.WAITLISTED, State.REQUESTED)],
        "requested": [each for each in everybody if each.state is State.REQUESTED],
        "waiting": [each for each in everybody if each.state is State.WAITLISTED],
        "gone": [each for each in everybody if each.state in gone],
    }


class Nameless(Frozen, frozen=True, kw_only=True):
    """Places without a name of one partner that must have names by the same moment."""

    partner_name: str
    until: datetime
    places: list[OpenPlaceView]


def _by_deadline(places: list[OpenPlaceView]) -> list[Nameless]:
    parts: dict[tuple[str, datetime], list[OpenPlaceView]] = {}
    for place in places:
        parts.setdefault((place.partner_name, place.until), []).append(place)
    return [Nameless(partner_name=name, until=until, places=some) for (name, until), some in parts.items()]


def _nameless_row(each: OpenPlaceView) -> tuple[object, ...]:
    mode = {"in_person": "in person"}.get(each.mode, each.mode)
    why = f"Needs a name until {each.until:%Y-%m-%d %H:%M} UTC"
    booked = (each.booking_code, each.booked_by_name or "", each.created_at, each.state_at, why)
    return ("", "", each.partner_name, "open place", mode, *booked, "")


def _row(each: EnrollmentView) -> tuple[object, ...]:
    mode = {"in_person": "in person"}.get(each.mode, each.mode)
    booked = (each.booking_code, each.booked_by_name or "", each.created_at, each.state_at, each.state_reason)
    email = "" if is_nobody(each.email) else each.email
    return (each.name, email, each.partner_name or "", each.state.value, mode, *booked, each.calendar_answer)
