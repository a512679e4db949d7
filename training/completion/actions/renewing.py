"""People are told, 60 and 14 days before, that what they completed ends."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from training.base.work import Work
from training.booking.tables import Enrollment
from training.completion.mails.renewals import renewal_values, tell_renewal, topic_of
from training.completion.queries.renewals import (
    DueRenewal,
    NextSession,
    list_next_sessions,
    list_partners,
    list_still_due,
    lock_due_renewals,
)
from training.completion.rules.renewals import due_letter
from training.outbox.actions import supersede_all
from training.outbox.actions.delivery import Due, bring_up_to_date

MOST_AT_ONCE = 100


async def tell_renewals(work: Work) -> int:
    """Write to at most `MOST_AT_ONCE` people, each message once; returns how many there were to look at.

    The rows are locked and judged again under the lock, so that two workers never write the same message.
    """
    due = await lock_due_renewals(work.now, MOST_AT_ONCE)
    places = await _places(due, work.now)
    await supersede_all(work, [topic_of(one.id) for one in due])
    for one in due:
        letter = due_letter(one.valid_until, one.renewal_told_at, work.now)
        if letter is not None:
            work.change(Enrollment, one.id, renewal_told_at=work.now)
            await tell_renewal(work, one, letter, places[one.id].dates, by_partner=places[one.id].by_partner)
    return len(due)


async def propose_anew(work: Work, asked: Sequence[Due]) -> dict[UUID, str]:
    """Bring these messages about an end up to date that are about to leave; returns what those keep now that said
    something else. What is not due any more is not written to."""
    due = await list_still_due(sorted({one.subject_id for one in asked if one.subject_id}), work.now)
    places = await _places(due, work.now)
    renewals = {one.id: one for one in due}
    kept = {}
    for message in asked:
        if message.subject_id not in renewals:
            continue
        one, where = renewals[message.subject_id], places[message.subject_id]
        said = bring_up_to_date(work, message, renewal_values(one, where.dates, by_partner=where.by_partner))
        if said is not None:
            kept[message.id] = said
    return kept


class _Places(NamedTuple):
    """Where somebody may renew it. `by_partner`: somebody books for them."""

    dates: Sequence[NextSession]
    by_partner: bool


async def _places(due: Sequence[DueRenewal], now: datetime) -> dict[UUID, _Places]:
    """By the ids of these. The statements grow with the number of partners, not of people."""
    partners = await list_partners(due)
    wanted: dict[tuple[UUID, ...], set[UUID]] = {}
    for one in due:
        wanted.setdefault(partners.get(one.id, ()), set()).add(one.course_id)
    found = {those: await list_next_sessions(sorted(courses), those, now) for those, courses in wanted.items()}
    theirs = {one.id: partners.get(one.id, ()) for one in due}
    return {one.id: _Places(found[theirs[one.id]].get(one.course_id, ()), bool(theirs[one.id])) for one in due}
