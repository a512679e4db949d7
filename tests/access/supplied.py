"""Every session and course of the table has materials: one that is published, and a version that is worked on."""

from uuid import UUID

from tests.access.facts import key
from tests.materials.storages import put
from training.base.work import Work
from training.materials import tables
from training.materials.rules.limits import PART_SIZE, UPLOAD_LASTS
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage

CONTENT = b"WEBVTT\n\nHi.\n"


def add_materials(work: Work) -> None:
    """Of the sessions what is for those who are enrolled, to be done before; of the courses what is for everyone."""
    for session, program in (("one", "One"), ("two", "Two"), ("shared", "One")):
        owner = {"session_id": key(f"session {session}"), "prework": True}
        _material(work, session, program, **owner)
    for program in ("One", "Two"):
        _material(work, f"course {program}", program, course_id=key(f"course {program}"), audience="everyone")
    for program, person in (("One", "manager"), ("Two", "other manager")):
        _upload(work, program, key(f"person {person}"))


def _material(work: Work, of: str, program: str, **more: object) -> None:
    material_id, ids = key(f"material {of}"), {"program_id": key(f"program {program}")}
    work.add(tables.Material, id=material_id, title="Reading", created_at=work.now, **ids, **more)
    for kind, number, published_at in (("published", 1, work.now), ("draft", 2, None)):
        version_id, file_id = key(f"{kind} version {of}"), key(f"{kind} file {of}")
        columns = {"number": number, "published_at": published_at, "created_at": work.now}
        work.add(tables.MaterialVersion, id=version_id, material_id=material_id, **columns)
        _file(work, file_id)
        form = {"version_id": version_id, "name": "reading.pdf", "kind": "file", "file_id": file_id}
        work.add(tables.MaterialVariant, id=key(f"{kind} variant {of}"), **form)
    spoken_id = key(f"captions file {of}")
    _file(work, spoken_id, media_type="text/vtt; charset=utf-8", kind="captions")
    ids = {"version_id": key(f"published version {of}"), "file_id": spoken_id}
    work.add(tables.MaterialVariant, id=key(f"captions variant {of}"), form="captions", name="reading.vtt", **ids)


def _upload(work: Work, program: str, person_id: UUID) -> None:
    ids = {"program_id": key(f"program {program}"), "course_id": key(f"course {program}"), "person_id": person_id}
    times = {"created_at": work.now, "expires_at": work.now + UPLOAD_LASTS}
    work.add(tables.Upload, id=key(f"upload {program}"), name="a.txt", size=3, part_size=PART_SIZE, **ids, **times)


def _file(work: Work, file_id: UUID, **more: str) -> None:
    columns = {"sha256": file_id.hex * 2, "size": len(CONTENT), "media_type": "application/pdf", "created_at": work.now}
    work.add(tables.StoredFile, id=file_id, **{**columns, **more})


async def add_bytes(storage: Storage) -> None:
    """What can be opened of these materials, and is the same for all."""
    for kind in ("published", "captions"):
        for of in ("one", "two", "shared", "course One", "course Two"):
            await put(storage, file_key(key(f"{kind} file {of}").hex * 2), CONTENT)
