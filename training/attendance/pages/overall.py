"""How everybody attended a whole session: what the rosters come to, corrected only with a reason, and as a file."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.correcting import correct_overall
from training.attendance.queries.access import RosterSession, get_roster_session
from training.attendance.queries.marks import list_held
from training.attendance.queries.meetings import list_roster_meetings
from training.attendance.queries.overall import Attendance, list_attendance
from training.attendance.rules.overall import CorrectionShut, MinutesImpossible, NothingHeld, most_minutes
from training.attendance.schemas.correcting import CorrectionForm
from training.base.errors import NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.pages.refusals import since
from training.people.guards import signed_in
from training.schedule.pages.whole import tabs_for
from training.web.exports import table_response
from training.web.forms import Form, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
HEADER = (
    *("Name", "E-mail", "Partner", "State", "Attendance", "Meetings attended", "Meetings held", "Meetings recorded"),
    *("Minutes", "Computed", "Computed minutes", "Corrected because", "Corrected by", "Corrected at (UTC)"),
)


class OverallPages(Controller):
    """The attendance of a whole session."""

    path = "/rosters/sessions/{session_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def overall(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """Everybody with what counts, and the roster of every meeting."""
        session, meetings = await get_roster_session(viewer, session_id), await list_roster_meetings(session_id)
        values: dict[str, Any] = {
            "meetings": meetings,
            "to_come": sum(each.starts_at > works.clock() for each in meetings),
            "people": await list_attendance(session_id),
            "tabs": tabs_for(viewer, session_id, session.program_id, "/attendance"),
        }
        return page(request, "attendance/overall.html", session=session, **values)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """The same as a file; addresses only for those who run the program."""
        session = await get_roster_session(viewer, session_id)
        rows = [_row(each, addresses=session.may_manage) for each in await list_attendance(session_id)]
        return table_response(fmt, f"{session.session_title} attendance", HEADER, rows)

    @get("/people/{enrollment_id:uuid}")
    async def ask(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """What counts for one person, and correcting it."""
        session, found = await _find(viewer, session_id, enrollment_id)
        return await _show(request, works, session, found)

    @post("/people/{enrollment_id:uuid}")
    async def correct(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Say what counts instead, for a reason; or let what was computed count again."""
        session, found = await _find(viewer, session_id, enrollment_id)
        form = await read_form(request, CorrectionForm)
        if form.value is None:
            return await _show(request, works, session, found, form)
        asked, version = form.value.correction(_minutes_of(found)), form.value.version
        try:
            await works.run(viewer, correct_overall, enrollment_id, asked, expected_version=version)
        except Stale as error:
            now = await _find(viewer, session_id, enrollment_id)
            return await _show(request, works, *now, form.outdated(error.data["version"]))
        except MinutesImpossible as error:
            return await _show(request, works, session, found, form.with_error("minutes", error.fields["minutes"]))
        except (NothingHeld, CorrectionShut) as error:
            return await _show(request, works, session, found, form.with_error("", error.detail))
        return redirect(f"/rosters/sessions/{session_id}", f"What counts for {found.name} is corrected.")


async def _find(viewer: Viewer, session_id: UUID, enrollment_id: UUID) -> tuple[RosterSession, Attendance]:
    """Raises NotFound for a session that is not the viewer's, and for whoever is not on its rosters."""
    session = await get_roster_session(viewer, session_id)
    for each in await list_attendance(session_id):
        if each.enrollment_id == enrollment_id:
            return session, each
    raise NotFound


def _minutes_of(found: Attendance) -> int | None:
    """The minutes that the form comes with."""
    return found.overall.corrected_minutes if found.overall else None


async def _show(
    request: Asked,
    works: Works,
    session: RosterSession,
    found: Attendance,
    form: Form[CorrectionForm] | None = None,
) -> Response[str]:
    kept = found.overall
    raw: dict[str, Any] = {
        "status": kept.corrected if kept else "",
        "minutes": _minutes_of(found),
        "reason": "",
        "version": kept.version if kept else 0,
    }
    return page(
        request,
        "attendance/correct.html",
        status=form.status if form else 200,
        session=session,
        found=found,
        most=most_minutes(await list_held(session.session_id), works.clock()),
        meanwhile=await _meanwhile(request.user, found, form.raw) if form and form.stale else None,
        raw=form.raw if form else raw,
        errors=form.errors if form else {},
    )


async def _meanwhile(viewer: Viewer, found: Attendance, typed: dict[str, Any]) -> Meanwhile:
    kept = found.overall
    now = {"status": kept.corrected, "minutes": kept.corrected_minutes, "reason": kept.corrected_reason} if kept else {}
    labels = {"status": "What counts", "minutes": "Minutes", "reason": "Reason"}
    told = differences(labels, typed, {name: now.get(name, "") for name in labels})
    return await since(viewer, found.enrollment_id, told)


def _row(each: Attendance, *, addresses: bool) -> tuple[object, ...]:
    who = (each.name, each.email if addresses else "", each.partner_name or "", each.state)
    kept = each.overall
    if kept is None:
        return (*who, each.counts, 0, 0, 0, 0, each.counts, 0, "", "", None)
    sums = (kept.counted_meetings, kept.meetings_held, kept.meetings_recorded, kept.counted_minutes)
    why = (kept.corrected_reason, each.corrected_by_name, kept.corrected_at)
    return (*who, each.counts, *sums, kept.status, kept.minutes, *why)
