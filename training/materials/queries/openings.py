"""Who opened a material: the access log, as those read it who change the material. One statement."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch
from training.base.paging import Page, decode_cursor, page_of
from training.base.structs import Frozen
from training.schedule.rules.values import At, check_instants

MOST_EXPORTED = 50_000
# An archive is written down file by file. It was taken once, so of what the same person took at the same instant one
# stands for all.
_FIRST = (
    "NOT (o.way = 'archive' AND EXISTS (SELECT 1 FROM material_opening y WHERE y.at = o.at AND y.way = 'archive'"
    " AND y.material_id = o.material_id AND y.version_id = o.version_id AND y.id > o.id"
    " AND (y.person_id = o.person_id OR (y.person_id IS NULL AND o.person_id IS NULL))"
    " AND (y.enrollment_id = o.enrollment_id OR (y.enrollment_id IS NULL AND o.enrollment_id IS NULL))"
    " AND (y.session_id = o.session_id OR (y.session_id IS NULL AND o.session_id IS NULL))))"
)


class OpeningView(Frozen, frozen=True, kw_only=True):
    """Somebody opened something. `name` and `email` are empty for whoever was not signed in; `shape` is the name of the
    file, link or note, empty for the page of the whole and for an archive of everything."""

    id: UUID
    at: datetime
    way: str
    name: str
    email: str
    number: int
    shape: str
    session_title: str


async def page_openings(material_id: UUID, *, cursor: str = "", limit: int = 50) -> Page[OpeningView]:
    """The log of a material, the newest first; an archive is one entry, however much was in it. Judges nobody's right
    to it. Raises Invalid for a strange cursor."""
    after, values = "", []  # type: str, list[object]
    if cursor:
        at, key = decode_cursor(cursor, tuple[At, UUID])
        check_instants(cursor=at)
        after, values = " AND (o.at, o.id) < ({}, {})", [at, key]
    rows = await fetch(
        OpeningView,
        "SELECT o.id, o.at, o.way, COALESCE(p.name, q.name, '') AS name, COALESCE(p.email, q.email, '') AS email,"
        " v.number, COALESCE(x.name, '') AS shape, COALESCE(s.title, '') AS session_title FROM material_opening o"
        " JOIN material_version v ON v.id = o.version_id LEFT JOIN material_variant x ON x.id = o.variant_id"
        " AND o.way <> 'archive'"
        " LEFT JOIN session s ON s.id = o.session_id LEFT JOIN person p ON p.id = o.person_id"
        " LEFT JOIN enrollment e ON e.id = o.enrollment_id LEFT JOIN person q ON q.id = e.person_id"
        f" WHERE o.material_id = {{}} AND {_FIRST}{after} ORDER BY o.at DESC, o.id DESC LIMIT {{}}",
        material_id,
        *values,
        limit + 1,
    )
    return page_of(rows, limit, "at", "id")
