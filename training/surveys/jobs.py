"""What the worker does for surveys: ask once more who has not answered, and know whom a message to many is for."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from msgspec.structs import replace

from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.rules.recipients import Audience, Recipient
from training.surveys.actions.asking import ask_session, asked_again, asked_first, chase_session
from training.surveys.queries.rounds import list_forgotten, list_to_chase
from training.surveys.rules.asking import ASKED_KIND, CHASE_AFTER, CHASED_KIND, NOT_CHASED_BEFORE_END

ASKER = Viewer.machine("worker")
AT_ONCE = 50
LOOKS_BACK = timedelta(days=3)

log = structlog.get_logger()


async def chase(works: Works) -> int:
    """Ask people once more, four days after they were asked, unless they have answered; returns how many.

    Each session in a unit of work of its own. One that fails is tried again with the next tick and holds up no other.
    """
    now, done, failed = works.clock(), 0, 0
    while due := await list_to_chase(now - CHASE_AFTER, now + NOT_CHASED_BEFORE_END, failed, AT_ONCE):
        for session_id in due:
            try:
                done += await works.run(ASKER, chase_session, session_id)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
                failed += 1
                log.error("not done", job="chase surveys", of=str(session_id), error=type(error).__name__)
    return done


async def ask_forgotten(works: Works) -> int:
    """Ask whoever was there and was missed when the rosters were closed, in the last three days; returns how many."""
    done, now = 0, works.clock()
    for session_id in await list_forgotten(now - LOOKS_BACK, now):
        try:
            done += await works.run(ASKER, ask_session, session_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
            log.error("not done", job="ask about sessions", of=str(session_id), error=type(error).__name__)
    return done


async def asked_next(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
    """Who is asked about a session: those who were asked then and have not answered meanwhile."""
    some = await asked_first(UUID(args["session_id"]), args["at"], after, limit)
    return [replace(one, not_before=args.get("not_before")) for one in some]


async def asked_again_next(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
    """Who is asked once more: those whom that was decided of then, and who have not answered meanwhile."""
    return await asked_again(UUID(args["session_id"]), args["at"], after, limit)


AUDIENCES: Mapping[str, Audience] = {ASKED_KIND: asked_next, CHASED_KIND: asked_again_next}
"""Who knows the recipients of this room's messages to many."""
