"""Somebody came without a place: a name, an address, and they are in, by the rules of booking."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.walking_in import Added, add_walk_in
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.comers import get_door, list_door_partners
from training.attendance.rules.absences import recorded_words
from training.attendance.rules.rosters import RosterMeeting
from training.attendance.schemas.walking_in import WalkInForm
from training.base.errors import Conflict, Invalid
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.rules import AboveCapacity, CannotBeBooked
from training.catalogue.rules import Mode
from training.people.guards import newcomers_tried, signed_in
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]


class WalkInPages(Controller):
    """Whoever came without a place."""

    path = "/rosters/{meeting_id:uuid}/walk-in"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def ask(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Who came?"""
        return await _show(request, works, await get_roster_meeting(viewer, meeting_id))

    @post("/")
    async def add(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Give them a place and mark them present."""
        meeting = await get_roster_meeting(viewer, meeting_id)
        form = await read_form(request, WalkInForm)
        if form.value is None:
            return await _show(request, works, meeting, form)
        try:
            # Addresses are typed here, so whoever tries out whose they are is counted.
            async with newcomers_tried(request, typed=True):
                added = await works.run(viewer, add_walk_in, meeting_id, form.value.comer(), form.value.there())
        except (Conflict, Invalid) as error:
            clash = isinstance(error, CannotBeBooked) and error.data.get("reason") == "clash"
            return await _show(request, works, meeting, _refused(form, error), clash=clash)
        return redirect(f"/rosters/{meeting_id}#p-{added.place.enrollment_id}", _told(added))


def _told(added: Added) -> str:
    """That they have a place, and as what they were marked."""
    mark = added.mark.mark
    how = recorded_words(*mark.value) if mark else "not recorded"
    return f"{added.place.name} has a place now and is marked as {how}."


def _refused(form: Form[WalkInForm], error: Conflict | Invalid) -> Form[WalkInForm]:
    if isinstance(error, AboveCapacity):
        return form.with_error("reason", "Every place is taken. Say why this person is let in above the capacity.")
    fields = error.fields if isinstance(error, Invalid) else {}
    for field, sentence in fields.items():
        form = form.with_error(field, sentence)
    return form if fields else form.with_error("", error.detail)


async def _show(
    request: Asked,
    works: Works,
    meeting: RosterMeeting,
    form: Form[WalkInForm] | None = None,
    *,
    clash: bool = False,
) -> Response[str]:
    door = await get_door(meeting.session_id)
    partners = await list_door_partners(meeting.session_id, meeting.program_id, door.audience)
    raw = form.raw if form else dict.fromkeys(WalkInForm.__struct_fields__, "")
    return page(
        request,
        "attendance/walk_in.html",
        status=form.status if form else 200,
        meeting=meeting,
        here="walk-in",
        early=meeting.early(works.clock()),
        over=meeting.ends_at <= works.clock(),
        # Offered to whom it would help, and to whoever has said so once and has something else to put right.
        clash=clash or bool(raw["accept_clashes"]),
        can_mark=meeting.can_mark(works.clock()),
        hybrid=door.mode is Mode.HYBRID,
        partners=[(str(each.id), each.name) for each in partners],
        alone=door.self_enrollment,
        overbooking=door.overbooking,
        raw=raw,
        errors=form.errors if form else {},
    )
