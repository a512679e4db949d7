"""Versions of materials: begun, filled with variants, published, thrown away.

What was published is never changed. Every verb locks the material's row first, so of two who publish, or one who
publishes while another changes, the second finds what the first one did. Raises NotFound for what is missing or out of
reach, Stale with the current state, VersionPublished for what cannot be changed any more.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import as_data
from training.base.work import Add, Work
from training.materials import tables
from training.materials.actions.editing import add_version, hold_material
from training.materials.actions.noting import read_details
from training.materials.events import MaterialDraftChanged, MaterialVersionPublished
from training.materials.queries.editing import Scope, find_usable_file, list_file_types, lock_material
from training.materials.queries.versions import (
    find_variant,
    find_version,
    get_full_version,
    list_bare_versions,
    list_variants,
)
from training.materials.rules.materials import LONGEST_NOTE, LONGEST_WAIVER, Material
from training.materials.rules.variants import (
    MOST_VARIANTS,
    FileType,
    NoteMissing,
    VariantDetails,
    VariantsLimit,
    VariantView,
    VersionPublished,
    VersionView,
    check_fits,
    check_notes,
    check_publishable,
    chosen_type,
)


async def begin_version(work: Work, material_id: UUID) -> VersionView:
    """Begin the next version with the variants of the newest one; the one that is being worked on where there is one
    already."""
    material, _ = await hold_material(work, material_id, None)
    versions = (await list_bare_versions([material.id], drafts=True)).get(material.id, [])
    draft = next((version for version in versions if version.published_at is None), None)
    newest = versions[-1] if versions else None
    if draft is None:
        number = newest.number + 1 if newest else 1
        key = add_version(work, material.id, number)
        _say(work, material, key, number, "begun")
        if newest is not None:
            copy_variants(work, (await list_variants([newest.id])).get(newest.id, ()), key)
        await work.flush()
    else:
        key = draft.id
    return await get_full_version(key)


async def add_variant(
    work: Work, version_id: UUID, details: VariantDetails, expected_version: int | None = None
) -> VariantView:
    """Add a file, a link or a note to a version that is not published. Raises VariantsLimit, NotesLimit."""
    material, scope, version = await _hold_draft(work, version_id, expected_version)
    present = (await list_variants([version_id])).get(version_id, ())
    if len(present) >= MOST_VARIANTS:
        raise VariantsLimit
    details, counts, html = await _usable(work, scope, details)
    check_notes(details, present)
    key = work.new_id()
    position = max((one.position for one in present), default=0) + 1
    columns = {**as_data(details), **as_data(counts), "html": html, "position": position}
    work.add(tables.MaterialVariant, **columns, id=key, version_id=version_id)
    _touch(work, material, version, "added", name=details.name, after=as_data(details))
    return await _variant(work, key)


async def change_variant(
    work: Work, variant_id: UUID, details: VariantDetails, expected_version: int | None = None
) -> VariantView:
    """Change a variant of a version that is not published; its file too, which another may replace. Raises
    NotesLimit."""
    before, material, scope, version = await _hold_variant(work, variant_id, expected_version)
    details, counts, html = await _usable(work, scope, details, before)
    after = {name: getattr(one, name) for one in (details, counts) for name in one.__struct_fields__}
    changed = {name: value for name, value in after.items() if getattr(before, name) != value}
    if not changed:
        return before
    if len(details.body) > len(before.body):
        beside = (await list_variants([version.id])).get(version.id, ())
        check_notes(details, [one for one in beside if one.id != variant_id])
    work.change(tables.MaterialVariant, variant_id, **as_data(details), **as_data(counts), html=html)
    was = {name: getattr(before, name) for name in changed}
    _touch(work, material, version, "changed", name=details.name, before=was, after=changed)
    if before.file_id is not None and before.file_id != details.file_id:
        await _let_go(work, [before.file_id])
    return await _variant(work, variant_id)


async def remove_variant(work: Work, variant_id: UUID, expected_version: int | None = None) -> None:
    """Take a variant out of a version that is not published."""
    before, material, _, version = await _hold_variant(work, variant_id, expected_version)
    # Editors may have looked at it; that is of no interest any more.
    await work.execute("DELETE FROM material_opening WHERE variant_id = {}", variant_id)
    await work.execute("DELETE FROM material_variant WHERE id = {}", variant_id)
    _touch(work, material, version, "removed", name=before.name)
    await _let_go(work, [before.file_id])


async def publish_version(
    work: Work, version_id: UUID, *, note: str = "", waive: str = "", expected_version: int | None = None
) -> VersionView:
    """Show a version to whoever may see the material, from now on and for good.

    `note` says what is different, and is needed from the second one on. Raises NoteMissing, NothingToPublish,
    FilesWait, FilesRefused, and CaptionsMissing unless `waive` says why it has to do without them.
    """
    material, _, version = await _hold_draft(work, version_id, expected_version)
    variants = (await list_variants([version_id])).get(version_id, ())
    earlier = (await list_bare_versions([material.id])).get(material.id, [])
    if earlier and not note.strip():
        raise NoteMissing(fields={"note": "Say in a sentence what is different from the version before."})
    for name, said, most in (("note", note, LONGEST_NOTE), ("waive", waive, LONGEST_WAIVER)):
        if len(said) > most:
            raise Invalid(fields={name: f"This is too long: {len(said):,} characters, and at most {most:,}."})
    check_publishable(variants, waive)
    published = as_published(work, note=note, waived=waive, first=not earlier)
    work.change(tables.MaterialVersion, version_id, **published, version=Add(1))
    say_published(work, material, version_id, number=version.number, note=note)
    await work.flush()
    return await get_full_version(version_id)


async def discard_draft(work: Work, version_id: UUID, expected_version: int | None = None) -> None:
    """Throw away a version that is not published, with its variants."""
    material, _, version = await _hold_draft(work, version_id, expected_version)
    variants = (await list_variants([version_id])).get(version_id, ())
    for table in ("material_opening", "material_variant"):
        await work.execute(f"DELETE FROM {table} WHERE version_id = {{}}", version_id)
    await work.execute("DELETE FROM material_version WHERE id = {}", version_id)
    _say(work, material, version_id, version.number, "discarded")
    await _let_go(work, [variant.file_id for variant in variants])


def copy_variants(work: Work, variants: Iterable[VariantView], version_id: UUID) -> None:
    """Write the same variants down for another version: the same stored files, no bytes."""
    for variant in variants:
        same = {n: getattr(variant, n) for of in (VariantDetails, FileType) for n in of.__struct_fields__}
        key = work.new_id()
        more = {"html": variant.html, "position": variant.position}
        work.add(tables.MaterialVariant, **same, **more, id=key, version_id=version_id)
        if variant.file_id is not None:
            work.change(tables.StoredFile, variant.file_id, unused_at=None)


def as_published(work: Work, *, note: str = "", waived: str = "", first: bool) -> dict[str, Any]:
    """The columns of a version that is published now. Nobody is told of the first one: nothing was there before."""
    return {
        "note": note.strip(),
        "waived": waived.strip(),
        "published_at": work.now,
        "published_by": work.actor.person_id,
        "told_at": work.now if first else None,
    }


def say_published(work: Work, material: Material, version_id: UUID, *, number: int, note: str = "") -> None:
    """Emit what happened."""
    work.emit(
        MaterialVersionPublished(
            material_id=material.id,
            version_id=version_id,
            program_id=material.program_id,
            session_id=material.session_id,
            number=number,
            note=note.strip(),
        )
    )


async def _hold_draft(
    work: Work, version_id: UUID, expected_version: int | None
) -> tuple[Material, Scope, VersionView]:
    """A version that is not published, its material's row locked. Raises NotFound, VersionPublished, Stale."""
    material, scope = await lock_material(work.actor, version_id=version_id)
    return material, scope, await _draft(version_id, expected_version)


