"""Whether messages about rosters are still wanted, asked when they are about to leave."""

from collections.abc import Sequence
from uuid import UUID

from training.attendance.queries.absences import list_statuses
from training.attendance.queries.chasing import list_still_asked
from training.attendance.rules.absences import status_words
from training.outbox.actions.delivery import Due

CLOSED = "The roster was closed meanwhile, or it is not theirs to close any more."
CHANGED = "What it says of the attendance is not so any more."


async def find_unwanted_chases(due: Sequence[Due]) -> dict[UUID, str]:
    """For each of these messages that ask for a roster and are not to leave any more, why. One statement."""
    asked = {one.id: one.subject_id for one in due if one.subject_id is not None}
    still = await list_still_asked(sorted(set(asked.values())))
    return {key: CLOSED for key, assignment_id in asked.items() if assignment_id not in still}


async def find_unwanted_absences(due: Sequence[Due]) -> dict[UUID, str]:
    """The same for messages to learners about how they were recorded: one that says what is not so any more stays
    here. Messages to coordinators leave: a correction follows them. One statement."""
    asked = {one.id: one for one in due if one.kind != "absence-people" and one.subject_id is not None}
    stands = await list_statuses(sorted({one.subject_id for one in asked.values() if one.subject_id}))
    unwanted = {}
    for key, one in asked.items():
        status = stands.get((one.subject_id, UUID(one.values["meeting_id"]))) if one.subject_id else None
        if status is None or status_words(status) != one.values["status"]:
            unwanted[key] = CHANGED
    return unwanted
