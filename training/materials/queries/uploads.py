"""Uploads, as whoever began them sees them, and how much is kept already. A fixed number of statements each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.materials.queries.editing import get_scope
from training.materials.rules.limits import EMPTY_LASTS, Kept
from training.people.rules import Permission, may

_UPLOADS = (
    "SELECT u.id, u.program_id, u.course_id, u.session_id, u.name, u.size, u.part_size, u.state, u.why, u.file_id,"
    " u.lease_until, u.created_at, u.expires_at, u.finished_at, COALESCE(NULLIF(u.media_type, ''), f.media_type)"
    " AS media_type, COALESCE(NULLIF(u.kind, ''), f.kind) AS kind, f.sha256, f.state AS file_state"
    " FROM upload u LEFT JOIN stored_file f ON f.id = u.file_id WHERE u.person_id = {}"
)
_ANY = _UPLOADS.removesuffix(" WHERE u.person_id = {}")
_OPEN = _ANY.replace(
    " FROM upload u",
    ", u.person_id, p.name AS person_name, COALESCE(z.title, c.title) AS place_title, z.starts_at AS place_starts_at"
    " FROM upload u JOIN person p ON p.id = u.person_id LEFT JOIN session z ON z.id = u.session_id"
    " LEFT JOIN course c ON c.id = u.course_id",
)
# The newest ones; nobody may have begun more that have not ended (`rules/limits.py`).
MOST_LISTED = 200


class Destination(Frozen, frozen=True, kw_only=True):
    """Where files go: a course, or a session, whose materials the viewer may change."""

    program_id: UUID
    course_id: UUID | None = None
    session_id: UUID | None = None

    @property
    def words(self) -> str:
        """As the API takes it: "session_id=<id>" or "course_id=<id>"."""
        return f"session_id={self.session_id}" if self.session_id else f"course_id={self.course_id}"


class UploadView(Frozen, frozen=True, kw_only=True):
    """An upload. What is finished has a `file_id`, `sha256` and `file_state` of that file, the `media_type` and `kind`
    that it was judged to be this time, and a `name` with the ending of its content. Times are in UTC."""

    id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    name: str
    size: int
    part_size: int
    state: str
    why: str
    file_id: UUID | None
    lease_until: datetime | None
    created_at: datetime
    expires_at: datetime
    finished_at: datetime | None
    media_type: str | None
    kind: str | None
    sha256: str | None
    file_state: str | None

    @property
    def is_empty(self) -> bool:
        """Whether it is only announced: no part of it has come."""
        return self.expires_at - self.created_at <= EMPTY_LASTS


class OpenUpload(UploadView, frozen=True, kw_only=True):
    """An upload that has not ended, whose it is, and the session or course that it goes to: what that is called, and
    when a session starts (UTC)."""

    person_id: UUID
    person_name: str
    place_title: str
    place_starts_at: datetime | None


class Begun(Frozen, frozen=True, kw_only=True):
    """What somebody has on its way: how many uploads, and how many bytes of them go to one program."""

    count: int = 0
    size: int = 0


async def get_destination(
    viewer: Viewer, *, session_id: UUID | None = None, course_id: UUID | None = None
) -> Destination:
    """Where the viewer may bring files. Raises NotFound when that is not theirs to change, or is both or neither."""
    if (session_id is None) == (course_id is None):
        raise NotFound
    scope = await get_scope(viewer, session_id=session_id, course_id=course_id)
    if viewer.person_id is None:
        raise NotFound
    return Destination(program_id=scope.program_id, course_id=course_id, session_id=session_id)


async def find_destination(
    viewer: Viewer, *, session_id: UUID | None = None, course_id: UUID | None = None
) -> Destination | None:
    """The same; None where neither is named."""
    if session_id is None and course_id is None:
        return None
    return await get_destination(viewer, session_id=session_id, course_id=course_id)


async def get_upload(viewer: Viewer, upload_id: UUID, *, lock: bool = False) -> UploadView:
    """The upload, for whoever began it and may still bring files there. Raises NotFound."""
    end = for_update("u") if lock else ""
    found = await fetch_one(UploadView, f"{_UPLOADS} AND u.id = {{}}{end}", viewer.person_id, upload_id)
    if found is None:
        raise NotFound
    await get_destination(viewer, session_id=found.session_id, course_id=found.course_id)
    return found


async def get_stoppable(viewer: Viewer, upload_id: UUID, *, lock: bool = False) -> UploadView:
    """The upload, for whoever began it, also where they may bring nothing any more, and for managers of its program.
    Raises NotFound."""
    end = for_update("u") if lock else ""
    found = await fetch_one(OpenUpload, f"{_OPEN} WHERE u.id = {{}}{end}", upload_id)
    if found is None or viewer.person_id is None:
        raise NotFound
    if found.person_id != viewer.person_id and not may(viewer, Permission.MATERIAL_MANAGE, found.program_id):
        raise NotFound
    return found


async def list_open(viewer: Viewer, to: Destination | None, now: datetime) -> list[OpenUpload]:
    """Uploads that have not ended, the newest first: all of the program of a destination for those who manage it, else
    the viewer's own there; without a destination, their own. At most MOST_LISTED. One statement."""
    where, value = "u.person_id = {}", viewer.person_id
    if to is not None and may(viewer, Permission.MATERIAL_MANAGE, to.program_id):
        where, value = "u.program_id = {}", to.program_id
    rows = await fetch(
        OpenUpload,
        f"{_OPEN} WHERE {where} AND u.state IN ('open', 'finishing') AND u.expires_at > {{}}"
        f" ORDER BY u.created_at DESC, u.id DESC LIMIT {MOST_LISTED}",
        value,
        now,
    )
    # Who manages nothing teaches in sessions alone, and there they see what they brought there.
    return [row for row in rows if to is None or "program" in where or row.session_id == to.session_id]


