"""What `training check` says of files: whether each one lies where it should, and whether the scanner can look."""

import hashlib
import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from uuid import UUID

from training.base.database import fetch, fetch_one
from training.base.structs import Frozen
from training.cli.checks import Violation
from training.cli.saying import counted, progress
from training.materials.jobs.sweeping import STRAY_AFTER
from training.materials.rules.storages import FILES, Bucket, file_key, hash_of, parse_storage
from training.materials.storage.keeping import Kept, Storage, StorageDown
from training.settings import Settings

# The checks of files by their names.
FILE_CHECKS = ("files",)
_MOST_TOLD = 200
# A worker that was off over night is no violation; what it left lying for longer is.
_GRACE = timedelta(days=1)
_LONGEST_WAIT = timedelta(hours=1)
_MB = 1_000_000
_NAME = "storage"

Line = tuple[str, bool, str]


class _File(Frozen, frozen=True, kw_only=True):
    id: UUID
    sha256: str
    size: int


class _Waiting(Frozen, frozen=True, kw_only=True):
    number: int
    since: datetime | None
    failed: int
    said: str


# The bytes of what was refused go after a while, and nobody misses them.
_ROWS = "SELECT id, sha256, size FROM stored_file WHERE state <> 'refused'"
_WAITING = (
    "SELECT COUNT(*) AS number, MIN(created_at) AS since, COUNT(CASE WHEN verdict <> '' THEN 1 END) AS failed,"
    " COALESCE(MAX(verdict), '') AS said FROM stored_file WHERE state = 'waiting'"
)


async def look_at_files(settings: Settings, now: datetime, *, hashes: bool) -> tuple[list[Line], list[Violation]]:
    """What `check` says of files: lines (name, in order, in words), and each file that is not as it should be.

    With `hashes` every byte is read. Only reads; what others add and remove meanwhile is no violation.
    """
    storage = Storage(settings.storage_url)
    lines, wrong = [await _scanner_line(settings, now)], list[Violation]()
    rows = await fetch(_File, _ROWS)
    try:
        kept = await _kept(storage)
        wrong = await _misplaced(storage, rows, kept)
        if hashes:
            known = {violation.subject_id for violation in wrong}
            wrong += await _altered(storage, [row for row in rows if row.id not in known])
        strays = await _stray_line(kept, now)
    except StorageDown as error:
        return [(_NAME, False, f"{_place(settings)} cannot be reached: {_cause(error)}"), *lines], wrong
    size = sum(one.size for one in kept.values())
    said = f"{_place(settings)}: {counted(len(kept), 'file')}, {size / _MB:,.1f} MB"
    return [(_NAME, True, said), strays, *lines], wrong[:_MOST_TOLD]


def _place(settings: Settings) -> str:
    """The storage in words, without what is secret in its address."""
    place = parse_storage(settings.storage_url)
    return f"bucket {place.name}" if isinstance(place, Bucket) else f"folder {Storage(settings.storage_url).folder}"


def _cause(error: StorageDown) -> str:
    """The first line of what the library says, which names no keys."""
    return str(error.__cause__ or error).partition("\n")[0][:200]


async def _kept(storage: Storage) -> Mapping[str, Kept]:
    """What lies in the storage, by its hash."""
    # Looking must not make the folder: a storage that is not mounted would look like an empty one.
    if storage.folder is not None and not storage.folder.is_dir():
        return {}
    return {sha256: one async for one in storage.find(FILES) if (sha256 := hash_of(one.key))}


async def _misplaced(storage: Storage, rows: Sequence[_File], kept: Mapping[str, Kept]) -> list[Violation]:
    found = []
    for row in rows:
        one = kept.get(row.sha256)
        if one is not None and one.size == row.size:
            continue
        # It may have come or gone since the list was made.
        size = await storage.size(file_key(row.sha256)) if kept else None
        if size != row.size and await fetch(_File, f"{_ROWS} AND id = {{}}", row.id):
            said = f"has {size} bytes in the storage and should have {row.size}"
            detail = "is not in the storage" if size is None else said
            found.append(Violation(check="files", subject_id=row.id, detail=f"{detail} ({file_key(row.sha256)})"))
    return found


async def _altered(storage: Storage, rows: Sequence[_File]) -> list[Violation]:
    found = []
    with progress("Reading files", sum(row.size for row in rows), of_bytes=True) as advance:
        for row in rows:
            digest = hashlib.sha256()
            try:
                async for piece in storage.read(file_key(row.sha256)):
                    digest.update(piece)
                    advance(len(piece))
            except KeyError:
                continue
            if digest.hexdigest() != row.sha256:
                detail = f"is damaged: other bytes than were kept ({file_key(row.sha256)})"
                found.append(Violation(check="files", subject_id=row.id, detail=detail))
    return found


async def _stray_line(kept: Mapping[str, Kept], now: datetime) -> Line:
    # Read after the list was made: whatever got its row meanwhile is none.
    named = {row.sha256 for row in await fetch(_File, "SELECT id, sha256, size FROM stored_file")}
    strays = [one for sha256, one in kept.items() if sha256 not in named]
    left = [one for one in strays if one.at < now - STRAY_AFTER - _GRACE]
    if not strays:
        return "stray files", True, "none"
    size = sum(one.size for one in strays)
    said = f"{counted(len(strays), 'file')} that nothing names, {size / _MB:,.1f} MB"
    if left:
        return "stray files", False, f"{said}, for example {left[0].key}; is `training work` running?"
    return "stray files", True, f"{said}: `training work` removes them in time"


async def _scanner_line(settings: Settings, now: datetime) -> Line:
    found = await fetch_one(_Waiting, _WAITING)
    number, since = (found.number, found.since) if found else (0, None)
    waiting = f"{counted(number, 'file')} {'waits' if number == 1 else 'wait'}"
    if not settings.scan_command:
        if not number:
            return "scanner", True, "none: TRAINING_SCAN_COMMAND is not set, so files are not scanned"
        return "scanner", False, f"{waiting} for a scanner, and TRAINING_SCAN_COMMAND is not set"
    name = PurePath(shlex.split(settings.scan_command)[0]).name
    if found and found.failed:
        return "scanner", False, f"{name} could not look at {counted(found.failed, 'file')}: {found.said}"
    if since is not None and since < now - _LONGEST_WAIT:
        return "scanner", False, f"{waiting} for {name} since {since:%Y-%m-%d %H:%M} UTC; is `training work` running?"
    return "scanner", True, f"{name}, {waiting}" if number else f"{name}, nothing waits"
