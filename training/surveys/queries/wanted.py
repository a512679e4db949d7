"""Whether somebody is still to be asked, judged when the message is about to leave."""

from collections.abc import Sequence
from uuid import UUID

from training.outbox.actions.delivery import Due
from training.surveys.queries.rounds import standings
from training.surveys.rules.asking import why_unwanted


async def find_unwanted(asked: Sequence[Due]) -> dict[UUID, str]:
    """For each of these messages that is not to leave any more, why. One statement.

    Nobody is asked who has answered, whose survey is closed, or who turned out not to have been there.
    """
    subjects = {one.id: one.subject_id for one in asked if one.subject_id is not None}
    if not subjects:
        return {}
    known = await standings(sorted(set(subjects.values())))
    began = {one.id: one.not_before for one in asked}
    why = {key: why_unwanted(known.get(subject), began[key]) for key, subject in subjects.items()}
    return {key: reason for key, reason in why.items() if reason}
