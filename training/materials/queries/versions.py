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
from training.materials.rules.variants import Kind, VariantView, VersionView, in_order

VERSION_SQL = (
    "SELECT v.id, v.material_id, v.number, v.note, v.waived, v.created_at, v.created_by, v.published_at,"
    " v.published_by, COALESCE(b.name, '') AS published_by_name, v.version"
    " FROM material_version v LEFT JOIN person b ON b.id = v.published_by"
)
_VARIANT = (
    "SELECT x.id, x.version_id, x.kind, x.form, x.language, x.name, x.link, {body} AS body, {html} AS html,"
    " x.position, x.file_id,"
    " COALESCE(f.sha256, '') AS sha256, COALESCE(f.size, 0) AS size, COALESCE(f.state, '') AS state,"
    " COALESCE(NULLIF(x.media_type, ''), f.media_type, '') AS media_type,"
    " COALESCE(NULLIF(x.file_kind, ''), f.kind, '') AS file_kind, COALESCE(f.verdict, '') AS verdict"
    " FROM material_variant x LEFT JOIN stored_file f ON f.id = x.file_id"
)
VARIANT_SQL = _VARIANT.replace("{body}", "x.body").replace("{html}", "x.html")
# Lists show no note, and hundreds of them are long.
_TEXTLESS_SQL = _VARIANT.replace("{body}", "''").replace("{html}", "''")


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


async def list_variants(version_ids: Iterable[UUID], *, texts: bool = True) -> dict[UUID, tuple[VariantView, ...]]:
    """The variants of these versions, by version, in order; without `texts` those of notes are left out."""
    wanted = tuple(dict.fromkeys(version_ids))
    if not wanted:
        return {}
    found: dict[UUID, list[VariantView]] = {}
    sql = f"{VARIANT_SQL if texts else _TEXTLESS_SQL} WHERE x.version_id IN ({marks(wanted)})"
    for variant in await fetch(VariantView, sql, *wanted):
        found.setdefault(variant.version_id, []).append(variant)
    return {key: in_order(variants) for key, variants in found.items()}


async def with_texts(versions: Sequence[VersionView]) -> tuple[VersionView, ...]:
    """The same with the texts of their notes. One statement; none where there are no notes."""
    wanted = [version.id for version in versions if any(v.kind is Kind.NOTE for v in version.variants)]
    found = await list_variants(wanted)
    return tuple(replace(one, variants=found.get(one.id, one.variants)) for one in versions)


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
