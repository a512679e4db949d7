"""Certificates for everybody: check one by its code, have it as a file or as a badge.

Whoever knows a code may know what the paper says that it stands on, and nothing else. Guessing is counted like guessing
any other code. Who may see a certificate in a list guesses nothing: wrong codes of others in their network do not keep
them from it.
"""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.base.structs import Viewer
from training.base.texts import zone_name
from training.base.work import Works
from training.completion.pages.papers import TEMPLATE, PaperChoices, paper_data, when_words
from training.completion.queries.certificates import find_shown, get_certificate
from training.completion.rules.badges import MEDIA_TYPE, make_badge, narrative_of, status_of
from training.completion.rules.certificates import (
    CERTIFICATES_PATH,
    Certificate,
    CertificateNotGood,
    CertificateUnknown,
    Standing,
    date_words,
    path_of,
)
from training.people.guards import client_of, code_tried
from training.people.rules import client_group
from training.web.forms import read_query
from training.web.paper import make_pdf_for_anybody
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
Units = NamedDependency[Works]
# Codes are in these addresses: no search engine keeps them, and no other site is told them.
QUIET = {"x-robots-tag": "noindex", "referrer-policy": "strict-origin", "cache-control": "no-store"}


class CertificatePages(Controller):
    """Certificates, for whoever knows their code."""

    path = CERTIFICATES_PATH
    include_in_schema = False

    @get("/")
    async def ask(self, request: Asked, viewer: NamedDependency[Viewer], code: FromQuery[str] = "") -> Response[str]:
        """The field for a code; with a code, the way to its page."""
        if not code:
            return _form(request)
        try:
            found = await _found(request, viewer, code)
        except CertificateUnknown as error:
            return _form(request, code, error.detail, status=404)
        return _quiet(redirect(path_of(found.code)))

    @get("/{code:str}")
    async def check(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, code: FromPath[str]
    ) -> Response[str]:
        """What a certificate says and how it stands."""
        try:
            found = await _found(request, viewer, code)
        except CertificateUnknown as error:
            return _form(request, code, error.detail, status=404)
        return _quiet(page(request, "completion/check.html", **_shown(found, viewer, works)))

    @get("/{code:str}/file.pdf")
    async def file(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, code: FromPath[str]
    ) -> Response[bytes]:
        """The certificate to print."""
        found = await _good(request, viewer, works, code)
        request.app.state.limits.papers.take(str(viewer.person_id or client_group(client_of(request))))
        choices = read_query(request, PaperChoices).value or PaperChoices()
        data = paper_data([found], works.site, choices.size)
        body = await make_pdf_for_anybody(TEMPLATE, data, fonts=works.site.fonts_dir)
        return _file(body, "application/pdf", f"certificate-{found.code}.pdf")

    @get("/{code:str}/badge.json")
    async def badge(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, code: FromPath[str]
    ) -> Response[bytes]:
        """The same as an Open Badge, signed."""
        found = await _good(request, viewer, works, code)
        body = msgspec.json.encode(make_badge(found, works.site.base_url, works.site.secret_key))
        return _file(body, MEDIA_TYPE, f"badge-{found.code}.json")

    @get("/{code:str}/status.json")
    async def status(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, code: FromPath[str]
    ) -> Response[bytes]:
        """Whether its badge was revoked, for the programs that ask."""
        found = await _found(request, viewer, code)
        told = status_of(found, works.clock(), works.site.base_url, works.site.secret_key)
        return _quiet(Response(msgspec.json.encode(told), media_type="application/json"))


async def _found(request: Asked, viewer: Viewer, code: str) -> Certificate:
    """The certificate with a code: a guess, unless a list shows it to this viewer anyway."""
    if shown := await find_shown(viewer, code):
        return shown
    async with code_tried(request, code):
        return await get_certificate(code)


async def _good(request: Asked, viewer: Viewer, works: Works, code: str) -> Certificate:
    """The certificate, if there may be a file of it: one that expired says itself until when it was valid."""
    found = await _found(request, viewer, code)
    if found.standing(works.clock()) in (Standing.REVOKED, Standing.REPLACED):
        raise CertificateNotGood
    return found


def _shown(found: Certificate, viewer: Viewer, works: Works) -> dict[str, Any]:
    """Of one that is no longer good only that: whoever holds the paper has its words, and nobody else needs them."""
    standing, said = found.standing(works.clock()), found.said
    good = standing in (Standing.VALID, Standing.EXPIRED)
    own = viewer.person_id is not None and viewer.person_id == found.person_id
    return {
        "standing": standing.value,
        "good": good,
        "own": own,
        "code": found.code,
        "address": path_of(found.code),
        "holder": found.holder if good else "",
        "what": said.title if good else "",
        "when": when_words(found) if good else "",
        "issuer": said.issuer,
        "criteria": narrative_of(found) if good else "",
        "issued": date_words(found.issued_at, said.zone),
        "valid_until": _day(found.valid_until, said.zone),
        "revoked_at": _day(found.revoked_at, said.zone),
    }


def _day(at: datetime | None, zone: str) -> str:
    """'18 May 2026, Dublin time', as the paper says it; empty for none."""
    return f"{date_words(at, zone)}, {zone_name(zone, at)}" if at else ""


def _form(request: Asked, code: str = "", error: str = "", *, status: int = 200) -> Response[str]:
    shown = code[:100]
    return _quiet(page(request, "completion/check_code.html", status=status, code=shown, error=error))


def _quiet(response: Response[Any]) -> Response[Any]:
    response.headers.update(QUIET)
    return response


def _file(body: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {**QUIET, "content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)
