"""The meetings of a session: one form each, and one more to add another. Works without a script."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound, TrainingError
from training.base.structs import Viewer, as_data
from training.base.work import Work, Works
from training.base.zones import zone_names, zone_typed
from training.catalogue.pages.refusals import since
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.actions import add_meeting, drop_meeting, move_meetings
from training.schedule.pages.typed import REFUSALS, MeetingForm, StepForm, refused
from training.schedule.pages.whole import load_managed, tabs
from training.schedule.queries import list_meetings, list_rooms, list_trainers
from training.schedule.rules.clashes import ClashesFound
from training.schedule.rules.outcomes import ROOM_NAME
from training.schedule.rules.sessions import OVER_STATES, Meeting, Room, SessionView, State, Trainer
from training.schedule.rules.times import TimeIsAmbiguous
from training.web.exports import WHEN, table_response, when_cells
from training.web.forms import Form, Meanwhile, differences, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# The fields as the form calls them.
LABELS = {
    "local_start": "Starts",
    "local_end": "Ends",
    "zone": "Time zone",
    "title": "Title of the meeting",
    "room_id": "Room",
    "link": "Link",
}
HEADER = ("Number", "Title", *WHEN, "Room", "Venue", "Link", "Trainers")


class MeetingPages(Controller):
    """Meetings of a session. Once it is published, its meetings are moved from the desk, which shows who is touched."""

    path = "/manage/sessions/{session_id:uuid}/meetings"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/")
    async def meetings(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID]
    ) -> Response[Any]:
        """Every meeting, each in a form of its own while the session is a draft."""
        session = await load_managed(viewer, session_id)
        return await _meetings_page(request, session, request.query_params.get("meeting", ""))

    @post("/")
    async def add(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add a meeting."""
        session = await load_managed(viewer, session_id)

        async def run(work: Work, typed: MeetingForm) -> object:
            return await add_meeting(
                work,
                session_id,
                typed.values(),
                expected_version=typed.version,
                accept_warnings=typed.accept_warnings,
            )

        return await _try(request, works, session, "", run)

    @get("/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The meetings of the session and who teaches them, as a file."""
        session = await load_managed(viewer, session_id)
        trainers = await list_trainers([session_id])
        rows = [_row(meeting, trainers) for meeting in await list_meetings([session_id])]
        return table_response(fmt, f"meetings of {session.title}", HEADER, rows)

    @post("/{meeting_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        meeting_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a meeting of a draft."""
        session = await load_managed(viewer, session_id)
        if session.state is not State.DRAFT:
            return redirect(f"/manage/sessions/{session_id}/move")

        async def run(work: Work, typed: MeetingForm) -> object:
            changes, accept = [typed.change(meeting_id)], typed.accept_warnings
            version = typed.version
            return await move_meetings(work, session_id, changes, expected_version=version, accept_warnings=accept)

        return await _try(request, works, session, str(meeting_id), run)

    @post("/{meeting_id:uuid}/drop")
    async def drop(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        meeting_id: FromPath[UUID],
    ) -> Response[Any]:
        """Remove a meeting of a draft."""
        session = await load_managed(viewer, session_id)
        if all(meeting.id != meeting_id for meeting in await list_meetings([session_id])):
            raise NotFound
        version = ((await read_form(request, StepForm)).value or StepForm()).version
        try:
            await works.run(viewer, drop_meeting, meeting_id, expected_version=version)
        except REFUSALS as error:
            return redirect(f"/manage/sessions/{session.id}/meetings", error.detail, kind="warning")
        return redirect(f"/manage/sessions/{session_id}/meetings", "The meeting is gone.")


async def _try(
    request: Asked,
    works: Works,
    session: SessionView,
    which: str,
    run: Callable[[Work, MeetingForm], Awaitable[object]],
) -> Response[Any]:
    """Do what a form asks for, or show the form again with the reason, the question, or the clashes."""
    form = await read_form(request, MeetingForm)
    if form.value is None:
        return await _meetings_page(request, session, which, form)
    try:
        await works.run(request.user, run, form.value)
    except REFUSALS as error:
        now = await load_managed(request.user, session.id)
        return await _meetings_page(request, now, which, refused(form, error), error)
    return redirect(f"/manage/sessions/{session.id}/meetings", "Saved." if which else "The meeting is there.")


async def _meetings_page(
    request: Asked,
    session: SessionView,
    which: str = "",
    form: Form[MeetingForm] | None = None,
    error: TrainingError | None = None,
) -> Response[Any]:
    meetings, rooms = await list_meetings([session.id]), await list_rooms()
    editable = session.state is State.DRAFT
    chosen = next((meeting for meeting in meetings if editable and str(meeting.id) == which), None)
    return page(
        request,
        "schedule/session_meetings.html",
        status=form.status if form else 200,
        meanwhile=await _overtaken(request.user, session, chosen, form, rooms),
        session=session,
        here=f"/manage/sessions/{session.id}",
        meetings=meetings,
        which=str(chosen.id) if chosen else "",
        typed=form.raw if form else _typed(session, chosen),
        errors=form.errors if form else {},
        question=_question(error),
        clashes=error.clashes if isinstance(error, ClashesFound) else (),
        rooms=_by_venue(rooms),
        zones=zone_names(),
        editable=editable,
        over=session.state in OVER_STATES,
        tabs=tabs(session.id, "/meetings", {"/meetings": len(meetings)}),
    )


async def _overtaken(
    viewer: Viewer, session: SessionView, chosen: Meeting | None, form: Form[MeetingForm] | None, rooms: list[Room]
) -> Meanwhile | None:
    """What happened to the session while the form was open; None when nothing did."""
    if form is None or not form.stale or form.value is None:
        return None
    if chosen is None:
        return await since(viewer, session.id)
    names = {str(room.id): f"{room.name}, {room.venue_name}" for room in rooms}
    typed, now = as_data(form.value), _typed(session, chosen)
    told = [{**told, "room_id": names.get(str(told["room_id"]), "")} for told in (typed, now)]
    for said in told:
        said.update({name: str(said[name]).replace("T", " ") for name in ("local_start", "local_end")})
    told[0]["zone"] = zone_typed(str(typed["zone"]))
    return await since(viewer, session.id, differences(LABELS, *told))


def _row(meeting: Meeting, trainers: list[Trainer]) -> tuple[object, ...]:
    teaching = [
        f"{trainer.name or trainer.email} ({trainer.role})" for trainer in trainers if trainer.meeting_id == meeting.id
    ]
    when = when_cells(meeting.starts_at, meeting.ends_at, meeting.zone)
    place = (meeting.room_name, meeting.venue_name, meeting.link)
    return (meeting.number, meeting.title, *when, *place, teaching)


def _typed(session: SessionView, meeting: Meeting | None) -> dict[str, Any]:
    """What the form holds before anything is typed: a meeting as it is, or nothing but the session's zone."""
    empty = {**dict.fromkeys(MeetingForm.__struct_fields__, ""), "zone": session.zone, "version": session.version}
    if meeting is None:
        return empty
    return {
        **empty,
        "local_start": meeting.local_start.strftime("%Y-%m-%dT%H:%M"),
        "local_end": meeting.local_end.strftime("%Y-%m-%dT%H:%M"),
        "zone": meeting.zone,
        "title": meeting.title,
        "room_id": meeting.room_id or "",
        "link": meeting.link,
    }


def _question(error: TrainingError | None) -> dict[str, Any] | None:
    """A wall time that clocks show twice, as a choice: the field to answer and both moments."""
    if not isinstance(error, TimeIsAmbiguous):
        return None
    field = "end_fold" if error.data.get("field") == "local_end" else "start_fold"
    return {"field": field, "first": error.first, "second": error.second}


def _by_venue(rooms: list[Room]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Rooms as groups of a select."""
    groups: dict[UUID, tuple[str, list[tuple[str, str]]]] = {}
    for room in rooms:
        # An import makes such a room in every venue: a list of them would say the same thing fifty times.
        name = f"{room.venue_name}: room not named" if room.name == ROOM_NAME else room.name
        words = f"{name} ({room.places})" if room.places else name
        groups.setdefault(room.venue_id, (room.venue_name, []))[1].append((str(room.id), words))
    return list(groups.values())
