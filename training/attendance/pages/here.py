"""Checking in oneself: by the code on the screen or by the word, signed in, by the link to one's place, or at a device
that stands there for all."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.check_in import check_in_at_kiosk, check_in_self, count_wrong
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.check_in import (
    OpenMeeting,
    get_self_check_in,
    list_code_people,
    list_open_for,
)
from training.attendance.rules.check_in import (
    KioskOver,
    Sitting,
    WrongCheckInCode,
    already,
    arrived,
    opens_kiosk,
    takes_word,
)
from training.attendance.rules.rosters import RosterMeeting
from training.attendance.schemas.check_in import HereForm, KioskForm, told, warned
from training.base.errors import NotFound, SignInRequired, TrainingError
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.queries.requests import find_place_key
from training.booking.rules.guests import PLACE_PATH, PlaceLinkUnknown, check_place_link, guest_of, opens_place
from training.outbox.rules import token_id
from training.outbox.rules.scannable import token_code_id
from training.people.guards import client_of
from training.schedule.queries import list_meetings
from training.web.forms import Form, read_form
from training.web.problems import status_of
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
DEVICE = "device"
_DEVICE_KEPT = int(timedelta(days=2).total_seconds())
# Some of these addresses hold a secret: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin", "x-robots-tag": "noindex"}
KIOSK = Viewer(name="A device at the door")
WRONG_WORD = "This is not the word. It is two everyday words; please ask for it once more."


class Person(Frozen, frozen=True, kw_only=True):
    """Who checks in; with `enrollment_id` by the link to that place, else signed in. `back`: where their form leads;
    `own`: the page that has what is theirs."""

    viewer: Viewer
    enrollment_id: UUID | None = None
    back: str = "/here"
    action: str = "/here"
    own: str = "/my/sessions"


class HerePages(Controller):
    """Checking in oneself."""

    path = "/here"
    include_in_schema = False

    @get(["/", "/{code:str}"])
    async def here(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        code: FromPath[str] = "",
    ) -> Response[str]:
        """Where the code is typed; whoever scanned it only presses a button."""
        return await _page(request, works, Person(viewer=viewer), code)

    @post("/")
    async def check_in(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """Check in."""
        if not viewer.signed_in:
            raise SignInRequired
        return await _check_in(request, works, Person(viewer=viewer))

    @get(["/place/{token:str}", "/place/{token:str}/{code:str}"])
    async def of_place(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str], code: FromPath[str] = ""
    ) -> Response[str]:
        """The same for whoever has the link to their place."""
        return await _page(request, works, await _guest(works, token), code)

    @post("/place/{token:str}/in")
    async def place_check_in(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]
    ) -> Response[str]:
        """Check in by the link to one's place."""
        return await _check_in(request, works, await _guest(works, token))

    @get("/kiosk/{token:str}")
    async def kiosk(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """A page for all: choose your name, type the word."""
        return await _kiosk_page(request, await _kiosk(works, token))

    @post("/kiosk/{token:str}/in")
    async def kiosk_check_in(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]
    ) -> Response[str]:
        """Check one person in at the page for all."""
        meeting, form = await _kiosk(works, token), await read_form(request, KioskForm)
        if form.value is None:
            return await _kiosk_page(request, meeting, form)
        who, word, client = form.value.enrollment_id, form.value.code, client_of(request)
        try:
            found = await works.run(KIOSK, check_in_at_kiosk, meeting.meeting_id, who, word, client=client)
        except TrainingError as error:
            return await _kiosk_page(request, meeting, form.with_error("code", error.detail), status_of(error))
        if found is None:
            return await _kiosk_page(request, meeting, form.with_error("code", WRONG_WORD))
        flash, kind = told(found)
        return redirect(".", flash, kind=kind)


async def _check_in(request: HttpRequest, works: Works, person: Person) -> Response[str]:
    form = await read_form(request, HereForm)
    if form.value is None:
        return await _page(request, works, person, "", form)
    asked = {"device": request.cookies.get(DEVICE, ""), "enrollment_id": person.enrollment_id}
    try:
        async with _counted(works, person.viewer, person.viewer.person_id, person.enrollment_id):
            found = await works.run(person.viewer, check_in_self, form.value.code, **asked)  # type: ignore[arg-type]
    except TrainingError as error:
        return await _page(request, works, person, "", form.with_error("code", error.detail), status_of(error))
    warning = warned(found)
    return redirect(person.back, warning, kind="warning") if warning else redirect(person.back)


