"""The file of a backup: a zip archive with a manifest, one file of JSON lines per table, alike for both engines, and
every file of materials (`packing`).

Values are written as the product means them (UUIDs, instants in UTC, days, yes or no), not as an engine stores them, so
an installation can move from SQLite to PostgreSQL and back.
"""

import hashlib
import io
import os
import struct
import zipfile
import zlib
from collections.abc import AsyncIterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
from piccolo import columns
from piccolo.table import Table

from training.base.structs import Frozen
from training.cli.saying import Advance, Failed
from training.piccolo_app import TABLES

FORMAT = 2
_CHUNK = 1 << 20
# Moving a progress bar costs more than reading a row.
_ROWS_A_STEP = 1_000
# Far beyond what a backup of ours holds: a crafted file must not fill the memory before it is found out.
_MOST_MANIFEST = 1_000_000
_MOST_LINE = 16_000_000
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    EOFError,
    OverflowError,
    UnicodeError,
    msgspec.MsgspecError,
)
# Encrypted, or packed in a way that we cannot unpack. Only where nothing but the archive is read.
_UNREADABLE = (*_DAMAGED, RuntimeError, NotImplementedError, ValueError)
Plain = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[ -~]*$")]

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
WallTime = Annotated[datetime, msgspec.Meta(tz=False)]
Row = Sequence[Any]

# What each kind of column holds. Looked up by class and not by inheritance: a kind nobody thought of must be noticed.
_TYPES: dict[type[columns.Column], Any] = {
    columns.UUID: UUID,
    columns.ForeignKey: UUID,
    columns.Timestamptz: Instant,
    columns.Timestamp: WallTime,
    columns.Date: date,
    columns.Boolean: bool,
    columns.Integer: int,
    columns.SmallInt: int,
    columns.BigInt: int,
    columns.Real: float,
    columns.DoublePrecision: float,
    columns.Varchar: Any,
    columns.Text: Any,
    columns.JSON: Any,
    columns.JSONB: Any,
}


class TableFile(Frozen, frozen=True, kw_only=True):
    """One table in the archive: how many rows, which columns in which order, the hash of its lines."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,60}$")]
    rows: int
    columns: tuple[str, ...]
    sha256: str


class Manifest(Frozen, frozen=True, kw_only=True):
    """What is in the archive, and what made it. `lost` are the hashes of files that could not be had, `swept` of those
    that nothing had used for a week, and that were swept away while it was made."""

    format: int
    training: Plain
    engine: Plain
    made_at: datetime
    migrations: tuple[str, ...]
    tables: tuple[TableFile, ...]
    files: int = 0
    bytes: int = 0
    lost: tuple[Plain, ...] = ()
    swept: tuple[Plain, ...] = ()

    @property
    def rows(self) -> int:
        """All rows together."""
        return sum(table.rows for table in self.tables)


class Layout(Frozen, frozen=True, kw_only=True):
    """A table: its columns in order, and the tuple type of its rows. `documents` are the columns that hold JSON."""

    name: str
    columns: tuple[str, ...]
    shape: Any
    own_references: tuple[str, ...]
    reals: tuple[int, ...]
    documents: frozenset[str]


@cache
def layouts() -> tuple[Layout, ...]:
    """Every table, those that are referred to before those that refer to them."""
    graph = {table: _references(table) - {table} for table in TABLES}
    return tuple(_layout(table) for table in TopologicalSorter(graph).static_order())


def _references(table: type[Table]) -> set[type[Table]]:
    return {column._foreign_key_meta.resolved_references for column in table._meta.foreign_key_columns}


def _layout(table: type[Table]) -> Layout:
    kept = table._meta.columns
    return Layout(
        name=table._meta.tablename,
        columns=tuple(column._meta.db_column_name for column in kept),
        shape=tuple[tuple(_TYPES[type(column)] | None if _TYPES[type(column)] is not Any else Any for column in kept)],  # type: ignore[misc]
        own_references=tuple(
            column._meta.db_column_name
            for column in table._meta.foreign_key_columns
            if column._foreign_key_meta.resolved_references is table
        ),
        reals=tuple(number for number, column in enumerate(kept) if type(column) is columns.Real),
        documents=frozenset(
            column._meta.db_column_name for column in kept if isinstance(column, columns.JSON | columns.JSONB)
        ),
    )


@contextmanager
def new_archive(target: Path) -> Iterator[zipfile.ZipFile]:
    """An archive that appears under its name when it is complete, or not at all. Only its owner may read it."""
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield archive
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


async def write_table(
    archive: zipfile.ZipFile, layout: Layout, chunks: AsyncIterable[Sequence[Row]], advance: Advance
) -> TableFile:
    """Write the rows of a table, chunk by chunk."""
    encoder, digest, rows = msgspec.json.Encoder(), hashlib.sha256(), 0
    with archive.open(_path(layout.name), "w", force_zip64=True) as file:
        async for chunk in chunks:
            lines = encoder.encode_lines(chunk)
            digest.update(lines)
            file.write(lines)
            rows += len(chunk)
            advance(len(chunk))
    return TableFile(name=layout.name, rows=rows, columns=layout.columns, sha256=digest.hexdigest())


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest, last, because it tells what was written."""
    archive.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest), indent=1))


