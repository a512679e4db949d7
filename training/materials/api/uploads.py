"""Uploads as JSON, and their parts as bytes."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta

from training.base.structs import Frozen, Input, Viewer
from training.base.work import Works
from training.materials.actions.receiving import Coming, finish_upload, keep_part, list_coming, list_parts, stop_upload
from training.materials.actions.uploading import begin_upload
from training.materials.queries.uploads import UploadView, find_destination, get_destination, get_upload
from training.materials.rules.limits import PART_SIZE, UploadState
from training.materials.storage.keeping import Storage
from training.people.guards import client_of, needs, signed_in
from training.people.rules import TokenScope, client_group
from training.web.answers import answer
from training.web.bodies import pieces
from training.web.keys import once
from training.web.limits import Limits

Asked = Request[Any, Any, Any]
BYTES = "application/octet-stream"


class UploadIn(Input, frozen=True, kw_only=True):
    """A file to upload, and the session or course (one of them) that it is for."""

    name: Annotated[str, Meta(min_length=1, max_length=1000, description="What the file is called.")]
    size: Annotated[int, Meta(ge=0, le=1 << 50, description="How many bytes it has.")]
    session_id: UUID | None = None
    course_id: UUID | None = None


class UploadedFile(Frozen, frozen=True, kw_only=True):
    """What a file turned out to be. `state` is waiting (for the scanner), ready or refused."""

    id: UUID
    sha256: str
    media_type: str
    kind: str
    state: str


class UploadOut(Frozen, frozen=True, kw_only=True):
    """An upload. `parts` are those that are there, of `part_size` bytes each (the last as many as are left), numbered
    from 1. `state` is open, finishing, finished (then `file` is there) or refused (then `why` says why)."""

    id: UUID
    session_id: UUID | None
    course_id: UUID | None
    name: str
    size: int
    part_size: int
    parts: list[int]
    state: UploadState
    why: str
    file: UploadedFile | None
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, upload: UploadView, parts: list[int] | None = None) -> Self:
        """From what is kept."""
        return cls(
            id=upload.id,
            session_id=upload.session_id,
            course_id=upload.course_id,
            name=upload.name,
            size=upload.size,
            part_size=upload.part_size,
            parts=parts or [],
            state=UploadState(upload.state),
            why=upload.why,
            file=UploadedFile(
                id=upload.file_id,
                sha256=upload.sha256 or "",
                media_type=upload.media_type or "",
                kind=upload.kind or "",
                state=upload.file_state or "",
            )
            if upload.file_id
            else None,
            created_at=upload.created_at,
            expires_at=upload.expires_at,
        )


class OpenUploadOut(UploadOut, frozen=True, kw_only=True):
    """An upload that has not ended: who began it, and how many bytes of it have come."""

    person_id: UUID
    person_name: str
    arrived: int

    @classmethod
    def of_coming(cls, coming: Coming) -> Self:
        """From what is kept."""
        told = UploadOut.of(coming.upload, coming.parts)
        shared = {name: getattr(told, name) for name in UploadOut.__struct_fields__}
        upload = coming.upload
        return cls(**shared, person_id=upload.person_id, person_name=upload.person_name, arrived=coming.arrived)


class UploadApi(Controller):
    """Files on their way in."""

    path = "/uploads"
    tags = ["Uploads"]
    opt = needs(TokenScope.MANAGE)
    guards = [signed_in]

    @post("/")
    async def begin(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        data: JSONBody[UploadIn],
    ) -> Response[UploadOut]:
        """Announce a file. Its parts follow; whatever is known to be refused is refused now."""
        to = await get_destination(viewer, session_id=data.session_id, course_id=data.course_id)
        return await once(request, works, begin_upload, to, data.name, data.size, to=UploadOut.of)

    @get("/")
    async def coming(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        storage: NamedDependency[Storage],
        session_id: FromQuery[UUID | None] = None,
        course_id: FromQuery[UUID | None] = None,
    ) -> Response[list[OpenUploadOut]]:
        """Your uploads that have not ended, the newest first, at most 200. With a session or course, those for it;
        who manages its program sees all of the program then."""
        to = await find_destination(viewer, session_id=session_id, course_id=course_id)
        found = await list_coming(viewer, storage, to, works.clock())
        return answer([OpenUploadOut.of_coming(one) for one in found])

    @get("/{upload_id:uuid}")
    async def read(
        self, viewer: NamedDependency[Viewer], storage: NamedDependency[Storage], upload_id: FromPath[UUID]
    ) -> Response[UploadOut]:
        """How far it is: which parts need not be sent again."""
        upload = await get_upload(viewer, upload_id)
        return answer(UploadOut.of(upload, await list_parts(storage, upload)))

    @put(
        "/{upload_id:uuid}/parts/{number:int}",
        status_code=204,
        request_max_body_size=PART_SIZE,
        opt={**needs(TokenScope.MANAGE), "takes": {BYTES: bytes}},
    )
    async def part(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        storage: NamedDependency[Storage],
        upload_id: FromPath[UUID],
        number: FromPath[int],
    ) -> None:
        """Send one part as application/octet-stream. Sent again, it takes the place of what was there."""
        limits: Limits = request.app.state.limits
        with limits.coming(str(viewer.person_id), client_group(client_of(request))):
            await keep_part(works, viewer, storage, (upload_id, number), pieces(request))

    @post("/{upload_id:uuid}/finish", status_code=200)
    async def finish(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        storage: NamedDependency[Storage],
        upload_id: FromPath[UUID],
    ) -> Response[UploadOut]:
        """Make a file of the parts. Safe to repeat without a key: what is finished is told again."""
        return answer(UploadOut.of(await finish_upload(works, viewer, storage, upload_id)))

    @delete("/{upload_id:uuid}")
    async def stop(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        storage: NamedDependency[Storage],
        upload_id: FromPath[UUID],
    ) -> None:
        """Stop it: nothing of it is kept. Managers of its program may, too. What is finished stays (410) and goes by
        itself when nothing uses it."""
        await stop_upload(works, viewer, storage, upload_id)
