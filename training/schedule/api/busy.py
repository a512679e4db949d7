"""One's own calendars, from which we know when one is busy."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Work, Works
from training.people.guards import NO_TOKENS, signed_in
from training.people.rules import own_id, person_behind
from training.schedule.actions import add_busy_source, read_source_soon, remove_busy_source
from training.schedule.queries import get_own_source, list_own_sources, list_own_times
from training.schedule.schemas import BusySourceIn, BusySourceOut, BusySources, BusyTimeOut, BusyTimes
from training.web.answers import answer
from training.web.keys import once

Asked = Request[Any, Any, Any]
MOST_TIMES = 1_000


async def _added(work: Work, data: BusySourceIn) -> BusySourceOut:
    source_id = await add_busy_source(work, data.address, data.label)
    await work.flush()
    return await _seen(work, source_id)


async def _asked(work: Work, source_id: UUID) -> BusySourceOut:
    await read_source_soon(work, source_id)
    await work.flush()
    return await _seen(work, source_id)


async def _seen(work: Work, source_id: UUID) -> BusySourceOut:
    return BusySourceOut.of(await get_own_source(person_behind(work.actor), source_id))


class BusyApi(Controller):
    """Calendars of one's own, for people who teach. No token opens them: their addresses are secrets."""

    path = "/me"
    tags = ["Busy times"]
    guards = [signed_in]
    opt = NO_TOKENS

    @get("/busy-sources")
    async def sources(self, viewer: NamedDependency[Viewer]) -> Response[BusySources]:
        """The calendars that are read for you. Their addresses are never told again."""
        return answer(BusySources(items=[BusySourceOut.of(each) for each in await list_own_sources(own_id(viewer))]))

    @post("/busy-sources")
    async def add(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[BusySourceIn]
    ) -> Response[BusySourceOut]:
        """Have a calendar read from now on: within a minute, and then every six hours."""
        return await once(request, works, _added, data)

    @post("/busy-sources/{source_id:uuid}/read", status_code=200)
    async def read(
        self, request: Asked, works: NamedDependency[Works], source_id: FromPath[UUID]
    ) -> Response[BusySourceOut]:
        """Have one of them read within a minute, at most every ten minutes."""
        return await once(request, works, _asked, source_id, status=200)

    @delete("/busy-sources/{source_id:uuid}")
    async def remove(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], source_id: FromPath[UUID]
    ) -> None:
        """Forget one of them and every time that was read there."""
        await works.run(viewer, remove_busy_source, source_id)

    @get("/busy-times")
    async def times(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[BusyTimes]:
        """When you are busy from now on by your calendars, at most 1,000 times. Nothing else of them is kept."""
        found = await list_own_times(own_id(viewer), request.app.state.works.clock(), most=MOST_TIMES)
        return answer(BusyTimes(items=[BusyTimeOut(starts_at=each.starts_at, ends_at=each.ends_at) for each in found]))
