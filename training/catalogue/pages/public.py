"""Programs as everybody sees them."""

from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.paging import MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.base.zones import zone_named
from training.catalogue.queries import get_program, list_courses, list_moments, list_prerequisites, list_programs
from training.catalogue.rules import in_time_order, language_name
from training.people.rules import Permission, may
from training.web.render import page

Asked = Request[Any, Any, Any]


class PublicPages(Controller):
    """All programs, and one with its moments and courses."""

    path = "/programs"
    include_in_schema = False

    @get("/")
    async def programs(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Programs that go on or are to come, then those that are over."""
        found = await list_programs(viewer, limit=MOST_LIMIT)
        now = works.clock()
        current, over = in_time_order(found.items, now.date())
        may_manage = may(viewer, Permission.PROGRAM_MANAGE)
        return page(request, "catalogue/programs.html", current=current, over=over, may_manage=may_manage)

    @get("/{slug:str}")
    async def program(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        slug: FromPath[str],
    ) -> Response[Any]:
        """One program: what it is about, the dates it plans towards, what is taught."""
        program = await get_program(slug)
        courses = await list_courses(viewer, program.id, limit=MOST_LIMIT)
        before = await list_prerequisites([course.id for course in courses.items])
        return page(
            request,
            "catalogue/program.html",
            program=program,
            moments=await list_moments(program.id),
            courses=[(course, language_name(course.language)) for course in courses.items],
            before={course.id: [one for one in before if one.course_id == course.id] for course in courses.items},
            materials=await request.app.state.materials.of_courses([course.id for course in courses.items]),
            may_manage=may(viewer, Permission.PROGRAM_MANAGE, program.id),
            today=works.clock().astimezone(zone_named(program.zone)).date(),
        )


CONTROLLERS = (PublicPages,)