async def list_finished(viewer: Viewer, to: Destination, upload_ids: Sequence[UUID]) -> list[UploadView]:
    """The finished uploads that somebody brought there, in this order. Raises NotFound unless all of them are."""
    rows = await fetch(
        UploadView,
        f"{_UPLOADS} AND u.id IN ({marks(upload_ids)}) AND u.state = 'finished' AND u.file_id IS NOT NULL",
        viewer.person_id,
        *upload_ids,
    )
    found = {row.id: row for row in rows if (row.course_id, row.session_id) == (to.course_id, to.session_id)}
    if not found.keys() >= set(upload_ids):
        raise NotFound
    return [found[key] for key in upload_ids]


async def list_used_files(to: Destination, file_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these files a material there has already that is not withdrawn. One statement."""
    rows = await fetch(
        _Id,
        "SELECT DISTINCT x.file_id AS id FROM material_variant x JOIN material_version v ON v.id = x.version_id"
        " JOIN material m ON m.id = v.material_id WHERE m.withdrawn_at IS NULL"
        f" AND (m.session_id = {{}} OR m.course_id = {{}}) AND x.file_id IN ({marks(file_ids)})",
        to.session_id,
        to.course_id,
        *file_ids,
    )
    return frozenset(row.id for row in rows)


async def get_kept(program_id: UUID, partner_id: UUID | None, now: datetime) -> Kept:
    """How many bytes there are. A file that came twice counts once; what is on its way counts as announced."""
    row = await fetch_one(
        Kept,
        "SELECT CAST(q.program + q.program_coming AS BIGINT) AS program,"
        " CAST(q.partner + q.partner_coming AS BIGINT) AS partner,"
        " CAST(q.program_coming AS BIGINT) AS program_coming, CAST(q.partner_coming AS BIGINT) AS partner_coming"
        " FROM (SELECT COALESCE((SELECT SUM(a.size) FROM (SELECT DISTINCT file_id, size FROM upload"
        " WHERE file_id IS NOT NULL AND program_id = {}) a), 0) AS program, COALESCE((SELECT SUM(size) FROM upload"
        " WHERE state IN ('open', 'finishing') AND expires_at > {} AND program_id = {}), 0) AS program_coming,"
        " COALESCE((SELECT SUM(b.size) FROM (SELECT DISTINCT file_id, size FROM upload"
        " WHERE file_id IS NOT NULL AND partner_id = {}) b), 0) AS partner, COALESCE((SELECT SUM(size) FROM upload"
        " WHERE state IN ('open', 'finishing') AND expires_at > {} AND partner_id = {}), 0) AS partner_coming) q",
        program_id,
        now,
        program_id,
        partner_id,
        now,
        partner_id,
    )
    return row or Kept(program=0)


async def get_begun(person_id: UUID | None, program_id: UUID, now: datetime) -> Begun:
    """How many uploads somebody has begun and not ended, and how large those are together that go to this program."""
    row = await fetch_one(
        Begun,
        "SELECT COUNT(*) AS count, CAST(COALESCE(SUM(CASE WHEN program_id = {} THEN size ELSE 0 END), 0) AS BIGINT)"
        " AS size FROM upload WHERE person_id = {} AND state IN ('open', 'finishing') AND expires_at > {}",
        program_id,
        person_id,
        now,
    )
    return row or Begun()


async def find_partner(partner_ids: frozenset[UUID], program_id: UUID) -> UUID | None:
    """The partner organization for which somebody who does not manage the program brings files, if there is one."""
    own = sorted(partner_ids)
    if len(own) < 2:
        return own[0] if own else None
    row = await fetch_one(
        _Id,
        f"SELECT partner_id AS id FROM participation WHERE program_id = {{}} AND partner_id IN ({marks(own)})"
        " ORDER BY partner_id LIMIT 1",
        program_id,
        *own,
    )
    return row.id if row else own[0]


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID
