"""Files out of a storage into an archive, and from an archive into a storage of either kind.

In the archive they lie as in the storage, under their hash, and are not packed again: videos and pictures are already.
One piece after the other, whatever their size.
"""

import hashlib
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from training.base.database import execute, fetch, marks
from training.base.structs import Frozen
from training.cli.archives import Layout, Manifest, Row, layouts, read_rows
from training.cli.saying import Advance, Failed
from training.materials.rules.storages import file_key, hash_of
from training.materials.storage.keeping import STEP, Storage, StorageDown

# So large may an entry be without the fields that older programs do not know.
_PLAIN = 1 << 30
_MOST_LOST = 5_000
_FORGET = (
    "DELETE FROM stored_file WHERE sha256 = {}"
    " AND NOT EXISTS (SELECT 1 FROM material_variant v WHERE v.file_id = stored_file.id)"
)


class StoredRow(Frozen, frozen=True, kw_only=True):
    """What the archive must know of a stored file."""

    sha256: str
    size: int


class Packed(Frozen, frozen=True, kw_only=True):
    """How many files are in an archive, how many bytes they have, and the hashes of those that could not be had, and of
    those that were swept away meanwhile, because nothing had used them for long."""

    files: int
    bytes: int
    lost: tuple[str, ...]
    swept: tuple[str, ...]


class _Named(Frozen, frozen=True, kw_only=True):
    sha256: str


def stored_layout() -> Layout:
    """The table of stored files."""
    return next(layout for layout in layouts() if layout.name == "stored_file")


def stored_rows(rows: Sequence[Row]) -> Iterator[StoredRow]:
    """The files of that table's rows. Those of refused ones may be gone, and nobody wants them."""
    columns: Mapping[str, int] = {name: number for number, name in enumerate(stored_layout().columns)}
    for row in rows:
        if row[columns["state"]] != "refused":
            yield StoredRow(sha256=row[columns["sha256"]], size=row[columns["size"]])


async def write_files(
    archive: zipfile.ZipFile, storage: Storage, wanted: Sequence[StoredRow], advance: Advance
) -> Packed:
    """Write files; what is not there, or is damaged, is left out and told. Raises StorageDown.

    Their rows may be of some hours ago: what has no row any more by the end was swept away, and nobody misses it.

    Raises Failed when so much is missing that it must be another storage.
    """
    missing: list[str] = []
    size = 0
    for row in wanted:
        if await storage.size(file_key(row.sha256)) == row.size and await _write_file(archive, storage, row, advance):
            size += row.size
            continue
        missing.append(row.sha256)
        if len(missing) > _MOST_LOST:
            raise Failed(f"More than {_MOST_LOST:,} files are not in this storage. Is it the right one?")
    named = await _named(missing)
    return Packed(
        files=len(wanted) - len(missing),
        bytes=size,
        lost=tuple(sha256 for sha256 in missing if sha256 in named),
        swept=tuple(sha256 for sha256 in missing if sha256 not in named),
    )


async def _named(hashes: Sequence[str]) -> frozenset[str]:
    """Which of these files have a row now."""
    if not hashes:
        return frozenset()
    rows = await fetch(_Named, f"SELECT sha256 FROM stored_file WHERE sha256 IN ({marks(hashes)})", *hashes)
    return frozenset(row.sha256 for row in rows)


async def forget_swept(manifest: Manifest) -> None:
    """Of files that were swept away while their backup was made, delete the rows, too, where nothing uses them."""
    for sha256 in manifest.swept:
        await execute(_FORGET, sha256)


async def _write_file(archive: zipfile.ZipFile, storage: Storage, row: StoredRow, advance: Advance) -> bool:
    entry = zipfile.ZipInfo(file_key(row.sha256))
    entry.external_attr = 0o600 << 16
    digest, begun = hashlib.sha256(), 0
    with archive.open(entry, "w", force_zip64=row.size >= _PLAIN) as file:
        try:
            async for piece in storage.read(file_key(row.sha256)):
                digest.update(piece)
                begun += len(piece)
                # One that grows meanwhile is none of ours.
                if begun > row.size:
                    return False
                file.write(piece)
                advance(len(piece))
        except KeyError:
            return False
    return digest.hexdigest() == row.sha256


def wanted_files(archive: zipfile.ZipFile, manifest: Manifest) -> list[StoredRow]:
    """The files that the rows of an archive name, all of which are in it. Raises BadZipFile when one is not."""
    rows = list(stored_rows(list(read_rows(archive, stored_layout(), lambda _: None))))
    left_out = {*manifest.lost, *manifest.swept}
    wanted = [row for row in rows if row.sha256 not in left_out]
    for row in wanted:
        if hash_of(file_key(row.sha256)) != row.sha256:
            raise zipfile.BadZipFile("a file is named by something that is no hash")
        entry = archive.getinfo(file_key(row.sha256))
        encrypted = entry.flag_bits & 1
        if entry.file_size != row.size or encrypted or entry.compress_type != zipfile.ZIP_STORED:
            raise zipfile.BadZipFile(f"{entry.filename} is not what was written")
    return wanted


@asynccontextmanager
async def files_put_back(
    archive: zipfile.ZipFile, storage: Storage, wanted: Sequence[StoredRow], advance: Advance
) -> AsyncIterator[None]:
    """Put files into a storage, each compared with its hash before it is there; inside, all of them are.

    When something fails, here or inside, those that were not there before are removed again. Raises BadZipFile,
    StorageDown.
    """
    new: list[str] = []
    try:
        for row in wanted:
            key = file_key(row.sha256)
            if await storage.size(key) is None:
                new.append(key)
            await storage.put(key, _pieces(archive, row, advance))
        yield
    except BaseException:
        # If the storage is what failed, they have no row and are swept away in time.
        with suppress(StorageDown):
            await storage.delete(new)
        raise


async def _pieces(archive: zipfile.ZipFile, row: StoredRow, advance: Advance) -> AsyncIterator[bytes]:
    digest, size = hashlib.sha256(), 0
    opened: Any = archive.open(file_key(row.sha256))
    with opened as file:
        while piece := file.read(STEP):
            digest.update(piece)
            size += len(piece)
            yield piece
            advance(len(piece))
    if size != row.size or digest.hexdigest() != row.sha256:
        raise zipfile.BadZipFile(f"{file_key(row.sha256)} has other bytes than were written")
