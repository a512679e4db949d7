"""What somebody takes part in themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency

from training.attendance.queries.contests import list_to_answer
from training.attendance.queries.teaching import list_waiting
from training.base.errors import SignInRequired
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.pages.booked import may_change_booking
from training.booking.pages.undoable import list_undoable
from training.booking.queries import EnrollmentView, list_of_person, list_positions, list_program_managers
from training.booking.queries.asking import count_own_open
from training.booking.queries.attendees import list_listings
from training.booking.rules import ACTIVE, KEEPS_PLACE, State
from training.booking.rules import cancel_until as until
from training.completion.queries.certificates import list_own_codes
from training.completion.queries.progress import list_progress
from training.materials.queries.counting import count_materials
from training.portal.pages.needed import count_own_prework, needed_of
from training.portal.pages.taking import begun, coming_in, next_meeting
from training.portal.queries import list_recorded, list_teaching, list_visible
from training.portal.rules import split_own
from training.schedule.queries import list_meetings
from training.surveys.pages.answer import open_surveys
from training.web.render import page


class MyPages(Controller):
    """One's own places."""

    path = "/my"
    include_in_schema = False

    @get("/sessions")
    async def my_sessions(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], works: NamedDependency[Works]
    ) -> Response[str]:
        """What is still to come, the next first; what is over, below."""
        if viewer.person_id is None:
            raise SignInRequired
        surveys = await open_surveys(works, viewer.person_id)
        shown = await _shown(viewer, viewer.person_id, works.clock())
        return page(request, "portal/mine.html", surveys=surveys, **shown)


async def _shown(viewer: Viewer, person_id: UUID, now: datetime) -> dict[str, Any]:
    """Somebody's own places and what they teach."""
    coming, past = split_own(await list_of_person(person_id), now)
    around = await _around(coming, now)
    late = {row.program_id for row in coming if row.state in KEEPS_PLACE and around["deadlines"].get(row.id, now) < now}
    asked = await count_own_open(person_id, [row.session_id for row in coming if row.state in ACTIVE])
    left = [row for row in past if row.ends_at is None or row.ends_at > now]
    return {
        "now": now,
        "coming": coming,
        "left": left,
        "past": [row for row in past if row not in left],
        "undoable": await list_undoable(viewer, left, now),
        "recorded": await list_recorded(begun([*coming, *past], now)),
        "needed": needed_of(coming, asked, await count_own_prework(person_id, coming, now)),
        "visible": await list_visible(viewer, [row.session_id for row in (*coming, *past)]),
        "managers": await list_program_managers(viewer, late),
        "teaching": await list_teaching(viewer, now),
        "waiting": await list_waiting(viewer, now),
        "contested": await list_to_answer(viewer, now) if viewer.teaches else [],
        "certificates": await list_own_codes(viewer) if any(row.state == State.COMPLETED for row in past) else {},
        "asked": asked,
        "coming_in": await coming_in(person_id, (*coming, *past), now),
        "bookings": {row.id for row in (*coming, *past) if may_change_booking(viewer, row)},
        "progress": await list_progress(person_id, [row.session_id for row in (*coming, *past)], now),
        "listings": await list_listings(person_id) if coming else {},
        "materials": await count_materials(viewer, [row.session_id for row in (*coming, *past)], now),
        **around,
    }


async def _around(coming: Sequence[EnrollmentView], now: datetime) -> dict[str, Any]:
    """What is shown beside each enrollment still to come, by its id."""
    meetings = await list_meetings(tuple({row.session_id for row in coming}))
    return {
        "positions": await list_positions([row.id for row in coming if row.state == State.WAITLISTED]),
        "meetings": {row.id: next_meeting(row, meetings, now) for row in coming},
        "deadlines": {row.id: until(row.starts_at, row.cancellation_hours) for row in coming if row.starts_at},
    }
