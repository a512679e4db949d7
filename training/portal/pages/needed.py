"""What somebody must still answer or agree to for sessions to come: said first, on their own pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.booking.queries import EnrollmentView, list_of_person
from training.booking.queries.asking import count_own_open
from training.booking.rules import ACTIVE
from training.portal.rules import split_own


class Needed(Frozen, frozen=True, kw_only=True):
    """Required questions and terms that are open for one enrollment."""

    enrollment_id: UUID
    title: str
    open: int


async def list_needed(person_id: UUID, now: datetime) -> list[Needed]:
    """What is still needed from somebody, the next session first."""
    coming, _ = split_own(await list_of_person(person_id), now)
    asked = await count_own_open(person_id, [row.session_id for row in coming if row.state in ACTIVE])
    return needed_of(coming, asked)


def needed_of(coming: Sequence[EnrollmentView], asked: Mapping[UUID, int]) -> list[Needed]:
    """The same of enrollments that were read already; `asked` counts what is open, by session."""
    return [
        Needed(enrollment_id=row.id, title=row.session_title, open=asked[row.session_id])
        for row in coming
        if row.state in ACTIVE and row.session_state != "cancelled" and asked.get(row.session_id)
    ]