@contextmanager
def known_archive(source: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """An archive and its manifest, after every byte of it has been compared with its hash. Raises Failed."""
    with ExitStack() as opened:
        with _told(source, _UNREADABLE):
            archive = opened.enter_context(zipfile.ZipFile(source))
            manifest = _manifest(archive)
            if manifest.format != FORMAT:
                raise Failed(f"{source} has format {manifest.format}; this version of training reads format {FORMAT}.")
            for table in manifest.tables:
                if _digest(archive, table.name) != table.sha256:
                    raise Failed(f"{source} is damaged: the rows of {table.name} are not those that were written.")
        with _told(source, _DAMAGED):
            yield archive, manifest


@contextmanager
def _told(source: Path, kinds: tuple[type[Exception], ...]) -> Iterator[None]:
    """What is wrong with a file, in one sentence."""
    try:
        yield
    except kinds as error:
        raise Failed(f"{source} is not a backup of training, or is damaged: {error}.") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo("manifest.json").file_size > _MOST_MANIFEST:
        raise zipfile.BadZipFile("its manifest is too long")
    return msgspec.json.decode(archive.read("manifest.json"), type=Manifest)


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest, size = hashlib.sha256(), 0
    with archive.open(_path(name)) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    if size != archive.getinfo(_path(name)).file_size:
        raise zipfile.BadZipFile(f"{name} has another size than it says")
    return digest.hexdigest()


def read_rows(archive: zipfile.ZipFile, layout: Layout, advance: Advance) -> Iterator[Row]:
    """The rows of a table, as the product means them."""
    decoder = msgspec.json.Decoder(layout.shape)
    unseen = 0
    packed: Any = archive.open(_path(layout.name))
    with io.BufferedReader(packed, _CHUNK) as file:
        while line := file.readline(_MOST_LINE):
            if len(line) == _MOST_LINE:
                raise zipfile.BadZipFile(f"a row of {layout.name} is too long")
            yield decoder.decode(line)
            unseen += 1
            if unseen == _ROWS_A_STEP:
                advance(unseen)
                unseen = 0
    advance(unseen)


def _path(name: str) -> str:
    return f"tables/{name}.jsonl"


def check_layouts(manifest: Manifest, applied: Sequence[str]) -> None:
    """Raise Failed unless the archive was made from a database of the shape that we have now."""
    if list(manifest.migrations) != list(applied):
        raise Failed(
            f"The backup was made by training {manifest.training} from a database of another shape. Install that "
            "version, restore with it, then upgrade and run `training migrate`."
        )
    here: Mapping[str, tuple[str, ...]] = {layout.name: layout.columns for layout in layouts()}
    there = {table.name: table.columns for table in manifest.tables}
    if here != there:
        raise Failed("The backup holds other tables or columns than this version of training.")
