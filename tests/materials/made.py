"""Materials as their actions make them, on the day of a session: what most tests of materials begin with."""

from typing import Any
from uuid import UUID, uuid4

from tests.attendance.made import Day
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.rules.guests import guest_of
from training.materials import tables
from training.materials.actions.editing import add_material
from training.materials.actions.versions import add_variant, begin_version, publish_version
from training.materials.queries.editing import get_edited
from training.materials.rules.materials import Material, MaterialDetails
from training.materials.rules.variants import Form, Kind, VariantDetails, VersionView
from training.people.tables import RoleGrant

MACHINE = Viewer.machine("test")


def details(title: str = "Safe words", **more: Any) -> MaterialDetails:
    return MaterialDetails(title=title, **more)


def a_note(body: str = "Say **died by suicide**.", name: str = "Words", **more: Any) -> VariantDetails:
    return VariantDetails(**{"kind": Kind.NOTE, "name": name, "body": body, **more})


def a_link(link: str = "https://example.org/slides", name: str = "Slides", **more: Any) -> VariantDetails:
    return VariantDetails(**{"kind": Kind.LINK, "name": name, "link": link, **more})


async def added(works: Works, day: Day, *, of_course: bool = False, by: Viewer | None = None, **more: Any) -> Material:
    """A material with an empty first version."""
    whose: dict[str, UUID] = {"course_id": day.scene.course_id} if of_course else {"session_id": day.session_id}
    return await works.run(by or day.manager, add_material, details(**more), **whose)


async def draft_of(day: Day, material_id: UUID) -> VersionView:
    found = (await get_edited(day.manager, material_id)).draft
    assert found is not None
    return found


async def filled(works: Works, day: Day, material_id: UUID, what: VariantDetails | None = None) -> VersionView:
    """The version that is being worked on, begun where there is none, with one variant more."""
    version = await works.run(day.manager, begin_version, material_id)
    await works.run(day.manager, add_variant, version.id, what or a_note())
    return await draft_of(day, material_id)


async def published(works: Works, day: Day, **more: Any) -> Material:
    """A material with a note, published."""
    material = await added(works, day, **more)
    version = await filled(works, day, material.id)
    await works.run(day.manager, publish_version, version.id)
    return material


async def again(works: Works, day: Day, material_id: UUID, note: str = "Two slides are new.") -> VersionView:
    """One more version of a material, published."""
    version = await works.run(day.manager, begin_version, material_id)
    return await works.run(day.manager, publish_version, version.id, note=note)


async def a_file(works: Works, day: Day, *, by: Viewer | None = None, **more: Any) -> UUID:
    """A stored file that came in by an upload of the manager; there are no bytes."""
    whose = by or day.manager

    async def write(work: Work) -> UUID:
        key = work.new_id()
        columns = {"sha256": uuid4().hex * 2, "size": 12, "media_type": "application/pdf", "unused_at": work.now}
        work.add(tables.StoredFile, **{**columns, "id": key, "created_at": work.now, **more})
        work.add(
            tables.Upload,
            id=work.new_id(),
            person_id=whose.person_id,
            program_id=day.scene.program_id,
            session_id=day.session_id,
            name="file.pdf",
            size=12,
            part_size=1,
            state="finished",
            file_id=key,
            created_at=work.now,
            expires_at=work.now,
            finished_at=work.now,
        )
        return key

    return await works.run(MACHINE, write)


def of_file(file_id: UUID, form: Form = Form.DOCUMENT, **more: Any) -> VariantDetails:
    return VariantDetails(**{"kind": Kind.FILE, "form": form, "file_id": file_id, "name": f"{form}.pdf", **more})


def learner(day: Day, number: int = 0) -> Viewer:
    """One of those who are enrolled."""
    return guest_of(day.scene.people[number], f"Learner {number}", "Europe/Dublin")


async def grant(works: Works, person_id: UUID, role: str, scope_id: UUID) -> None:
    """Write a role down, for what counts people."""

    async def write(work: Work) -> None:
        ids = {"id": work.new_id(), "person_id": person_id, "scope_id": scope_id}
        work.add(RoleGrant, **ids, role=role, granted_at=work.now)

    await works.run(MACHINE, write)
