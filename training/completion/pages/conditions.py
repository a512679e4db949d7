"""What it takes to complete sessions: the form of a program, a course or a session, with what it would change."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.completion.actions.ruling import remove_rule, set_rule
from training.completion.queries.conditions import RulePlace, get_rule_place, list_rules
from training.completion.queries.progress import Changes, foresee_rule
from training.completion.rules.conditions import NoRuleHere, Rule, RuleValues, Scope, checked, nearest
from training.completion.schemas import RemoveForm, RuleForm, form_of
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.pages.whole import tabs
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
KINDS = {"programs": Scope.PROGRAM, "courses": Scope.COURSE, "sessions": Scope.SESSION}
LABELS = {
    "meetings": "Meetings",
    "meetings_needed": "How many meetings",
    "minutes_needed": "Minutes in all",
    "survey_needed": "The survey is answered",
    "valid_months": "Valid for months",
    "hours_minutes": "What counts as hours",
    "certificate": "A certificate is issued",
}


class RulePages(Controller):
    """Rules, for those who manage."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.CERTIFICATE_MANAGE)]

    @get(["/programs/{scope_id:uuid}/completion", "/courses/{scope_id:uuid}/completion"])
    async def form(self, request: Asked, viewer: NamedDependency[Viewer], scope_id: FromPath[UUID]) -> Response[str]:
        """What it takes there now, to change."""
        return await _form_page(request, viewer, await _place(request, viewer, scope_id))

    @get("/sessions/{scope_id:uuid}/completion/rule")
    async def session_form(
        self, request: Asked, viewer: NamedDependency[Viewer], scope_id: FromPath[UUID]
    ) -> Response[str]:
        """The same for one session."""
        return await _form_page(request, viewer, await _place(request, viewer, scope_id))

    @post(
        [
            "/programs/{scope_id:uuid}/completion",
            "/courses/{scope_id:uuid}/completion",
            "/sessions/{scope_id:uuid}/completion/rule",
        ]
    )
    async def save(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        scope_id: FromPath[UUID],
    ) -> Response[str]:
        """Save it; when it changes what people completed, that is shown and asked first."""
        place = await _place(request, viewer, scope_id)
        form = await read_form(request, RuleForm)
        return await _saved(request, works, viewer, place, form)

    @post(
        [
            "/programs/{scope_id:uuid}/completion/remove",
            "/courses/{scope_id:uuid}/completion/remove",
            "/sessions/{scope_id:uuid}/completion/rule/remove",
        ]
    )
    async def remove(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        scope_id: FromPath[UUID],
    ) -> Response[str]:
        """Let the wider rule hold again; what that changes is asked first."""
        place = await _place(request, viewer, scope_id)
        form = (await read_form(request, RemoveForm)).value or RemoveForm()
        return await _removed(request, works, viewer, place, form)


async def _place(request: Asked, viewer: Viewer, scope_id: UUID) -> RulePlace:
    kind = request.scope["path"].split("/")[2]
    return await get_rule_place(viewer, KINDS[kind], scope_id)


def path_of(place: RulePlace) -> str:
    """Where the rule of a place is changed."""
    if place.scope is Scope.SESSION:
        return f"/manage/sessions/{place.id}/completion/rule"
    return f"/manage/{place.scope.value}s/{place.id}/completion"


async def _saved(request: Asked, works: Works, viewer: Viewer, place: RulePlace, form: Form[RuleForm]) -> Response[str]:
    if form.value is None:
        return await _form_page(request, viewer, place, form)
    if form.value.meetings == "some" and form.value.meetings_needed is None:
        return await _form_page(request, viewer, place, form.with_error("meetings_needed", "Say how many."))
    values = form.value.values()
    try:
        checked(values)
        changes = await foresee_rule(viewer, place.scope, place.id, _tried(values, place), works.clock())
        if changes.concerns and not form.value.sure:
            return await _form_page(request, viewer, place, form, changes=changes, tried=_tried(values, place))
        await works.run(viewer, set_rule, place.scope, place.id, values, expected_version=form.value.version)
    except REFUSALS as error:
        return await _form_page(request, viewer, place, refused(form, error))
    return redirect(path_of(place), _said(changes))


async def _removed(request: Asked, works: Works, viewer: Viewer, place: RulePlace, form: RemoveForm) -> Response[str]:
    changes = await foresee_rule(viewer, place.scope, place.id, None, works.clock())
    if changes.concerns and not form.sure:
        return await _form_page(request, viewer, place, changes=changes, removing=True)
    try:
        await works.run(viewer, remove_rule, place.scope, place.id, expected_version=form.version)
    except NoRuleHere as error:
        return redirect(path_of(place), error.detail, kind="info")
    except REFUSALS as error:
        return redirect(path_of(place), error.detail, kind="warning")
    return redirect(path_of(place), _said(changes))


def _tried(values: RuleValues, place: RulePlace) -> Rule:
    return Rule(**{name: getattr(values, name) for name in RuleValues.__struct_fields__}, scope=place.scope)


def _said(changes: Changes) -> str:
    if not changes.concerns:
        if changes.more or changes.uncounted:
            return "Saved. Not all could be looked at before: what changes for others follows within the hour."
        return "Saved. Nothing that was decided changes, and no certificate."
    follows = [
        (changes.enrollments, "enrollment follows", "enrollments follow"),
        (changes.revoked, "certificate is revoked", "certificates are revoked"),
        (changes.issued, "certificate is issued", "certificates are issued"),
        (changes.editions, "certificate gets a new edition", "certificates get a new edition"),
    ]
    said = ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in follows if number)
    return f"Saved. {said}{'; in so many sessions that takes up to an hour' if changes.wide else ''}."


async def _form_page(
    request: Asked,
    viewer: Viewer,
    place: RulePlace,
    form: Form[RuleForm] | None = None,
    *,
    changes: Changes | None = None,
    **more: Any,
) -> Response[str]:
    rules = await list_rules(place)
    own = next((rule for rule in rules if rule.scope is place.scope), None)
    rule = own or nearest(rules)
    typed = {**form_of(rule), "version": own.version if own else 0}
    asks = changes is not None
    return page(
        request,
        "completion/rule.html",
        status=200 if asks or form is None else form.status,
        place=place,
        rule=rule,
        own=own,
        wider=nearest(each for each in rules if each.scope is not place.scope),
        typed=form.raw if form else typed,
        errors=dict(form.errors) if form else {},
        meanwhile=await overtaken(viewer, place.id, form, LABELS, typed),
        changes=changes,
        here=path_of(place),
        tabs=tabs(place.id, "/completion") if place.scope is Scope.SESSION else (),
        **{"tried": rule, "removing": False, **more},
    )
