"""Changes of a place, as JSON: somebody else, another date, another mode, together or one by one."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec.structs import replace

from training.base.work import Work, Works
from training.booking.actions import (
    MovedOver,
    Party,
    Replaced,
    Switched,
    change_mode,
    change_party,
    move_over,
    replace_person,
)
from training.booking.queries.seen import list_seen
from training.booking.schemas import ModeIn, MoveIn, PartyIn, ReplaceIn
from training.people.guards import needs, newcomers_tried, signed_in
from training.people.rules import TokenScope
from training.web.answers import required_version
from training.web.keys import once

Changed = TypeVar("Changed", MovedOver, Party, Replaced, Switched)


async def _seen(work: Work, action: Callable[..., Awaitable[Changed]], key: UUID, *args: Any, **kwargs: Any) -> Changed:
    """Change it, and name those who moved up as far as whoever asks may see them: the rest are not theirs to know."""
    done = await action(work, key, *args, **kwargs)
    return replace(done, promoted=await list_seen(work.actor, done.promoted))


class ChangeApi(Controller):
    """Changes of one enrollment, and of those of a booking who wait. All need If-Match except the party's."""

    tags = ["Places"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @post("/enrollments/{enrollment_id:uuid}/replace", status_code=200)
    async def replace(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[ReplaceIn],
    ) -> Response[Replaced]:
        """Give a place to somebody else of the same partner; it is never free in between."""
        asked, version = data.substitute(), required_version(request)
        verb = replace_person
        how: dict[str, Any] = {"expected_version": version, "status": 200}
        tried = [newcomers_tried(request, asked.person.membership_id is None)]
        return await once(request, works, _seen, verb, enrollment_id, asked, tried=tried, **how)

    @post("/enrollments/{enrollment_id:uuid}/move", status_code=200)
    async def move(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[MoveIn],
    ) -> Response[MovedOver]:
        """Leave this session for a free place in another one of the same course, at once or not at all."""
        asked, version = data.target(), required_version(request)
        verb = move_over
        return await once(request, works, _seen, verb, enrollment_id, asked, expected_version=version, status=200)

    @post("/enrollments/{enrollment_id:uuid}/mode", status_code=200)
    async def mode(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[ModeIn],
    ) -> Response[Switched]:
        """Take part in another way in a hybrid session; who waits says anew which modes they accept."""
        asked, version = tuple(data.accepts), required_version(request)
        return await once(
            request, works, _seen, change_mode, enrollment_id, asked, expected_version=version, status=200
        )

    @post("/bookings/{booking_id:uuid}/party", status_code=200)
    async def party(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        booking_id: FromPath[UUID],
        data: JSONBody[PartyIn],
    ) -> Response[Party]:
        """Keep those of a booking who wait together, or let them take places one by one."""
        return await once(request, works, _seen, change_party, booking_id, together=data.together, status=200)
