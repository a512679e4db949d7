"""Saying that a roster is complete, and working on it again."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.marking import Rest, close_roster, reopen_roster
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.roster import load_roster
from training.attendance.rules.rosters import MeetingNotBegun, NotAllRecorded, RosterClosedAlready, RosterIsOpen
from training.attendance.schemas.taps import CloseForm, ReopenForm
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import signed_in
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
STILL_RUNS = "The roster is closed, although the meeting still runs. Absences are told once it is over."
LEFT = "Say how those were who are not recorded, or go back and mark them."
OTHERS = "Somebody else is not recorded either. Look at the names once more: nothing was filled in yet."
RESTS: dict[str, Rest] = {"present": "present", "no-show": "no-show"}


class ClosingPages(Controller):
    """Closing a roster and opening it again."""

    path = "/rosters/{meeting_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/close")
    async def ask(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """What stands on it, and who is still not recorded; or, when it is closed, opening it again."""
        return await _show(request, viewer, works, meeting_id)

    @post("/close")
    async def close(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Close it; whoever is not recorded is marked as was said."""
        form = await read_form(request, CloseForm)
        said = form.value or CloseForm()
        rest = RESTS.get(said.rest, "")
        try:
            saved = await works.run(viewer, close_roster, meeting_id, rest=rest, named=said.names())
        except NotAllRecorded:
            return await _show(request, viewer, works, meeting_id, form.with_error("rest", OTHERS if rest else LEFT))
        except (MeetingNotBegun, RosterClosedAlready) as error:
            return redirect(f"/rosters/{meeting_id}", error.detail, kind="info")
        return redirect(
            f"/rosters/{meeting_id}", STILL_RUNS if saved.runs_until else "The roster is closed. Thank you."
        )

    @post("/reopen")
    async def reopen(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Open it again, for a reason."""
        form = await read_form(request, ReopenForm)
        if form.value is None or not form.value.reason:
            asked = form.with_error("reason", "Say why, for those who read the history.")
            return await _show(request, viewer, works, meeting_id, asked)
        try:
            await works.run(viewer, reopen_roster, meeting_id, form.value.reason)
        except RosterIsOpen as error:
            return redirect(f"/rosters/{meeting_id}", error.detail, kind="info")
        return redirect(f"/rosters/{meeting_id}", "The roster is open again.")


async def _show(
    request: Asked, viewer: Viewer, works: Works, meeting_id: UUID, form: Form[Any] | None = None
) -> Response[str]:
    roster = await load_roster(await get_roster_meeting(viewer, meeting_id))
    values: dict[str, Any] = {
        "counts": [(status.value, count) for status, count in roster.counts.items() if count],
        "left": roster.open_people,
        "later": roster.later_people,
        "can_mark": roster.meeting.can_mark(works.clock()),
        "early": roster.meeting.early(works.clock()),
        "runs": roster.meeting.begun(works.clock()) and works.clock() < roster.meeting.ends_at,
        "begun": roster.meeting.begun(works.clock()),
        "reason": str(form.raw.get("reason", "")) if form else "",
        "rest": str(form.raw.get("rest", "")) if form else "",
        "errors": form.errors if form else {},
    }
    status = form.status if form else 200
    return page(request, "attendance/close.html", status=status, meeting=roster.meeting, here="close", **values)
