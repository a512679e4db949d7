"""What the worker calls for the schedule: sessions start and end by the clock."""

from training.base.structs import Viewer
from training.base.work import Works
from training.schedule.actions import close_due, start_due

MOST_AT_ONCE = 100
MOST_ROUNDS = 50


async def advance(works: Works) -> int:
    """Let sessions run that have begun and close those that are over; returns how many steps were taken.

    Small units of work, so that nobody who books waits long; what is left over waits for the next call.
    """
    worker = Viewer.machine("worker")
    steps = 0
    for action in (start_due, close_due):
        for _ in range(MOST_ROUNDS):
            done = await works.run(worker, action, most=MOST_AT_ONCE)
            steps += done
            if done < MOST_AT_ONCE:
                break
    return steps
