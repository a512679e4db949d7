"""Files, uploads and materials as rows and bytes, with everything that does not matter left out."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.materials.storages import put
from tests.schedule.made import MACHINE, a_course, a_person, a_program
from training.base.database import fetch_one
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.materials.rules.storages import file_key, parts_key
from training.materials.storage.keeping import Storage
from training.materials.tables import Material, MaterialVariant, MaterialVersion, StoredFile, Upload


class FileRow(Frozen, frozen=True, kw_only=True):
    """A stored file, as tests look at it."""

    id: UUID
    sha256: str
    size: int
    state: str
    verdict: str
    scans: int
    scanned_at: datetime | None
    lease_until: datetime | None
    lease_by: str
    unused_at: datetime | None


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def a_file(works: Works, storage: Storage, content: bytes, **columns: Any) -> UUID:
    """Bytes in the storage, and their row."""
    await put(storage, file_key(hash_of(content)), content)
    return await a_row(works, sha256=hash_of(content), size=len(content), **columns)


async def a_row(works: Works, **columns: Any) -> UUID:
    """The row of a file, with or without bytes."""

    async def add(work: Work) -> UUID:
        key = work.new_id()
        work.add(StoredFile, **{"id": key, "created_at": work.now, **columns})
        return key

    return await works.run(MACHINE, add)


async def used(works: Works, file_id: UUID, program_id: UUID | None = None) -> UUID:
    """A material of a course that uses a file; the id of its variant."""
    program_id = program_id or await a_program(works)
    course = await a_course(works, program_id)

    async def add(work: Work) -> UUID:
        material_id, version_id, variant_id = work.new_id(), work.new_id(), work.new_id()
        work.add(Material, id=material_id, program_id=program_id, course_id=course.id, title="A", created_at=work.now)
        work.add(MaterialVersion, id=version_id, material_id=material_id, created_at=work.now)
        work.add(MaterialVariant, id=variant_id, version_id=version_id, file_id=file_id, name="a.txt")
        return variant_id

    return await works.run(MACHINE, add)


async def an_upload(works: Works, storage: Storage, *parts: bytes, **columns: Any) -> UUID:
    """An upload that expires in a day, and its parts."""
    program_id, person_id = await a_program(works), await a_person(works, f"Ulla{secrets.token_hex(4)}")

    async def add(work: Work) -> UUID:
        key = work.new_id()
        kept = {"name": "a.txt", "size": 10, "part_size": 5, "created_at": work.now}
        kept |= {"expires_at": work.now + timedelta(days=1), "person_id": person_id, "program_id": program_id}
        work.add(Upload, **{"id": key, **kept, **columns})
        return key

    upload_id = await works.run(MACHINE, add)
    for number, part in enumerate(parts):
        await put(storage, f"{parts_key(upload_id)}{number}", part)
    return upload_id


async def the_file(sha256: str) -> FileRow | None:
    """The row of bytes with this hash."""
    return await fetch_one(
        FileRow, f"SELECT {', '.join(FileRow.__struct_fields__)} FROM stored_file WHERE sha256 = {{}}", sha256
    )
