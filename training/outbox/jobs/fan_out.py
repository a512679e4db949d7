"""Messages to many are made from their one row, some at a time."""

from collections.abc import Mapping

import structlog

from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.actions.fan_out import make_some
from training.outbox.queries import list_waiting_fan_outs
from training.outbox.rules.recipients import Audience

MAKER = Viewer.machine("worker")

log = structlog.get_logger()


async def make_messages(works: Works, audiences: Mapping[str, Audience]) -> int:
    """Make the messages of everything that goes to many; returns how many were made.

    Some of each in turn, so that a very large one holds up no other. One that fails is logged and tried again with the
    next call; what an error says may name people, so only its type is logged.
    """
    made = 0
    waiting = await list_waiting_fan_outs(works.clock())
    while waiting:
        go_on = []
        for fan_out_id in waiting:
            try:
                step = await works.run(MAKER, make_some, fan_out_id, audiences)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are not to wait for it
                log.error("messages not made", fan_out=str(fan_out_id), error=type(error).__name__)
                continue
            made += step.count
            if step.unusable:
                log.warning("addresses that cannot be written to", fan_out=str(fan_out_id), people=step.unusable)
            if step.more:
                go_on.append(fan_out_id)
        waiting = go_on
    return made
