"""Hold back what asks how a session was while it is not over after all: a roster was opened again, or a meeting added.

Who was not reached yet is asked anew when the last roster is closed; who has answered never is.
"""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from msgspec.structs import replace

from training.base.database import marks
from training.base.work import Work
from training.outbox.actions import withdraw_all
from training.surveys import tables
from training.surveys.mails import survey_topic
from training.surveys.queries.rounds import Situation, find_situation, list_gone, list_unanswered, lock_round
from training.surveys.rules.asking import ASKED_KIND, CHASED_KIND, closing

_AT_ONCE = 500


class _OfSession(Protocol):
    @property
    def session_id(self) -> UUID: ...


async def hold_back(work: Work, event: _OfSession) -> None:
    """Reaction: nobody is asked about a session that goes on: one that has an open roster now.

    Whose mail has not left counts as not asked. Who has it keeps it, and is asked once more only after the last roster
    is closed. One statement where nobody was asked.
    """
    await work.flush()
    found = await find_situation(event.session_id, work.now)
    if found is None or found.closes_at is None or not found.open_rosters:
        return
    await lock_round(event.session_id)
    unanswered = await list_unanswered(event.session_id)
    topics = [survey_topic(one.id) for one in unanswered]
    await withdraw_all(work, topics)
    # Asked after that: what had begun to leave is not taken back.
    asked_at = {survey_topic(one.id): one.asked_at for one in unanswered}
    left = {(one.topic, one.kind) for one in await list_gone(topics) if one.created_at >= asked_at[one.topic]}
    reached = [one.id for one in unanswered if (survey_topic(one.id), ASKED_KIND) in left]
    await _unask(work, event.session_id, sorted({one.id for one in unanswered} - set(reached)))
    await _unchase(work, [key for key in reached if (survey_topic(key), CHASED_KIND) not in left])


async def begin_again(work: Work, found: Situation) -> Situation:
    """A session has gone on since people were asked: whoever has not answered is asked anew, about all of it.

    What is asked stays fixed once anybody has answered; the survey is open again for as long as at first.
    """
    await lock_round(found.id)
    if await _unask(work, found.id, [one.id for one in await list_unanswered(found.id)]):
        return replace(found, survey_id=None, minimum=None, closes_at=None)
    closes_at = closing(work.now, found.open_days or 0)
    work.change(tables.SurveyRound, found.id, closes_at=closes_at)
    return replace(found, closes_at=closes_at)


async def _unask(work: Work, session_id: UUID, enrollment_ids: Sequence[UUID]) -> bool:
    """Forget that these were asked. Returns whether nobody is left who was: then what is asked is not fixed either."""
    for first in range(0, len(enrollment_ids), _AT_ONCE):
        some = enrollment_ids[first : first + _AT_ONCE]
        await work.execute(f"DELETE FROM survey_request WHERE NOT answered AND id IN ({marks(some)})", *some)
    gone = await work.execute(
        "DELETE FROM survey_round WHERE id = {} AND NOT EXISTS"
        " (SELECT 1 FROM survey_request q WHERE q.session_id = survey_round.id) AND NOT EXISTS"
        " (SELECT 1 FROM survey_sheet h WHERE h.session_id = survey_round.id) RETURNING id",
        session_id,
    )
    return bool(gone)


async def _unchase(work: Work, enrollment_ids: Sequence[UUID]) -> None:
    for first in range(0, len(enrollment_ids), _AT_ONCE):
        some = enrollment_ids[first : first + _AT_ONCE]
        await work.execute(f"UPDATE survey_request SET chased_at = NULL WHERE id IN ({marks(some)})", *some)
