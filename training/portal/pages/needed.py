"""What somebody must still answer, agree to or go through for sessions to come: said first, on their own pages."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.booking.queries import EnrollmentView
from training.booking.rules import ACTIVE, State
from training.materials.queries.prework import list_acknowledged, list_prework
from training.materials.rules.prework import undone


class Needed(Frozen, frozen=True, kw_only=True):
    """Required questions and terms that are open for one enrollment, and how many materials are to be gone through."""

    enrollment_id: UUID
    session_id: UUID
    title: str
    open: int = 0
    prework: int = 0

    @property
    def all(self) -> int:
        """How many things that are."""
        return self.open + self.prework


async def count_own_prework(person_id: UUID, coming: Sequence[EnrollmentView], now: datetime) -> dict[UUID, int]:
    """How many materials somebody can and should go through now, by enrollment; those with none are left out.

    At most three statements, however many sessions.
    """
    placed = [row for row in coming if row.state == State.ENROLLED]
    prework = await list_prework([row.session_id for row in placed])
    done = await list_acknowledged(sorted(prework), [person_id]) if prework else {}
    counted = {
        row.id: sum(one.asked_at(now) for one in undone(prework[row.session_id], done.get(row.id, frozenset())))
        for row in placed
        if row.session_id in prework
    }
    return {key: number for key, number in counted.items() if number}


def needed_of(coming: Sequence[EnrollmentView], asked: Mapping[UUID, int], prework: Mapping[UUID, int]) -> list[Needed]:
    """The same of enrollments that were read already; `asked` counts what is open, by session, and `prework` what is to
    be gone through, by enrollment."""
    found = [
        Needed(
            enrollment_id=row.id,
            session_id=row.session_id,
            title=row.session_title,
            open=asked.get(row.session_id, 0),
            prework=prework.get(row.id, 0),
        )
        for row in coming
        if row.state in ACTIVE and row.session_state != "cancelled"
    ]
    return [one for one in found if one.all]
