"""Materials in the small world: one of the session and one of the course, each with a note that is published."""

from uuid import UUID

from tests.booking.made import Scene
from training.base.database import execute
from training.base.work import Work, Works
from training.materials import tables
from training.materials.actions.versions import begin_version


def add_materials(work: Work, scene: Scene) -> None:
    """The course's comes first, so that any address of a session fits it; the session's is to be done before."""
    for owner in ({"course_id": scene.course_id}, {"session_id": scene.session_id, "prework": True}):
        material_id, version_id, variant_id = work.new_id(), work.new_id(), work.new_id()
        ids = {"program_id": scene.program_id, "created_at": work.now}
        work.add(tables.Material, id=material_id, title="Reading", **ids, **owner)
        times = {"created_at": work.now, "published_at": work.now}
        work.add(tables.MaterialVersion, id=version_id, material_id=material_id, number=1, **times)
        note = {"kind": "note", "name": "Words", "body": "Hello"}
        work.add(tables.MaterialVariant, id=variant_id, version_id=version_id, **note)


async def work_on_the_next(works: Works, scene: Scene) -> dict[str, str]:
    """Somebody has begun the next version of the session's material; `course_material_id` is the course's."""
    of_course = await execute("SELECT id FROM material WHERE course_id = {}", scene.course_id)
    of_session = await execute("SELECT id FROM material WHERE session_id = {}", scene.session_id)
    material_id = UUID(str(of_session[0]["id"]))
    draft = await works.run(scene.manager, begin_version, material_id)
    return {
        "material_id": str(material_id),
        "course_material_id": str(of_course[0]["id"]),
        "draft_version_id": str(draft.id),
        "draft_variant_id": str(draft.variants[0].id),
    }
