"""Materials as they stand in a session or a course: their own values, and what the session says instead."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one
from training.base.structs import Frozen
from training.materials.queries.standing import Taught
from training.materials.rules.showing import Audience, Opens, Showing

_WHOLE = (
    "SELECT m.id, m.course_id, m.session_id, m.title, m.summary, m.prework, m.position, m.withdrawn_at, m.version,"
    " m.audience, m.opens, m.offset_minutes, m.meeting_number, NULLIF(p.audience, '') AS own_audience,"
    " NULLIF(p.opens, '') AS own_opens, COALESCE(p.offset_minutes, 0) AS own_offset_minutes,"
    " p.meeting_number AS own_meeting_number, p.prework AS own_prework, COALESCE(p.hidden, FALSE) AS hidden,"
    " p.pinned_id, COALESCE(p.version, 0) AS placement_version, EXISTS (SELECT 1 FROM material_version d"
    " WHERE d.material_id = m.id AND d.published_at IS NULL) AS has_draft, EXISTS (SELECT 1 FROM material_version d"
    " WHERE d.material_id = m.id AND d.published_at IS NOT NULL) AS has_published"
    " FROM material m LEFT JOIN material_placement p ON p.material_id = m.id AND p.session_id = {}"
)
_ORDER = " ORDER BY CASE WHEN m.course_id IS NULL THEN 1 ELSE 0 END, m.position, m.id"


class Placed(Frozen, frozen=True, kw_only=True):
    """A material's row beside that of its placement (`own_*`, `hidden`, `pinned_id`), which may not be there."""

    id: UUID
    course_id: UUID | None
    session_id: UUID | None
    title: str
    summary: str
    prework: bool
    position: int
    withdrawn_at: datetime | None
    version: int
    audience: Audience
    opens: Opens
    offset_minutes: int
    meeting_number: int | None
    own_audience: Audience | None
    own_opens: Opens | None
    own_offset_minutes: int
    own_meeting_number: int | None
    own_prework: bool | None
    hidden: bool
    pinned_id: UUID | None
    placement_version: int
    has_draft: bool
    has_published: bool

    @property
    def showing(self) -> Showing:
        """The material's own, or what the session says instead."""
        own = bool(self.own_opens)
        return Showing(
            audience=self.own_audience or self.audience,
            opens=self.own_opens or self.opens,
            offset_minutes=self.own_offset_minutes if own else self.offset_minutes,
            meeting_number=self.own_meeting_number if own else self.meeting_number,
        )

    @property
    def prepares_for(self) -> bool:
        """Whether it is to be done before, here."""
        return self.prework if self.own_prework is None else self.own_prework


async def list_placed(taught: Taught) -> list[Placed]:
    """The materials that belong to what is taught and are not withdrawn: those of the course first, each in order."""
    sql = f"{_WHOLE} WHERE (m.course_id = {{}} OR m.session_id = {{}}) AND m.withdrawn_at IS NULL{_ORDER}"
    return await fetch(Placed, sql, taught.session_id, taught.course_id, taught.session_id)


async def find_placed(taught: Taught, material_id: UUID) -> Placed | None:
    """The one with this id among them."""
    sql = f"{_WHOLE} WHERE m.id = {{}} AND (m.course_id = {{}} OR m.session_id = {{}}) AND m.withdrawn_at IS NULL"
    return await fetch_one(Placed, sql, taught.session_id, material_id, taught.course_id, taught.session_id)


async def find_placed_of(taught: Taught, variant_id: UUID) -> Placed | None:
    """The one among them that has this variant, in any of its versions."""
    sql = (
        f"{_WHOLE} WHERE m.id = (SELECT v.material_id FROM material_variant x JOIN material_version v"
        " ON v.id = x.version_id WHERE x.id = {}) AND (m.course_id = {} OR m.session_id = {})"
        " AND m.withdrawn_at IS NULL"
    )
    return await fetch_one(Placed, sql, taught.session_id, variant_id, taught.course_id, taught.session_id)
