"""Certificates as JSON: check one by its code; one's own, a partner's, a program's; issue and revoke them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter, QueryParameter
from msgspec import Meta
from msgspec.structs import replace

from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT, Page
from training.base.structs import Frozen, Input, Viewer
from training.base.work import Work, Works
from training.completion.actions.certifying import issue_certificates, revoke_certificate
from training.completion.queries.certificates import (
    Listed,
    find_shown,
    get_certificate,
    list_own,
    page_managed,
    page_of_partner,
    page_of_session,
)
from training.completion.rules.certificates import CERTIFICATES_PATH, Certificate, Standing, path_of
from training.partners.queries import get_partner
from training.people.guards import NO_TOKENS, code_tried, needs, permitted, signed_in
from training.people.rules import Permission, TokenScope, may
from training.web.answers import answer
from training.web.keys import once

Asked = Request[Any, Any, Any]
Units = NamedDependency[Works]
Who = NamedDependency[Viewer]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Cursor = Annotated[str, QueryParameter(max_length=500)]
Stands = Annotated[Standing | None, QueryParameter(description="Only those that stand like this.")]
Code = Annotated[str, PathParameter(max_length=40, description="As it is printed; look-alike letters are forgiven.")]
MOST_AT_ONCE = 500


class CheckOut(Frozen, frozen=True, kw_only=True):
    """What a certificate says to whoever knows its code. Of one that was revoked or replaced only that."""

    code: str
    standing: Standing
    issuer: str
    issued_at: datetime
    holder: str | None
    title: str | None
    starts_at: datetime | None
    ends_at: datetime | None
    zone: str | None
    valid_until: datetime | None

    @classmethod
    def of(cls, one: Certificate, now: datetime) -> "CheckOut":
        """As it stands at `now`."""
        standing, said = one.standing(now), one.said
        good = standing in (Standing.VALID, Standing.EXPIRED)
        return cls(
            code=one.code,
            standing=standing,
            issuer=said.issuer,
            issued_at=one.issued_at,
            holder=one.holder if good else None,
            title=said.title if good else None,
            starts_at=said.starts_at if good else None,
            ends_at=said.ends_at if good else None,
            zone=said.zone if good else None,
            valid_until=one.valid_until if good else None,
        )


class CertificateOut(Frozen, frozen=True, kw_only=True):
    """A certificate with all that it says, for its holder and those who look after them. `page` is where anybody can
    check it, `file` and `badge` where it can be had while it is good. `revoked_reason` is for its holder and the
    managers of the program: empty for anybody else."""

    id: UUID
    code: str
    standing: Standing
    edition: int
    enrollment_id: UUID
    session_id: UUID
    course_id: UUID
    program_id: UUID
    partner: str
    holder: str
    title: str
    course: str
    program: str
    issuer: str
    language: str
    zone: str
    starts_at: datetime | None
    ends_at: datetime | None
    completed_at: datetime | None
    minutes: int
    trainers: tuple[str, ...]
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revoked_reason: str
    page: str
    file: str
    badge: str
    version: int

    @classmethod
    def of(cls, one: Certificate, now: datetime, base_url: str, partner: str = "") -> "CertificateOut":
        """As it stands at `now`."""
        address = base_url + path_of(one.code)
        same = ("id", "code", "edition", "enrollment_id", "session_id", "course_id", "program_id", "holder")
        known = (*same, "issued_at", "valid_until", "revoked_at", "revoked_reason", "version")
        return cls(
            **{name: getattr(one, name) for name in known},
            **{name: getattr(one.said, name) for name in one.said.__struct_fields__},
            standing=one.standing(now),
            partner=partner,
            page=address,
            file=f"{address}/file.pdf",
            badge=f"{address}/badge.json",
        )


class CertificatePage(Frozen, frozen=True, kw_only=True):
    """Some certificates, the newest first, and the cursor of the next page."""

    items: list[CertificateOut]
    next_cursor: str | None = None


class IssueIn(Input, frozen=True, kw_only=True):
    """Issue what is missing or says something else by now: of these enrollments, or of all that completed the session.

    `again`: also where one was revoked by hand.
    """

    enrollment_ids: Annotated[list[UUID], Meta(max_length=MOST_AT_ONCE)] = []
    again: bool = False


class IssuedOut(Frozen, frozen=True, kw_only=True):
    """The new certificates; each holder is written to."""

    items: list[CertificateOut]


class RevokeIn(Input, frozen=True, kw_only=True):
    """Why it is no longer good. Its holder reads it."""

    reason: Annotated[str, Meta(min_length=1, max_length=300)]
    version: Annotated[int | None, Meta(description="The version that was looked at, if that matters.")] = None


class CertificateApi(Controller):
    """Certificates."""

    tags = ["Certificates"]

    @get(f"{CERTIFICATES_PATH}/{{code:str}}")
    async def check(self, request: Asked, viewer: Who, works: Units, code: Code) -> Response[CheckOut]:
        """What a certificate says and how it stands, for anybody who knows its code. Wrong codes are counted, and too
        many from one network end this for all but those to whom a list shows it anyway."""
        found = await find_shown(viewer, code)
        if found is None:
            async with code_tried(request, code):
                found = await get_certificate(code)
        return answer(CheckOut.of(found, works.clock()))

    @get("/me/certificates", guards=[signed_in], opt=NO_TOKENS)
    async def own(self, viewer: Who, works: Units) -> Response[CertificatePage]:
        """Your own certificates that no newer edition replaced, all at once."""
        found = [_out(one, works) for one in await list_own(viewer)]
        return answer(CertificatePage(items=found))

    @get("/partners/{partner_id:uuid}/certificates", guards=[signed_in])
    async def of_partner(
        self,
        viewer: Who,
        works: Units,
        partner_id: FromPath[UUID],
        standing: Stands = None,
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[CertificatePage]:
        """The certificates of who took part for a partner, for its coordinators. Replaced ones only when asked for."""
        partner = await get_partner(viewer, partner_id)
        found = await page_of_partner(viewer, partner.id, works.clock(), standing, cursor, limit=limit)
        return _page(replace(found, items=tuple(_for_partner(one, viewer) for one in found.items)), works)


class ManagedCertificateApi(Controller):
    """Certificates, for those who issue them."""

    tags = ["Certificates"]
    guards = [permitted(Permission.CERTIFICATE_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get(CERTIFICATES_PATH)
    async def all(
        self, viewer: Who, works: Units, standing: Stands = None, cursor: Cursor = "", limit: Limit = DEFAULT_LIMIT
    ) -> Response[CertificatePage]:
        """The certificates of the programs that you manage. Replaced ones only when asked for."""
        return _page(await page_managed(viewer, works.clock(), standing, cursor, limit), works)

    @get("/sessions/{session_id:uuid}/certificates")
    async def of_session(
        self,
        viewer: Who,
        works: Units,
        session_id: FromPath[UUID],
        standing: Stands = None,
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[CertificatePage]:
        """The certificates of one session. Replaced ones only when asked for."""
        return _page(await page_of_session(viewer, session_id, works.clock(), standing, cursor, limit=limit), works)

    @post("/sessions/{session_id:uuid}/certificates", status_code=200)
    async def issue(
        self, request: Asked, works: Units, session_id: FromPath[UUID], data: JSONBody[IssueIn]
    ) -> Response[IssuedOut]:
        """Issue what is missing or says something else by now. 409 when there is nothing to issue."""
        asked: dict[str, Any] = {"again": data.again, "status": 200}
        return await once(request, works, _issued, session_id, tuple(data.enrollment_ids), **asked)

    @post(f"{CERTIFICATES_PATH}/{{code:str}}/revocation", status_code=200)
    async def revoke(
        self, request: Asked, works: Units, code: Code, data: JSONBody[RevokeIn]
    ) -> Response[CertificateOut]:
        """Revoke a certificate. Whoever checks it reads that it is no longer good, and its holder is written to."""
        return await once(request, works, _revoked, code, data.reason, data.version, status=200)


async def _issued(work: Work, session_id: UUID, only: tuple[UUID, ...], *, again: bool) -> IssuedOut:
    ids = set(await issue_certificates(work, session_id, only, again=again))
    await work.flush()
    items: list[CertificateOut] = []
    cursor: str | None = ""
    while cursor is not None and len(items) < len(ids):
        found = await page_of_session(work.actor, session_id, work.now, None, cursor, limit=MOST_AT_ONCE)
        items += [_listed(one, work.now, work.site.base_url) for one in found.items if one.id in ids]
        cursor = found.next_cursor
    return IssuedOut(items=items)


async def _revoked(work: Work, code: str, reason: str, version: int | None) -> CertificateOut:
    await revoke_certificate(work, code, reason, version)
    await work.flush()
    return CertificateOut.of(await get_certificate(code), work.now, work.site.base_url)


def _page(found: Page[Listed], works: Works) -> Response[CertificatePage]:
    now, base_url = works.clock(), works.site.base_url
    items = [_listed(one, now, base_url) for one in found.items]
    return answer(CertificatePage(items=items, next_cursor=found.next_cursor))


def _for_partner(one: Listed, viewer: Viewer) -> Listed:
    if may(viewer, Permission.CERTIFICATE_MANAGE, one.certificate.program_id):
        return one
    return replace(one, certificate=replace(one.certificate, revoked_reason=""))


def _listed(one: Listed, now: datetime, base_url: str) -> CertificateOut:
    return CertificateOut.of(one.certificate, now, base_url, one.partner_name)


def _out(one: Certificate, works: Works) -> CertificateOut:
    return CertificateOut.of(one, works.clock(), works.site.base_url)
