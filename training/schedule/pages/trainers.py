"""Who teaches a session: assigning and withdrawing trainers."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid, NotFound, TrainingError, sentence_of
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.catalogue.pages.refusals import since
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.actions import assign_trainer, withdraw_trainer
from training.schedule.pages.typed import REFUSALS, StepForm, TrainerForm, refused
from training.schedule.pages.whole import load_managed, tabs
from training.schedule.queries import (
    find_trainer_by_email,
    list_busy_teaching,
    list_known_trainers,
    list_meetings,
    list_trainers,
)
from training.schedule.rules.clashes import ClashesFound
from training.schedule.rules.sessions import OVER_STATES, SessionView, TrainerRole, TrainerUnknownHere
from training.schedule.rules.values import Assignment
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]


class TrainerPages(Controller):
    """Trainers of a session."""

    path = "/manage/sessions/{session_id:uuid}/trainers"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/")
    async def trainers(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """Who teaches which meeting, and the form to assign somebody."""
        return await _trainers_page(request, await load_managed(viewer, session_id))

    @post("/")
    async def assign(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Let somebody teach."""
        session = await load_managed(viewer, session_id)
        form = await read_form(request, TrainerForm)
        if form.value is None:
            return await _trainers_page(request, session, form)
        try:
            await works.run(viewer, _assign, session, form.value)
        except REFUSALS as error:
            return await _trainers_page(request, session, refused(form, error), error)
        except NotFound as error:
            return await _trainers_page(request, session, form.with_error("meeting_ids", error.detail))
        return redirect(f"/manage/sessions/{session_id}/trainers", "Assigned.")

    @post("/{person_id:uuid}/withdraw")
    async def withdraw(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        person_id: FromPath[UUID],
    ) -> Response[Any]:
        """Let somebody no longer teach any meeting of this session."""
        path = f"/manage/sessions/{session_id}/trainers"
        version = ((await read_form(request, StepForm)).value or StepForm()).version
        try:
            await works.run(viewer, withdraw_trainer, session_id, person_id, expected_version=version)
        except REFUSALS as error:
            return redirect(path, error.detail, kind="warning")
        return redirect(path, "Withdrawn.")


async def _assign(work: Work, session: SessionView, typed: TrainerForm) -> object:
    found = await find_trainer_by_email(typed.email, None if work.actor.staff else session.program_id)
    if found is None and work.actor.staff:
        raise Invalid(fields={"email": "Nobody with this address has an account yet. Ask them to sign in once."})
    if found is None:
        raise TrainerUnknownHere(fields={"email": sentence_of(TrainerUnknownHere)})
    assignment = Assignment(person_id=found.id, role=TrainerRole(typed.role), meeting_ids=typed.meeting_ids)
    accept, version = typed.accept_warnings, typed.version
    return await assign_trainer(work, session.id, assignment, expected_version=version, accept_warnings=accept)


async def _trainers_page(
    request: Asked,
    session: SessionView,
    form: Form[TrainerForm] | None = None,
    error: TrainingError | None = None,
) -> Response[Any]:
    meetings = await list_meetings([session.id])
    fresh = {"email": "", "role": "lead", "meeting_ids": [], "accept_warnings": "", "version": session.version}
    return page(
        request,
        "schedule/session_trainers.html",
        status=form.status if form else 200,
        meanwhile=await since(request.user, session.id) if form and form.stale else None,
        session=session,
        meetings=meetings,
        trainers=await list_trainers([session.id]),
        busy=await list_busy_teaching(session.id, request.app.state.works.clock()),
        known=await list_known_trainers(session.program_id),
        typed=form.raw if form else fresh,
        errors=form.errors if form else {},
        clashes=error.clashes if isinstance(error, ClashesFound) else (),
        over=session.state in OVER_STATES,
        tabs=tabs(session.id, "/trainers", {"/meetings": len(meetings)}),
    )
