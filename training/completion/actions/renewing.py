"""People are told, 60 and 14 days before, that what they completed ends."""

from uuid import UUID

from training.base.work import Work
from training.booking.tables import Enrollment
from training.completion.mails.renewals import tell_renewal
from training.completion.queries.renewals import NextSession, list_next_sessions, list_partners, lock_due_renewals
from training.completion.rules.renewals import due_letter

MOST_AT_ONCE = 100


async def tell_renewals(work: Work) -> int:
    """Write to at most `MOST_AT_ONCE` people, each message once; returns how many there were to look at.

    The rows are locked and judged again under the lock, so that two workers never write the same message.
    """
    due = await lock_due_renewals(work.now, MOST_AT_ONCE)
    partners = await list_partners(due)
    wanted: dict[tuple[UUID, ...], set[UUID]] = {}
    for one in due:
        wanted.setdefault(partners.get(one.id, ()), set()).add(one.course_id)
    dates: dict[tuple[tuple[UUID, ...], UUID], list[NextSession]] = {}
    for those, courses in wanted.items():
        found = await list_next_sessions(sorted(courses), those, work.now)
        dates |= {(those, course_id): some for course_id, some in found.items()}
    for one in due:
        letter = due_letter(one.valid_until, one.renewal_told_at, work.now)
        if letter is not None:
            those = partners.get(one.id, ())
            work.change(Enrollment, one.id, renewal_told_at=work.now)
            await tell_renewal(work, one, letter, dates.get((those, one.course_id), []), by_partner=bool(those))
    return len(due)
