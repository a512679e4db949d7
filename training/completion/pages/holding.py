"""Certificates in lists: one's own, those of a partner for its coordinators, those of one's programs for managers."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.paging import MOST_LIMIT, Page
from training.base.structs import Input, Viewer
from training.base.work import Works
from training.completion.pages.papers import when_words
from training.completion.queries.certificates import Listed, list_own, page_managed, page_of_partner
from training.completion.rules.certificates import CERTIFICATES_PATH, Standing, hours_words, path_of
from training.partners.queries import get_partner
from training.people.guards import permitted, signed_in
from training.people.rules import Permission, may
from training.web.exports import table_response
from training.web.forms import read_query
from training.web.render import page

Asked = Request[Any, Any, Any]
Units = NamedDependency[Works]
HEADER = (
    *("Name", "Session", "Course", "Program", "Partner", "Hours", "Completed (UTC)", "Issued (UTC)"),
    *("Valid until (UTC)", "Standing", "Edition", "Code", "Check it at"),
)
# A file holds the newest ones; the API gives all of them, page by page.
MOST_IN_A_FILE = 10_000
STANDINGS = {
    Standing.VALID: "Valid",
    Standing.EXPIRED: "Expired",
    Standing.REVOKED: "Revoked",
    Standing.REPLACED: "Replaced by a newer edition",
}
_Read = Callable[[Standing | None, str, int], Awaitable[Page[Listed]]]


class Looked(Input, frozen=True, kw_only=True):
    """Which certificates, and from where on."""

    standing: Standing | None = None
    cursor: str = ""


class OwnCertificatePages(Controller):
    """One's own certificates."""

    path = "/my/certificates"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def own(self, request: Asked, viewer: NamedDependency[Viewer], works: Units) -> Response[str]:
        """All of them, the newest first, to download."""
        now = works.clock()
        found = [_line(one.standing(now), one) for one in await list_own(viewer)]
        return page(request, "completion/own.html", certificates=found)


class PartnerCertificatePages(Controller):
    """The certificates of a partner's people."""

    path = "/partners/{partner_id:uuid}/certificates"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def listed(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, partner_id: FromPath[UUID]
    ) -> Response[str]:
        """Who has which, the newest first."""
        partner = await get_partner(viewer, partner_id)
        more = {"partner": partner, "may_change": may(viewer, Permission.PARTNER_MANAGE, partner_id)}
        read = _of_partner(viewer, works, partner_id)
        return await _list(request, works, f"/partners/{partner_id}/certificates", read, **more)

    @get("/export/{fmt:str}")
    async def export(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: Units,
        partner_id: FromPath[UUID],
        fmt: FromPath[str],
    ) -> Response[bytes]:
        """The same as a file."""
        partner = await get_partner(viewer, partner_id)
        return await _file(request, works, fmt, f"{partner.name} certificates", _of_partner(viewer, works, partner_id))


class ManagedCertificatePages(Controller):
    """The certificates of the programs that one manages."""

    path = "/manage/certificates"
    include_in_schema = False
    guards = [permitted(Permission.CERTIFICATE_MANAGE)]

    @get("/")
    async def listed(self, request: Asked, viewer: NamedDependency[Viewer], works: Units) -> Response[str]:
        """Who has which, the newest first."""
        return await _list(request, works, "/manage/certificates", _managed(viewer, works), partner=None)

    @get("/export/{fmt:str}")
    async def export(
        self, request: Asked, viewer: NamedDependency[Viewer], works: Units, fmt: FromPath[str]
    ) -> Response[bytes]:
        """The same as a file."""
        return await _file(request, works, fmt, "certificates", _managed(viewer, works))


def _of_partner(viewer: Viewer, works: Works, partner_id: UUID) -> _Read:
    return lambda standing, cursor, limit: page_of_partner(
        viewer, partner_id, works.clock(), standing, cursor, limit=limit
    )


def _managed(viewer: Viewer, works: Works) -> _Read:
    return lambda standing, cursor, limit: page_managed(viewer, works.clock(), standing, cursor, limit)


async def _list(request: Asked, works: Works, root: str, read: _Read, **more: Any) -> Response[str]:
    looked = read_query(request, Looked).value or Looked()
    found, now = await read(looked.standing, looked.cursor, 50), works.clock()
    standing = looked.standing.value if looked.standing else ""
    narrowed = {"standing": standing} if standing else {}
    files = [f"{root}/export/{fmt}" + (f"?{urlencode(narrowed)}" if narrowed else "") for fmt in ("csv", "xlsx")]
    lines = [
        _line(one.certificate.standing(now), one.certificate) | {"partner_name": one.partner_name}
        for one in found.items
    ]
    following = f"{root}?{urlencode({**narrowed, 'cursor': found.next_cursor})}" if found.next_cursor else ""
    return page(
        request,
        "completion/certificates.html",
        root=root,
        lines=lines,
        standing=standing,
        standings=[(each.value, words) for each, words in STANDINGS.items()],
        first=f"{root}?{urlencode(narrowed)}" if looked.cursor else "",
        following=following,
        csv=files[0],
        xlsx=files[1],
        **more,
    )


def _line(standing: Standing, one: Any) -> dict[str, Any]:
    return {
        "certificate": one,
        "standing": standing.value,
        "path": path_of(one.code),
        "when": when_words(one),
        "hours": hours_words(one.said.minutes),
    }


async def _file(request: Asked, works: Works, fmt: str, name: str, read: _Read) -> Response[bytes]:
    looked = read_query(request, Looked).value or Looked()
    rows: list[tuple[object, ...]] = []
    cursor: str | None = ""
    while cursor is not None and len(rows) < MOST_IN_A_FILE:
        found = await read(looked.standing, cursor, MOST_LIMIT)
        rows += _rows(found, works)
        cursor = found.next_cursor
    return table_response(fmt, name, HEADER, rows)


def _rows(found: Page[Listed], works: Works) -> Iterator[tuple[object, ...]]:
    now = works.clock()
    for listed in found.items:
        one, said = listed.certificate, listed.certificate.said
        yield (
            *(one.holder, said.title, said.course, said.program, listed.partner_name, round(said.minutes / 60, 2)),
            *(said.completed_at, one.issued_at, one.valid_until, STANDINGS[one.standing(now)], one.edition, one.code),
            works.site.url(f"{CERTIFICATES_PATH}/{one.code}"),
        )
