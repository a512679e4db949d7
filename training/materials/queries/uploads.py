"""Uploads, as whoever began them sees them, and how much is kept already. A fixed number of statements each."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.materials.queries.editing import get_scope
from training.materials.rules.limits import Kept

_UPLOADS = (
    "SELECT u.id, u.program_id, u.course_id, u.session_id, u.name, u.size, u.part_size, u.state, u.why, u.file_id,"
    " u.lease_until, u.created_at, u.expires_at, u.finished_at, COALESCE(NULLIF(u.media_type, ''), f.media_type)"
    " AS media_type, COALESCE(NULLIF(u.kind, ''), f.kind) AS kind, f.sha256, f.state AS file_state"
    " FROM upload u LEFT JOIN stored_file f ON f.id = u.file_id WHERE u.person_id = {}"
)


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


class _Count(Frozen, frozen=True, kw_only=True):
    count: int


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


async def get_upload(viewer: Viewer, upload_id: UUID, *, lock: bool = False) -> UploadView:
    """The upload, for whoever began it and may still bring files there. Raises NotFound."""
    end = for_update("u") if lock else ""
    found = await fetch_one(UploadView, f"{_UPLOADS} AND u.id = {{}}{end}", viewer.person_id, upload_id)
    if found is None:
        raise NotFound
    await get_destination(viewer, session_id=found.session_id, course_id=found.course_id)
    return found


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


async def get_kept(program_id: UUID, partner_id: UUID | None, now: datetime) -> Kept:
    """How many bytes there are. A file that came twice counts once; what is on its way counts as announced."""
    row = await fetch_one(
        Kept,
        "SELECT CAST(COALESCE((SELECT SUM(a.size) FROM (SELECT DISTINCT file_id, size FROM upload"
        " WHERE file_id IS NOT NULL AND program_id = {}) a), 0) + COALESCE((SELECT SUM(size) FROM upload"
        " WHERE state IN ('open', 'finishing') AND expires_at > {} AND program_id = {}), 0) AS BIGINT) AS program,"
        " CAST(COALESCE((SELECT SUM(b.size) FROM (SELECT DISTINCT file_id, size FROM upload"
        " WHERE file_id IS NOT NULL AND partner_id = {}) b), 0) + COALESCE((SELECT SUM(size) FROM upload"
        " WHERE state IN ('open', 'finishing') AND expires_at > {} AND partner_id = {}), 0) AS BIGINT) AS partner",
        program_id,
        now,
        program_id,
        partner_id,
        now,
        partner_id,
    )
    return row or Kept(program=0)


async def count_open(person_id: UUID | None, now: datetime) -> int:
    """How many uploads somebody has begun and not ended."""
    row = await fetch_one(
        _Count,
        "SELECT COUNT(*) AS count FROM upload WHERE person_id = {} AND state IN ('open', 'finishing')"
        " AND expires_at > {}",
        person_id,
        now,
    )
    return row.count if row else 0


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
