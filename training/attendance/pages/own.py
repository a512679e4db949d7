"""How one was recorded, meeting by meeting, and saying that it is wrong: signed in, or by the link to one's place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.contesting import contest_mark, withdraw_contest
from training.attendance.queries.contests import OwnMeeting, find_told_overall, list_own_meetings
from training.attendance.rules.absences import claimed_words, status_words
from training.attendance.rules.contests import CLAIMS, TIMED
from training.attendance.schemas.contests import ContestForm, TakingBackForm
from training.base.errors import Conflict, Gone, Invalid, NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.pages.guest import SILENT, get_place_key, page_path
from training.booking.queries import EnrollmentView, get_enrollment
from training.booking.rules.guests import check_place_link, guest_of, is_place_link_over
from training.people.guards import signed_in
from training.web.forms import Form, read_form
from training.web.render import page, redirect, zone_of

HttpRequest = Request[Any, Any, Any]
SAID = "You said so. Whoever taught the meeting answers, and you get the answer by mail."
TAKEN_BACK = "You took it back. Nobody is asked about it any more."


class Own(Frozen, frozen=True, kw_only=True):
    """One's own enrollment, the address of its page, and the zone in which that tells times. `place` is the address of
    the page of the place, empty when that is not open, or one is signed in."""

    found: EnrollmentView
    here: str
    zone: str
    place: str = ""


class OwnAttendancePages(Controller):
    """One's own attendance of one session."""

    path = "/my/attendance/{enrollment_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def attendance(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Every meeting and how one was recorded."""
        found = await _own(viewer, enrollment_id)
        here = f"/my/attendance/{found.id}"
        return await _shown(request, works, Own(found=found, here=here, zone=zone_of(request)))

    @post("/contest")
    async def contest(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Say that a mark is wrong."""
        found = await _own(viewer, enrollment_id)
        here = f"/my/attendance/{found.id}"
        return await _contested(request, works, viewer, Own(found=found, here=here, zone=zone_of(request)))

    @post("/contest/withdraw")
    async def withdraw(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Take it back, while nobody has answered."""
        return await _withdrawn(request, works, viewer, await _own(viewer, enrollment_id))


class PlaceAttendancePages(Controller):
    """The same by the link to one's place."""

    path = "/places/{token:str}/attendance"
    include_in_schema = False

    @get("/")
    async def attendance(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]
    ) -> Response[str]:
        """Every meeting and how one was recorded."""
        _, own = await _opened(works, token)
        return _silent(await _shown(request, works, own))

    @post("/contest")
    async def contest(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """Say that a mark is wrong."""
        guest, own = await _opened(works, token)
        return _silent(await _contested(request, works, guest, own))

    @post("/contest/withdraw")
    async def withdraw(
        self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]
    ) -> Response[str]:
        """Take it back, while nobody has answered."""
        guest, own = await _opened(works, token)
        return await _withdrawn(request, works, guest, own.found)


async def _own(viewer: Viewer, enrollment_id: UUID) -> EnrollmentView:
    """An enrollment of the viewer's own. Raises NotFound, also for who may see it for another reason."""
    found = await get_enrollment(viewer, enrollment_id)
    if found.person_id != viewer.person_id:
        raise NotFound
    return found


async def _opened(works: Works, token: str) -> tuple[Viewer, Own]:
    """What the link to a place opens here. It opens this page longer than any other: as long as we wrote that one can
    say that a mark is wrong, and for a week after we wrote anything else of it.

    Raises PlaceLinkUnknown, PlaceLinkExpired.
    """
    key, now = await get_place_key(works, token), works.clock()
    over = is_place_link_over(key.ends_at, now)
    if over:
        check_place_link(key.ends_at, now, _longest(await list_own_meetings(key.id, key.session_id)))
    guest = guest_of(key.person_id, key.person_name, key.person_zone)
    found = await get_enrollment(guest, key.id)
    place, shown = page_path(works, found), found.zone if guest.zone == "UTC" else guest.zone
    return guest, Own(found=found, here=f"{place}/attendance", zone=shown, place="" if over else place)


def _longest(meetings: Sequence[OwnMeeting]) -> datetime | None:
    return max((until for one in meetings if (until := one.link_until)), default=None)


def _silent(response: Response[str]) -> Response[str]:
    response.headers.update(SILENT)
    return response


async def _contested(request: HttpRequest, works: Works, person: Viewer, own: Own) -> Response[str]:
    form = await read_form(request, ContestForm)
    if form.value is None:
        return await _shown(request, works, own, _asked(form))
    try:
        await works.run(person, contest_mark, own.found.id, form.value.claim())
    except Invalid as error:
        for field, sentence in (error.fields or {"": error.detail}).items():
            form = form.with_error(field, sentence)
        return await _shown(request, works, own, form)
    except (Conflict, Gone) as error:
        return redirect(".", error.detail, kind="info")
    return redirect(".", SAID)


def _asked(form: Form[ContestForm]) -> Form[ContestForm]:
    """What is missing in the words of this page: nothing was filled in, but chosen."""
    return form.with_error("claims", "Choose how it was.") if "claims" in form.errors else form


async def _withdrawn(request: HttpRequest, works: Works, person: Viewer, found: EnrollmentView) -> Response[str]:
    form = (await read_form(request, TakingBackForm)).value
    if form is None:
        return redirect("..", "Choose which meeting, then press the button there.", kind="info")
    try:
        await works.run(person, withdraw_contest, found.id, form.meeting_id)
    except Conflict as error:
        return redirect("..", error.detail, kind="info")
    return redirect("..", TAKEN_BACK)


async def _shown(request: HttpRequest, works: Works, own: Own, form: Form[ContestForm] | None = None) -> Response[str]:
    found = own.found
    meetings, now = await list_own_meetings(found.id, found.session_id), works.clock()
    if form and not any(str(one.meeting_id) == form.raw["meeting_id"] and one.can_contest(now) for one in meetings):
        return redirect(".", "Choose how it was, then press the button.", kind="info")
    return page(
        request,
        "attendance/own.html",
        status=form.status if form else 200,
        found=found,
        here=own.here,
        place=own.place,
        signed_in=own.here.startswith("/my/"),
        meetings=meetings,
        overall=await find_told_overall(found.id, meetings, now),
        said=claimed_words,
        claims=[(status.value, status_words(status)) for status in CLAIMS],
        timed=[status.value for status in TIMED],
        now=now,
        shown=own.zone,
        raw=form.raw if form else {},
        errors=form.errors if form else {},
    )
