"""Reads of certificates: one by its code, one's own, those of a session, a partner or the programs one manages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.paging import DEFAULT_LIMIT, Page, decode_cursor, page_of
from training.base.structs import Frozen, Viewer
from training.completion.queries.earned import read_said
from training.completion.rules.certificates import Certificate, CertificateUnknown, Standing, read_code
from training.outbox.actions.delivery import Due
from training.people.rules import Permission, reach, require

_COLUMNS = (
    "c.id, c.code, c.enrollment_id, c.session_id, c.course_id, c.program_id, c.person_id, c.holder,"
    " CAST(c.said AS TEXT) AS said_json, c.edition, c.issued_at, c.valid_until, c.revoked_at, c.revoked_reason,"
    " c.replaced_by, c.version"
)


# The good ones of a session.
_GOOD: LiteralString = "c.session_id = {} AND c.revoked_at IS NULL AND c.replaced_by IS NULL"


class _Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    code: str
    enrollment_id: UUID
    session_id: UUID
    course_id: UUID
    program_id: UUID
    person_id: UUID
    holder: str
    said_json: str
    edition: int
    issued_at: datetime
    valid_until: datetime | None
    revoked_at: datetime | None
    revoked_reason: str
    replaced_by: UUID | None
    version: int


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


class _Reason(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    revoked_reason: str


class _Code(Frozen, frozen=True, kw_only=True):
    enrollment_id: UUID
    code: str


class Standings(Frozen, frozen=True, kw_only=True):
    """The good certificates of a session: how many there are, and how many of their holders were told of one."""

    good: int = 0
    told: int = 0


class _ListedRow(_Row, frozen=True, kw_only=True):
    partner_name: str | None


class Listed(Frozen, frozen=True, kw_only=True):
    """A certificate in a list, and for which partner its holder took part."""

    certificate: Certificate
    partner_name: str

    @property
    def id(self) -> UUID:
        """The certificate's, by which lists are sorted: ids rise with time."""
        return self.certificate.id


async def get_certificate(typed: str) -> Certificate:
    """The certificate with a code as somebody typed it. Whoever knows the code may know what it says, so nobody's
    right is judged. Raises CertificateUnknown."""
    code = read_code(typed)
    sql = f"SELECT {_COLUMNS} FROM certificate c WHERE c.code = {{}}"
    row = await fetch_one(_Row, sql, code) if code else None
    if row is None:
        raise CertificateUnknown
    return _certificate(row)


async def find_shown(viewer: Viewer, typed: str) -> Certificate | None:
    """The certificate with a code that somebody typed, if some list shows it to `viewer` anyway: their own, of their
    partner, of a program that they manage. None for any other, and for no certificate at all."""
    code = read_code(typed)
    if not code or not viewer.signed_in:
        return None
    manages, coordinates = reach(viewer, Permission.CERTIFICATE_MANAGE), reach(viewer, Permission.PLACES_BOOK)
    programs, partners = sorted(manages.scope_ids), sorted(coordinates.scope_ids)
    all_of_them: LiteralString = "TRUE" if manages.everywhere else "FALSE"
    row = await fetch_one(
        _Row,
        f"SELECT {_COLUMNS} FROM certificate c JOIN enrollment e ON e.id = c.enrollment_id WHERE c.code = {{}}"
        f" AND ({all_of_them} OR c.person_id = {{}} OR c.program_id IN ({marks(programs)})"
        f" OR e.partner_id IN ({marks(partners)}))",
        code,
        viewer.person_id,
        *programs,
        *partners,
    )
    return _certificate(row) if row else None


async def list_own(viewer: Viewer) -> list[Certificate]:
    """One's own certificates that no newer edition replaced, the newest first."""
    rows = await fetch(
        _Row,
        f"SELECT {_COLUMNS} FROM certificate c WHERE c.person_id = {{}} AND c.replaced_by IS NULL ORDER BY c.id DESC",
        viewer.person_id,
    )
    return [_certificate(row) for row in rows]


