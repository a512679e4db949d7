"""Reminders of a program, a course or a session: the plans in force, changing them, and what they come to."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.people.guards import permitted
from training.people.rules import Permission
from training.reminders.actions.plans import add_plan, edit_plan, remove_plan, switch_plan
from training.reminders.actions.stopping import resume_reminders, stop_reminders, stop_session
from training.reminders.queries.plans import PlanPlace, get_place, get_plan, get_scope_of, list_plans
from training.reminders.queries.previews import Preview, preview_session
from training.reminders.rules.plans import Plan, PlanKeyTaken, Scope, key_of
from training.reminders.schemas.plans import LookedFor, PlanForm, StopAllForm, StopForm, SwitchForm, form_of, values_of
from training.schedule.pages.whole import tabs
from training.web.exports import table_response
from training.web.forms import Form, Looked, read_form, read_query
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
ROOT = "/manage/reminders"
PAGE_SIZE = 100
KINDS = {"program": Scope.PROGRAM, "course": Scope.COURSE, "session": Scope.SESSION}
# The fields as the form calls them.
LABELS = {
    "audience": "To whom",
    "amount": "How long",
    "unit": "Unit",
    "side": "Before or after",
    "anchor": "Of what",
    "words": "Your own words",
    "active": "It goes out",
}
_ALL_OFF = "All reminders of this session are switched off, also for who enrolls later. Each can be switched on again."
HEADER = ("Who", "For", "Reminder", "When (UTC)", "Their zone", "What becomes of it", "Why not", "From")

# What becomes of a reminder, as files say it.
KEY = {PlanKeyTaken: "key"}
OUTCOMES = {
    "planned": "will be sent",
    "no way": "will not arrive",
    "claimed": "on its way",
    "withdrawn": "taken back",
    "superseded": "replaced",
    "expired": "too late",
    **{state: state for state in ("waiting", "sent", "bounced", "failed", "skipped", "stopped", "dropped")},
}


class PlanPages(Controller):
    """Plans of reminders, for those who manage them."""

    path = ROOT
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/{kind:str}/{scope_id:uuid}")
    async def plans(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        kind: FromPath[str],
        scope_id: FromPath[UUID],
    ) -> Response[str]:
        """The reminders in force there; of a session also who gets what, when and why."""
        scope = scope_named(kind)
        place = await get_place(viewer, scope, scope_id)
        plans = await list_plans(viewer, scope, scope_id)
        if scope is not Scope.SESSION:
            return page(request, "reminders/plans.html", place=place, plans=plans, lines=None, tabs=())
        lines = await preview_session(viewer, scope_id, works.clock())
        around: dict[str, Any] = {"tabs": tabs(scope_id, "/reminders"), "met": {line.key for line in lines}}
        return page(request, "reminders/plans.html", place=place, plans=plans, **around, **_shown(request, lines))

    @get("/{kind:str}/{scope_id:uuid}/export/{fmt:str}")
    async def export(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        kind: FromPath[str],
        scope_id: FromPath[UUID],
        fmt: FromPath[str],
    ) -> Response[bytes]:
        """Who gets what of a session, when and why, as a file."""
        of_session(kind)
        lines = await preview_session(viewer, scope_id, works.clock())
        return table_response(fmt, "reminders", HEADER, [_row(line) for line in lines])

    @get("/{kind:str}/{scope_id:uuid}/new")
    async def new(
        self, request: Asked, viewer: NamedDependency[Viewer], kind: FromPath[str], scope_id: FromPath[UUID]
    ) -> Response[str]:
        """The empty form; or that of a wider one with `?key=`, to change it here only."""
        return await _new_page(request, viewer, kind, scope_id)

    @post("/{kind:str}/{scope_id:uuid}/new")
    async def create(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        kind: FromPath[str],
        scope_id: FromPath[UUID],
    ) -> Response[str]:
        """Add a reminder, or replace a wider one here."""
        form = await read_form(request, PlanForm)
        if form.value is None:
            return await _new_page(request, viewer, kind, scope_id, form)
        try:
            values = values_of(form.value, form.value.key or key_of(form.value.said))
            await works.run(viewer, add_plan, scope_named(kind), scope_id, values)
        except REFUSALS as error:
            return await _new_page(request, viewer, kind, scope_id, refused(form, error, KEY))
        return redirect(f"{ROOT}/{kind}/{scope_id}", "Saved. It holds from now on, also for what is planned already.")

    @get("/plans/{plan_id:uuid}")
    async def edit_form(
        self, request: Asked, viewer: NamedDependency[Viewer], plan_id: FromPath[UUID]
    ) -> Response[str]:
        """The form of a plan."""
        return await _edit_page(request, viewer, plan_id)

    @post("/plans/{plan_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        plan_id: FromPath[UUID],
    ) -> Response[str]:
        """Change a plan."""
        form = await read_form(request, PlanForm)
        if form.value is None:
            return await _edit_page(request, viewer, plan_id, form)
        try:
            now = await get_plan(viewer, plan_id)
            values = values_of(form.value, now.key)
            await works.run(viewer, edit_plan, plan_id, values, expected_version=form.value.version)
        except REFUSALS as error:
            return await _edit_page(request, viewer, plan_id, refused(form, error, KEY))
        return redirect(_path(await get_scope_of(viewer, plan_id)), "Saved. It holds from now on.")

    @post("/plans/{plan_id:uuid}/remove")
    async def remove(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        plan_id: FromPath[UUID],
    ) -> Response[str]:
        """Take a plan away; a wider one of the same key holds again."""
        looked = (await read_form(request, Looked)).value or Looked()
        back = _path(await get_scope_of(viewer, plan_id))
        try:
            await works.run(viewer, remove_plan, plan_id, expected_version=looked.version)
        except REFUSALS as error:
            return redirect(back, error.detail, kind="warning")
        return redirect(back, "Taken away. What holds now is in the list.")


class ReminderPages(Controller):
    """What is done to reminders with one button."""

    path = ROOT
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @post("/{kind:str}/{scope_id:uuid}/switch")
    async def switch(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        kind: FromPath[str],
        scope_id: FromPath[UUID],
    ) -> Response[str]:
        """Switch a reminder off or on here, wherever it comes from."""
        asked = (await read_form(request, SwitchForm)).value
        if asked is None:
            raise NotFound
        await works.run(viewer, switch_plan, scope_named(kind), scope_id, asked.key, active=asked.active == "on")
        said = "It goes out again." if asked.active == "on" else "It does not go out here any more."
        return redirect(f"{ROOT}/{kind}/{scope_id}", said)

    @post("/{kind:str}/{scope_id:uuid}/stop")
    async def stop(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        kind: FromPath[str],
        scope_id: FromPath[UUID],
    ) -> Response[str]:
        """Stop one person's reminders of a session, or switch all of it off."""
        of_session(kind)
        asked = (await read_form(request, StopAllForm)).value or StopAllForm()
        if asked.everybody:
            return _led(scope_id, _ALL_OFF, len(await works.run(viewer, stop_session, scope_id)))
        if asked.person_id is None:
            raise NotFound
        number = await works.run(viewer, stop_reminders, scope_id, asked.person_id, key=asked.key)
        return _led(scope_id, f"Stopped: {_many(number)}.", number)

    @post("/{kind:str}/{scope_id:uuid}/resume")
    async def resume(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        kind: FromPath[str],
        scope_id: FromPath[UUID],
    ) -> Response[str]:
        """Let them go out after all, as far as it is not too late."""
        of_session(kind)
        asked = await _meant(request)
        number = await works.run(viewer, resume_reminders, scope_id, asked.person_id, key=asked.key)
        return _led(scope_id, f"Let go again: {_many(number)}.", number)


