"""How a session differs from its course in a material: left out, another version, other times."""

from typing import Any
from uuid import UUID

from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import as_data
from training.base.work import Work
from training.materials import tables
from training.materials.events import MaterialPlaced
from training.materials.queries.editing import find_held_material, find_placement, get_scope
from training.materials.queries.versions import list_bare_versions
from training.materials.rules.materials import (
    NotOfThisSession,
    Placement,
    PlacementDetails,
    ShowingIsManagers,
    checked_placement,
)
from training.materials.rules.showing import Showing
from training.schedule.queries.sessions import lock_session


async def place(
    work: Work, session_id: UUID, material_id: UUID, details: PlacementDetails, expected_version: int | None = None
) -> Placement:
    """Say how a session uses a material of its course. Version 0 is that of a session that said nothing yet.

    Raises NotFound, NotOfThisSession, ShowingIsManagers where a trainer would say something else of who sees it
    or when, or take back what is said of that; Invalid, Stale.
    """
    scope = await get_scope(work.actor, session_id=session_id)
    # Nobody counts its meetings anew meanwhile: one may be named here.
    await lock_session(session_id)
    material = await find_held_material(material_id)
    if material is not None and material.session_id == session_id:
        raise NotOfThisSession
    published = {version.id for version in (await list_bare_versions([material_id])).get(material_id, [])}
    # Until something of it is published, only managers know of it.
    if material is None or material.course_id != scope.course_id or not (published or scope.manages):
        raise NotFound
    before = await find_placement(session_id, material_id)
    if expected_version is not None and expected_version != before.version:
        raise Stale(current=as_data(before))
    details = checked_placement(details, material)
    # Not what comes of it today: who fixes that here would keep it when the course says something else.
    if not scope.manages and any(getattr(details, name) != getattr(before, name) for name in Showing.__struct_fields__):
        raise ShowingIsManagers
    if details.pinned_id is not None and details.pinned_id not in published:
        raise Invalid(fields={"pinned_id": "Choose a version that is published."})
    said = as_data(details)
    changed = {name: said[name] for name in PlacementDetails.__struct_fields__ if getattr(before, name) != said[name]}
    if not changed:
        return before
    after = Placement(
        **said,
        id=before.id or work.new_id(),
        session_id=session_id,
        material_id=material_id,
        version=before.version + 1,
    )
    if before.id is None:
        work.add(tables.MaterialPlacement, **_columns(as_data(after)))
    else:
        work.change(tables.MaterialPlacement, before.id, **_columns(changed), version=after.version)
    event = MaterialPlaced(session_id=session_id, material_id=material_id, program_id=scope.program_id)
    work.emit(event, before={name: getattr(before, name) for name in changed}, after=changed)
    return after


def _columns(said: dict[str, Any]) -> dict[str, Any]:
    """What is said nothing of is kept as empty text."""
    return {name: "" if value is None and name in ("audience", "opens") else value for name, value in said.items()}
