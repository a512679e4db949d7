"""The page behind somebody's code: the code itself, for whoever holds it; for those who teach the session, a button.

The address is a capability for the door only: it shows whose it is and lets staff check them in, nothing else.
"""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.check_in import scan
from training.attendance.queries.check_in import (
    CodeHolder,
    find_code_holder,
    list_meetings_now,
    marks_session,
    meant_now,
)
from training.attendance.rules.check_in import CodeReplaced, CodeUnknown
from training.attendance.schemas.check_in import PersonForm, told
from training.base.errors import Conflict, Gone, NotFound, SignInRequired
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.rules.check_in import CHECK_IN_PATH, check_in_token, check_in_words, opens_check_in
from training.booking.rules.guests import PlaceLinkUnknown, check_place_link, opens_place
from training.outbox.rules import token_id
from training.outbox.rules.scannable import token_code_id
from training.people.guards import signed_in
from training.web.codes import make_svg
from training.web.forms import read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
# The address holds the code: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin", "x-robots-tag": "noindex"}
_UNKNOWN = "This code was not copied whole. Please use the one in our newest message about the place."


class CodePages(Controller):
    """One person's code."""

    path = "/check-in/{token:str}"
    include_in_schema = False

    @get("/")
    async def code(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        token: FromPath[str],
    ) -> Response[str]:
        """The code, large; and the button for those who mark the roster."""
        return await _page(request, viewer, works, await _holder(works, token))

    @post("/in")
    async def check_in(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        token: FromPath[str],
    ) -> Response[str]:
        """Check the person in."""
        if not viewer.signed_in:
            raise SignInRequired
        form = (await read_form(request, PersonForm)).value
        if form is None:
            return redirect(".", "This form could not be read. Nothing was done.", kind="warning")
        try:
            flash, kind = told(await works.run(viewer, scan, form.meeting_id, token))
        except (Conflict, Gone) as error:
            return await _page(request, viewer, works, await _holder(works, token), error.detail)
        return redirect(".", flash, kind=kind)


class OwnCodePages(Controller):
    """The way to one's own code from the pages that are one's own."""

    include_in_schema = False

    @get("/my/check-in/{enrollment_id:uuid}", guards=[signed_in])
    async def mine(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], enrollment_id: FromPath[UUID]
    ) -> Response[str]:
        """To the code of an enrollment of one's own."""
        holder = await find_code_holder(enrollment_id)
        if holder is None or holder.person_id != viewer.person_id:
            raise NotFound
        return _onward(works, holder)

    @get("/places/{token:str}/check-in")
    async def of_place(self, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """To the code of a place whose link one has."""
        enrollment_id = token_id(token)
        holder = await find_code_holder(enrollment_id) if enrollment_id else None
        key = works.site.secret_key
        if holder is None or not opens_place(key, token, holder.enrollment_id, holder.link_generation):
            raise PlaceLinkUnknown
        return _onward(works, holder)


def _onward(works: Works, holder: CodeHolder) -> Response[str]:
    key = works.site.secret_key
    return redirect(CHECK_IN_PATH + check_in_token(key, holder.enrollment_id, holder.link_generation))


async def _holder(works: Works, token: str) -> CodeHolder:
    """Whose code this is. Raises CodeUnknown, CodeReplaced, and PlaceLinkExpired a month after the session."""
    enrollment_id = token_code_id(token)
    holder = await find_code_holder(enrollment_id) if enrollment_id else None
    key = works.site.secret_key
    if holder is None:
        raise CodeUnknown(_UNKNOWN)
    if not opens_check_in(key, token, holder.enrollment_id, holder.link_generation):
        earlier = range(1, holder.link_generation)
        known = any(opens_check_in(key, token, holder.enrollment_id, one) for one in earlier)
        raise CodeReplaced if known else CodeUnknown(_UNKNOWN)
    check_place_link(holder.ends_at, works.clock())
    return holder


async def _page(
    request: HttpRequest, viewer: Viewer, works: Works, holder: CodeHolder, refused: str = ""
) -> Response[str]:
    meetings, now, key = await list_meetings_now(holder), works.clock(), works.site.secret_key
    marks = viewer.signed_in and await marks_session(viewer, holder)
    meant = meant_now(meetings, now) if marks and holder.on_roster else []
    address = works.site.url(CHECK_IN_PATH + request.path_params["token"])
    shown = page(
        request,
        "attendance/code.html",
        status=409 if refused else 200,
        refused=refused,
        holder=holder,
        picture=make_svg(address) if holder.on_roster else "",
        words=check_in_words(key, holder.enrollment_id, holder.link_generation),
        meetings=meetings,
        marks=marks,
        meeting=meant[0] if meant else None,
        others=meant[1:],
        shown=holder.zone if holder.person_zone == "UTC" else holder.person_zone,
        here=CHECK_IN_PATH + request.path_params["token"],
        now=now,
    )
    shown.headers.update(SILENT)
    return shown
