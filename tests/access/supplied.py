"""Every session and course of the table has materials: one that is published, and a version that is worked on."""

from uuid import UUID

from tests.access.facts import key
from training.base.work import Work
from training.materials import tables


def add_materials(work: Work) -> None:
    """Of the sessions what is for those who are enrolled, to be done before; of the courses what is for everyone."""
    for session, program in (("one", "One"), ("two", "Two"), ("shared", "One")):
        owner = {"session_id": key(f"session {session}"), "prework": True}
        _material(work, session, program, **owner)
    for program in ("One", "Two"):
        _material(work, f"course {program}", program, course_id=key(f"course {program}"), audience="everyone")


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


def _file(work: Work, file_id: UUID) -> None:
    columns = {"sha256": file_id.hex * 2, "size": 12, "media_type": "application/pdf", "created_at": work.now}
    work.add(tables.StoredFile, id=file_id, **columns)
