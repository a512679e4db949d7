"""Sessions and what can be done with them, meetings, trainers, rooms."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec.structs import replace

from training.base.errors import Invalid
from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.catalogue.rules import Mode
from training.people.guards import code_tried, needs, permitted, signed_in
from training.people.rules import Permission, TokenScope, may, reach
from training.schedule import actions, queries
from training.schedule.queries import SessionFilter
from training.schedule.rules.sessions import State, sees_joining_details
from training.schedule.rules.steps import Readiness, missing, warnings
from training.schedule.rules.values import RoomValues, SessionValues
from training.schedule.schemas import (
    CancelIn,
    ManagedOut,
    MeetingIn,
    MeetingPatchIn,
    MeetingsOut,
    MoveIn,
    RoomOut,
    RoomsOut,
    Seen,
    SessionIn,
    SessionOut,
    SessionPage,
    TrainerIn,
    TrainersOut,
    managed_out,
    session_out,
)
from training.web.answers import answer, etag_of, not_modified, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Cursor = Annotated[str, QueryParameter(max_length=500)]
Code = Annotated[str, QueryParameter(max_length=20, description="An access code, if you were given one.")]
Text = Annotated[str, QueryParameter(max_length=200)]
Instant = Annotated[datetime | None, QueryParameter(description="An instant with its offset.")]


async def _see(viewer: Viewer, session_id: UUID, now: datetime, code: str = "") -> SessionOut:
    """A session with everything that belongs to it, as this reader may see it. Three statements, five for managers."""
    session = await queries.get_session(viewer, session_id, code)
    meetings = await queries.list_meetings([session_id])
    trainers = await queries.list_trainers([session_id])
    managed: ManagedOut | None = None
    if may(viewer, Permission.SESSION_MANAGE, session.program_id):
        partners = [partner.id for partner in await queries.list_invited_partners(session_id)]
        ready = Readiness(missing=missing(session, meetings), warnings=warnings(session, meetings, trainers, now))
        managed = managed_out(session, await queries.get_template(session.course_id), partners, ready)
    joining = sees_joining_details(session, manages=managed is not None)
    seen = Seen(session=session, meetings=meetings, trainers=trainers, joining=joining, managed=managed)
    return session_out(seen, now)


async def _shown(
    work: Work, verb: Callable[..., Awaitable[Any]], session_id: UUID, *args: Any, **kwargs: Any
) -> SessionOut:
    """Do something with a session and read it back in the same unit of work."""
    await verb(work, session_id, *args, **kwargs)
    await work.flush()
    return await _see(work.actor, session_id, work.now)


async def _created(work: Work, data: SessionIn) -> SessionOut:
    key = await actions.create_session(
        work, data.course_id, data.values(), meetings=data.meetings, accept_warnings=data.accept_warnings
    )
    await work.flush()
    return await _see(work.actor, key, work.now)


async def _changed_meeting(work: Work, meeting_id: UUID, data: MeetingPatchIn, version: int) -> SessionOut:
    session_id = await queries.get_managed_session_of(work.actor, meeting_id)
    change = data.change(meeting_id)
    return await _shown(
        work,
        actions.move_meetings,
        session_id,
        [change],
        expected_version=version,
        accept_warnings=data.accept_warnings,
    )


async def _dropped_meeting(work: Work, meeting_id: UUID, version: int) -> SessionOut:
    session_id = await queries.get_managed_session_of(work.actor, meeting_id)
    await actions.drop_meeting(work, meeting_id, expected_version=version)
    await work.flush()
    return await _see(work.actor, session_id, work.now)


def _about(
    program_id: FromQuery[UUID | None] = None,
    course_id: FromQuery[UUID | None] = None,
    venue_id: FromQuery[UUID | None] = None,
    trainer_id: FromQuery[UUID | None] = None,
    mode: FromQuery[Mode | None] = None,
    language: Annotated[str, QueryParameter(max_length=20)] = "",
) -> SessionFilter:
    return SessionFilter(
        program_id=program_id,
        course_id=course_id,
        venue_id=venue_id,
        trainer_id=trainer_id,
        mode=mode,
        language=language,
    )


def _when(
    q: Text = "",
    starts_from: Instant = None,
    starts_before: Instant = None,
    states: Annotated[list[State] | None, QueryParameter(name="state")] = None,
    past: FromQuery[bool] = False,
    free: FromQuery[bool] = False,
) -> SessionFilter:
    for name, at in (("starts_from", starts_from), ("starts_before", starts_before)):
        if at is not None and at.tzinfo is None:
            raise Invalid(fields={name: "Say the offset too, for example 2026-05-04T09:00:00Z."})
    return SessionFilter(
        search=q,
        starts_from=starts_from,
        starts_before=starts_before,
        states=tuple(states or ()),
        past=past,
        free_only=free,
    )


def _chosen(viewer: Viewer, about: SessionFilter, when: SessionFilter) -> SessionFilter:
    """Both halves of a filter; what has no date yet concerns only those who plan."""
    given = {name: getattr(about, name) for name in ("program_id", "course_id", "venue_id", "trainer_id", "mode")}
    plans = reach(viewer, Permission.SESSION_MANAGE).anywhere
    undated = plans and when.starts_from is None and when.starts_before is None
    return replace(when, **given, language=about.language, undated=undated)


class SessionApi(Controller):
    """Sessions: finding and planning them."""

    path = "/sessions"
    tags = ["Schedule"]
    opt = needs(TokenScope.MANAGE)

    @get(
        "/",
        dependencies={
            "about": Provide(_about, sync_to_thread=False),
            "when": Provide(_when, sync_to_thread=False),
        },
    )
    async def sessions(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        about: NamedDependency[SessionFilter],
        when: NamedDependency[SessionFilter],
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[SessionPage]:
        """The sessions you may see, by start. Without `past`, those that are over are left out."""
        now = request.app.state.works.clock()
        chosen = _chosen(viewer, about, when)
        page = await queries.list_sessions(viewer, chosen, now=now, cursor=cursor, limit=limit)
        return answer(SessionPage.of(page, now))

    @post("/", guards=[signed_in])
    async def create(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[SessionIn]
    ) -> Response[SessionOut]:
        """Draft a session of a course, with its meetings if they are known. For managers of the program."""
        return await once(request, works, _created, data)

    @get("/{session_id:uuid}")
    async def session(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], code: Code = ""
    ) -> Response[SessionOut]:
        """One session with its meetings and trainers, and its ETag. An access code opens it to those who have one."""
        async with code_tried(request, code):
            found = await _see(viewer, session_id, request.app.state.works.clock(), code)
        return answer(found, version=found.version)

    @patch("/{session_id:uuid}", guards=[signed_in])
    async def edit(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[SessionValues]
    ) -> Response[SessionOut]:
        """Change a session, or let named fields follow the course again. Needs If-Match. For its managers."""
        version = required_version(request)
        edited = await works.run(request.user, _shown, actions.edit_session, session_id, data, expected_version=version)
        return answer(edited, version=edited.version)

    @post("/{session_id:uuid}/publish", status_code=200, guards=[signed_in])
    async def publish(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID]
    ) -> Response[SessionOut]:
        """Let the session's audience see and book it. Needs If-Match. For its managers."""
        version = required_version(request)
        verb = actions.publish_session
        return await once(request, works, _shown, verb, session_id, expected_version=version, status=200)

    @post("/{session_id:uuid}/confirm", status_code=200, guards=[signed_in])
    async def confirm(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID]
    ) -> Response[SessionOut]:
        """Say that the session will take place. Needs If-Match. For its managers."""
        version = required_version(request)
        verb = actions.confirm_session
        return await once(request, works, _shown, verb, session_id, expected_version=version, status=200)

    @post("/{session_id:uuid}/cancel", status_code=200, guards=[signed_in])
    async def cancel(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[CancelIn]
    ) -> Response[SessionOut]:
        """Say that the session will not take place, and why. Needs If-Match. For its managers."""
        version = required_version(request)
        verb = actions.cancel_session
        return await once(request, works, _shown, verb, session_id, data.reason, expected_version=version, status=200)

    @post("/{session_id:uuid}/move", status_code=200, guards=[signed_in])
    async def move(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[MoveIn]
    ) -> Response[SessionOut]:
        """Change times, rooms, links or titles of meetings, all or none. Needs If-Match. For its managers."""
        return await once(
            request,
            works,
            _shown,
            actions.move_meetings,
            session_id,
            data.meetings,
            expected_version=required_version(request),
            accept_warnings=data.accept_warnings,
            status=200,
        )


