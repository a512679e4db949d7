"""Files that are on their way to the materials of a session or course, on the page that lists these, and their end."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta

from training.base.errors import Conflict, Gone, NotFound
from training.base.structs import Input, Viewer
from training.base.work import Works
from training.materials.actions.receiving import stop_upload
from training.materials.queries.uploads import MOST_LISTED, get_stoppable
from training.materials.storage.keeping import Storage
from training.people.guards import signed_in
from training.web.forms import read_form
from training.web.render import redirect

Asked = Request[Any, Any, Any]
STOPPED = "Stopped: nothing of it is kept."


class StopForm(Input, frozen=True, kw_only=True):
    """On which page it was pressed: that of a session or of a course."""

    session_id: UUID | None = None
    course_id: UUID | None = None


class StopAllForm(StopForm, frozen=True, kw_only=True):
    """Which ones, all at once."""

    upload: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_LISTED)]


class ComingPages(Controller):
    """One of them."""

    path = "/materials/uploads/{upload_id:uuid}"
    include_in_schema = False
    guards = [signed_in]

    @post("/stop")
    async def stop(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
        upload_id: FromPath[UUID],
    ) -> Response[Any]:
        """Stop it."""
        upload = await get_stoppable(viewer, upload_id)
        pressed = (await read_form(request, StopForm)).value or StopForm()
        back = _page_of(pressed.session_id, pressed.course_id) or _page_of(upload.session_id, upload.course_id)
        try:
            await stop_upload(works, viewer, storage, upload_id)
        except (Conflict, Gone) as error:
            return redirect(back, error.detail, kind="warning")
        return redirect(back, STOPPED)


class AllComingPages(Controller):
    """Several of them."""

    path = "/materials/uploads"
    include_in_schema = False
    guards = [signed_in]

    @post("/stop")
    async def stop(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        storage: NamedDependency[Storage],
    ) -> Response[Any]:
        """Stop all that the page listed; what ended meanwhile is left as it is."""
        pressed = (await read_form(request, StopAllForm)).value
        if pressed is None:
            raise NotFound
        return await _stop_all(works, viewer, storage, pressed)


async def _stop_all(works: Works, viewer: Viewer, storage: Storage, pressed: StopAllForm) -> Response[Any]:
    back, stopped, left = _page_of(pressed.session_id, pressed.course_id), 0, 0
    for upload_id in dict.fromkeys(pressed.upload):
        try:
            upload = await get_stoppable(viewer, upload_id)
            back = back or _page_of(upload.session_id, upload.course_id)
            await stop_upload(works, viewer, storage, upload_id)
            stopped += 1
        except (Conflict, Gone):
            left += 1
        except NotFound:
            # Somebody else has just stopped it; or it never was theirs to stop, which is told in the same way.
            continue
    if not stopped + left:
        raise NotFound
    said = STOPPED if stopped == 1 else f"{stopped} stopped: nothing of them is kept."
    if left:
        return redirect(back, f"{said} {left} had arrived already, or are just being put together.", kind="warning")
    return redirect(back, said)


def _page_of(session_id: UUID | None, course_id: UUID | None) -> str:
    """The page that lists the materials there; "" for nowhere."""
    if session_id:
        return f"/materials/sessions/{session_id}"
    return f"/materials/courses/{course_id}" if course_id else ""
