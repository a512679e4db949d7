"""What an archive of materials holds: a folder for each, with names that are safe and unique. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from training.base.names import safe_name, unique
from training.base.structs import Frozen
from training.materials.rules.handing import saved_name
from training.materials.rules.storages import file_key
from training.materials.rules.variants import Kind, VariantView, VersionView

LIST_NAME = "CONTENTS.txt"
# Archives know no earlier instant.
FIRST = datetime(1980, 1, 1, tzinfo=UTC)


class Packed(Frozen, frozen=True, kw_only=True):
    """One file of an archive: its name there, how long it is, and the key of its bytes; without a key the bytes.

    `at` is the instant it bears (UTC): when its version was published.
    """

    name: str
    size: int
    key: str = ""
    content: bytes = b""
    at: datetime = FIRST


class Given(Frozen, frozen=True, kw_only=True):
    """A material with the version that goes into the archive."""

    material_id: UUID
    title: str
    summary: str
    version: VersionView


class Listed(Frozen, frozen=True, kw_only=True):
    """A variant as the list of the archive tells it; `name` is where it is, or empty where it could not be packed."""

    variant: VariantView
    name: str = ""


class Folder(Frozen, frozen=True, kw_only=True):
    """One material in the archive."""

    name: str
    given: Given
    listed: tuple[Listed, ...]
    files: tuple[Packed, ...]


def pack(items: Sequence[Given]) -> tuple[Folder, ...]:
    """A folder for each material, numbered in their order. Links are listed only; so is what the scanner holds."""
    width = len(str(len(items)))
    return tuple(_folder(safe_name(f"{number:0{width}} {one.title}"), one) for number, one in enumerate(items, 1))


def with_list(text: str, folders: Sequence[Folder]) -> tuple[Packed, ...]:
    """Every file of the archive, the list of them first: plain text with line ends as every program knows them.

    It is as old as the newest of them.
    """
    content = "\r\n".join([*text.strip().splitlines(), ""]).encode()
    files = [file for folder in folders for file in folder.files]
    newest = max((file.at for file in files), default=FIRST)
    return (Packed(name=LIST_NAME, size=len(content), content=content, at=newest), *files)


def _folder(name: str, given: Given) -> Folder:
    variants = given.version.variants
    kept = [variant for variant in variants if variant.kind is not Kind.LINK and variant.ready]
    names = dict(zip((v.id for v in kept), unique(_name(v) for v in kept), strict=True))
    places = {key: f"{name}/{last}" for key, last in names.items()}
    return Folder(
        name=name,
        given=given,
        listed=tuple(Listed(variant=variant, name=places.get(variant.id, "")) for variant in variants),
        files=tuple(_packed(variant, places[variant.id], given.version.published_at or FIRST) for variant in kept),
    )


def _name(variant: VariantView) -> str:
    return saved_name(variant) if variant.kind is Kind.FILE else safe_name(variant.name, (".md",))


def _packed(variant: VariantView, name: str, at: datetime) -> Packed:
    if variant.kind is Kind.FILE:
        return Packed(name=name, size=variant.size, key=file_key(variant.sha256), at=at)
    content = variant.body.encode()
    return Packed(name=name, size=len(content), content=content, at=at)
