"""The files of a form: those that came with it, and those that a script uploaded before (`materials/upload.html`)."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from litestar import Request

from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.receiving import finish_upload, receive_file
from training.materials.queries.uploads import Destination, UploadView, get_destination
from training.materials.rules.formats import NotAccepted, file_name
from training.materials.rules.limits import MOST_FORM_BYTES
from training.materials.storage.keeping import Storage
from training.people.guards import client_of
from training.people.rules import client_group
from training.web.bodies import SentFile, takes_files
from training.web.limits import A_FORM, Limits

Asked = Request[Any, Any, Any]
MOST_FILES = 200


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


async def received(
    request: Asked, works: Works, viewer: Viewer, storage: Storage, to: Destination
) -> tuple[UploadView, ...]:
    """The finished uploads of this form, in the order chosen: each has a `file_id` and a `name` with its right ending.

    `to` comes from `get_destination`, which judges whether files may be brought there. Raises Invalid with a sentence
    for the field `file` when there is none, or one cannot be taken; StorageUsedUp; StorageDown.
    """
    fields = list((await request.form()).multi_items())
    ids = dict.fromkeys(_id(value) for name, value in fields if name == "upload" and isinstance(value, str) and value)
    # A browser sends a field without a file as an empty one.
    sent = [value for name, value in fields if name == "file" and isinstance(value, SentFile) and value.filename]
    if not ids and not sent:
        raise Invalid(fields={"file": "Please choose a file."})
    if len(ids) + len(sent) > MOST_FILES:
        raise Invalid(fields={"file": f"At most {MOST_FILES} files at once."})
    # The press is kept with what becomes of the files, not with their coming in.
    by = works.of("page")
    found = [await _finished(by, viewer, storage, to, one) for one in ids]
    for file in sent:
        await file.seek(0)
        try:
            found.append(await receive_file(by, viewer, storage, to, file, file.size))
        except NotAccepted as refusal:
            # With several of them, which one is it?
            called = f"{file_name(file.filename)}: " if len(sent) > 1 else ""
            raise Invalid(fields={"file": f"{called}{refusal.detail}"}) from refusal
    return tuple(found)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


async def _finished(works: Works, viewer: Viewer, storage: Storage, to: Destination, upload_id: UUID) -> UploadView:
    upload = await finish_upload(works, viewer, storage, upload_id)
    if (upload.course_id, upload.session_id) != (to.course_id, to.session_id):
        raise NotFound
    return upload
