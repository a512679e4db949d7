"""Rooms of a venue, for those who plan sessions."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer, as_data
from training.base.work import Works
from training.catalogue.pages.refusals import overtaken
from training.catalogue.queries import get_venue
from training.catalogue.rules import Venue
from training.people.guards import permitted
from training.people.rules import Permission
from training.schedule.actions import add_room, edit_room
from training.schedule.pages.typed import REFUSALS, RoomForm, refused
from training.schedule.queries import get_room, list_rooms
from training.schedule.rules.sessions import Room
from training.schedule.rules.values import RoomValues
from training.web.exports import table_response
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# The fields as the form calls them.
LABELS = {"name": "Name", "places": "How many people fit", "access_notes": "Access notes"}
HEADER = ("Room", "Venue", "Places", "Access notes")


class RoomPages(Controller):
    """Rooms."""

    path = "/manage"
    include_in_schema = False
    guards = [permitted(Permission.VENUE_MANAGE)]

    @get("/venues/{venue_id:uuid}/rooms")
    async def rooms(self, request: Asked, viewer: NamedDependency[Viewer], venue_id: FromPath[UUID]) -> Response[Any]:
        """The rooms of a venue, and the form to add one."""
        return await _rooms_page(request, await get_venue(viewer, venue_id))

    @get("/venues/{venue_id:uuid}/rooms/export/{fmt:str}")
    async def export(
        self, viewer: NamedDependency[Viewer], venue_id: FromPath[UUID], fmt: FromPath[str]
    ) -> Response[Any]:
        """The rooms of a venue, as a file."""
        venue = await get_venue(viewer, venue_id)
        rows = [(room.name, room.venue_name, room.places, room.access_notes) for room in await list_rooms(venue_id)]
        return table_response(fmt, f"rooms of {venue.name}", HEADER, rows)

    @post("/venues/{venue_id:uuid}/rooms")
    async def add(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        venue_id: FromPath[UUID],
    ) -> Response[Any]:
        """Add a room."""
        venue = await get_venue(viewer, venue_id)
        form = await read_form(request, RoomForm)
        if form.value is None:
            return await _rooms_page(request, venue, form)
        try:
            await works.run(viewer, add_room, venue_id, _values(form.value))
        except REFUSALS as error:
            return await _rooms_page(request, venue, refused(form, error))
        return redirect(f"/manage/venues/{venue_id}/rooms", "The room is there.")

    @get("/rooms/{room_id:uuid}")
    async def room(self, request: Asked, room_id: FromPath[UUID]) -> Response[Any]:
        """The form of a room."""
        return await _room_page(request, await get_room(room_id))

    @post("/rooms/{room_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        room_id: FromPath[UUID],
    ) -> Response[Any]:
        """Change a room."""
        room = await get_room(room_id)
        form = await read_form(request, RoomForm)
        if form.value is None:
            return await _room_page(request, room, form)
        try:
            await works.run(viewer, edit_room, room_id, _values(form.value), expected_version=form.value.version)
        except REFUSALS as error:
            return await _room_page(request, await get_room(room_id), refused(form, error))
        return redirect(f"/manage/venues/{room.venue_id}/rooms", "Saved.")


def _values(typed: RoomForm) -> RoomValues:
    return RoomValues(name=typed.name, places=typed.places, access_notes=typed.access_notes)


async def _rooms_page(request: Asked, venue: Venue, form: Form[RoomForm] | None = None) -> Response[Any]:
    return page(
        request,
        "schedule/manage_rooms.html",
        status=422 if form else 200,
        venue=venue,
        rooms=await list_rooms(venue.id),
        typed=form.raw if form else dict.fromkeys(RoomForm.__struct_fields__, ""),
        errors=form.errors if form else {},
    )


async def _room_page(request: Asked, room: Room, form: Form[RoomForm] | None = None) -> Response[Any]:
    return page(
        request,
        "schedule/manage_room.html",
        status=form.status if form else 200,
        meanwhile=await overtaken(request.user, room.id, form, LABELS, as_data(room)),
        room=room,
        typed=form.raw if form else room,
        errors=form.errors if form else {},
    )
