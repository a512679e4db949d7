"""Whether somebody is still to hear of changes, judged when the message is about to leave."""

from collections.abc import Sequence
from uuid import UUID

from training.materials.queries.telling import Waiting, list_unseen
from training.materials.rules.telling import materials_of
from training.outbox.actions.delivery import Due

UNWANTED = "They do not want to hear of it any more, or may not see it."


async def find_unwanted(asked: Sequence[Due]) -> dict[UUID, str]:
    """For each of these messages that is not to leave any more, why. Three statements, however many."""
    waiting = [
        Waiting(
            message_id=one.id,
            enrollment_id=one.subject_id,
            material_ids=materials_of(one.values),
            at=one.not_before,
        )
        for one in asked
        if one.subject_id is not None
    ]
    return {one.message_id: UNWANTED for one in await list_unseen(waiting)}
