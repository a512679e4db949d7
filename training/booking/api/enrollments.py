"""Enrollments one by one, as JSON."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import cancel_enrollment, give_place
from training.booking.actions.declining import keep_place
from training.booking.queries import get_enrollment, page_enrollments
from training.booking.queries.seen import list_seen
from training.booking.schemas import (
    CancelIn,
    EnrollmentOut,
    EnrollmentPage,
    GiveIn,
    LeftOut,
    PlacedOut,
)
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.schedule.queries import get_session
from training.web.answers import answer, not_modified, required_version
from training.web.keys import once

Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]


Cursor = Annotated[str, QueryParameter(max_length=500)]


async def _left(work: Work, enrollment_id: UUID, **asked: Any) -> LeftOut:
    """Cancel, and name those who moved up as far as whoever asks may see them: the rest are not theirs to know."""
    left = await cancel_enrollment(work, enrollment_id, **asked)
    return LeftOut.of(left, await list_seen(work.actor, left.promoted))


async def _kept(work: Work, enrollment_id: UUID) -> EnrollmentOut:
    await keep_place(work, enrollment_id)
    await work.flush()
    return EnrollmentOut.of(await get_enrollment(work.actor, enrollment_id))


class EnrollmentApi(Controller):
    """Enrollments one by one."""

    tags = ["Places"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @get("/sessions/{session_id:uuid}/enrollments")
    async def of_session(
        self,
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[EnrollmentPage]:
        """The active enrollments of a session that you may see, in order of arrival."""
        await get_session(viewer, session_id)
        page = await page_enrollments(viewer, session_id, cursor, limit)
        return answer(EnrollmentPage(items=[EnrollmentOut.of(e) for e in page.items], next_cursor=page.next_cursor))

    @get("/enrollments/{enrollment_id:uuid}")
    async def one(
        self, request: Request[Any, Any, Any], viewer: NamedDependency[Viewer], enrollment_id: FromPath[UUID]
    ) -> Response[EnrollmentOut]:
        """One enrollment, with its ETag."""
        found = await get_enrollment(viewer, enrollment_id)
        if not_modified(request, found.version):
            return Response(b"", status_code=304, headers={"etag": f'"{found.version}"'})  # type: ignore[arg-type]
        return answer(EnrollmentOut.of(found), version=found.version)

    @post("/enrollments/{enrollment_id:uuid}/cancel", status_code=200)
    async def cancel(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[CancelIn],
    ) -> Response[LeftOut]:
        """Give a place or a spot on the waitlist back. Needs If-Match."""
        version = required_version(request)
        return await once(
            request,
            works,
            _left,
            enrollment_id,
            reason=data.reason,
            expected_version=version,
            status=200,
        )

    @post("/enrollments/{enrollment_id:uuid}/keep", status_code=200)
    async def keep(
        self, request: Request[Any, Any, Any], works: NamedDependency[Works], enrollment_id: FromPath[UUID]
    ) -> Response[EnrollmentOut]:
        """Keep the place of somebody who declined in their calendar. Does nothing where no place goes back."""
        return await once(request, works, _kept, enrollment_id, status=200)

    @post("/enrollments/{enrollment_id:uuid}/give-place", status_code=200, opt=needs(TokenScope.MANAGE))
    async def give_place(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        enrollment_id: FromPath[UUID],
        data: JSONBody[GiveIn],
    ) -> Response[PlacedOut]:
        """Give somebody who waits a place by hand, whoever waits before them. For program managers. Needs If-Match."""
        version = required_version(request)
        return await once(
            request,
            works,
            give_place,
            enrollment_id,
            mode=data.mode,
            reason=data.reason,
            expected_version=version,
            to=PlacedOut.of,
            status=200,
        )
