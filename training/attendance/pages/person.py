"""One person at one meeting: late, left early, partial, excused, taken back, and everything that was marked before."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.marking import save_marks
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.changes import page_changes
from training.attendance.queries.roster import RosterEntry, load_roster
from training.attendance.rules.marks import Saved
from training.attendance.rules.rosters import RosterMeeting
from training.attendance.rules.statuses import Status
from training.attendance.schemas.taps import PersonForm
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.people.guards import signed_in
from training.web.forms import Form, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]


class OnRoster(Frozen, frozen=True, kw_only=True):
    """One person on the roster of a meeting."""

    meeting: RosterMeeting
    entry: RosterEntry


class PersonPages(Controller):
    """One person on a roster."""

    path = "/rosters/{meeting_id:uuid}/people/{enrollment_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def person(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """How this person was, and what was marked before."""
        return await _show(request, works, await _find(viewer, meeting_id, enrollment_id))

    @post("/")
    async def mark(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Mark this person; what lost against somebody else's mark is shown beside it."""
        found = await _find(viewer, meeting_id, enrollment_id)
        form = _complete(await read_form(request, PersonForm))
        if form.value is None or form.errors:
            return await _show(request, works, found, form)
        saved = await works.run(viewer, save_marks, meeting_id, [form.value.mark(enrollment_id)])
        if saved.refused:
            return await _show(request, works, await _find(viewer, meeting_id, enrollment_id), _refused(form, saved))
        return redirect(f"/rosters/{meeting_id}#p-{enrollment_id}", f"{found.entry.name} is marked.")


async def _find(viewer: Viewer, meeting_id: UUID, enrollment_id: UUID) -> OnRoster:
    """Raises NotFound for a roster that is not the viewer's, and for whoever is not on it."""
    roster = await load_roster(await get_roster_meeting(viewer, meeting_id))
    for entry in roster.entries:
        if entry.enrollment_id == enrollment_id:
            return OnRoster(meeting=roster.meeting, entry=entry)
    raise NotFound


def _complete(form: Form[PersonForm]) -> Form[PersonForm]:
    """With a sentence for everything that is missing."""
    for field, sentence in form.value.faults().items() if form.value else ():
        form = form.with_error(field, sentence)
    return form


def _refused(form: Form[PersonForm], saved: Saved) -> Form[PersonForm]:
    (lost,) = saved.refused
    if lost.code == "reason-missing":
        return form.with_error("reason", lost.why)
    if lost.code in ("minutes-missing", "minutes-too-many"):
        return form.with_error(_minutes_field(form.value), lost.why)
    # What stands now is on the page, so saving again is a decision.
    return form.outdated(lost.mark.version if lost.mark else 0).with_error("", f"Your mark was not taken. {lost.why}")


def _minutes_field(typed: PersonForm | None) -> str:
    """Where the minutes stand that cannot be."""
    if typed is None or typed.status is Status.PARTIAL:
        return "minutes"
    return "minutes_early" if typed.minutes_early and not typed.minutes_late else "minutes_late"


async def _show(request: Asked, works: Works, found: OnRoster, form: Form[PersonForm] | None = None) -> Response[str]:
    mark = found.entry.mark
    raw: dict[str, Any] = {
        "status": found.entry.status.value if mark else "",
        "minutes_late": mark.minutes_late or "" if mark else "",
        "minutes_early": mark.minutes_early or "" if mark else "",
        "minutes": mark.minutes if mark else None,
        "reason": "" if found.meeting.closed_at else mark.reason if mark else "",
        "version": mark.version if mark else 0,
    }
    changes = await page_changes(found.meeting.meeting_id, enrollment_id=found.entry.enrollment_id, limit=50)
    return page(
        request,
        "attendance/person.html",
        status=form.status if form else 200,
        meeting=found.meeting,
        here="person",
        entry=found.entry,
        changes=changes.items,
        meanwhile=_meanwhile(found.entry, form.raw) if form and form.stale else None,
        can_mark=found.meeting.can_mark(works.clock()),
        early=found.meeting.early(works.clock()),
        raw=form.raw if form else raw,
        errors=form.errors if form else {},
    )


def _meanwhile(entry: RosterEntry, typed: dict[str, Any]) -> Meanwhile:
    mark = entry.mark
    labels = {
        "status": "How they were",
        "minutes_late": "Minutes late",
        "minutes_early": "Minutes left early",
        "minutes": "Minutes there",
        "reason": "Reason",
    }
    now = {name: getattr(mark, name) or "" if mark else "" for name in labels}
    told = differences(labels, typed, now | {"status": entry.status.value})
    return Meanwhile(who=entry.marked_by_name, at=mark.marked_at if mark else None, differences=told)
