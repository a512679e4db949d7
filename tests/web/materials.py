"""What the forms hold by which materials are added and changed, as `presses.py` takes them."""

from typing import Any
from uuid import UUID

from tests.booking.made import Scene
from tests.web.supplied import work_on_the_next
from training.base.database import execute
from training.base.work import Work, Works
from training.materials import tables
from training.materials.actions.editing import add_material, withdraw
from training.materials.rules.materials import MaterialDetails

SESSION, COURSE = "/materials/sessions/{session_id:uuid}", "/materials/courses/{course_id:uuid}"
ONE = "/materials/{material_id:uuid}"
VERSION = f"{ONE}/versions/{{version_id:uuid}}"
VARIANT = f"{VERSION}/variants/{{variant_id:uuid}}"
PLACED = f"{SESSION}/placements/{{material_id:uuid}}"
READING = {"title": "Reading", "audience": "enrolled", "opens": "always"}
LOOKED = {"version": "1"}
BROUGHT = {
    "upload": "{upload_id}",
    "path": "a.pdf",
    "take": "0",
    "title-0": "A",
    "audience": "enrolled",
    "opens": "always",
}
_ITS = {"material_id": "{material_id}"}
_DRAFT = {**_ITS, "version_id": "{draft_version_id}", "variant_id": "{draft_variant_id}"}
_WORDS = {"name": "Words", "form": "document", **LOOKED}

FORMS: dict[str, dict[str, Any]] = {
    f"{SESSION}/add": {"body": READING, "twice": True},
    f"{COURSE}/add": {"body": READING, "twice": True},
    f"{SESSION}/bulk/add": {"body": BROUGHT, "given": "uploaded", "twice": True},
    f"{COURSE}/bulk/add": {"body": BROUGHT, "given": "uploaded for the course", "twice": True},
    f"{SESSION}/copy": {
        "body": {"material": "{material_id}", "to": "{course_id}"},
        "given": "next_version",
        "twice": True,
    },
    f"{COURSE}/copy": {
        "body": {"material": "{course_material_id}", "to": "{session_id}"},
        "given": "next_version",
        "twice": True,
    },
    PLACED: {
        "body": {"hidden": "yes", "version": "0"},
        "path": {"material_id": "{course_material_id}"},
        "given": "next_version",
    },
    ONE: {"body": {**READING, "title": "Renamed", **LOOKED}, "path": _ITS, "given": "next_version"},
    f"{ONE}/move": {"body": {"step": "down"}, "path": _ITS, "given": "two_materials", "twice": False},
    f"{ONE}/withdraw": {"body": LOOKED, "path": _ITS, "given": "next_version"},
    f"{ONE}/put-back": {"body": {"version": "2"}, "path": _ITS, "given": "withdrawn"},
    f"{ONE}/versions": {"path": _ITS, "given": "to_go_through"},
    f"{VERSION}/files": {"body": {"upload": "{upload_id}", **LOOKED}, "path": _DRAFT, "given": "uploaded"},
    f"{VERSION}/links": {"body": {**_WORDS, "link": "https://example.org/"}, "path": _DRAFT, "given": "next_version"},
    f"{VERSION}/notes": {"body": {**_WORDS, "body": "Hello"}, "path": _DRAFT, "given": "next_version"},
    f"{VERSION}/publish": {
        "body": {"note": "One page more", "same": "yes", **LOOKED},
        "path": _DRAFT,
        "given": "next_version",
    },
    f"{VERSION}/discard": {"body": LOOKED, "path": _DRAFT, "given": "next_version"},
    VARIANT: {"body": {**_WORDS, "name": "Other words", "body": "Hi"}, "path": _DRAFT, "given": "next_version"},
    f"{VARIANT}/remove": {"body": LOOKED, "path": _DRAFT, "given": "next_version"},
}
# Of these it is tried elsewhere that who is a moment late loses nothing: tests/materials/test_pages/test_editing.py,
# test_placing.py, test_versions.py and test_variants.py.
TRIED = {path for path, form in FORMS.items() if "version" in form.get("body", {}) and path != ONE}


async def two_materials(works: Works, scene: Scene) -> dict[str, str]:
    """The session has two of its own."""
    facts = await work_on_the_next(works, scene)
    await works.run(scene.manager, add_material, MaterialDetails(title="Second"), session_id=scene.session_id)
    return facts


async def withdrawn(works: Works, scene: Scene) -> dict[str, str]:
    """The session's material is withdrawn."""
    facts = await work_on_the_next(works, scene)
    await works.run(scene.manager, withdraw, UUID(facts["material_id"]))
    return facts


async def uploaded(works: Works, scene: Scene, *, for_course: bool = False) -> dict[str, str]:
    """Staff has uploaded a file for the session, or the course."""
    facts = await work_on_the_next(works, scene)
    (sam,) = await execute("SELECT id FROM person WHERE email = 'sam@host.example'")

    async def write(work: Work) -> dict[str, str]:
        file_id, upload_id = work.new_id(), work.new_id()
        told = {"sha256": "a" * 64, "size": 12, "media_type": "application/pdf", "unused_at": work.now}
        work.add(tables.StoredFile, id=file_id, created_at=work.now, **told)
        ids = {"person_id": UUID(str(sam["id"])), "program_id": scene.program_id}
        ids |= {"course_id": scene.course_id} if for_course else {"session_id": scene.session_id}
        times = {"created_at": work.now, "expires_at": work.now, "finished_at": work.now}
        done = {"name": "reading.pdf", "size": 12, "part_size": 12, "state": "finished", "file_id": file_id}
        work.add(tables.Upload, id=upload_id, **ids, **times, **done)
        return {"upload_id": str(upload_id)}

    return facts | await works.run(scene.manager, write)