async def list_own_codes(viewer: Viewer) -> dict[UUID, str]:
    """The codes of one's own certificates that are neither revoked nor replaced, by enrollment. One statement."""
    rows = await fetch(
        _Code,
        "SELECT c.enrollment_id, c.code FROM certificate c WHERE c.person_id = {} AND c.replaced_by IS NULL"
        " AND c.revoked_at IS NULL",
        viewer.person_id,
    )
    return {row.enrollment_id: row.code for row in rows}


async def list_current(viewer: Viewer, session_id: UUID, first: int, limit: int) -> tuple[list[Certificate], int]:
    """The certificates of a session that are neither revoked nor replaced, by name: `limit` of them from the `first`
    on (0 is the first), and how many there are in all. Raises NotFound."""
    await _require_session(viewer, session_id)
    rows = await fetch(
        _Row,
        f"SELECT {_COLUMNS} FROM certificate c WHERE {_GOOD} ORDER BY c.holder, c.id LIMIT {{}} OFFSET {{}}",
        session_id,
        limit,
        first,
    )
    counted = await fetch_one(_Count, f"SELECT COUNT(*) AS count FROM certificate c WHERE {_GOOD}", session_id)
    return [_certificate(row) for row in rows], counted.count if counted else 0


async def page_managed(
    viewer: Viewer, now: datetime, standing: Standing | None = None, cursor: str = "", limit: int = DEFAULT_LIMIT
) -> Page[Listed]:
    """The certificates of the programs that `viewer` manages, the newest first. Replaced ones only when asked for."""
    allowed = reach(viewer, Permission.CERTIFICATE_MANAGE)
    if allowed.everywhere:
        return await _page("TRUE", [], now, standing, cursor, limit)
    programs = sorted(allowed.scope_ids)
    return await _page(f"c.program_id IN ({marks(programs)})", programs, now, standing, cursor, limit)


async def page_of_partner(
    viewer: Viewer,
    partner_id: UUID,
    now: datetime,
    standing: Standing | None = None,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Listed]:
    """The certificates of who took part for a partner, for its coordinators, the newest first. Raises NotFound."""
    require(viewer, Permission.PLACES_BOOK, partner_id)
    return await _page("e.partner_id = {}", [partner_id], now, standing, cursor, limit)


async def page_of_session(
    viewer: Viewer,
    session_id: UUID,
    now: datetime,
    standing: Standing | None = None,
    cursor: str = "",
    limit: int = DEFAULT_LIMIT,
) -> Page[Listed]:
    """The certificates of a session, for those who manage them, the newest first. Raises NotFound."""
    await _require_session(viewer, session_id)
    return await _page("c.session_id = {}", [session_id], now, standing, cursor, limit)


# Whether its holder was told of a certificate (c) or of an earlier edition of it. What was begun and not taken back may
# have been taken by the mail server.
_TOLD: LiteralString = (
    "EXISTS (SELECT 1 FROM certificate d JOIN message m ON m.person_id = d.person_id"
    " AND m.subject_id = d.id AND m.kind = 'certificate' WHERE d.enrollment_id = c.enrollment_id"
    " AND d.edition <= c.edition AND (m.sent_at IS NOT NULL"
    " OR m.state = 'claimed' AND m.begun_at IS NOT NULL))"
)


async def list_good(session_id: UUID) -> list[UUID]:
    """The enrollments of a session with a good certificate. Judges nobody's right to it."""
    sql = f"SELECT c.enrollment_id AS id FROM certificate c WHERE {_GOOD} ORDER BY c.enrollment_id"
    return [row.id for row in await fetch(_Key, sql, session_id)]


async def list_revoked_by_hand(session_id: UUID) -> dict[UUID, str]:
    """Why certificates of a session that no edition followed were revoked by hand, by enrollment. Judges nobody's
    right to it."""
    rows = await fetch(
        _Reason,
        "SELECT c.enrollment_id, c.revoked_reason FROM certificate c WHERE c.session_id = {} AND c.revoked_by_hand"
        " AND c.replaced_by IS NULL",
        session_id,
    )
    return {row.enrollment_id: row.revoked_reason for row in rows}


