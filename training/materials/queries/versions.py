"""Versions of materials with their variants and files. Judges nobody's right to them.

A fixed number of statements however many there are: one for versions, one for variants.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.materials.rules.variants import VariantView, VersionView, in_order

VERSION_SQL = (
    "SELECT v.id, v.material_id, v.number, v.note, v.waived, v.created_at, v.created_by, v.published_at,"
    " v.published_by, COALESCE(b.name, '') AS published_by_name, v.version"
    " FROM material_version v LEFT JOIN person b ON b.id = v.published_by"
)
VARIANT_SQL = (
    "SELECT x.id, x.version_id, x.kind, x.form, x.language, x.name, x.link, x.body, x.position, x.file_id,"
    " COALESCE(f.sha256, '') AS sha256, COALESCE(f.size, 0) AS size, COALESCE(f.state, '') AS state,"
    " COALESCE(NULLIF(x.media_type, ''), f.media_type, '') AS media_type,"
    " COALESCE(NULLIF(x.file_kind, ''), f.kind, '') AS file_kind, COALESCE(f.verdict, '') AS verdict"
    " FROM material_variant x LEFT JOIN stored_file f ON f.id = x.file_id"
)


class StoredView(Frozen, frozen=True, kw_only=True):
    """A stored file: everything but its bytes. What it counts as is said by each upload and variant; `media_type` and
    `kind` are only what it was when it first came, perhaps to somebody else."""

    id: UUID
    sha256: str
    size: int
    media_type: str
    kind: str
    state: str
    verdict: str = ""
    unused_at: datetime | None = None


async def list_bare_versions(material_ids: Sequence[UUID], *, drafts: bool = False) -> dict[UUID, list[VersionView]]:
    """The versions of these materials without their variants, by material, in order; no drafts unless asked for."""
    if not material_ids:
        return {}
    only = "" if drafts else " AND v.published_at IS NOT NULL"
    sql = f"{VERSION_SQL} WHERE v.material_id IN ({marks(material_ids)}){only} ORDER BY v.material_id, v.number"
    found: dict[UUID, list[VersionView]] = {}
    for version in await fetch(VersionView, sql, *material_ids):
        found.setdefault(version.material_id, []).append(version)
    return found


async def list_variants(version_ids: Iterable[UUID]) -> dict[UUID, tuple[VariantView, ...]]:
    """The variants of these versions, by version, in order."""
    wanted = tuple(dict.fromkeys(version_ids))
    if not wanted:
        return {}
    found: dict[UUID, list[VariantView]] = {}
    for variant in await fetch(VariantView, f"{VARIANT_SQL} WHERE x.version_id IN ({marks(wanted)})", *wanted):
        found.setdefault(variant.version_id, []).append(variant)
    return {key: in_order(variants) for key, variants in found.items()}


async def find_version(version_id: UUID) -> VersionView | None:
    """One version without its variants."""
    return await fetch_one(VersionView, f"{VERSION_SQL} WHERE v.id = {{}}", version_id)


async def find_variant(variant_id: UUID) -> VariantView | None:
    """One variant."""
    return await fetch_one(VariantView, f"{VARIANT_SQL} WHERE x.id = {{}}", variant_id)


async def get_full_version(version_id: UUID) -> VersionView:
    """One version with its variants. Raises NotFound."""
    version = await find_version(version_id)
    if version is None:
        raise NotFound
    return replace(version, variants=(await list_variants([version_id])).get(version_id, ()))
