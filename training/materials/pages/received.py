"""The files of a form: those that came with it, and those that a script uploaded before (`materials/upload.html`)."""

import os
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import UploadFile

from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.receiving import finish_upload, receive_file
from training.materials.queries.uploads import Destination, UploadView
from training.materials.rules.formats import NotAccepted, file_name
from training.materials.storage.keeping import Storage

MOST_FILES = 200


async def received(
    request: Request[Any, Any, Any], works: Works, viewer: Viewer, storage: Storage, to: Destination
) -> tuple[UploadView, ...]:
    """The finished uploads of this form, in the order chosen: each has a `file_id` and a `name` with its right ending.

    `to` comes from `get_destination`, which judges whether files may be brought there. Raises Invalid with a sentence
    for the field `file` when there is none, or one cannot be taken; StorageUsedUp; StorageDown.
    """
    fields = list((await request.form()).multi_items())
    ids = dict.fromkeys(_id(value) for name, value in fields if name == "upload" and isinstance(value, str) and value)
    # A browser sends a field without a file as an empty one.
    sent = [value for name, value in fields if name == "file" and isinstance(value, UploadFile) and value.filename]
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
            found.append(await receive_file(by, viewer, storage, to, file, _size(file)))
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


def _size(file: UploadFile) -> int:
    size = file.file.seek(0, os.SEEK_END)
    file.file.seek(0)
    return size