async def _meant(request: Asked) -> StopForm:
    asked = (await read_form(request, StopForm)).value
    if asked is None:
        raise NotFound
    return asked


def _led(session_id: UUID, said: str, number: int) -> Response[str]:
    return redirect(f"{ROOT}/session/{session_id}#people", said, kind="success" if number else "info")


def of_session(kind: str) -> None:
    """Only a session has people. Raises NotFound."""
    if scope_named(kind) is not Scope.SESSION:
        raise NotFound


def scope_named(kind: str) -> Scope:
    """What the word in an address means. Raises NotFound."""
    if kind not in KINDS:
        raise NotFound
    return KINDS[kind]


def _many(number: int) -> str:
    return "1 reminder" if number == 1 else f"{number} reminders"


def _path(place: PlanPlace) -> str:
    return f"{ROOT}/{place.scope.value}/{place.id}"


async def _new_page(
    request: Asked, viewer: Viewer, kind: str, scope_id: UUID, form: Form[PlanForm] | None = None
) -> Response[str]:
    place = await get_place(viewer, scope_named(kind), scope_id)
    key = str(form.raw.get("key", "")) if form else request.query_params.get("key", "")
    wider = next((plan for plan in await list_plans(viewer, place.scope, scope_id) if plan.key == key), None)
    start = form_of(wider) if wider else form_of(None)
    return _form_page(request, place, form, {**start, "version": 0}, action=f"{_path(place)}/new", wider=wider)


