"""Taking part by one's own wish, answering offers and taking things back, as JSON."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import take_offer, undo_booking, undo_cancellation
from training.booking.actions.confirm import take_part
from training.booking.actions.request import request_place
from training.booking.rules.requests import OnlyForPartners
from training.booking.schemas.requests import RequestIn, RequestOut, RestoredOut, TakenOut, UndoneOut
from training.people.guards import NO_TOKENS, client_of, code_tried, needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import required_version
from training.web.keys import once


class RequestApi(Controller):
    """Asking for a place oneself: by one's own wish, so no token does it for somebody."""

    tags = ["Places"]
    opt = NO_TOKENS

    @post("/sessions/{session_id:uuid}/requests")
    async def request_place(
        self,
        request: Request[Any, Any, Any],
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        session_id: FromPath[UUID],
        data: JSONBody[RequestIn],
    ) -> Response[RequestOut]:
        """Take part at once when signed in; else a mail is written, and the place is kept for an hour."""
        tried = [code_tried(request, data.access_code, OnlyForPartners)]
        if not viewer.signed_in:
            asking = data.asking(session_id, client_of(request))
            return await once(request, works, request_place, asking, to=RequestOut.of_request, tried=tried)
        told: dict[str, Any] = {"accepts": data.accepts, "access_code": data.access_code, "to": RequestOut.of}
        return await once(request, works, take_part, session_id, data.choice(), tried=tried, **told)


class AnswerOfferApi(Controller):
    """Offers, and what can be taken back within half an hour."""

    tags = ["Places"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @post("/enrollments/{enrollment_id:uuid}/take-offer", status_code=200)
    async def take_offer(
        self, request: Request[Any, Any, Any], works: NamedDependency[Works], enrollment_id: FromPath[UUID]
    ) -> Response[TakenOut]:
        """Take a place that was offered. To decline it, cancel the enrollment. Needs If-Match."""
        told: dict[str, Any] = {"expected_version": required_version(request), "to": TakenOut.of, "status": 200}
        return await once(request, works, take_offer, enrollment_id, **told)

    @post("/enrollments/{enrollment_id:uuid}/undo", status_code=200)
    async def undo(
        self, request: Request[Any, Any, Any], works: NamedDependency[Works], enrollment_id: FromPath[UUID]
    ) -> Response[RestoredOut]:
        """Take a cancellation of the last half hour back. Needs If-Match."""
        told: dict[str, Any] = {"expected_version": required_version(request), "to": RestoredOut.of, "status": 200}
        return await once(request, works, undo_cancellation, enrollment_id, **told)

    @post("/bookings/{booking_id:uuid}/undo", status_code=200)
    async def undo_booking(
        self, request: Request[Any, Any, Any], works: NamedDependency[Works], booking_id: FromPath[UUID]
    ) -> Response[UndoneOut]:
        """Take a whole booking of the last half hour back."""
        return await once(request, works, undo_booking, booking_id, to=UndoneOut.of, status=200)
