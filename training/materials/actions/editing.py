"""What editors do to materials themselves: add, change, withdraw, put back, put in order.

Each verb locks what it changes. Raises NotFound for what is missing or out of reach, Invalid with a sentence per field,
Stale with the current state.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Stale
from training.base.structs import as_data
from training.base.work import Add, Work
from training.catalogue.queries import lock_course
from training.materials import tables
from training.materials.events import MaterialAdded, MaterialEdited, MaterialWithdrawn
from training.materials.queries.editing import Scope, get_material_scope, get_scope, list_own, lock_material
from training.materials.rules.materials import (
    MOST_MATERIALS,
    Material,
    MaterialDetails,
    OrderChanged,
    check_room,
    checked_material,
)
from training.schedule.queries.sessions import lock_session


async def add_material(
    work: Work, details: MaterialDetails, *, session_id: UUID | None = None, course_id: UUID | None = None
) -> Material:
    """Add a material to a session, or else to a course, at the end of its list, with an empty first version to be
    filled and published. Nobody sees it before. Raises MaterialsLimit."""
    scope = await get_scope(work.actor, session_id=session_id, course_id=course_id)
    details = checked_material(details)
    present = await hold_list(scope)
    check_room(len(present), 1, MOST_MATERIALS)
    material = put_in(work, scope, details, position=next_position(present))
    add_version(work, material.id, 1)
    return material


async def edit_material(
    work: Work, material_id: UUID, details: MaterialDetails, expected_version: int | None = None
) -> Material:
    """Change what a material is called, who sees it when, and whether it is to be done before."""
    before, _ = await hold_material(work, material_id, expected_version)
    details = checked_material(details)
    names = [n for n in MaterialDetails.__struct_fields__ if getattr(before, n) != getattr(details, n)]
    if not names:
        return before
    changed = {name: getattr(details, name) for name in names}
    after = replace(before, **changed, version=before.version + 1)
    work.change(tables.Material, before.id, **changed, version=after.version)
    _edited(work, before, {name: getattr(before, name) for name in names}, changed)
    return after


async def withdraw(work: Work, material_id: UUID, expected_version: int | None = None) -> Material:
    """Take a material off every list. Its versions, and what people said of it, are kept. Nothing happens twice."""
    return await _set_withdrawn(work, material_id, expected_version, withdrawn=True)


async def put_back(work: Work, material_id: UUID, expected_version: int | None = None) -> Material:
    """Put a withdrawn material back where it was."""
    return await _set_withdrawn(work, material_id, expected_version, withdrawn=False)


async def reorder(
    work: Work, material_ids: Sequence[UUID], *, session_id: UUID | None = None, course_id: UUID | None = None
) -> None:
    """Put what belongs to a session, or else to a course, in this order. Raises OrderChanged unless exactly what is
    not withdrawn is named."""
    scope = await get_scope(work.actor, session_id=session_id, course_id=course_id)
    present = [one for one in await hold_list(scope) if one.withdrawn_at is None]
    if sorted(one.id for one in present) != sorted(material_ids):
        raise OrderChanged
    by_id = {one.id: one for one in present}
    for position, key in enumerate(material_ids, 1):
        if by_id[key].position != position:
            work.change(tables.Material, key, position=position)
    if [one.id for one in present] != list(material_ids):
        _edited(work, by_id[material_ids[0]], None, {"order": [by_id[key].title for key in material_ids]})


async def move_material(work: Work, material_id: UUID, *, up: bool) -> None:
    """Put a material one step up or down in its list; at the end of it nothing happens."""
    # The list is held before its rows, as everybody who orders it does; so nobody waits in a circle.
    _, scope = await get_material_scope(work.actor, material_id)
    order = [one.id for one in await hold_list(scope) if one.withdrawn_at is None]
    place = order.index(material_id) if material_id in order else -1
    other = place - 1 if up else place + 1
    if place < 0 or not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    await reorder(work, order, session_id=scope.session_id, course_id=scope.course_id)


async def hold_material(work: Work, material_id: UUID, expected_version: int | None) -> tuple[Material, Scope]:
    """A material that the actor edits, its row locked. Raises NotFound, Stale."""
    material, scope = await lock_material(work.actor, material_id=material_id)
    if expected_version is not None and expected_version != material.version:
        raise Stale(current=as_data(material))
    return material, scope


async def hold_list(scope: Scope) -> list[Material]:
    """What belongs to a course, or a session alone, nobody else adding to it or moving in it meanwhile."""
    if scope.session_id is not None:
        await lock_session(scope.session_id)
    else:
        await lock_course(scope.course_id)
    return await list_own(scope)


def next_position(present: Sequence[Material]) -> int:
    """The end of a list."""
    return max((one.position for one in present), default=0) + 1


def put_in(
    work: Work, scope: Scope, details: MaterialDetails, *, position: int, source_id: UUID | None = None
) -> Material:
    """Write a material down and say so."""
    of_session = scope.session_id is not None
    material = Material(
        **as_data(details),
        id=work.new_id(),
        program_id=scope.program_id,
        course_id=None if of_session else scope.course_id,
        session_id=scope.session_id,
        position=position,
        withdrawn_at=None,
        source_id=source_id,
        created_at=work.now,
        created_by=work.actor.person_id,
        version=1,
    )
    work.add(tables.Material, **as_data(material))
    work.emit(
        MaterialAdded(
            material_id=material.id,
            program_id=material.program_id,
            course_id=material.course_id,
            session_id=material.session_id,
            title=material.title,
            source_id=source_id,
        ),
        after=as_data(details),
    )
    return material


def add_version(work: Work, material_id: UUID, number: int, **published: Any) -> UUID:
    """Write down an empty version to be worked on, unless it is `published` at once; its id."""
    key = work.new_id()
    said = {"created_at": work.now, "created_by": work.actor.person_id} | published
    work.add(tables.MaterialVersion, id=key, material_id=material_id, number=number, **said)
    return key


async def _set_withdrawn(work: Work, material_id: UUID, expected_version: int | None, *, withdrawn: bool) -> Material:
    before, _ = await hold_material(work, material_id, expected_version)
    if withdrawn == (before.withdrawn_at is not None):
        return before
    at = work.now if withdrawn else None
    work.change(tables.Material, before.id, withdrawn_at=at, version=Add(1))
    work.emit(
        MaterialWithdrawn(
            material_id=before.id, program_id=before.program_id, session_id=before.session_id, withdrawn=withdrawn
        )
    )
    return replace(before, withdrawn_at=at, version=before.version + 1)


def _edited(work: Work, material: Material, before: object, after: object) -> None:
    event = MaterialEdited(material_id=material.id, program_id=material.program_id, session_id=material.session_id)
    work.emit(event, before=before, after=after)