async def _edit_page(
    request: Asked, viewer: Viewer, plan_id: UUID, form: Form[PlanForm] | None = None
) -> Response[str]:
    now, place = await get_plan(viewer, plan_id), await get_scope_of(viewer, plan_id)
    typed = form_of(now)
    meanwhile = await overtaken(viewer, place.id, form, LABELS, typed)
    how: Mapping[str, Any] = {"action": f"{ROOT}/plans/{plan_id}", "now": now, "meanwhile": meanwhile}
    return _form_page(request, place, form, typed, **how)


def _form_page(
    request: Asked, place: PlanPlace, form: Form[PlanForm] | None, typed: Mapping[str, Any], **more: Any
) -> Response[str]:
    errors = dict(form.errors) if form else {}
    # What an action says of the offset stands beside the first of the fields that it is typed in.
    if "offset_minutes" in errors:
        errors["amount"] = errors.pop("offset_minutes")
    # Nobody types a short name here: it is made of the time.
    if errors.pop("key", None):
        errors["amount"] = "There is one at this time here, or was. Change that one, or choose another time."
    return page(
        request,
        "reminders/plan_form.html",
        status=form.status if form else 200,
        place=place,
        typed=form.raw if form else typed,
        errors=errors,
        **{"now": None, "wider": None, "meanwhile": None, **more},
    )


def _shown(request: Asked, lines: Sequence[Preview]) -> dict[str, Any]:
    """The hundred lines that were asked for, with where the others are."""
    asked = read_query(request, LookedFor).value or LookedFor()
    found = [line for line in lines if asked.q.casefold() in line.name.casefold()]
    found = [line for line in found if asked.person in (None, line.person_id)]
    people = {line.person_id for line in found}
    first = (asked.page - 1) * PAGE_SIZE
    path, more = request.scope["path"], len(found) > first + PAGE_SIZE
    same = {"q": asked.q} | ({"person": asked.person} if asked.person else {})
    return {
        "asked": asked,
        "found": len(found),
        "only": found[0] if len(people) == 1 and (asked.q or asked.person) else None,
        "going": {line.state.value for line in found} | {"stoppable" for line in found if line.stoppable},
        "lines": found[first : first + PAGE_SIZE],
        "previous": f"{path}?{urlencode(same | {'page': asked.page - 1})}" if asked.page > 1 else None,
        "next": f"{path}?{urlencode(same | {'page': asked.page + 1})}" if more else None,
    }


def _why_not(line: Preview) -> str:
    if line.outcome == "no way":
        return "Mail to their address comes back. It must be repaired first."
    return f"{line.stopped_by} stopped it." if line.stopped_by else line.reason


def _row(line: Preview) -> tuple[Any, ...]:
    audience = line.audience.value.replace("_", " ")
    said = Plan(key=line.key, audience=line.audience, anchor=line.anchor, offset_minutes=line.offset_minutes).sentence
    return (
        *(line.name, audience, said, line.due_at, line.zone, OUTCOMES[line.outcome], _why_not(line)),
        line.scope.value.replace("_", " "),
    )
