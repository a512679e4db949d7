"""Files that somebody can open: bytes in the storage, and a published material of a session that has them."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx

from tests.attendance.made import Day
from tests.materials.kept import a_file, hash_of, the_file
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.materials.storage.keeping import Storage
from training.materials.tables import Material, MaterialVariant, MaterialVersion

PDF = {"media_type": "application/pdf", "kind": "document"}
PNG = {"media_type": "image/png", "kind": "image"}
VTT = {"media_type": "text/vtt; charset=utf-8", "kind": "captions"}
SRT = {"media_type": "application/x-subrip", "kind": "captions"}
# What every answer says, whatever is asked for.
GUARDED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
CONTENT = b"%PDF-1.7 " + bytes(range(256)) * 40


class Handed(Frozen, frozen=True, kw_only=True):
    """A file of a material."""

    day: Day
    material_id: UUID
    version_id: UUID
    variant_id: UUID
    file_id: UUID | None
    content: bytes

    @property
    def path(self) -> str:
        """Its address as part of the session."""
        return f"/sessions/{self.day.session_id}{self.tail}"

    @property
    def tail(self) -> str:
        """What stands behind the session, the course or the place."""
        return f"/materials/{self.material_id}/files/{self.variant_id}"

    @property
    def etag(self) -> str:
        return f'"{hash_of(self.content)}"'


async def handed(
    works: Works,
    day: Day,
    storage: Storage,
    *,
    content: bytes = CONTENT,
    file: dict[str, Any] | None = None,
    variant: dict[str, Any] | None = None,
    published: bool = True,
    of_course: bool = False,
    **more: Any,
) -> Handed:
    """A material of the session (or its course) with one file in one version. `file` and `variant` are columns, `more`
    those of the material."""
    known = await the_file(hash_of(content))
    file_id = known.id if known else await a_file(works, storage, content, **(PDF | (file or {})))

    async def add(work: Work) -> Handed:
        material_id, version_id, variant_id = work.new_id(), work.new_id(), work.new_id()
        owner = {"course_id": day.scene.course_id} if of_course else {"session_id": day.session_id}
        position = (await work.execute("SELECT COUNT(*) AS n FROM material"))[0]["n"]
        told = {"title": "Safe words", "created_at": work.now, "position": position, **owner, **more}
        work.add(Material, id=material_id, program_id=day.scene.program_id, **told)
        at = work.now if published else None
        work.add(MaterialVersion, id=version_id, material_id=material_id, created_at=work.now, published_at=at)
        columns = {"name": "slides.pdf", "form": "slides", "file_id": file_id, **(variant or {})}
        work.add(MaterialVariant, id=variant_id, version_id=version_id, **columns)
        return Handed(
            day=day,
            material_id=material_id,
            version_id=version_id,
            variant_id=variant_id,
            file_id=file_id,
            content=content,
        )

    return await works.run(Viewer.machine("test"), add)


async def led(client: httpx.AsyncClient, path: str) -> str:
    """Where the address of a file leads: the path of its ticket."""
    answer = await client.get(path)
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["location"])
    assert parts.path.startswith("/files/"), answer.headers["location"]
    return parts.path


def guarded(answer: httpx.Response) -> dict[str, str | None]:
    """What the answer says of what every answer says."""
    return {name: answer.headers.get(name) for name in GUARDED}
