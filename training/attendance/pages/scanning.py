"""Check-in at the door: codes read by the camera or typed, and how people check in themselves."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.check_in import scan
from training.attendance.actions.self_check_in import switch_self_check_in
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.check_in import count_in, get_self_check_in
from training.attendance.rules.check_in import SelfCheckInOver, kiosk_token, self_hours
from training.attendance.rules.rosters import RosterClosedAlready, RosterMeeting
from training.attendance.schemas.check_in import ScanForm, SelfCheckInOut, SwitchForm, told
from training.base.errors import Conflict, Gone, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import signed_in
from training.web.codes import make_svg
from training.web.forms import Form, read_form
from training.web.render import page, redirect
from training.web.statics import find_asset

HttpRequest = Request[Any, Any, Any]
# The one page that may ask for the camera.
CAMERA = {"permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=()"}


class ScanPages(Controller):
    """Check-in to one meeting, for those who mark its roster."""

    path = "/rosters/{meeting_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/scan")
    async def scanner(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """The camera, a field for the six letters, and the switch of self check-in."""
        return await _page(request, viewer, works, meeting_id)

    @post("/scan")
    async def typed(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Check somebody in by a code that was typed."""
        form = await read_form(request, ScanForm)
        if form.value is None:
            return await _page(request, viewer, works, meeting_id, form)
        await get_roster_meeting(viewer, meeting_id)
        try:
            flash, kind = told(await works.run(viewer, scan, meeting_id, form.value.code))
        except (Conflict, Gone, NotFound) as error:
            return await _page(request, viewer, works, meeting_id, form.with_error("code", error.detail))
        return redirect(f"/rosters/{meeting_id}/scan", flash, kind=kind)

    @post("/self-check-in")
    async def switch(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Let people check in themselves, or no longer, or with another word."""
        form = (await read_form(request, SwitchForm)).value or SwitchForm()
        from_screen = form.back == "screen"
        back = f"/rosters/{meeting_id}/{'screen' if from_screen else 'scan'}"
        try:
            await works.run(viewer, switch_self_check_in, meeting_id, on=form.on, anew=form.anew)
        except (RosterClosedAlready, SelfCheckInOver) as error:
            return redirect(back, error.detail, kind="info")
        # From when on the page itself says.
        said = "Self check-in is on." if form.on else "People no longer check in themselves."
        said = "There is another word, and earlier codes are worth nothing." if form.anew else said
        # The screen shows nothing but what is read from the last row.
        return redirect(back, "" if from_screen else said)

    @get("/screen")
    async def screen(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """What the beamer shows: the code that changes, where to type it, the word, how many are in."""
        meeting = await _marked(viewer, meeting_id)
        found, counted, now = await get_self_check_in(meeting_id), await count_in(meeting), works.clock()
        state = SelfCheckInOut.of(found, counted, works.site, meeting_id, now)
        left = int((state.changes_at - now).total_seconds()) + 1 if state.changes_at else 30
        picture = make_svg(state.address) if state.on else ""
        values = {"state": state, "picture": picture, "left": left, "now": now, **_hours(meeting, now)}
        return page(request, "attendance/screen.html", meeting=meeting, **values)


def _hours(meeting: RosterMeeting, now: datetime) -> dict[str, Any]:
    """When people may check in themselves, and which part of that is now."""
    hours = self_hours(meeting.starts_at, meeting.ends_at)
    return {"hours": hours, "phase": hours.phase(now)}


async def _marked(viewer: Viewer, meeting_id: UUID) -> RosterMeeting:
    meeting = await get_roster_meeting(viewer, meeting_id)
    if not meeting.may_mark:
        raise NotFound
    return meeting


async def _page(
    request: HttpRequest, viewer: Viewer, works: Works, meeting_id: UUID, form: Form[ScanForm] | None = None
) -> Response[str]:
    meeting, now = await _marked(viewer, meeting_id), works.clock()
    found, counted = await get_self_check_in(meeting_id), await count_in(meeting)
    shown = page(
        request,
        "attendance/scan.html",
        status=form.status if form else 200,
        meeting=meeting,
        state=SelfCheckInOut.of(found, counted, works.site, meeting_id, now),
        reads=meeting.mode == "in_person" or counted.in_room > 0,
        open=meeting.can_mark(now),
        kiosk=f"/here/kiosk/{kiosk_token(works.site.secret_key, meeting_id, found.code_generation)}",
        typed=form.raw["code"] if form else "",
        errors=form.errors if form else {},
        decoder=find_asset("js/qr/decode.js"),
        now=now,
        **_hours(meeting, now),
    )
    shown.headers.update(CAMERA)
    return shown
