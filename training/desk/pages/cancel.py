"""Cancelling a session: who is touched and what they will read, then it happens to everybody at once."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import list_enrollments
from training.booking.rules import State
from training.catalogue.pages.refusals import since
from training.desk.actions import CancelPlan, try_cancel
from training.desk.pages.session import frame
from training.desk.queries.sessions import get_managed
from training.desk.rules.moves import trainers_told
from training.desk.schemas import CancelForm
from training.outbox.queries import list_troubles
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.actions import cancel_session
from training.schedule.queries import list_meetings, list_trainers
from training.schedule.rules.sessions import SessionView
from training.schedule.rules.sessions import State as SessionState
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
CHANGED = "This session changed in the meantime. Here is how it stands now; nothing was cancelled yet."


class CancelSessionPages(Controller):
    """Cancelling."""

    path = "/manage/sessions"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/{session_id:uuid}/cancel")
    async def ask(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """What cancelling would do."""
        return await _ask(request, works, await get_managed(viewer, session_id))

    @post("/{session_id:uuid}/cancel")
    async def cancel(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """Cancel the session."""
        form = await read_form(request, CancelForm)
        session = await get_managed(viewer, session_id)
        if form.value is None:
            return await _ask(request, works, session, form)
        try:
            await works.run(viewer, cancel_session, session_id, form.value.reason, expected_version=form.value.version)
        except (Invalid, Conflict) as error:
            now = await get_managed(viewer, session_id)
            return await _ask(request, works, now, _refused(form, error, now))
        return redirect(f"/manage/sessions/{session_id}", "The session is cancelled.")


def _refused(form: Form[CancelForm], error: Invalid | Conflict, session: SessionView) -> Form[CancelForm]:
    if isinstance(error, Stale):
        return form.outdated(session.version).with_error("", CHANGED)
    return form.with_error(
        "reason" if isinstance(error, Invalid) else "", getattr(error, "fields", {}).get("reason", error.detail)
    )


async def _plan(request: Asked, works: Works, session: SessionView) -> CancelPlan | None:
    """What would follow, by a rehearsal; None for a session that cannot be cancelled any more."""
    try:
        return await works.rehearse(request.user, try_cancel, session.id)
    except Conflict:
        return None


async def _ask(
    request: Asked, works: Works, session: SessionView, form: Form[CancelForm] | None = None
) -> Response[str]:
    now = works.clock()
    people = await list_enrollments(request.user, session.id)
    meetings = [m for m in await list_meetings([session.id]) if m.cancelled_at is None]
    to_come = [meeting for meeting in meetings if meeting.ends_at > now]
    trainers = await list_trainers([session.id])
    plan = await _plan(request, works, session)
    to = [each.email for each in people] + (list(plan.to) if plan else [])
    troubles = await list_troubles(to)
    return page(
        request,
        "desk/cancel.html",
        status=form.status if form else 200,
        meanwhile=await since(request.user, session.id) if form and form.stale else None,
        **frame(session, "cancel"),
        enrolled=[each for each in people if each.state is not State.WAITLISTED],
        waiting=[each for each in people if each.state is State.WAITLISTED],
        trainers=trainers_told(
            [t for t in trainers if t.meeting_id in {m.id for m in to_come}], plan.calendars.trainers if plan else ()
        ),
        sent=len(people) + (plan.number if plan else 0),
        unreached=sum(address in troubles for address in to),
        lost=len(troubles),
        revoked=plan.certificates.good if plan else 0,
        rooms=sorted({" · ".join(p for p in (m.room_name, m.venue_name) if p) for m in to_come if m.room_name}),
        to_come=to_come,
        held=len(meetings) - len(to_come),
        announced=session.state is not SessionState.DRAFT,
        reason=str(form.raw["reason"]) if form else "",
        errors=form.errors if form else {},
    )
