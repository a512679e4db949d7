"""What somebody takes part in next and what waits for them, for the page where everybody begins."""

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from training.attendance.queries.check_in import list_coming_in
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.queries import EnrollmentView, list_of_person
from training.booking.queries.asking import count_own_open
from training.booking.rules import ACTIVE, KEEPS_PLACE
from training.booking.rules.check_in import SELF_AFTER, SELF_BEFORE
from training.portal.pages.needed import count_own_prework, needed_of
from training.portal.queries import list_recorded
from training.portal.rules import session_path, split_own
from training.schedule.queries import list_meetings
from training.schedule.rules.sessions import Meeting
from training.surveys.pages.answer import open_surveys

SHOWN = 3


class Taking(Frozen, frozen=True, kw_only=True):
    """A place, or a spot on a waitlist, with the meeting that is next or runs; its link only for who has a place.

    What was over just now is among them while people can still check in to it.
    """

    row: EnrollmentView
    next: Meeting | None
    coming_in: bool = False
    recorded: bool = False

    def begins(self, far: datetime) -> datetime:
        """When the next meeting begins; `far` without a date."""
        return self.next.starts_at if self.next else self.row.starts_at or far


async def taking_part(viewer: Viewer, works: Works) -> dict[str, Any]:
    """What is next for the viewer, what they can say of what is over, and what is still needed from them.

    `own` counts three at most. The same number of statements for any number of places; none for a visitor.
    """
    if viewer.person_id is None:
        return {"own": [], "own_all": 0, "stands": {}, "surveys": [], "needed": []}
    person_id, now = viewer.person_id, works.clock()
    coming, past = split_own(await list_of_person(person_id), now)
    can_come_in = await coming_in(person_id, (*coming, *past), now)
    active = [row for row in coming if row.state in ACTIVE and row.session_state != "cancelled"]
    just_over = [row for row in past if row.id in can_come_in]
    asked = await count_own_open(person_id, [row.session_id for row in active])
    return {
        "own": await _next_of([*active, *just_over], can_come_in, now),
        "own_all": len(active) + len(just_over),
        "stands": {session_path(row.session_id): row for row in active},
        "surveys": await open_surveys(works, person_id),
        "needed": needed_of(coming, asked, await count_own_prework(person_id, coming, now)),
    }


async def coming_in(person_id: UUID, rows: Iterable[EnrollmentView], now: datetime) -> set[UUID]:
    """The enrollments of these by which somebody can check in themselves now, also to what was over just now.

    One statement at most, none where none of these sessions is around now.
    """
    around = {
        row.id
        for row in rows
        if row.starts_at and row.ends_at and row.starts_at - SELF_BEFORE <= now <= row.ends_at + SELF_AFTER
    }
    return around & await list_coming_in(person_id, now) if around else set()


async def _next_of(rows: Sequence[EnrollmentView], can_come_in: Set[UUID], now: datetime) -> list[Taking]:
    meetings = await list_meetings([row.session_id for row in rows])
    far = datetime.max.replace(tzinfo=now.tzinfo)
    found = sorted(
        (Taking(row=row, next=next_meeting(row, meetings, now)) for row in rows),
        key=lambda one: (one.begins(far), one.row.id),
    )[:SHOWN]
    recorded = await list_recorded(begun([one.row for one in found], now))
    return [
        Taking(row=one.row, next=one.next, coming_in=one.row.id in can_come_in, recorded=one.row.id in recorded)
        for one in found
    ]


def begun(rows: Sequence[EnrollmentView], now: datetime) -> list[UUID]:
    """The enrollments of these whose session has begun: only there can a roster be closed."""
    return [row.id for row in rows if row.starts_at is not None and row.starts_at <= now]


def next_meeting(row: EnrollmentView, meetings: Sequence[Meeting], now: datetime) -> Meeting | None:
    """The next meeting of somebody's session, or the one that runs; its link only for who has a place."""
    ahead = (m for m in meetings if m.session_id == row.session_id and m.cancelled_at is None and m.ends_at > now)
    found = next(ahead, None)
    return found if found is None or row.state in KEEPS_PLACE else found.for_strangers()