class MeetingApi(Controller):
    """Meetings of a session, and who teaches them."""

    tags = ["Schedule"]
    opt = needs(TokenScope.MANAGE)

    @get("/sessions/{session_id:uuid}/meetings")
    async def meetings(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], code: Code = ""
    ) -> Response[MeetingsOut]:
        """The meetings of a session, by number."""
        async with code_tried(request, code):
            found = await _see(viewer, session_id, request.app.state.works.clock(), code)
        return answer(MeetingsOut(items=found.meetings), version=found.version)

    @post("/sessions/{session_id:uuid}/meetings", guards=[signed_in])
    async def add(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[MeetingIn]
    ) -> Response[SessionOut]:
        """Add a meeting; answers the session. Needs If-Match of the session. For its managers."""
        return await once(
            request,
            works,
            _shown,
            actions.add_meeting,
            session_id,
            data,
            expected_version=required_version(request),
            accept_warnings=data.accept_warnings,
        )

    @patch("/meetings/{meeting_id:uuid}", guards=[signed_in])
    async def edit(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[MeetingPatchIn]
    ) -> Response[SessionOut]:
        """Change one meeting; answers the session. Needs If-Match of the session. For its managers."""
        version = required_version(request)
        edited = await works.run(request.user, _changed_meeting, meeting_id, data, version)
        return answer(edited, version=edited.version)

    @delete("/meetings/{meeting_id:uuid}", status_code=200, guards=[signed_in])
    async def drop(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID]
    ) -> Response[SessionOut]:
        """Remove a meeting of a draft; answers the session. Needs If-Match of the session. For its managers."""
        version = required_version(request)
        rest = await works.run(request.user, _dropped_meeting, meeting_id, version)
        return answer(rest, version=rest.version)

    @get("/sessions/{session_id:uuid}/trainers")
    async def trainers(
        self, request: Asked, viewer: NamedDependency[Viewer], session_id: FromPath[UUID], code: Code = ""
    ) -> Response[TrainersOut]:
        """Who teaches the meetings of a session."""
        async with code_tried(request, code):
            found = await _see(viewer, session_id, request.app.state.works.clock(), code)
        return answer(TrainersOut(items=found.trainers), version=found.version)

    @post("/sessions/{session_id:uuid}/trainers", guards=[signed_in])
    async def assign(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], data: JSONBody[TrainerIn]
    ) -> Response[SessionOut]:
        """Let a person teach all or some meetings. Needs If-Match of the session. For its managers."""
        return await once(
            request,
            works,
            _shown,
            actions.assign_trainer,
            session_id,
            data.assignment(),
            expected_version=required_version(request),
            accept_warnings=data.accept_warnings,
        )

    @delete("/sessions/{session_id:uuid}/trainers/{person_id:uuid}", status_code=200, guards=[signed_in])
    async def withdraw(
        self, request: Asked, works: NamedDependency[Works], session_id: FromPath[UUID], person_id: FromPath[UUID]
    ) -> Response[SessionOut]:
        """Let a person no longer teach any meeting. Needs If-Match of the session. For its managers."""
        rest = await works.run(
            request.user,
            _shown,
            actions.withdraw_trainer,
            session_id,
            person_id,
            expected_version=required_version(request),
        )
        return answer(rest, version=rest.version)