@asynccontextmanager
async def _counted(
    works: Works, viewer: Viewer, person_id: UUID | None, enrollment_id: UUID | None
) -> AsyncIterator[None]:
    """Around whatever a code opens: a wrong one is counted, in a unit of work that is kept."""
    try:
        yield
    except WrongCheckInCode:
        if person_id is not None:
            await works.run(viewer, count_wrong, person_id, enrollment_id)
        raise


async def _guest(works: Works, token: str) -> Person:
    """Whoever holds the link to a place. Raises PlaceLinkUnknown, PlaceLinkExpired."""
    enrollment_id = token_id(token)
    key = await find_place_key(enrollment_id) if enrollment_id else None
    if key is None or key.disabled_at is not None:
        raise PlaceLinkUnknown
    if not opens_place(works.site.secret_key, token, key.id, key.link_generation):
        raise PlaceLinkUnknown
    check_place_link(key.ends_at, works.clock())
    guest = guest_of(key.person_id, key.person_name, key.person_zone)
    return Person(
        viewer=guest, enrollment_id=key.id, back=".", action=f"/here/place/{token}/in", own=PLACE_PATH + token
    )


async def _page(
    request: HttpRequest,
    works: Works,
    person: Person,
    code: str,
    form: Form[HereForm] | None = None,
    status: int = 422,
) -> Response[str]:
    viewer, now = person.viewer, works.clock()
    meetings = await list_open_for(viewer.person_id, now, person.enrollment_id) if viewer.person_id else []
    shown = page(
        request,
        "attendance/here.html",
        status=status if form else 200,
        person=person,
        known=viewer.person_id is not None,
        meetings=[(one, already(one.status), arrived(one, one.status, one.minutes_late, now)) for one in meetings],
        links=await _links([one for one in meetings if already(one.status)], now),
        typed=str(form.raw["code"]) if form else code,
        error=next(iter(form.errors.values()), "") if form else "",
        action=person.action,
        shown=viewer.zone,
    )
    shown.headers.update(SILENT)
    if not request.cookies.get(DEVICE):
        shown.cookies.append(_device_cookie(works))
    return shown


async def _links(meetings: list[OpenMeeting], now: datetime) -> dict[UUID, str]:
    """Where to go on to, by meeting: the link of those in which somebody takes part online and that can be joined."""
    online = {one.meeting_id: one.session_id for one in meetings if one.mode == "online"}
    found = await list_meetings(tuple(set(online.values()))) if online else []
    return {one.id: one.link for one in found if one.id in online and one.link and one.joinable(now)}


def _device_cookie(works: Works) -> Cookie:
    """What tells one browser from another for two days, and nobody anything else."""
    return Cookie(
        key=DEVICE,
        value=secrets.token_urlsafe(16),
        max_age=_DEVICE_KEPT,
        path="/here",
        secure=works.site.secure,
        httponly=True,
        samesite="lax",
    )


async def _kiosk(works: Works, token: str) -> RosterMeeting:
    """The meeting of a page for all. Raises NotFound for what never was one, KioskOver when it is not open any more."""
    meeting_id = token_code_id(token)
    if meeting_id is None:
        raise NotFound
    found, key = await get_self_check_in(meeting_id), works.site.secret_key
    if not any(opens_kiosk(key, token, meeting_id, one) for one in range(1, found.code_generation + 1)):
        raise NotFound
    if not found.on or not opens_kiosk(key, token, meeting_id, found.code_generation):
        raise KioskOver
    meeting = await find_roster_meeting(meeting_id)
    sitting = Sitting(starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    if meeting.closed_at is not None or not takes_word(sitting, works.clock()):
        raise KioskOver
    return meeting


async def _kiosk_page(
    request: HttpRequest, meeting: RosterMeeting, form: Form[KioskForm] | None = None, status: int = 422
) -> Response[str]:
    people = await list_code_people(meeting)
    shown = page(
        request,
        "attendance/kiosk.html",
        status=status if form else 200,
        meeting=meeting,
        people=[(str(one.enrollment_id), one.name) for one in people if not already(one.status)],
        chosen=str(form.raw["enrollment_id"]) if form else "",
        errors=form.errors if form else {},
        here=request.scope["path"].rstrip("/").removesuffix("/in"),
    )
    shown.headers.update(SILENT)
    return shown
