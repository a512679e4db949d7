"""What another rule would do to certificates, by the very rule by which they are issued."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec.structs import replace

from training.booking.rules.states import State
from training.completion.queries.earned import latest_of, list_earned
from training.completion.queries.facts import Judged
from training.completion.rules.certificates import Earned, follows_rule

_AT_ONCE = 500


class Paper(StrEnum):
    """What would be made: a certificate where there is no good one, or one in place of that which somebody has."""

    ISSUED = "issued"
    EDITION = "edition"


async def foresee_papers(found: Sequence[Judged], now: datetime) -> dict[UUID, Paper]:
    """What those who have completed it by the rules that they were judged by would get, by enrollment. Three
    statements for 500 of them."""
    wanted = [one for one in found if one.decision.state is State.COMPLETED and one.session.rule.certificate]
    papers: dict[UUID, Paper] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = {one.facts.id: one for one in wanted[first : first + _AT_ONCE]}
        earned, _ = await list_earned(list(some), "")
        latest = await latest_of(list(some))
        for one in earned:
            was = latest.get(one.enrollment_id)
            if follows_rule(_tried(one, some[one.enrollment_id], now), was):
                good = was is not None and was.revoked_at is None
                papers[one.enrollment_id] = Paper.EDITION if good else Paper.ISSUED
    return papers


def _tried(earned: Earned, one: Judged, now: datetime) -> Earned:
    """What the certificate would say by the rule that is tried."""
    hours = one.session.rule.hours_minutes
    minutes = one.progress.minutes if hours is None else hours
    said = replace(earned.said, completed_at=one.decision.completed_at, minutes=minutes)
    return replace(
        earned,
        said=said,
        valid_until=one.decision.valid_until,
        completed=True,
        wanted=True,
        state_at=earned.state_at if one.facts.state is State.COMPLETED else now,
    )
