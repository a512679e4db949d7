"""Materials as rows, for tests that ask what becomes of them: published versions, placements, who went through what."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.booking.made import Scene
from training.base.database import execute
from training.base.work import Work, Works
from training.materials import tables


async def prepare(
    works: Works,
    scene: Scene,
    title: str = "Safe words",
    *,
    of_course: bool = False,
    published: bool = True,
    **more: Any,
) -> UUID:
    """A material of the session (or of its course) that is to be done before, with a published version."""

    async def add(work: Work) -> UUID:
        material_id = work.new_id()
        owner = {"course_id": scene.course_id} if of_course else {"session_id": scene.session_id}
        columns = {"title": title, "prework": True, "audience": "enrolled", "opens": "always", **owner, **more}
        work.add(tables.Material, id=material_id, program_id=scene.program_id, created_at=work.now, **columns)
        await work.flush()
        if published:
            _version(work, material_id, 1, "")
        return material_id

    return await works.run(scene.manager, add)


async def publish(
    works: Works, scene: Scene, material_id: UUID, number: int = 2, note: str = "Two slides are new."
) -> UUID:
    """One version more of a material, published now."""

    async def add(work: Work) -> UUID:
        return _version(work, material_id, number, note)

    return await works.run(scene.manager, add)


def _version(work: Work, material_id: UUID, number: int, note: str) -> UUID:
    version_id = work.new_id()
    columns: dict[str, Any] = {"number": number, "note": note, "created_at": work.now, "published_at": work.now}
    columns["told_at"] = work.now if number == 1 else None
    work.add(tables.MaterialVersion, id=version_id, material_id=material_id, **columns)
    return version_id


async def place(works: Works, scene: Scene, material_id: UUID, **values: Any) -> None:
    """How the session differs from its course in this material."""

    async def add(work: Work) -> None:
        columns = {"session_id": scene.session_id, "material_id": material_id, **values}
        work.add(tables.MaterialPlacement, id=work.new_id(), **columns)

    await works.run(scene.manager, add)


async def enrollment_of(scene: Scene, number: int = 0) -> UUID:
    """The enrollment of one of the people of the first partner."""
    sql = "SELECT id FROM enrollment WHERE session_id = {} AND person_id = {} AND state <> 'cancelled'"
    (row,) = await execute(sql, scene.session_id, scene.people[number])
    return UUID(str(row["id"]))


async def went_through(works: Works, scene: Scene, material_id: UUID, number: int = 0) -> None:
    """One of these people acknowledges the newest version of a material."""
    enrollment_id = await enrollment_of(scene, number)
    sql = "SELECT id FROM material_version WHERE material_id = {} ORDER BY number DESC LIMIT 1"
    (row,) = await execute(sql, material_id)

    async def add(work: Work) -> None:
        columns = {"enrollment_id": enrollment_id, "material_id": material_id, "at": work.now}
        work.add(tables.Acknowledgement, id=work.new_id(), version_id=UUID(str(row["id"])), **columns)

    await works.run(scene.manager, add)


async def opened(
    works: Works, scene: Scene, material_id: UUID, number: int = 0, *, ago: timedelta = timedelta(), way: str = "page"
) -> None:
    """One of these people opened the newest version of a material, for the session."""
    enrollment_id = await enrollment_of(scene, number)
    sql = "SELECT id FROM material_version WHERE material_id = {} ORDER BY number DESC LIMIT 1"
    (row,) = await execute(sql, material_id)

    async def add(work: Work) -> None:
        work.add(
            tables.MaterialOpening,
            id=work.new_id(),
            material_id=material_id,
            version_id=UUID(str(row["id"])),
            session_id=scene.session_id,
            person_id=scene.people[number],
            enrollment_id=enrollment_id,
            way=way,
            at=work.now - ago,
        )

    await works.run(scene.manager, add)


async def follow(works: Works, scene: Scene, number: int = 0) -> UUID:
    """One of these people wants to hear when the materials of the session change. Returns their enrollment."""
    enrollment_id = await enrollment_of(scene, number)

    async def add(work: Work) -> None:
        columns = {"session_id": scene.session_id, "person_id": scene.people[number], "created_at": work.now}
        work.add(tables.MaterialFollow, id=enrollment_id, enrollment_id=enrollment_id, **columns)

    await works.run(scene.manager, add)
    return enrollment_id