async def _hold_variant(
    work: Work, variant_id: UUID, expected_version: int | None
) -> tuple[VariantView, Material, Scope, VersionView]:
    material, scope = await lock_material(work.actor, variant_id=variant_id)
    variant = await find_variant(variant_id)
    if variant is None:
        raise NotFound
    return variant, material, scope, await _draft(variant.version_id, expected_version)


async def _draft(version_id: UUID, expected_version: int | None) -> VersionView:
    # Read under the lock: whoever held it before us may have published the version or thrown it away.
    version = await find_version(version_id)
    if version is None:
        raise NotFound
    if version.published_at is not None:
        raise VersionPublished
    if expected_version is not None and expected_version != version.version:
        raise Stale(current={"id": version.id, "number": version.number, "version": version.version})
    return version


async def _usable(
    work: Work, scope: Scope, details: VariantDetails, before: VariantView | None = None
) -> tuple[VariantDetails, FileType, str]:
    """The details with a file that the actor may use, what it counts as, and the HTML of a note. Raises Invalid."""
    details, html = await read_details(details)
    if details.file_id is None:
        return details, FileType(), html
    file = await find_usable_file(work.actor, scope, details.file_id)
    if file is None:
        raise Invalid(fields={"file_id": "This file is not there any more. Please upload it again."})
    current = None
    if before is not None and before.file_id == file.id:
        current = FileType(media_type=before.media_type, file_kind=before.file_kind)
    types = await list_file_types(work.actor, scope, file.id)
    if not types:
        # Our own machinery may use what came in elsewhere.
        types = [FileType(media_type=file.media_type, file_kind=file.kind)]
    counts = chosen_type(details.name, details.form, types, current)
    check_fits(details.form, counts.media_type)
    if file.unused_at is not None:
        work.change(tables.StoredFile, file.id, unused_at=None)
    return replace(details, name=details.name or details.form.value), counts, html


async def _let_go(work: Work, file_ids: Iterable[UUID | None]) -> None:
    """Note since when nothing uses these files, where nothing does."""
    for key in dict.fromkeys(key for key in file_ids if key is not None):
        await work.execute(
            "UPDATE stored_file SET unused_at = {} WHERE id = {} AND NOT EXISTS"
            " (SELECT 1 FROM material_variant x WHERE x.file_id = stored_file.id)",
            work.now,
            key,
        )


def _touch(
    work: Work, material: Material, version: VersionView, what: str, *, name: str, **changed: dict[str, Any]
) -> None:
    work.change(tables.MaterialVersion, version.id, version=Add(1))
    _say(work, material, version.id, version.number, what, name=name, **changed)


def _say(
    work: Work, material: Material, version_id: UUID, number: int, what: str, *, name: str = "", **changed: Any
) -> None:
    event = MaterialDraftChanged(
        material_id=material.id,
        version_id=version_id,
        program_id=material.program_id,
        session_id=material.session_id,
        number=number,
        what=what,
        name=name,
    )
    work.emit(event, **changed)


async def _variant(work: Work, variant_id: UUID) -> VariantView:
    await work.flush()
    found = await find_variant(variant_id)
    if found is None:
        raise NotFound
    return found
