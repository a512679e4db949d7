"""Terms for those who write them: of a program, a course or one session; their versions."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Gone, Invalid
from training.base.structs import Input, Viewer, as_data
from training.base.work import Work, Works
from training.booking.actions.terms import add_terms, edit_terms, publish_terms, retire_terms
from training.booking.queries.questions import (
    Scope,
    course_scope,
    get_terms,
    list_terms,
    list_versions,
    program_scope,
    scope_of,
    session_scope,
)
from training.booking.rules.terms import MOST_TERMS, Terms, TermsDetails, changes
from training.booking.schemas.asking import SeenForm, TermsEditForm, TermsForm, TextForm
from training.catalogue.pages.refusals import overtaken, refused
from training.people.guards import permitted
from training.people.rules import Permission
from training.web.forms import Form, read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
REFUSALS = (Invalid, Conflict)
# The fields as the forms call them.
LABELS = {"title": "Title", "required": "One must agree to take part"}
TEXT_LABELS = {"body": "Text"}


class TermsListPages(Controller):
    """The terms of a program, a course or one session."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.COURSE_MANAGE)]

    @get("/programs/{program_id:uuid}/terms")
    async def of_program(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], program_id: FromPath[UUID]
    ) -> Response[Any]:
        """What everybody agrees to who takes part in a program."""
        return await _list_page(request, await program_scope(viewer, program_id))

    @post("/programs/{program_id:uuid}/terms")
    async def add_to_program(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        program_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add terms to a program."""
        return await _add(request, viewer, works, await program_scope(viewer, program_id))

    @get("/courses/{course_id:uuid}/terms")
    async def of_course(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], course_id: FromPath[UUID]
    ) -> Response[Any]:
        """What everybody agrees to who takes part in a course."""
        return await _list_page(request, await course_scope(viewer, course_id))

    @post("/courses/{course_id:uuid}/terms")
    async def add_to_course(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add terms to a course."""
        return await _add(request, viewer, works, await course_scope(viewer, course_id))

    @get("/sessions/{session_id:uuid}/terms")
    async def of_session(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """What everybody agrees to who takes part in one session."""
        return await _list_page(request, await session_scope(viewer, session_id))

    @post("/sessions/{session_id:uuid}/terms")
    async def add_to_session(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add terms to one session."""
        return await _add(request, viewer, works, await session_scope(viewer, session_id))


class TermsPages(Controller):
    """Terms one by one."""

    path = "/manage/terms/{terms_id:uuid}"
    include_in_schema = False
    guards = [permitted(Permission.COURSE_MANAGE)]

    @get("/")
    async def terms(
        self, request: HttpRequest, viewer: NamedDependency[Viewer], terms_id: FromPath[UUID]
    ) -> Response[Any]:
        """The text in force, a form for a new one, and every version with what changed in it."""
        return await _page(request, viewer, await get_terms(viewer, terms_id))

    @post("/")
    async def edit(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        terms_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change the title, or whether one has to agree."""
        terms = await get_terms(viewer, terms_id)
        form = await read_form(request, TermsEditForm)
        if form.value is None:
            return await _page(request, viewer, terms, edited=form)
        try:
            await works.run(viewer, _edit, terms_id, form.value)
        except REFUSALS as error:
            return await _page(request, viewer, terms, edited=refused(form, error))
        return redirect(f"/manage/terms/{terms_id}", "Saved. Nobody is asked again for that.")

    @post("/publish")
    async def publish(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        terms_id: FromPath[UUID],
    ) -> Response[Any]:
        """Publish a new text."""
        terms = await get_terms(viewer, terms_id)
        form = await read_form(request, TextForm)
        if form.value is None:
            return await _page(request, viewer, terms, text=form)
        try:
            after = await works.run(viewer, _publish, terms_id, form.value)
        except REFUSALS as error:
            return await _page(request, viewer, terms, text=refused(form, error))
        return redirect(f"/manage/terms/{terms_id}", _published(terms, after))

    @post("/retire")
    async def retire(
        self,
        request: HttpRequest,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        terms_id: FromPath[UUID],
    ) -> Response[Any]:
        """Ask nobody for them any more."""
        terms = await get_terms(viewer, terms_id)
        version = ((await read_form(request, SeenForm)).value or SeenForm()).version
        try:
            await works.run(viewer, retire_terms, terms_id, expected_version=version)
        except (Conflict, Gone) as error:
            return redirect(f"/manage/terms/{terms_id}", error.detail, kind="warning")
        scope = await scope_of(viewer, terms)
        return redirect(f"/manage/{scope.kind}s/{scope.id}/terms", "Retired. Who agreed to them, and when, is kept.")


def _published(before: Terms, after: Terms) -> str:
    if after.current == before.current:
        return "The text is the same as before, so nobody is asked again."
    return f"Version {after.current} is in force. Everybody is asked for it, and sees what changed."


async def _edit(work: Work, terms_id: UUID, typed: TermsEditForm) -> Terms:
    details = TermsDetails(title=typed.title, required=typed.required)
    return await edit_terms(work, terms_id, details, expected_version=typed.version)


async def _publish(work: Work, terms_id: UUID, typed: TextForm) -> Terms:
    return await publish_terms(work, terms_id, typed.body, expected_version=typed.version)


async def _add(request: HttpRequest, viewer: Viewer, works: Works, scope: Scope) -> Response[Any]:
    form = await read_form(request, TermsForm)
    if form.value is None:
        return await _list_page(request, scope, form)
    details = TermsDetails(title=form.value.title, required=form.value.required)
    try:
        terms = await works.run(viewer, add_terms, scope, details, form.value.body)
    except REFUSALS as error:
        return await _list_page(request, scope, refused(form, error))
    return redirect(f"/manage/terms/{terms.id}", "Added. Whoever takes part is asked from now on.")


async def _list_page(request: HttpRequest, scope: Scope, form: Form[TermsForm] | None = None) -> Response[Any]:
    return page(
        request,
        "booking/asking/terms_list.html",
        status=422 if form else 200,
        scope=scope,
        terms=await list_terms(scope),
        most=MOST_TERMS,
        typed=form.raw if form else {"title": "", "body": "", "required": True},
        errors=form.errors if form else {},
    )


async def _page(
    request: HttpRequest,
    viewer: Viewer,
    terms: Terms,
    *,
    edited: Form[Any] | None = None,
    text: Form[Any] | None = None,
) -> Response[Any]:
    sent, labels = (text, TEXT_LABELS) if text else (edited, LABELS)
    if sent and sent.stale:
        terms = await get_terms(viewer, terms.id)
    versions = await list_versions(terms.id)
    olds = {newer.number: changes(older.body, newer.body) for newer, older in pairwise(versions)}
    return page(
        request,
        "booking/asking/terms.html",
        status=sent.status if sent else 200,
        meanwhile=await overtaken(viewer, terms.id, sent, labels, as_data(terms)),
        scope=await scope_of(viewer, terms),
        terms=terms,
        versions=versions,
        changed=olds,
        edited=_raw(edited, terms, title=terms.title, required=terms.required),
        text=_raw(text, terms, body=terms.body),
        errors={**(edited.errors if edited else {}), **(text.errors if text else {})},
    )


def _raw(form: Form[Input] | None, terms: Terms, **fresh: Any) -> dict[str, Any]:
    return form.raw if form else {"version": terms.version, **fresh}
