"""Materials of one course or session for another, of another program too: the same stored files, no bytes copied."""

from collections.abc import Sequence
from uuid import UUID

from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.materials.actions.editing import add_version, hold_list, next_position, put_in
from training.materials.actions.versions import as_published, copy_variants, say_published
from training.materials.queries.editing import Edited, Scope, get_scope, list_kept
from training.materials.queries.versions import with_texts
from training.materials.rules.materials import (
    MOST_MATERIALS,
    CopyOntoItself,
    Material,
    MaterialDetails,
    check_not_withdrawn,
    check_room,
)
from training.materials.rules.variants import VersionView


class Spot(Frozen, frozen=True, kw_only=True):
    """A session, or else a course: where materials are copied from or to."""

    session_id: UUID | None = None
    course_id: UUID | None = None


async def copy_materials(work: Work, source: Spot, target: Spot, material_ids: Sequence[UUID]) -> tuple[Material, ...]:
    """Copy materials, in this order, to the end of another list. Who sees them when is kept.

    The newest published version becomes the first one of the copy and is published at once; what was never published
    is copied as it is being worked on. The actor edits both. Raises NotFound, CopyOntoItself, WithdrawnAlready,
    MaterialsLimit.
    """
    here = await get_scope(work.actor, session_id=source.session_id, course_id=source.course_id)
    there = await get_scope(work.actor, session_id=target.session_id, course_id=target.course_id)
    if (here.session_id, here.course_id) == (there.session_id, there.course_id):
        raise CopyOntoItself
    wanted = tuple(dict.fromkeys(material_ids))
    # A list is held before rows, as everybody who orders it does; so nobody waits in a circle.
    present = await hold_list(there)
    found = {one.material.id: one for one in await list_kept(here, wanted)}
    if not wanted or not found.keys() >= set(wanted):
        raise NotFound
    check_not_withdrawn([found[key].material for key in wanted])
    check_room(len(present), len(wanted), MOST_MATERIALS)
    first = next_position(present)
    copied = {key: found[key].newest or found[key].draft for key in wanted}
    whole = {one.material_id: one for one in await with_texts([one for one in copied.values() if one is not None])}
    return tuple(_copy(work, there, found[key], whole.get(key), first + n) for n, key in enumerate(wanted))


def _copy(work: Work, there: Scope, edited: Edited, version: VersionView | None, position: int) -> Material:
    """Copy a material with this version of it."""
    of = edited.material
    details = MaterialDetails(**{name: getattr(of, name) for name in MaterialDetails.__struct_fields__})
    material = put_in(work, there, details, position=position, source_id=of.id)
    published = as_published(work, waived=edited.newest.waived, first=True) if edited.newest else {}
    key = add_version(work, material.id, 1, **published)
    if version is not None:
        copy_variants(work, version.variants, key)
    if published:
        say_published(work, material, key, number=1)
    return material
