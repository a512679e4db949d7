"""The start page, programs, and the choice of a zone for visitors."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from training.attendance.queries.contests import list_to_answer
from training.attendance.queries.teaching import list_waiting
from training.base.addresses import local_path
from training.base.structs import Viewer
from training.base.work import Works
from training.base.zones import zone_named, zone_names
from training.catalogue.queries import list_programs
from training.people.rules import Permission, may
from training.portal.pages.shown import YEAR, ZONE_COOKIE, shown_zone
from training.portal.pages.taking import taking_part
from training.portal.queries import list_going_back, list_teaching
from training.portal.rules import card_of
from training.portal.schemas import ZoneChoice
from training.schedule.queries import SessionFilter, list_sessions
from training.schedule.rules.sessions import State
from training.web.forms import read_form
from training.web.render import page, redirect

NEXT_SESSIONS = 6
# What was cancelled comes next for nobody; whoever had a place in it finds it in My sessions.
NEXT_STATES = tuple(state for state in State if state is not State.CANCELLED)
TEACHING_SHOWN = 3
MOST_PROGRAMS = 12


class HomePages(Controller):
    """Where everybody begins."""

    path = "/"
    include_in_schema = False

    @get("/")
    async def home(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """What this is, what comes next, and where to go."""
        now = works.clock()
        programs = await list_programs(viewer, limit=MOST_PROGRAMS)
        coming = await list_sessions(viewer, SessionFilter(states=NEXT_STATES), now=now, limit=NEXT_SESSIONS)
        return page(
            request,
            "portal/home.html",
            shown=shown_zone(request),
            programs=programs.items,
            cards=[card_of(listed, now) for listed in coming.items],
            partner_ids=sorted(viewer.scopes("coordinator")),
            manages=may(viewer, Permission.SESSION_MANAGE),
            going_back=await list_going_back(viewer),
            **await taking_part(viewer, works),
            **await _taught(viewer, now),
        )

    @get("/zone")
    async def choose_zone(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Choose in which zone times are shown."""
        back = local_path(request.query_params.get("next", ""), "/sessions")
        return self._zones(request, chosen=shown_zone(request), back=back, error="")

    @post("/zone")
    async def keep_zone(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Remember a visitor's zone in a cookie that names nobody, and go back."""
        choice = (await read_form(request, ZoneChoice)).value or ZoneChoice()
        if choice.zone and zone_named(choice.zone) is None:
            error = "Please choose one of the list."
            return self._zones(request, chosen="", back=local_path(choice.next, "/sessions"), error=error)
        back = redirect(local_path(choice.next, "/sessions"))
        back.cookies.append(zone_cookie(choice.zone))
        return back

    @staticmethod
    def _zones(request: Request[Any, Any, Any], *, chosen: str, back: str, error: str) -> Response[str]:
        regions: dict[str, list[tuple[str, str]]] = {}
        for name in zone_names():
            region, _, place = name.rpartition("/")
            regions.setdefault(region or "UTC", []).append((name, place.replace("_", " ")))
        status = 422 if error else 200
        return page(
            request,
            "portal/zone.html",
            status=status,
            options=[("", "Each session's own zone"), *sorted(regions.items())],
            chosen=chosen,
            back=back,
            error=error,
        )


async def _taught(viewer: Viewer, now: datetime) -> dict[str, Any]:
    """What waits for who teaches, and what they teach next."""
    return {
        "now": now,
        "teaching": await list_teaching(viewer, now, limit=TEACHING_SHOWN),
        "waiting": await list_waiting(viewer, now),
        "contested": await list_to_answer(viewer, now) if viewer.teaches else [],
    }


def zone_cookie(zone: str) -> Cookie:
    """The cookie that keeps a visitor's zone for a year; an empty zone removes it."""
    return Cookie(key=ZONE_COOKIE, value=zone, max_age=YEAR if zone else 0, path="/", httponly=True, samesite="lax")
