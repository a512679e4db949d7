"""Which sessions a file may mean by their titles."""

from datetime import datetime

from training.base.database import fetch
from training.base.structs import Viewer
from training.booking.rules.files import Titled
from training.schedule.rules.visibility import visibility

MOST_TITLED = 5000


async def list_titled(viewer: Viewer, now: datetime) -> list[Titled]:
    """The sessions to come that the viewer may see and that are open for booking, by start. One statement."""
    visible, values = visibility(viewer, "s")
    return await fetch(
        Titled,
        "SELECT s.id, s.title, s.starts_at, s.zone FROM session s WHERE s.state IN ('published', 'confirmed')"
        f" AND s.starts_at > {{}} AND {visible} ORDER BY s.starts_at, s.id LIMIT {{}}",
        now,
        *values,
        MOST_TITLED,
    )
