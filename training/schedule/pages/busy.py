"""One's own calendars, from which those who plan know when one is busy, and nothing else."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid, TooMany
from training.base.structs import Viewer
from training.base.work import Works
from training.people.guards import signed_in
from training.people.rules import own_id
from training.schedule.actions import add_busy_source, read_source_soon, remove_busy_source
from training.schedule.queries import get_own_source, list_own_sources, list_own_times
from training.schedule.rules.busy import MOST_SOURCES
from training.schedule.schemas import BusySourceIn
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
HERE = "/account/busy"
MOST_SHOWN = 10


class BusyPages(Controller):
    """When somebody who teaches is busy by calendars of their own."""

    path = HERE
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def sources(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """The calendars that are read, when one is busy next, and the form for another one."""
        return await _busy_page(request, works, viewer)

    @post("/")
    async def add(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Have a calendar read from now on."""
        form = await read_form(request, BusySourceIn)
        if form.value is None:
            return await _busy_page(request, works, viewer, form)
        try:
            await works.run(viewer, add_busy_source, form.value.address, form.value.label)
        except (Invalid, Conflict) as error:
            return await _busy_page(request, works, viewer, form.with_error("address", error.detail))
        return redirect(HERE, "It is on the list. We read it within a minute.")

    @post("/{source_id:uuid}/read")
    async def read(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], source_id: FromPath[UUID]
    ) -> Response[Any]:
        """Have one of them read soon."""
        try:
            await works.run(viewer, read_source_soon, source_id)
        except TooMany as error:
            return redirect(HERE, error.detail, kind="warning")
        return redirect(HERE, "We read it within a minute.")

    @get("/{source_id:uuid}/remove")
    async def ask_remove(
        self, request: Asked, viewer: NamedDependency[Viewer], source_id: FromPath[UUID]
    ) -> Response[Any]:
        """What ends with an address, before it ends."""
        return page(request, "schedule/busy_remove.html", source=await get_own_source(own_id(viewer), source_id))

    @post("/{source_id:uuid}/remove")
    async def remove(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], source_id: FromPath[UUID]
    ) -> Response[Any]:
        """Forget one of them."""
        await works.run(viewer, remove_busy_source, source_id)
        return redirect(HERE, "The address and all that we read there are forgotten.")


async def _busy_page(
    request: Asked, works: Works, viewer: Viewer, form: Form[BusySourceIn] | None = None
) -> Response[Any]:
    person_id, now = own_id(viewer), works.clock()
    sources = await list_own_sources(person_id)
    return page(
        request,
        "schedule/busy.html",
        status=form.status if form else 200,
        sources=sources,
        times=await list_own_times(person_id, now, most=MOST_SHOWN),
        more=sum(source.times for source in sources) > MOST_SHOWN,
        full=len(sources) >= MOST_SOURCES,
        typed=form.raw if form else {"address": "", "label": ""},
        errors=form.errors if form else {},
        now=now,
    )
