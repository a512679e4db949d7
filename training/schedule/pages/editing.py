"""One session for those who plan it: the overview, its details, and the steps of its life."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound, Stale, TrainingError
from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.pages.courses import LABELS as COURSE_LABELS
from training.catalogue.pages.refusals import in_words, since
from training.catalogue.rules import INHERITED
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.actions import confirm_session, edit_session, publish_session
from training.schedule.pages.typed import REFUSALS, SessionForm, StepForm, refused
from training.schedule.pages.whole import load_managed, tabs
from training.schedule.queries import (
    count_touched,
    get_template,
    list_invited_partners,
    list_meetings,
    list_partners_to_invite,
    list_trainers,
)
from training.schedule.rules.inheritance import differing
from training.schedule.rules.sessions import SessionView, bookable
from training.schedule.rules.steps import readiness, warnings
from training.web.forms import Form, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# The fields as the form calls them.
LABELS = {
    **COURSE_LABELS,
    "audience": "Who may see and book it?",
    "overbooking": "Overbooking allowed",
    "booking_opens_at": "Booking opens",
    "booking_closes_at": "Booking closes",
    "partner_ids": "Invited partners",
}
STEPS: dict[str, tuple[Callable[..., Awaitable[int]], str]] = {
    "publish": (publish_session, "Published. Its audience can see it now."),
    "confirm": (confirm_session, "Confirmed: this session will take place."),
}


class EditingPages(Controller):
    """One session."""

    path = "/manage/sessions/{session_id:uuid}"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/")
    async def overview(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """How the session stands and what can be done with it."""
        session = await load_managed(viewer, session_id)
        meetings, trainers = await list_meetings([session_id]), await list_trainers([session_id])
        now = request.app.state.works.clock()
        return page(
            request,
            "schedule/manage_session.html",
            session=session,
            meetings=meetings,
            trainers=trainers,
            warnings=warnings(session, meetings, trainers, now),
            refusal=bookable(session, now),
            tabs=tabs(session_id, "", {"/meetings": len(meetings)}),
        )

    @get("/edit")
    async def details(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """The form with every value, and marks where it differs from the course."""
        return await _form_page(request, await load_managed(viewer, session_id))

    @post("/edit")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change the session."""
        session = await load_managed(viewer, session_id)
        form = await read_form(request, SessionForm)
        if form.value is None:
            return await _form_page(request, session, form)
        try:
            values = form.value.values(session.values, session.zone)
            await works.run(viewer, edit_session, session_id, values, expected_version=form.value.version)
        except REFUSALS as error:
            return await _form_page(request, await load_managed(viewer, session_id), refused(form, error))
        return redirect(f"/manage/sessions/{session_id}/edit", await _saved(viewer, session))

    @get(["/publish", "/confirm"])
    async def ask(self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]) -> Response[Any]:
        """What a step needs, what deserves a second look, and who is told."""
        return await _step_page(request, await load_managed(viewer, session_id))

    @post(["/publish", "/confirm"])
    async def step(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take the step."""
        verb, done = STEPS[_step_of(request)]
        version = ((await read_form(request, StepForm)).value or StepForm()).version
        try:
            await works.run(viewer, verb, session_id, expected_version=version)
        except REFUSALS as error:
            return await _step_page(request, await load_managed(viewer, session_id), error)
        return redirect(f"/manage/sessions/{session_id}", done)


async def _saved(viewer: Viewer, before: SessionView) -> str:
    """What saving did: more places or another cutoff may have let people in who waited."""
    moved = before.waiting - (await load_managed(viewer, before.id)).waiting
    if moved < 1:
        return "Saved."
    return f"Saved. {moved} {'person' if moved == 1 else 'people'} moved up from the waitlist."


async def _overtaken(
    viewer: Viewer, session: SessionView, form: Form[SessionForm] | None, now: Mapping[str, Any]
) -> Meanwhile | None:
    """What happened while the form was open; None when nothing did. Partners are told by their names."""
    if form is None or not form.stale or form.value is None:
        return None
    names = {str(one.id): one.name for one in await list_partners_to_invite(session.program_id, session.id)}
    typed = as_data(form.value)
    invited = [{"partner_ids": sorted(names.get(str(key), "") for key in ids["partner_ids"])} for ids in (typed, now)]
    told = [{**said, **who, **_window(said, session)} for said, who in zip((typed, now), invited, strict=True)]
    found = differences(LABELS, in_words(told[0]), in_words(told[1]))
    return await since(viewer, session.id, found)


def _window(said: Mapping[str, Any], session: SessionView) -> dict[str, str]:
    """When booking opens and closes, on the clocks on which it was typed."""
    times = {name: str(said[name]).replace("T", " ") for name in ("booking_opens_at", "booking_closes_at")}
    return {name: f"{time} ({session.zone})" if time else "" for name, time in times.items()}


def _step_of(request: Asked) -> str:
    name = request.url.path.rstrip("/").rsplit("/", 1)[-1]
    if name not in STEPS:
        raise NotFound
    return name


async def _step_page(request: Asked, session: SessionView, refusal: TrainingError | None = None) -> Response[Any]:
    name = _step_of(request)
    meetings, trainers = await list_meetings([session.id]), await list_trainers([session.id])
    try:
        ready = readiness(name, session, meetings, trainers, request.app.state.works.clock())
    except REFUSALS as error:
        return redirect(f"/manage/sessions/{session.id}", (refusal or error).detail, kind="warning")
    return page(
        request,
        "schedule/session_step.html",
        status=409 if refusal else 200,
        step=name,
        session=session,
        meetings=meetings,
        ready=ready,
        touched=await count_touched(session.id),
        refusal=refusal.detail if refusal else "",
        meanwhile=await since(request.user, session.id) if isinstance(refusal, Stale) else None,
    )


def _in_zone(session: SessionView, name: str) -> str:
    """An instant as a browser's field for date and time holds it, on the clocks of the session."""
    at = getattr(session, name)
    return at.astimezone(ZoneInfo(session.zone)).strftime("%Y-%m-%dT%H:%M") if at else ""


async def _form_page(
    request: Asked,
    session: SessionView,
    form: Form[SessionForm] | None = None,
) -> Response[Any]:
    template = await get_template(session.course_id)
    invited = await list_invited_partners(session.id)
    current = {
        **{name: getattr(session, name) for name in INHERITED},
        "overbooking": session.overbooking,
        "booking_opens_at": _in_zone(session, "booking_opens_at"),
        "booking_closes_at": _in_zone(session, "booking_closes_at"),
        "code": "keep",
        "partner_ids": tuple(str(partner.id) for partner in invited),
        "version": session.version,
    }
    return page(
        request,
        "schedule/session_edit.html",
        status=form.status if form else 200,
        session=session,
        course=template,
        typed=form.raw if form else current,
        errors=form.errors if form else {},
        meanwhile=await _overtaken(request.user, session, form, current),
        own=session.own_fields,
        differing=differing(session.own_fields, session.values, template),
        partners=await list_partners_to_invite(session.program_id, session.id),
        tabs=tabs(session.id, "/edit"),
    )
