"""What the worker does for places: end what was kept for a time only, and give it to whoever is next."""

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import expire_enrollment
from training.booking.queries import list_expired

KEEPER = Viewer.machine("worker")


async def expire(works: Works) -> int:
    """End requests that were not confirmed and offers that were not answered in time; returns how many.

    Each in a unit of work of its own, so that nobody who books waits long and one that fails holds up no other.
    """
    done = 0
    for enrollment_id in await list_expired(works.clock()):
        done += await works.run(KEEPER, expire_enrollment, enrollment_id)
    return done
