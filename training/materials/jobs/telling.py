"""What the worker does for those who follow materials: tell them what changed, some time after it was published."""

from collections.abc import Mapping

import structlog

from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.telling import tell_course, told_next
from training.materials.queries.telling import list_untold
from training.materials.rules.telling import KIND
from training.outbox.rules.recipients import Audience

TELLER = Viewer.machine("worker")
AUDIENCES: Mapping[str, Audience] = {KIND: told_next}
"""Who knows the recipients of this room's messages to many."""

log = structlog.get_logger()


async def tell_changed(works: Works) -> int:
    """Tell of what was published ten minutes ago, each course in a unit of work of its own; returns of how many
    versions. One that fails is tried again with the next tick and holds up no other."""
    done = 0
    for course_id in await list_untold(works.clock()):
        try:
            done += await works.run(TELLER, tell_course, course_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            log.error("not told", course=str(course_id), error=type(error).__name__)
    return done
