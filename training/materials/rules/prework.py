"""What learners are asked to go through before a session, and whether it is still open at an instant. Pure."""

from collections.abc import Iterable, Set
from datetime import datetime
from uuid import UUID

from training.base.structs import Frozen
from training.materials.rules.showing import Audience, Opens, Showing, Times, opens_at


class Prework(Frozen, frozen=True, kw_only=True):
    """A material that is to be gone through before. `from_at` is when learners can see it; None: always.

    `due_at` is the start of the session, or of the meeting that it belongs to; None while there is no date.
    """

    material_id: UUID
    session_id: UUID
    title: str
    from_at: datetime | None = None
    due_at: datetime | None = None

    def asked_at(self, at: datetime) -> bool:
        """Whether learners are asked for it at this instant: they can see it, and it is not too late."""
        return (self.from_at is None or self.from_at <= at) and (self.due_at is None or at < self.due_at)


def undone(prework: Iterable[Prework], acknowledged: Set[UUID]) -> tuple[Prework, ...]:
    """What somebody has still to do, in order. Whoever went through an earlier version went through it."""
    return tuple(one for one in prework if one.material_id not in acknowledged)


def due_at(showing: Showing, times: Times) -> datetime | None:
    """Before when something is to be done: the start of the session, or of the meeting that it belongs to."""
    known = {one.number: one.starts_at for one in times.sittings}
    return min(known.values(), default=None) if showing.meeting_number is None else known.get(showing.meeting_number)


def is_ahead(showing: Showing, times: Times, now: datetime) -> bool:
    """Whether it is not too late for what is to be done before: what learners see then, they are asked for. While there
    is no date at all, it is not; before a meeting that is not held, nothing is to be done."""
    due = due_at(showing, times)
    return not times.sittings if due is None else now < due


def prework_of(session_id: UUID, material_id: UUID, title: str, showing: Showing, times: Times) -> Prework | None:
    """What learners are asked for; None for what they cannot see before it should be done: what is for trainers, or
    comes later. While there is no date, only what can always be seen can be asked for."""
    if showing.audience is Audience.TRAINERS:
        return None
    from_at, due = opens_at(showing, times), due_at(showing, times)
    if showing.opens is not Opens.ALWAYS and (from_at is None or due is None or from_at >= due):
        return None
    return Prework(session_id=session_id, material_id=material_id, title=title, from_at=from_at, due_at=due)
