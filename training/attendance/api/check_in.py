"""Check-in as JSON: scan, self check-in and its switch, what somebody has to look at, one's own code."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.attendance.actions.check_in import check_in_self, count_wrong, scan
from training.attendance.actions.self_check_in import decide_check_in, switch_self_check_in
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.check_in import count_in, find_code_holder, get_self_check_in, list_doubtful
from training.attendance.rules.check_in import WrongCheckInCode
from training.attendance.schemas.check_in import (
    CheckedInOut,
    CodeOut,
    DecidedOut,
    DecideIn,
    DoubtfulOut,
    HereIn,
    ScanIn,
    SelfCheckInOut,
    SwitchIn,
)
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.queries import get_enrollment
from training.booking.rules.check_in import CHECK_IN_PATH, check_in_token, check_in_words
from training.people.guards import needs, signed_in
from training.people.rules import TokenScope
from training.web.answers import answer
from training.web.keys import once

Asked = Request[Any, Any, Any]


async def _decided(work: Work, meeting_id: UUID, check_in_id: UUID, *, confirm: bool) -> DecidedOut:
    name = await decide_check_in(work, meeting_id, check_in_id, confirm=confirm)
    return DecidedOut(name=name, confirmed=confirm)


async def _switched(work: Work, meeting_id: UUID, *, on: bool, anew: bool) -> SelfCheckInOut:
    found = await switch_self_check_in(work, meeting_id, on=on, anew=anew)
    counted = await count_in(await get_roster_meeting(work.actor, meeting_id))
    return SelfCheckInOut.of(found, counted, work.site, meeting_id, work.now)


@asynccontextmanager
async def _counted(works: Works, viewer: Viewer) -> AsyncIterator[None]:
    """Around whatever a code opens: a wrong one is counted, in a unit of work that is kept."""
    try:
        yield
    except WrongCheckInCode:
        if viewer.person_id is not None:
            await works.run(viewer, count_wrong, viewer.person_id)
        raise


class CheckInApi(Controller):
    """Check-in to a meeting, for those who mark its roster."""

    tags = ["Check-in"]
    guards = [signed_in]
    opt = needs(TokenScope.MANAGE)

    @post("/meetings/{meeting_id:uuid}/check-ins", status_code=200)
    async def scan(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[ScanIn]
    ) -> Response[CheckedInOut]:
        """Check somebody in by their code. Whoever is in already stays as they are."""
        return await once(request, works, scan, meeting_id, data.code, to=CheckedInOut.of, status=200)

    @get("/meetings/{meeting_id:uuid}/check-ins/doubtful")
    async def doubtful(
        self, viewer: NamedDependency[Viewer], meeting_id: FromPath[UUID]
    ) -> Response[list[DoubtfulOut]]:
        """The check-ins that mark nobody before somebody who teaches has looked."""
        await get_roster_meeting(viewer, meeting_id)
        return answer([DoubtfulOut.of(one) for one in await list_doubtful(meeting_id)])

    @post("/meetings/{meeting_id:uuid}/check-ins/{check_in_id:uuid}/decision", status_code=200)
    async def decide(
        self,
        request: Asked,
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        check_in_id: FromPath[UUID],
        data: JSONBody[DecideIn],
    ) -> Response[DecidedOut]:
        """Say whether somebody was there who checked in doubtfully. Confirmed, they are marked as of then."""
        return await once(request, works, _decided, meeting_id, check_in_id, confirm=data.confirm, status=200)

    @get("/meetings/{meeting_id:uuid}/self-check-in")
    async def screen(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], meeting_id: FromPath[UUID]
    ) -> Response[SelfCheckInOut]:
        """The code of now and the word, for a screen; how many are in."""
        meeting = await get_roster_meeting(viewer, meeting_id)
        if not meeting.may_mark:
            raise NotFound
        found, counted = await get_self_check_in(meeting_id), await count_in(meeting)
        return answer(SelfCheckInOut.of(found, counted, works.site, meeting_id, works.clock()))

    @post("/meetings/{meeting_id:uuid}/self-check-in", status_code=200)
    async def switch(
        self, request: Asked, works: NamedDependency[Works], meeting_id: FromPath[UUID], data: JSONBody[SwitchIn]
    ) -> Response[SelfCheckInOut]:
        """Let people check in themselves, or no longer; with `anew`, by another word and other codes."""
        return await once(request, works, _switched, meeting_id, on=data.on, anew=data.anew, status=200)


class SelfCheckInApi(Controller):
    """Checking in oneself, and one's own code."""

    tags = ["Check-in"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @post("/check-in", status_code=200)
    async def check_in(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        data: JSONBody[HereIn],
    ) -> Response[CheckedInOut]:
        """Check oneself in by the code on the screen or by the word. Five wrong ones, and only staff can."""
        how: dict[str, Any] = {"device": data.device, "tried": [_counted(works, viewer)]}
        return await once(request, works, check_in_self, data.code, to=CheckedInOut.of, status=200, **how)

    @get("/enrollments/{enrollment_id:uuid}/check-in-code")
    async def code(
        self, viewer: NamedDependency[Viewer], works: NamedDependency[Works], enrollment_id: FromPath[UUID]
    ) -> Response[CodeOut]:
        """The code of an enrollment that one may see: what its picture says, and the same to be typed."""
        await get_enrollment(viewer, enrollment_id)
        holder, key = await find_code_holder(enrollment_id), works.site.secret_key
        if holder is None or not holder.on_roster:
            raise NotFound
        token = check_in_token(key, enrollment_id, holder.link_generation)
        words = check_in_words(key, enrollment_id, holder.link_generation)
        return answer(CodeOut(address=works.site.url(CHECK_IN_PATH + token), words=words))
