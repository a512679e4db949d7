"""The certificates of one session, for its manager: issue, replace, revoke, print."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from training.base.errors import Conflict, NotFound, Stale
from training.base.structs import Input, Viewer
from training.base.work import Works
from training.completion.actions.certifying import issue_certificates, revoke_certificate
from training.completion.pages.certificates import QUIET
from training.completion.pages.holding import STANDINGS
from training.completion.pages.papers import TEMPLATE, PaperChoices, Size, paper_data
from training.completion.queries.certifiable import (
    Candidate,
    CertifiedSession,
    get_certified_session,
    list_candidates,
)
from training.completion.queries.certificates import get_certificate, list_current, list_revoked_by_hand
from training.completion.rules.certificates import Certificate, Standing, hours_words, standing_of
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.pages.whole import tabs
from training.web.exports import table_response
from training.web.forms import Form, read_form, read_query
from training.web.paper import make_pdf
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
Units = NamedDependency[Works]
# A page takes some 15 ms: one file is made in three seconds at most, and further ones for those after.
MOST_IN_A_FILE = 200
HEADER = ("Name", "Partner", "Completed", "Certificate", "Hours", "Issued as", "Edition", "Valid until (UTC)")
NAMELESS = "Nobody has said this person's name, and a certificate needs one."
UNWANTED = "What was said about completing this session asks for no certificate."


class IssueForm(Input, frozen=True, kw_only=True):
    """For whom; for everybody without. `again`: also where it was revoked by hand."""

    enrollment_id: UUID | None = None
    again: bool = False


class RevokeForm(Input, frozen=True, kw_only=True):
    """Why a certificate is no longer good."""

    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    version: int


class PrintForm(PaperChoices, frozen=True, kw_only=True):
    """How to print them all, and which part of very many."""

    part: Annotated[int, Meta(ge=1, le=1000)] = 1


class CertifyingPages(Controller):
    """Certificates of a session."""

    path = "/manage/sessions/{session_id:uuid}/certificates"
    include_in_schema = False
    guards = [permitted(Permission.CERTIFICATE_MANAGE)]

    @get("/")
    async def listed(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, session_id: FromPath[UUID]
    ) -> Response[str]:
        """Who has one, and who could have one."""
        return await _list(request, viewer, works, session_id)

    @post("/")
    async def issue(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, session_id: FromPath[UUID]
    ) -> Response[str]:
        """Issue what is missing or says something else by now."""
        form = await read_form(request, IssueForm)
        asked = form.value or IssueForm()
        only = (asked.enrollment_id,) if asked.enrollment_id else ()
        try:
            issued = await works.run(viewer, issue_certificates, session_id, only, again=asked.again)
        except Conflict as error:
            return await _list(request, viewer, works, session_id, error.detail)
        many = "One certificate is" if len(issued) == 1 else f"{len(issued)} certificates are"
        return redirect(f"/manage/sessions/{session_id}/certificates", f"{many} issued, and each holder is written to.")

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], works: Units, session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[bytes]:
        """The list as a file."""
        session = await get_certified_session(viewer, session_id)
        found = await list_candidates(session_id, works.site.name)
        return table_response(fmt, f"{session.title} certificates", HEADER, [_row(one, works) for one in found])

    @get("/all.pdf")
    async def print_all(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, session_id: FromPath[UUID]
    ) -> Response[bytes]:
        """All that are good as one file, a page each; of very many a part."""
        chosen = read_query(request, PrintForm).value or PrintForm()
        first = (chosen.part - 1) * MOST_IN_A_FILE
        found, _ = await list_current(viewer, session_id, first, MOST_IN_A_FILE)
        if not found:
            raise NotFound
        body = await make_pdf(TEMPLATE, paper_data(found, works.site, chosen.size), fonts=works.site.fonts_dir)
        headers = {**QUIET, "content-disposition": f'attachment; filename="certificates-{chosen.part}.pdf"'}
        return Response(body, media_type="application/pdf", headers=headers)

    @get("/{code:str}/revoke")
    async def ask(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], code: FromPath[str]
    ) -> Response[str]:
        """What revoking one means."""
        return await _ask(request, viewer, session_id, code)

    @post("/{code:str}/revoke")
    async def revoke(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: Units,
        session_id: FromPath[UUID],
        code: FromPath[str],
    ) -> Response[str]:
        """Revoke it for a reason that its holder reads."""
        form = await read_form(request, RevokeForm)
        _, found = await _of(viewer, session_id, code)
        if form.value is None:
            return await _ask(request, viewer, session_id, code, form)
        try:
            await works.run(viewer, revoke_certificate, found.code, form.value.reason, form.value.version)
        except Conflict as error:
            return await _ask(request, viewer, session_id, code, _refused(form, error))
        return redirect(f"/manage/sessions/{session_id}/certificates", f"{found.holder} is told that it is revoked.")


async def _of(viewer: Viewer, session_id: UUID, code: str) -> tuple[CertifiedSession, Certificate]:
    session = await get_certified_session(viewer, session_id)
    found = await get_certificate(code)
    if found.session_id != session_id:
        raise NotFound
    return session, found


def _refused(form: Form[RevokeForm], error: Conflict) -> Form[RevokeForm]:
    return form.outdated(error.data.get("version")) if isinstance(error, Stale) else form.with_error("", error.detail)


async def _ask(
    request: Asked, viewer: Viewer, session_id: UUID, code: str, form: Form[RevokeForm] | None = None
) -> Response[str]:
    session, found = await _of(viewer, session_id, code)
    return page(
        request,
        "completion/revoke.html",
        status=form.status if form else 200,
        session=session,
        found=found,
        over=found.revoked_at is not None or found.replaced_by is not None,
        reason=form.raw["reason"] if form else "",
        errors=form.errors if form else {},
    )


async def _list(request: Asked, viewer: Viewer, works: Works, session_id: UUID, problem: str = "") -> Response[str]:
    session = await get_certified_session(viewer, session_id)
    found = await list_candidates(session_id, works.site.name)
    good = sum(1 for one in found if one.latest is not None and one.latest.revoked_at is None)
    return page(
        request,
        "completion/session_certificates.html",
        status=409 if problem else 200,
        session=session,
        lines=[_line(one, works) for one in found],
        due=sum(1 for one in found if one.due),
        differs=sum(1 for one in found if one.differs),
        good=good,
        revoked=await list_revoked_by_hand(session_id),
        parts=list(range(1, (good + MOST_IN_A_FILE - 1) // MOST_IN_A_FILE + 1)),
        problem=problem,
        tabs=tabs(session_id, "/certificates"),
        sizes=[(Size.A4.value, "A4"), (Size.LETTER.value, "Letter")],
    )


def _line(one: Candidate, works: Works) -> dict[str, Any]:
    return {
        "one": one,
        "standing": _standing(one, works),
        "why": _why(one),
        "hours": hours_words(one.latest.said.minutes) if one.latest else "",
    }


def _standing(one: Candidate, works: Works) -> str:
    if one.latest is None:
        return ""
    known = {"valid_until": one.latest.valid_until, "revoked_at": one.latest.revoked_at}
    return standing_of(works.clock(), replaced_by=None, **known).value


def _why(one: Candidate) -> str:
    """Why somebody who completed it has no certificate and gets none."""
    if not one.completed or one.latest is not None:
        return ""
    return NAMELESS if one.nameless else "" if one.earned.wanted else UNWANTED


def _row(one: Candidate, works: Works) -> tuple[object, ...]:
    standing, latest = _standing(one, works), one.latest
    words = STANDINGS[Standing(standing)] if standing else "None"
    person = (one.name, one.partner_name, "Yes" if one.completed else "No", words)
    if latest is None:
        return (*person, None, "", None, None)
    return (*person, round(latest.said.minutes / 60, 2), latest.holder, latest.edition, latest.valid_until)
