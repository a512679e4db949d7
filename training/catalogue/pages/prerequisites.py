"""Which courses come before a course, for those who manage it."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.actions import add_prerequisite, remove_prerequisite
from training.catalogue.pages.refusals import REFUSALS
from training.catalogue.schemas import PrerequisiteIn
from training.people.guards import permitted
from training.people.rules import Permission
from training.web.forms import read_form
from training.web.render import redirect


class PrerequisitePages(Controller):
    """What comes before a course; the course's own page shows it."""

    path = "/manage/courses/{course_id:uuid}/prerequisites"
    include_in_schema = False
    guards = [permitted(Permission.COURSE_MANAGE)]

    @post("/")
    async def add(
        self,
        request: Request[Any, Any, Any],
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
    ) -> Response[Any]:
        """Let another course come before this one."""
        form = await read_form(request, PrerequisiteIn)
        back = f"/manage/courses/{course_id}#before"
        if form.value is None:
            return redirect(back, "Choose a course from the list.", kind="warning")
        try:
            added = await works.run(viewer, add_prerequisite, course_id, form.value.required_course_id)
        except REFUSALS as error:
            return redirect(back, error.detail, kind="warning")
        return redirect(back, f"From now on people take part in “{added.title}” first. Places booked before stay.")

    @post("/{required_id:uuid}/remove")
    async def remove(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        course_id: FromPath[UUID],
        required_id: FromPath[UUID],
    ) -> Response[Any]:
        """Let another course no longer come before this one."""
        removed = await works.run(viewer, remove_prerequisite, course_id, required_id)
        return redirect(f"/manage/courses/{course_id}#before", f"“{removed.title}” need not come first any more.")


CONTROLLERS = (PrerequisitePages,)
