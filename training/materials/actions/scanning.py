"""Claim a file that waits for the scanner, and note what came of it: each a short unit of work, and no scanner runs
inside one.

A claimed file belongs to one worker until its lease ends; one that the scanner could not look at waits until then.
"""

from datetime import timedelta
from uuid import UUID

from training.base.database import EmbeddedEngine, bound_engine, fetch
from training.base.structs import Frozen
from training.base.work import Work
from training.materials.events import FileRefused
from training.materials.rules.scans import Judged, Verdict, next_try, time_for
from training.materials.tables import StoredFile

# What a worker needs besides the scan itself.
_SPARE = timedelta(minutes=1)
_DUE = "state = 'waiting' AND (lease_until IS NULL OR lease_until <= {})"


class Waiting(Frozen, frozen=True, kw_only=True):
    """A file that waits for the scanner; `scans` counts the attempts so far, this one among them."""

    id: UUID
    sha256: str
    size: int
    scans: int

    @property
    def within(self) -> timedelta:
        """How long the scanner may take."""
        return time_for(self.size)


async def claim_waiting(work: Work, by: str) -> Waiting | None:
    """Take the file that has waited longest, until a scan of it must be over; None when none is due."""
    lock = "" if isinstance(bound_engine(), EmbeddedEngine) else " FOR UPDATE SKIP LOCKED"
    found = await fetch(
        Waiting,
        f"SELECT id, sha256, size, scans + 1 AS scans FROM stored_file WHERE {_DUE}"
        f" ORDER BY created_at, id LIMIT 1{lock}",
        work.now,
    )
    for file in found:
        until = work.now + file.within + _SPARE
        work.change(StoredFile, file.id, lease_until=until, lease_by=by, scans=file.scans)
    return found[0] if found else None


async def give_back(work: Work, by: str, file: Waiting) -> None:
    """A scan was broken off because the worker ends: as if it had not begun."""
    await work.execute(
        "UPDATE stored_file SET lease_until = NULL, lease_by = '', scans = scans - 1"
        " WHERE id = {} AND lease_by = {} AND state = 'waiting'",
        file.id,
        by,
    )


async def note_verdict(work: Work, by: str, file: Waiting, judged: Judged) -> bool:
    """Note what the scanner came to; False when the lease is over and the file is somebody else's.

    Without a verdict the file waits on, each time longer, and says why.
    """
    waits = judged.verdict is Verdict.UNKNOWN
    state = "waiting" if waits else "ready" if judged.verdict is Verdict.CLEAN else "refused"
    noted = await work.execute(
        "UPDATE stored_file SET state = {}, verdict = {}, scanned_at = {}, lease_until = {}, lease_by = ''"
        " WHERE id = {} AND lease_by = {} AND state = 'waiting' RETURNING id",
        state,
        judged.said,
        work.now,
        work.now + next_try(file.scans) if waits else None,
        file.id,
        by,
    )
    if noted and judged.verdict is Verdict.FOUND:
        work.emit(FileRefused(file_id=file.id, verdict=judged.said))
    return bool(noted)
