"""Which sessions a file may mean by their titles."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.structs import Viewer
from training.booking.rules.files import Meant, Titled
from training.schedule.rules.visibility import visibility

MOST_TITLED = 5000


async def list_titled(viewer: Viewer, now: datetime) -> list[Titled]:
    """The sessions to come that the viewer may see and that were published, by start. One statement."""
    visible, values = visibility(viewer, "s")
    return await fetch(
        Titled,
        "SELECT s.id, s.title, s.starts_at, s.zone,"
        " CASE WHEN s.state = 'cancelled' THEN TRUE ELSE FALSE END AS cancelled"
        " FROM session s WHERE s.state IN ('published', 'confirmed', 'cancelled')"
        f" AND s.starts_at > {{}} AND {visible} ORDER BY s.starts_at, s.id LIMIT {{}}",
        now,
        *values,
        MOST_TITLED,
    )


async def list_meant(viewer: Viewer, session_ids: Sequence[UUID]) -> list[Meant]:
    """Those of these sessions that the viewer may see, by start. One statement."""
    if not session_ids:
        return []
    visible, values = visibility(viewer, "s")
    return await fetch(
        Meant,
        "SELECT s.id, s.title, s.mode, s.starts_at, s.zone, s.cancellation_hours FROM session s"
        f" WHERE s.id IN ({marks(session_ids)}) AND {visible} ORDER BY s.starts_at, s.id",
        *session_ids,
        *values,
    )
