"""A session's page: what it is, when and where, what one may do, and how one's own people stand in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.attendance.queries.check_in import list_coming_in
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import list_booking_partners, list_program_managers
from training.booking.queries.asking import count_own_open
from training.booking.queries.attendees import list_fellows
from training.booking.rules import State
from training.booking.rules.check_in import near
from training.catalogue.rules import language_name
from training.completion.queries.certificates import list_own_codes
from training.completion.queries.facts import Judged
from training.completion.queries.progress import list_progress
from training.materials.queries.counting import count_materials
from training.people.guards import code_tried
from training.people.rules import Permission, may, reach
from training.portal.pages.before import before_session
from training.portal.pages.shown import shown_zone, typed_code
from training.portal.queries import OwnPlace, find_recorded, list_own_places
from training.portal.rules import is_over, places_of, policy_of, session_path
from training.schedule.queries import get_session, get_template, list_meetings, list_trainers
from training.schedule.rules.inheritance import differing
from training.schedule.rules.sessions import SessionView, bookable, sees_joining_details
from training.web.render import page


class SessionPages(Controller):
    """One session."""

    path = "/sessions"
    include_in_schema = False

    @get("/{session_id:uuid}")
    async def session_page(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        code: FromQuery[str] = "",
    ) -> Response[str]:
        """Everything that this viewer may know about a session, and the next step."""
        code, now = typed_code(code), works.clock()
        async with code_tried(request, code):
            session = await get_session(viewer, session_id, code)
        return page(
            request,
            "portal/session.html",
            session=session,
            now=now,
            shown=shown_zone(request) or session.zone,
            code=code,
            **_for_everybody(session, now),
            before=await before_session(viewer, session, now),
            materials=(await count_materials(viewer, [session.id], now)).get(session.id),
            **await _for_viewer(viewer, session, code, now),
        )


def _for_everybody(session: SessionView, now: datetime) -> dict[str, Any]:
    """What follows from the session and the time alone."""
    return {
        "language_name": language_name(session.language),
        "places": places_of(session),
        "policy": policy_of(session),
        "over": is_over(session, now),
        "not_bookable": bookable(session, now),
    }


async def _for_viewer(viewer: Viewer, session: SessionView, code: str, now: datetime) -> dict[str, Any]:
    """What depends on who is looking."""
    manages = may(viewer, Permission.SESSION_MANAGE, session.program_id)
    inside = sees_joining_details(session, manages=manages)
    meetings = await list_meetings([session.id])
    trainers = await list_trainers([session.id])
    places = await list_own_places(viewer, session.id)
    template = await get_template(session.course_id) if manages else None
    coordinates = reach(viewer, Permission.PLACES_BOOK).scope_ids
    partners = await list_booking_partners(viewer, session, code)
    until = policy_of(session).cancel_until
    late = until is not None and until < now
    mine = next((place for place in places if place.person_id == viewer.person_id), None)
    # Whoever has a place that cannot simply be given back, or nobody who books for them, is told whom to ask by name.
    asks = bool(late and places) or not (places or partners or coordinates or session.viewer_trains)
    return {
        "late": late and not manages,
        "asks": asks,
        "managers": await list_program_managers(viewer, [session.program_id] if asks else ()),
        "manages": manages,
        "fellows": await list_fellows(viewer, session.id) if session.attendee_list and session.viewer_learns else [],
        "inside": inside,
        "meetings": meetings if inside else [meeting.for_strangers() for meeting in meetings],
        "trainers": {m.id: [t for t in trainers if t.meeting_id == m.id] for m in meetings},
        "differs": differing(session.own_fields, session.values, template) if template else (),
        "mine": mine,
        "asked": (await count_own_open(mine.person_id, [session.id])).get(session.id) if mine else None,
        "coming_in": mine is not None and near(meetings, now) and mine.id in await list_coming_in(mine.person_id, now),
        "progress": await _progress(mine, session.id, now),
        "recorded": await _recorded(viewer, session, now),
        "certificate": await _certificate(viewer, mine),
        "theirs": _by_partner([place for place in places if place.partner_id in coordinates]),
        "partners": partners,
        "coordinates": bool(coordinates),
        "book_path": session_path(session.id, code, "/book"),
        "path_with_code": session_path(session.id, code),
        "materials_path": session_path(session.id, code, "/materials"),
        "enroll_path": session_path(session.id, code, "/enroll"),
    }


async def _progress(mine: OwnPlace | None, session_id: UUID, now: datetime) -> Judged | None:
    """How far the viewer is; None without a place."""
    return (await list_progress(mine.person_id, [session_id], now)).get(mine.id) if mine else None


async def _certificate(viewer: Viewer, mine: OwnPlace | None) -> str:
    """The code of the viewer's certificate for it; empty where there is none."""
    completed = mine is not None and mine.state is State.COMPLETED
    return (await list_own_codes(viewer)).get(mine.id, "") if mine and completed else ""


async def _recorded(viewer: Viewer, session: SessionView, now: datetime) -> UUID | None:
    """The enrollment of which the viewer can see how they were recorded: a roster of theirs is closed."""
    begun = session.starts_at is not None and session.starts_at <= now
    return await find_recorded(viewer, session.id) if begun else None


def _by_partner(places: list[OwnPlace]) -> dict[str, list[OwnPlace]]:
    found: dict[str, list[OwnPlace]] = {}
    for place in places:
        found.setdefault(place.partner_name or "", []).append(place)
    return found