async def _room(work: Work, verb: Callable[..., Awaitable[Any]], key: UUID, *args: Any, **kwargs: Any) -> RoomOut:
    """Add or edit a room and read it back in the same unit of work."""
    done = await verb(work, key, *args, **kwargs)
    await work.flush()
    return RoomOut.of(await queries.get_room(done if isinstance(done, UUID) else key))


class RoomApi(Controller):
    """Rooms, for those who plan sessions."""

    tags = ["Schedule"]
    guards = [permitted(Permission.VENUE_MANAGE)]
    opt = needs(TokenScope.MANAGE)

    @get("/rooms")
    async def rooms(self, venue_id: FromQuery[UUID | None] = None) -> Response[RoomsOut]:
        """All rooms, or those of one venue."""
        return answer(RoomsOut(items=[RoomOut.of(room) for room in await queries.list_rooms(venue_id)]))

    @get("/rooms/{room_id:uuid}")
    async def room(self, request: Asked, room_id: FromPath[UUID]) -> Response[RoomOut]:
        """One room, with its ETag."""
        found = RoomOut.of(await queries.get_room(room_id))
        if not_modified(request, found.version):
            return Response(b"", status_code=304, headers={"etag": etag_of(found.version)})  # type: ignore[arg-type]
        return answer(found, version=found.version)

    @patch("/rooms/{room_id:uuid}")
    async def edit(
        self, request: Asked, works: NamedDependency[Works], room_id: FromPath[UUID], data: JSONBody[RoomValues]
    ) -> Response[RoomOut]:
        """Change a room; what is left out becomes empty. Needs If-Match."""
        version = required_version(request)
        edited = await works.run(request.user, _room, actions.edit_room, room_id, data, expected_version=version)
        return answer(edited, version=edited.version)

    @get("/venues/{venue_id:uuid}/rooms")
    async def of_venue(self, venue_id: FromPath[UUID]) -> Response[RoomsOut]:
        """The rooms of a venue, by name."""
        return answer(RoomsOut(items=[RoomOut.of(room) for room in await queries.list_rooms(venue_id)]))

    @post("/venues/{venue_id:uuid}/rooms")
    async def add(
        self, request: Asked, works: NamedDependency[Works], venue_id: FromPath[UUID], data: JSONBody[RoomValues]
    ) -> Response[RoomOut]:
        """Add a room to a venue."""
        return await once(request, works, _room, actions.add_room, venue_id, data)