async def count_good(session_id: UUID) -> Standings:
    """How many certificates of a session would be revoked if it were cancelled, and of how many that would be told:
    nobody is told that what they never heard of is no longer good. Judges nobody's right to it."""
    found = await fetch_one(
        Standings,
        f"SELECT count(*) AS good, COALESCE(sum(CASE WHEN {_TOLD} THEN 1 ELSE 0 END), 0) AS told"
        f" FROM certificate c WHERE {_GOOD}",
        session_id,
    )
    return found or Standings()


async def find_unwanted(due: Sequence[Due]) -> dict[UUID, str]:
    """For each of these messages about a certificate that is not to leave, why: it says what is not so any more, or
    takes back what its holder was never told of. One statement."""
    about = {one.id: (one.kind, one.subject_id) for one in due if one.subject_id is not None}
    asked = sorted({subject for _, subject in about.values()})
    found = await fetch(
        _Stands,
        "SELECT c.id, CASE WHEN c.revoked_at IS NULL AND c.replaced_by IS NULL THEN FALSE ELSE TRUE END AS over,"
        f" {_TOLD} AS told"
        f" FROM certificate c WHERE c.id IN ({marks(asked)})",
        *asked,
    )
    stands = {row.id: row for row in found}
    why = {key: _unwanted(kind, stands.get(subject)) for key, (kind, subject) in about.items()}
    return {key: reason for key, reason in why.items() if reason}


def _unwanted(kind: str, stands: "_Stands | None") -> str:
    if stands is None:
        return ""
    if kind == "certificate":
        return "The certificate is no longer good." if stands.over else ""
    return "" if stands.told else "They were never told of this certificate."


class _Stands(Frozen, frozen=True, kw_only=True):
    id: UUID
    over: bool
    told: bool


class _Count(Frozen, frozen=True, kw_only=True):
    count: int


class _Program(Frozen, frozen=True, kw_only=True):
    program_id: UUID


async def _require_session(viewer: Viewer, session_id: UUID) -> None:
    found = await fetch_one(_Program, "SELECT s.program_id FROM session s WHERE s.id = {}", session_id)
    if found is None:
        raise NotFound
    require(viewer, Permission.CERTIFICATE_MANAGE, found.program_id)


_STANDS: dict[Standing, LiteralString] = {
    Standing.VALID: "c.replaced_by IS NULL AND c.revoked_at IS NULL AND (c.valid_until IS NULL OR c.valid_until > {})",
    Standing.EXPIRED: "c.replaced_by IS NULL AND c.revoked_at IS NULL AND c.valid_until <= {}",
    Standing.REVOKED: "c.replaced_by IS NULL AND c.revoked_at IS NOT NULL",
    Standing.REPLACED: "c.replaced_by IS NOT NULL",
}


async def _page(
    whose: LiteralString, of: Sequence[UUID], now: datetime, standing: Standing | None, cursor: str, limit: int
) -> Page[Listed]:
    stands = _STANDS[standing] if standing else "c.replaced_by IS NULL"
    values: list[Any] = [*of, *([now] if "{}" in stands else [])]
    older: LiteralString = ""
    if cursor:
        older = " AND c.id < {}"
        values.extend(decode_cursor(cursor, tuple[UUID]))
    rows = await fetch(
        _ListedRow,
        f"SELECT {_COLUMNS}, o.name AS partner_name FROM certificate c JOIN enrollment e ON e.id = c.enrollment_id"
        f" LEFT JOIN partner o ON o.id = e.partner_id WHERE {whose} AND {stands}{older} ORDER BY c.id DESC LIMIT {{}}",
        *values,
        limit + 1,
    )
    listed = [Listed(certificate=_certificate(row), partner_name=row.partner_name or "") for row in rows]
    return page_of(listed, limit, "id")


def _certificate(row: _Row) -> Certificate:
    values = {name: getattr(row, name) for name in Certificate.__struct_fields__ if name != "said"}
    return Certificate(said=read_said(row.said_json), **values)
