"""Files that are on their way to the materials of a session or course, on the page that lists these, and their end."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Gone
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.receiving import stop_upload
from training.materials.queries.uploads import get_stoppable
from training.materials.storage.keeping import Storage
from training.people.guards import signed_in
from training.web.render import redirect

STOPPED = "Stopped: nothing of it is kept."


class ComingPages(Controller):
    """One of them."""

    path = "/materials/uploads/{upload_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @post("/stop")
    async def stop(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        upload_id: FromPath[UUID],
    ) -> Response[Any]:
        """Stop it."""
        upload = await get_stoppable(viewer, upload_id)
        of_session = f"/materials/sessions/{upload.session_id}"
        back = of_session if upload.session_id else f"/materials/courses/{upload.course_id}"
        try:
            await stop_upload(works, viewer, storage, upload_id)
        except (Conflict, Gone) as error:
            return redirect(back, error.detail, kind="warning")
        return redirect(back, STOPPED)
