"""Answering a contested mark: for whoever teaches the session or runs its program."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.contesting import decide_contest
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.contests import ContestView, get_contest, list_contests
from training.attendance.rules.absences import claimed_words, status_words
from training.attendance.rules.contests import TIMED, ClaimImpossible, CorrectionStands, granted_mark
from training.attendance.schemas.contests import NEEDS_ANSWER, DecisionForm
from training.base.errors import Conflict, Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import signed_in
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
HEADER = (
    *("Name", "Partner", "Meeting", "Meeting starts (UTC)", "Recorded", "Recorded as"),
    *("Says", "Minutes", "Words", "State", "Answer", "Since"),
)


class ContestPages(Controller):
    """One contested mark, and all of a session."""

    path = "/rosters"
    include_in_schema = False
    guards = [signed_in]

    @get("/sessions/{session_id:uuid}/contests")
    async def contests(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[str]:
        """What learners of a session contested, and what came of it."""
        found = await list_contests(viewer, session_id)
        return page(
            request,
            "attendance/contests.html",
            found=found,
            session_id=session_id,
            said=claimed_words,
        )

    @get("/sessions/{session_id:uuid}/contests/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """The same as a file."""
        found = await list_contests(viewer, session_id)
        return table_response(fmt, "contested marks", HEADER, [_row(one) for one in found])

    @get("/{meeting_id:uuid}/contests/{contest_id:uuid}")
    async def contest(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        contest_id: FromPath[UUID],
    ) -> Response[str]:
        """What somebody says, how they are recorded, and the two answers."""
        return await _shown(request, works, viewer, await _of_meeting(viewer, meeting_id, contest_id))

    @post("/{meeting_id:uuid}/contests/{contest_id:uuid}")
    async def decide(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        contest_id: FromPath[UUID],
    ) -> Response[str]:
        """Put the mark right, or leave it, and say why."""
        found = await _of_meeting(viewer, meeting_id, contest_id)
        form = _with_reason(await read_form(request, DecisionForm))
        if form.value is None or form.errors:
            return await _shown(request, works, viewer, found, form)
        granted = form.value.decision == "grant"
        try:
            said: dict[str, Any] = {"answer": form.value.answer, "minutes": form.value.minutes}
            said["other_minutes"] = form.value.other_minutes
            await works.run(viewer, decide_contest, contest_id, granted=granted, **said)
        except (CorrectionStands, Invalid) as error:
            return await _shown(request, works, viewer, found, _refused(form, error))
        except Conflict as error:
            return redirect(f"/rosters/{meeting_id}/contests/{contest_id}", error.detail, kind="info")
        told = "The mark was put right" if granted else "The mark stays as it is"
        return redirect(f"/rosters/{meeting_id}", f"{told}, and {found.name} was told.")


def _with_reason(form: Form[DecisionForm]) -> Form[DecisionForm]:
    refused = form.value is not None and form.value.decision == "refuse"
    return form.with_error("answer", NEEDS_ANSWER) if refused and form.value and not form.value.answer else form


def _refused(form: Form[DecisionForm], error: Conflict | Invalid) -> Form[DecisionForm]:
    """What was typed, beside what to put right."""
    fields = error.fields if isinstance(error, Invalid) else {}
    for field, sentence in fields.items():
        form = form.with_error(field, sentence)
    return form if fields else form.with_error("", error.detail)


async def _of_meeting(viewer: Viewer, meeting_id: UUID, contest_id: UUID) -> ContestView:
    found = await get_contest(viewer, contest_id)
    if found.meeting_id != meeting_id:
        raise NotFound
    return found


async def _shown(
    request: HttpRequest,
    works: Works,
    viewer: Viewer,
    found: ContestView,
    form: Form[DecisionForm] | None = None,
) -> Response[str]:
    meeting, now = await get_roster_meeting(viewer, found.meeting_id), works.clock()
    return page(
        request,
        "attendance/contest.html",
        status=form.status if form else 200,
        found=found,
        may_decide=meeting.may_mark and meeting.can_mark(now),
        shut=meeting.may_mark and not meeting.can_mark(now) and now > meeting.marked_until,
        words=status_words,
        said=claimed_words,
        timed=found.claims in TIMED,
        becomes=_becomes(found, form.value if form else None),
        errors=form.errors if form else {},
        raw=form.raw if form else {},
    )


def _becomes(found: ContestView, typed: DecisionForm | None) -> str:
    """What the roster says if they are right, in words; empty while that cannot be said."""
    given = found.minutes if typed is None or typed.minutes is None else typed.minutes
    other = typed.other_minutes if typed else None
    try:
        return granted_mark(found.stands, found.claims, given, other, found.whole).words(found.whole)
    except ClaimImpossible:
        return ""


def _row(one: ContestView) -> tuple[object, ...]:
    recorded = (
        one.status.value,
        one.recorded,
        one.claims.value,
        one.minutes,
        one.words,
        one.state,
        one.answer,
        one.made_at,
    )
    return (one.name, one.partner_name or "", one.number, one.starts_at, *recorded)
