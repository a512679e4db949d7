"""What happened lately to a partner's people: a booking that was taken back is one line, however many were in it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen, Viewer
from training.portal.queries import Lately, TakenBack, list_lately, list_taken_back

SHOWN = 8
# Read at most, so that one large booking does not hide everything before it.
_READ = 200


class Undone(Frozen, frozen=True, kw_only=True):
    """A booking that was taken back, as one line. `by` is a name; `people` are those whom the viewer may see."""

    session_id: UUID
    title: str
    starts_at: datetime | None
    state_at: datetime
    by: str
    people: int


async def lately_of(viewer: Viewer, partner_id: UUID) -> list[Lately | Undone]:
    """The newest first, at most eight lines."""
    rows = await list_lately(viewer, partner_id, limit=_READ)
    undone = await list_taken_back(row.booking_id for row in rows if row.state == "cancelled")
    return fold(rows, undone)[:SHOWN]


def fold(rows: Sequence[Lately], undone: Iterable[TakenBack]) -> list[Lately | Undone]:
    """One line for all who left with the same booking at the moment it was taken back; the others as they are."""
    by_booking = {one.subject_id: one for one in undone}
    lines: list[Lately | Undone] = []
    told: set[UUID] = set()
    for row in rows:
        one = by_booking.get(row.booking_id)
        if one is None or row.state != "cancelled" or row.state_at != one.at:
            lines.append(row)
        elif row.booking_id not in told:
            told.add(row.booking_id)
            people = sum(each.booking_id == row.booking_id and each.state_at == one.at for each in rows)
            lines.append(
                Undone(
                    session_id=row.session_id,
                    title=row.title,
                    starts_at=row.starts_at,
                    state_at=one.at,
                    by=one.actor_name,
                    people=people,
                )
            )
    return lines
