"""People are told, 60 and 14 days before, that what they completed ends."""

from uuid import UUID

from training.base.work import Work
from training.booking.tables import Enrollment
from training.completion.mails.renewals import tell_renewal
from training.completion.queries.renewals import NextSession, list_next_sessions, lock_due_renewals
from training.completion.rules.renewals import due_letter

MOST_AT_ONCE = 100


async def tell_renewals(work: Work) -> int:
    """Write to at most `MOST_AT_ONCE` people, each message once; returns how many there were to look at.

    The rows are locked and judged again under the lock, so that two workers never write the same message.
    """
    due = await lock_due_renewals(work.now, MOST_AT_ONCE)
    wanted: dict[UUID | None, list[UUID]] = {}
    for one in due:
        wanted.setdefault(one.partner_id, []).append(one.course_id)
    dates: dict[tuple[UUID | None, UUID], list[NextSession]] = {}
    for partner_id, courses in wanted.items():
        found = await list_next_sessions(sorted(set(courses)), partner_id, work.now)
        dates |= {(partner_id, course_id): some for course_id, some in found.items()}
    for one in due:
        letter = due_letter(one.valid_until, one.renewal_told_at, work.now)
        if letter is not None:
            work.change(Enrollment, one.id, renewal_told_at=work.now)
            await tell_renewal(work, one, letter, dates.get((one.partner_id, one.course_id), []))
    return len(due)
