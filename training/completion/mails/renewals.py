"""The message that what somebody completed ends, with where it can be renewed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from training.base.work import Work
from training.booking.mails import clock_values
from training.booking.rules.requests import is_nobody
from training.completion.queries.renewals import DueRenewal, NextSession
from training.completion.rules.renewals import Letter
from training.outbox.actions import enqueue
from training.outbox.rules.kinds import expires_at

KIND = "completion-renewal"


def topic_of(enrollment_id: UUID) -> str:
    """What messages about the end of a completion are called in the outbox: newer words replace older."""
    return f"renewal:{enrollment_id}"


def renewal_values(due: DueRenewal, dates: Sequence[NextSession], *, by_partner: bool) -> dict[str, Any]:
    """What the message says that another day may change."""
    return {
        "valid_until": due.valid_until,
        "zone": due.zone,
        "dates": [
            {"title": one.title, "path": f"/sessions/{one.session_id}", "starts_at": one.starts_at, "zone": one.zone}
            for one in dates
        ],
        "by_partner": by_partner,
    }


async def tell_renewal(
    work: Work, due: DueRenewal, letter: Letter, dates: Sequence[NextSession], *, by_partner: bool
) -> None:
    """Write one of the two messages; nothing to whoever has no address. `by_partner`: somebody books for them. Whoever
    calls has taken back what waits under its topic."""
    if is_nobody(due.email):
        return
    values = renewal_values(due, dates, by_partner=by_partner) | {
        "course": due.course,
        "last": letter is Letter.LAST,
        "course_path": f"/sessions?course={due.course_id}",
        **clock_values(due.zone, due.person_zone, due.person_locale),
    }
    await enqueue(
        work,
        kind="completion-renewal",
        template="completion/renewal",
        recipient=due.email,
        recipient_name=due.name,
        person_id=due.person_id,
        subject_id=due.id,
        program_id=due.program_id,
        partner_id=due.partner_id,
        topic=topic_of(due.id),
        expires_at=expires_at(KIND, work.now, due.valid_until),
        values=values,
    )
