"""What the worker calls for invites: go along with messages, compare what is due, look at everything once an hour."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

import structlog

from training.base.structs import Viewer
from training.base.work import Works
from training.invites.actions.along import go_along
from training.invites.actions.checking import end_check, list_differing, tell_people
from training.invites.queries.waiting import (
    Unaccompanied,
    goes_to_many,
    list_due_checks,
    list_to_sweep,
    list_unaccompanied,
)
from training.invites.rules.along import ALONG, OWN
from training.outbox.actions.delivery import Due, GoesAlong, look_at
from training.outbox.jobs.deliver import Companion

KEEPER = Viewer.machine("worker")
PEOPLE_AT_ONCE = 100
MESSAGES_AT_ONCE = 60

log = structlog.get_logger()


async def accompany(works: Works, asked: Sequence[Due]) -> Mapping[UUID, GoesAlong]:
    """The calendars that go along with messages about to leave. One unit of work."""
    return await works.run(KEEPER, go_along, asked)


COMPANIONS: Mapping[str, Companion] = dict.fromkeys(sorted(ALONG | OWN), accompany)
"""Who is asked what goes along with a message, by its kind."""


async def compare_due(works: Works) -> int:
    """Compare the invites of sessions in which something changed a minute ago; returns how many tellings that came to.

    One that fails is logged, and the hourly look tries it again.
    """
    told = 0
    for check in await list_due_checks(works.clock()):
        if await goes_to_many(check.id):
            continue
        told += await _each(works, check.id)
        await works.run(KEEPER, end_check, (check.id, check.due_at))
    return told


async def sweep(works: Works) -> int:
    """Compare the invites of every session with meetings to come: whatever was missed is told now."""
    told, after = 0, None
    while session_ids := await list_to_sweep(works.clock(), after):
        for session_id in session_ids:
            told += 0 if await goes_to_many(session_id) else await _each(works, session_id)
        after = session_ids[-1]
    return told


async def _each(works: Works, session_id: UUID) -> int:
    """Look without a lock, then tell some people at a time. What an error says may name people: it stays out."""
    told = 0
    try:
        people = await works.run(KEEPER, list_differing, session_id)
        for first in range(0, len(people), PEOPLE_AT_ONCE):
            told += await works.run(KEEPER, tell_people, session_id, people[first : first + PEOPLE_AT_ONCE])
    except Exception as error:  # noqa: BLE001 - whatever it is, other sessions are not to wait for it
        log.error("calendars not told", session=str(session_id), error=type(error).__name__)
    return told


def accompanying() -> Callable[[Works], Awaitable[int]]:
    """A tick for an installation whose messages do not leave: whoever looks at them there sees what would go along."""
    last: list[Unaccompanied] = []

    async def go_on(works: Works) -> int:
        made = 0
        while some := await list_unaccompanied(works.clock(), last[-1] if last else None, MESSAGES_AT_ONCE):
            last[:] = [some[-1]]
            made += len(await accompany(works, await look_at([one.id for one in some])))
        return made

    return go_on
