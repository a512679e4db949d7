"""Which of some enrollments somebody may know of."""

from collections.abc import Sequence
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Frozen, Viewer
from training.booking.queries.enrollments import within_reach


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_seen(viewer: Viewer, enrollment_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """Those of these enrollments that are within the viewer's reach, in the order given. No statement for none."""
    if not enrollment_ids:
        return ()
    allowed, values = within_reach(viewer)
    rows = await fetch(
        _Id,
        "SELECT e.id FROM enrollment e JOIN session s ON s.id = e.session_id"
        f" WHERE e.id IN ({marks(enrollment_ids)}) AND {allowed}",
        *enrollment_ids,
        *values,
    )
    seen = {row.id for row in rows}
    return tuple(key for key in enrollment_ids if key in seen)
