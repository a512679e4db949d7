"""The roster of a meeting: everybody on it, marked by one tap each, or by one form and one button."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.marking import save_all_but, save_marks
from training.attendance.actions.self_check_in import decide_check_in
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.changes import list_brought
from training.attendance.queries.roster import Roster, RosterEntry, load_roster
from training.attendance.rules.check_in import settled
from training.attendance.rules.marks import MarkInput, Saved
from training.attendance.schemas.taps import DecideForm, RosterForm, chosen
from training.base.errors import Conflict
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.people.guards import signed_in
from training.people.queries import get_person
from training.web.forms import read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
MOST_TOLD = 5
TOO_SOON = "Nobody was marked: the meeting has not come yet. Choose first that you want to mark it all the same."


class RosterPages(Controller):
    """One roster."""

    path = "/rosters/{meeting_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def roster(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Who is expected, and how they were."""
        meeting = await get_roster_meeting(viewer, meeting_id)
        return await _roster_page(request, works, await load_roster(meeting))

    @post("/")
    async def save(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[str]:
        """Mark whoever was chosen anew, and with `rest` all who are left; `more` leads on to one person."""
        form = (await read_form(request, RosterForm)).value or RosterForm()
        meeting = await get_roster_meeting(viewer, meeting_id)
        if meeting.early(works.clock()) and meeting.may_manage and not form.early:
            return redirect(f"/rosters/{meeting_id}", TOO_SOON, kind="warning")
        marks = chosen((str(name), value) for name, value in (await request.form()).multi_items())
        saved = await works.run(viewer, _save, meeting_id, marks, rest=form.rest == "present")
        flash, kind = await _told(meeting_id, viewer, saved)
        onward = f"/people/{form.more}" if form.more else "?early=yes" if form.early else ""
        return redirect(f"/rosters/{meeting_id}{onward}", flash, kind=kind)

    @post("/check-ins/{check_in_id:uuid}")
    async def decide(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        check_in_id: FromPath[UUID],
    ) -> Response[str]:
        """Say whether a doubtful check-in counts."""
        confirm = ((await read_form(request, DecideForm)).value or DecideForm()).confirm == "yes"
        try:
            name = await works.run(viewer, decide_check_in, meeting_id, check_in_id, confirm=confirm)
        except Conflict as error:
            return redirect(f"/rosters/{meeting_id}", f"{error.detail} Nothing was changed.", kind="warning")
        told = f"{name} was there." if confirm else f"The check-in of {name} does not count."
        return redirect(f"/rosters/{meeting_id}", told)


async def _save(work: Work, meeting_id: UUID, marks: list[MarkInput], *, rest: bool) -> tuple[Saved, Saved | None]:
    """The choices first, so that whoever is chosen to be missing is not filled in."""
    saved = await save_marks(work, meeting_id, marks)
    await work.flush()
    return saved, await save_all_but(work, meeting_id, ()) if rest else None


async def _told(meeting_id: UUID, viewer: Viewer, saved: tuple[Saved, Saved | None]) -> tuple[str, str]:
    """What became of the form, as one sentence or two: who was marked or how many, and whose mark was not taken."""
    taken, filled = saved
    marked = [one.enrollment_id for one in taken.marks if one.taken]
    marked += [one.enrollment_id for one in filled.marks] if filled else []
    names = await _names(viewer, meeting_id) if taken.refused or len(marked) == 1 else {}
    # By name: the page that comes next may be about somebody else.
    who = f"{names.get(marked[0], 'One person')} is" if len(marked) == 1 else f"{len(marked)} people are"
    said = f"{who} marked." if marked else ""
    if not taken.refused:
        return said, "success"
    lost = [f"{names.get(one.enrollment_id, 'Somebody')}: {one.why}" for one in taken.refused]
    more = f" And {len(lost) - MOST_TOLD} more." if len(lost) > MOST_TOLD else ""
    return f"{said} Not taken: {' '.join(lost[:MOST_TOLD])}{more}".strip(), "warning"


async def _names(viewer: Viewer, meeting_id: UUID) -> dict[UUID, str]:
    roster = await load_roster(await get_roster_meeting(viewer, meeting_id))
    return {entry.enrollment_id: entry.name for entry in roster.entries}


async def _roster_page(request: Asked, works: Works, roster: Roster) -> Response[str]:
    meeting, now = roster.meeting, works.clock()
    marked = [entry.mark for entry in roster.entries if entry.mark]
    can_mark, early = meeting.can_mark(now), meeting.early(now)
    # Whoever manages may mark it whenever they like, but before anybody can have come only on purpose.
    ahead = early and meeting.may_manage and request.query_params.get("early") == "yes"
    values: dict[str, Any] = {
        "meeting": meeting,
        "here": "roster",
        "roster": roster,
        "closed_by": (await get_person(meeting.closed_by)).name if meeting.closed_by else "",
        "recorded": len(roster.expected) - len(roster.open_people),
        "saved_at": max((mark.marked_at for mark in marked), default=None),
        "brought": await list_brought(meeting, now) if can_mark else [],
        "doubts": [entry for entry in roster.entries if _doubtful(entry)],
        "editable": (can_mark or early) and meeting.closed_at is None,
        "may_correct": can_mark,
        "gated": early and not ahead,
        "ahead": ahead,
        "begun": meeting.begun(now),
        "now": now,
    }
    return page(request, "attendance/roster.html", **values)


def _doubtful(entry: RosterEntry) -> bool:
    seen, mark = entry.check_in, entry.mark
    open_yet = seen is not None and bool(seen.doubtful) and not seen.decided
    return open_yet and not settled(entry.status, mark.way if mark else None)
