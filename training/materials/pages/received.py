"""The files of a form: those that came with it, and those that a script uploaded before (`materials/upload.html`)."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from litestar import Request

from training.base.errors import Invalid, NotFound, TrainingError
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.actions.receiving import finish_upload, receive_file
from training.materials.pages.typed import REFUSALS
from training.materials.queries.uploads import Destination, UploadView, get_destination, get_upload
from training.materials.rules.formats import file_name
from training.materials.rules.limits import MOST_FORM_BYTES, UploadOver, UploadState
from training.materials.storage.keeping import Storage
from training.people.guards import client_of
from training.people.rules import client_group
from training.web.bodies import SentFile, takes_files
from training.web.limits import A_FORM, Limits

Asked = Request[Any, Any, Any]
MOST_FILES = 200
OVER = "This was waited for too long, and nothing of it is kept. Choose it again."


def with_files(judge: Callable[[Asked], Awaitable[None]]) -> dict[str, Any]:
    """`opt=with_files(judge)`: forms of this address bring files. Nothing of one is read before `judge`, which raises
    NotFound for whoever may not bring them there; of each person only so many come in at once (TooManyComing)."""

    async def enter(request: Asked) -> AbstractContextManager[None]:
        await judge(request)
        limits: Limits = request.app.state.limits
        return limits.coming(str(request.user.person_id), client_group(client_of(request)), A_FORM)

    return takes_files(MOST_FORM_BYTES, enter)


async def may_bring(request: Asked) -> None:
    """For an address with a session or a course in it. Raises NotFound unless its materials are theirs to change."""
    named = request.path_params
    await get_destination(request.user, session_id=named.get("session_id"), course_id=named.get("course_id"))


class Received(Frozen, frozen=True, kw_only=True):
    """What a form brought. `came`: the finished uploads, in the order chosen; each has a `file_id` and a `name` with
    its right ending. `left`: those that the form offered (`offered`) and nobody ticked. `fault`: which files were not
    taken, and why; "" when all were."""

    came: tuple[UploadView, ...] = ()
    left: tuple[UploadView, ...] = ()
    fault: str = ""


async def received(request: Asked, works: Works, viewer: Viewer, storage: Storage, to: Destination) -> Received:
    """The files of this form; one that cannot be taken leaves the others.

    `to` comes from `get_destination`, which judges whether files may be brought there. An upload that is somebody
    else's or for elsewhere is told as one that is gone.
    """
    fields = list((await request.form()).multi_items())
    ids, offered = _ids(fields, "upload"), _ids(fields, "offered")
    # A browser sends a field without a file as an empty one.
    sent = [value for name, value in fields if name == "file" and isinstance(value, SentFile) and value.filename]
    some = [await _brought(viewer, to, one) for one in offered[:MOST_FILES] if one not in ids]
    left = tuple(one for one in some if one and one.state == UploadState.FINISHED)
    if not ids and not sent:
        return Received(fault="Please choose a file.", left=left)
    if len(ids) + len(sent) > MOST_FILES:
        return Received(fault=f"At most {MOST_FILES} files at once, and these are {len(ids) + len(sent)}.")
    # The press is kept with what becomes of the files, not with their coming in.
    by = works.of("page")
    several = len(ids) + len(sent) > 1
    found: list[UploadView] = []
    faults: list[str] = []
    gone = 0
    for one in ids:
        upload = await _brought(viewer, to, one)
        if upload is None:
            gone += 1
            continue
        try:
            found.append(await finish_upload(by, viewer, storage, upload.id))
        except NotFound:
            # Somebody has stopped it just now.
            gone += 1
        except (*REFUSALS, UploadOver) as refusal:
            faults.append(_said(refusal, upload.name if several else ""))
    for file in sent:
        await file.seek(0)
        try:
            found.append(await receive_file(by, viewer, storage, to, file, file.size))
        except REFUSALS as refusal:
            faults.append(_said(refusal, file_name(file.filename) if several else ""))
    return Received(came=tuple(found), left=left, fault=" ".join(dict.fromkeys([*faults, *_of_gone(gone)])))


def _ids(fields: Sequence[tuple[str, Any]], name: str) -> list[str]:
    return list(dict.fromkeys(value for key, value in fields if key == name and isinstance(value, str) and value))


def _said(refusal: TrainingError, name: str) -> str:
    """What is wrong with a file; with its `name` where there are several of them."""
    fields = refusal.fields.values() if isinstance(refusal, Invalid) else ()
    said = OVER if isinstance(refusal, UploadOver) else next(iter(fields), refusal.detail)
    return f"{name}: {said}" if name else said


def _of_gone(count: int) -> list[str]:
    if not count:
        return []
    which = "A file that was uploaded is" if count == 1 else f"{count} files that were uploaded are"
    it = "it was" if count == 1 else "they were"
    return [f"{which} not there any more: {it} stopped, or given up. Choose {'it' if count == 1 else 'them'} again."]


async def _brought(viewer: Viewer, to: Destination, upload_id: str) -> UploadView | None:
    """The upload that somebody brought there; None for one that is gone, somebody else's or for elsewhere."""
    try:
        upload = await get_upload(viewer, UUID(upload_id))
    except (NotFound, ValueError):
        return None
    return upload if (upload.course_id, upload.session_id) == (to.course_id, to.session_id) else None
