"""Who has completed a session: the list for those who manage, decisions by hand, and how far one is oneself."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import get_enrollment
from training.booking.queries.requests import find_place_key
from training.booking.rules.guests import PlaceLinkUnknown, check_place_link, guest_of, opens_place
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.completion.actions.excepting import end_exception, except_by_hand
from training.completion.queries.certificates import list_own_codes, list_revoked_by_hand
from training.completion.queries.exceptions import get_excepted
from training.completion.queries.facts import Judged
from training.completion.queries.progress import get_completions, list_progress
from training.completion.rules.certificates import path_of
from training.completion.rules.excepting import ExceptionValues, NotExcepted
from training.completion.schemas import ExceptionForm
from training.outbox.rules import token_id
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.pages.whole import load_managed, tabs
from training.web.exports import table_response
from training.web.forms import Form, Looked, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
HEADER = (
    "Name",
    "State",
    "Progress",
    "Meetings",
    "Meetings needed",
    "Minutes",
    "Minutes needed",
    "Survey",
    "Completed (UTC)",
    "Valid until (UTC)",
    "Decided by hand",
)
LABELS = {"completed": "Completed", "reason": "Why"}
# The address of the page holds the token: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin"}


class CompletionPages(Controller):
    """Completion of one session, for those who manage."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.CERTIFICATE_MANAGE)]

    @get("/sessions/{session_id:uuid}/completion")
    async def completions(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
    ) -> Response[str]:
        """Everybody who takes part, how far they are, and what was decided by hand."""
        session = await load_managed(viewer, session_id)
        found = await get_completions(viewer, session_id, works.clock())
        shown: dict[str, Any] = {"session": session, "found": found, "tabs": tabs(session_id, "/completion")}
        revoked = await list_revoked_by_hand(session_id)
        return page(request, "completion/completions.html", **shown, revoked=revoked)

    @get("/sessions/{session_id:uuid}/completion/export/{fmt:str}")
    async def export(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        fmt: FromPath[str],
    ) -> Response[bytes]:
        """The same as a file."""
        found = await get_completions(viewer, session_id, works.clock())
        return table_response(fmt, "completion", HEADER, _rows(found.people))

    @get("/enrollments/{enrollment_id:uuid}/completion")
    async def exception(
        self, request: Asked, viewer: NamedDependency[Viewer], enrollment_id: FromPath[UUID]
    ) -> Response[str]:
        """How somebody stands, to decide by hand."""
        return await _exception_page(request, viewer, enrollment_id)

    @post("/enrollments/{enrollment_id:uuid}/completion")
    async def decide(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Decide by hand."""
        form = await read_form(request, ExceptionForm)
        if form.value is None:
            return await _exception_page(request, viewer, enrollment_id, form)
        values = ExceptionValues(completed=form.value.completed == "yes", reason=form.value.reason)
        try:
            told = {"expected_version": form.value.version}
            await works.run(viewer, except_by_hand, enrollment_id, values, **told)
        except REFUSALS as error:
            return await _exception_page(request, viewer, enrollment_id, refused(form, error))
        return redirect(await _back(viewer, enrollment_id), "Saved. It holds until you let the rule decide again.")

    @post("/enrollments/{enrollment_id:uuid}/completion/end")
    async def end(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        enrollment_id: FromPath[UUID],
    ) -> Response[str]:
        """Let the rule decide again."""
        looked = (await read_form(request, Looked)).value or Looked()
        back = await _back(viewer, enrollment_id)
        try:
            await works.run(viewer, end_exception, enrollment_id, expected_version=looked.version)
        except NotExcepted as error:
            return redirect(back, error.detail, kind="info")
        except REFUSALS as error:
            return redirect(back, error.detail, kind="warning")
        return redirect(back, "The rule decides again.")


class ProgressPages(Controller):
    """How far one is, by the link in every message about one's place."""

    path = "/places/{token:str}"
    include_in_schema = False

    @get("/progress")
    async def progress(self, request: Asked, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """What it takes, how far the person is, and the certificate of who has one."""
        found, one = await _opened(works, token)
        code = (await list_own_codes(Viewer(person_id=found.person_id))).get(found.id)
        told = {"found": found, "one": one, "here": request.scope["path"], "certificate": path_of(code) if code else ""}
        answer = page(request, "completion/progress.html", **told)
        answer.headers.update(SILENT)
        return answer


async def _opened(works: Works, token: str) -> tuple[Any, Judged | None]:
    """The enrollment that a link opens, and how far it is. Raises PlaceLinkUnknown, PlaceLinkExpired."""
    enrollment_id = token_id(token)
    key = await find_place_key(enrollment_id) if enrollment_id else None
    if key is None or key.disabled_at is not None:
        raise PlaceLinkUnknown
    if not opens_place(works.site.secret_key, token, key.id, key.link_generation):
        raise PlaceLinkUnknown
    check_place_link(key.ends_at, works.clock())
    guest = guest_of(key.person_id, key.person_name, key.person_zone)
    found = await get_enrollment(guest, key.id)
    return found, (await list_progress(key.person_id, [found.session_id], works.clock())).get(key.id)


async def _back(viewer: Viewer, enrollment_id: UUID) -> str:
    return f"/manage/sessions/{(await get_excepted(viewer, enrollment_id)).session_id}/completion"


async def _exception_page(
    request: Asked, viewer: Viewer, enrollment_id: UUID, form: Form[ExceptionForm] | None = None
) -> Response[str]:
    found = await get_excepted(viewer, enrollment_id)
    decided = {True: "yes", False: "no", None: ""}[found.completed]
    typed = {"completed": decided, "reason": found.reason or "", "version": found.version}
    return page(
        request,
        "completion/exception.html",
        status=form.status if form else 200,
        found=found,
        typed=form.raw if form else typed,
        errors=dict(form.errors) if form else {},
        meanwhile=await overtaken(viewer, enrollment_id, form, LABELS, typed),
    )


def _rows(people: tuple[Judged, ...]) -> Iterator[tuple[Any, ...]]:
    for one in people:
        now, far = one.facts, one.progress
        yield (
            *(now.name, now.state.value, far.sentence, far.meetings, far.meetings_needed, far.minutes),
            *(far.minutes_needed, far.survey.value, now.completed_at, now.valid_until, far.by_hand),
        )
