"""What the worker does for rosters: ask for those that stay open, and put them on the board when that did not help;
forget what meeting platforms told of people, and by which devices they checked in."""

import traceback
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from training.attendance.actions.chasing import chase
from training.attendance.actions.following import sum_up_due
from training.attendance.actions.proposing import propose_anew
from training.attendance.queries.chasing import list_open_rosters
from training.attendance.rules.chasing import step_due
from training.base.forgetting import Forgettable, forget_old
from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions.delivery import Due
from training.outbox.jobs.deliver import Amender

KEEPER = Viewer.machine("worker")
# Names, addresses and minutes of a list go a week after it was applied; one that never was goes as a whole.
LISTS = (
    Forgettable(
        kept=timedelta(days=7),
        statement="UPDATE online_import SET lines = '[]', choices = '[]', file_name = '' WHERE id IN (SELECT id FROM"
        " online_import WHERE applied_at <= {} AND lines <> '[]' ORDER BY applied_at LIMIT {}) RETURNING id",
    ),
    Forgettable(
        kept=timedelta(days=30),
        statement="DELETE FROM online_import WHERE id IN (SELECT id FROM online_import WHERE applied_at IS NULL"
        " AND created_at <= {} ORDER BY created_at LIMIT {}) RETURNING id",
    ),
)
# By then rosters are closed, and nobody asks any more who shared a device; who checked in when and how stays.
DEVICES = Forgettable(
    kept=timedelta(days=30),
    statement="UPDATE check_in SET device = '' WHERE id IN (SELECT id FROM check_in WHERE device <> ''"
    " AND at <= {} ORDER BY at LIMIT {}) RETURNING id",
)
# Sessions that are summed up in one unit of work, in which nobody else can book them or mark in them.
MOST_AT_ONCE = 10

log = structlog.get_logger()


async def ask_for_rosters(works: Works) -> int:
    """Ask for the rosters that are due, each in a unit of work of its own; returns for how many something was done.

    One that fails is logged, tried again with the next tick, and holds up no other.
    """
    now, done = works.clock(), 0
    for roster in await list_open_rosters(now):
        if step_due(roster, now) is None:
            continue
        try:
            done += await works.run(KEEPER, chase, roster.meeting_id) is not None
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            # What an error says may name people: it stays out.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("roster not asked for", meeting=str(roster.meeting_id), error=type(error).__name__, trace=where)
    return done


async def propose_dates(works: Works, asked: Sequence[Due]) -> Mapping[UUID, str]:
    """The next dates of messages about absences that are about to leave. One unit of work."""
    return await works.run(KEEPER, propose_anew, asked)


AMENDERS: Mapping[str, Amender] = dict.fromkeys(("absence", "absence-people"), propose_dates)
"""Who brings a message up to date before it leaves, by its kind."""


async def sum_up_what_is_over(works: Works) -> int:
    """Compute the attendance of sessions anew in which a meeting is over now; returns of how many."""
    done = 0
    while True:
        some = await works.run(KEEPER, sum_up_due, MOST_AT_ONCE)
        done += some
        if some < MOST_AT_ONCE:
            return done


async def forget_lists(works: Works) -> int:
    """Forget the lists of participants whose time is over; returns how many."""
    return await forget_old(works, LISTS)


async def forget_devices(works: Works) -> int:
    """Forget by which devices people checked in a month ago; returns of how many check-ins."""
    return await forget_old(works, (DEVICES,))
