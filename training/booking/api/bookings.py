"""Bookings of a session, as JSON."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places, preview_places
from training.booking.queries import list_booking
from training.booking.queries.open_places import page_open_places
from training.booking.rules import PartnerNotInAudience
from training.booking.schemas import (
    BookingIn,
    BookingOut,
    EnrollmentOut,
)
from training.people.guards import code_tried, needs, newcomers_tried, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer
from training.web.keys import once


class BookingApi(Controller):
    """Bookings of a session."""

    tags = ["Places"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @post("/sessions/{session_id:uuid}/bookings")
    async def book(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        data: JSONBody[BookingIn],
    ) -> Response[BookingOut]:
        """Book places. Whoever fits is enrolled, the others wait, and each person's verdict says why."""
        order = data.order(session_id)
        typed = any(person.membership_id is None for person in order.people)
        tried = code_tried(request, data.access_code, PartnerNotInAudience), newcomers_tried(request, typed)
        return await once(request, works, book_places, order, to=BookingOut.of, tried=tried)

    @post("/sessions/{session_id:uuid}/bookings/preview", status_code=200)
    async def preview(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        data: JSONBody[BookingIn],
    ) -> Response[BookingOut]:
        """What booking would answer right now. Changes nothing."""
        async with code_tried(request, data.access_code, PartnerNotInAudience):
            return answer(BookingOut.of(await preview_places(request.user, data.order(session_id), works.clock())))

    @get("/bookings/{booking_id:uuid}/enrollments")
    async def booking(
        self, viewer: NamedDependency[Viewer], booking_id: FromPath[UUID]
    ) -> Response[list[EnrollmentOut]]:
        """The enrollments of a booking that you may see, in order of arrival."""
        try:
            found = await list_booking(viewer, booking_id)
        except NotFound:
            # A booking in which nobody has a name yet is there for those who may see its places.
            if not (await page_open_places(viewer, "booking", booking_id, "", 1)).items:
                raise
            found = []
        return answer([EnrollmentOut.of(e) for e in found])
