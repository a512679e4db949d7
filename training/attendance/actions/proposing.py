"""Next dates in a message about absences are those of the moment in which it leaves, not of the evening before."""

from collections.abc import Sequence
from uuid import UUID

from training.attendance.mails import date_values
from training.attendance.queries.next_dates import NextDate, find_placed, list_dates_for, list_proposals
from training.base.work import Work
from training.outbox.actions.delivery import Due, bring_up_to_date


async def propose_anew(work: Work, asked: Sequence[Due]) -> dict[UUID, str]:
    """Bring the dates of these messages up to date; returns what those keep now that said something else.

    Whoever has another place by now is told no dates. The statements grow with the number of sessions and partners,
    not of messages.
    """
    messages = {one.id: one for one in asked if not one.values.get("corrected")}
    proposals = await list_proposals(sorted(messages))
    dates: dict[tuple[UUID, UUID | None], list[NextDate]] = {}
    placed: dict[UUID, frozenset[UUID]] = {}
    kept = {}
    for one in proposals:
        where = (one.session_id, one.partner_id)
        if where not in dates:
            dates[where] = await list_dates_for(one.course_id, one.session_id, one.partner_id, work.now)
        if one.session_id not in placed:
            learners = sorted({other.person_id for other in proposals if other.session_id == one.session_id})
            placed[one.session_id] = await find_placed(learners, one.course_id, one.session_id, work.now)
        settled = one.kind == "absence" and one.person_id in placed[one.session_id]
        said = bring_up_to_date(work, messages[one.message_id], {"dates": date_values(() if settled else dates[where])})
        if said is not None:
            kept[one.message_id] = said
    return kept
