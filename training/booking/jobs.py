"""What the worker does for places: end what was kept for a time only, and give it to whoever is next."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import expire_enrollment
from training.booking.actions.giving_up import release_overdue, remind_of_names
from training.booking.actions.stand_ins import forget_stand_ins
from training.booking.queries import list_expired
from training.booking.queries.open_places import list_waiting_for_names
from training.booking.rules.open_places import remind

KEEPER = Viewer.machine("worker")
STAND_INS_KEPT = timedelta(days=1)
AT_ONCE = 500


async def expire(works: Works) -> int:
    """End requests that were not confirmed and offers that were not answered in time; returns how many.

    Each in a unit of work of its own, so that nobody who books waits long and one that fails holds up no other: what
    failed is raised when all have been tried.
    """
    due = await list_expired(works.clock())
    return await _each([partial(works.run, KEEPER, expire_enrollment, enrollment_id) for enrollment_id in due])


async def ask_for_names(works: Works) -> int:
    """Remind of places that have no name yet, and give those back whose time is over; returns how many places.

    Each booking in a unit of work of its own; what failed is raised when all have been tried.
    """
    now = works.clock()
    due: list[Callable[[], Awaitable[int]]] = []
    for waiting in await list_waiting_for_names():
        of = (waiting.session_id, waiting.booking_id)
        if now >= waiting.until:
            due.append(partial(works.run, KEEPER, release_overdue, *of))
        elif remind(now, waiting.until, waiting.created_at, waiting.chases):
            due.append(partial(works.run, KEEPER, remind_of_names, *of))
    return await _each(due)


async def _each(due: Sequence[Callable[[], Awaitable[int]]]) -> int:
    """Do everything that is due, whatever becomes of one of it. Raises ExceptionGroup afterwards with what failed."""
    done, failed = 0, []
    for one in due:
        try:
            done += await one()
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(due)} that were due could not be done", failed)
    return done


async def forget(works: Works) -> int:
    """Delete stand-ins a day after their requests ended, and return how many requests that were."""
    done = gone = await works.run(KEEPER, forget_stand_ins, works.clock() - STAND_INS_KEPT, AT_ONCE)
    while gone == AT_ONCE:
        gone = await works.run(KEEPER, forget_stand_ins, works.clock() - STAND_INS_KEPT, AT_ONCE)
        done += gone
    return done
