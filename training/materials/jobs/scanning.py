"""What the worker does for files that wait: let the scanner look at them, two at a time."""

import asyncio
import shlex
from collections.abc import Sequence

import structlog

from training.base.ids import uuid7
from training.base.structs import Viewer
from training.base.work import Works
from training.materials.actions.scanning import Waiting, claim_waiting, give_back, note_verdict
from training.materials.rules.scans import Answer, Judged, Verdict, judge
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage, StorageDown
from training.materials.storage.scanner import ask_scanner

_SCANNER = Viewer.machine("scanner")
_AT_ONCE = 2
_GONE = Judged(verdict=Verdict.UNKNOWN, said="The file is not in the storage.")

log = structlog.get_logger()


class Scanning:
    """Scans with one command. Any number of workers may: each file has one of them."""

    def __init__(self, command: str, storage: Storage) -> None:
        self._command: Sequence[str] = shlex.split(command)
        self._storage = storage
        self._stopping = asyncio.Event()

    async def scan_waiting(self, works: Works) -> int:
        """Scan every file that is due; returns of how many something became known."""
        by = f"scan {uuid7(works.clock(), 0)}"
        return sum(await asyncio.gather(*(self._scan_all(works, f"{by} {number}") for number in range(_AT_ONCE))))

    def stop(self) -> None:
        """Break off what is being scanned: it waits on for whoever comes next."""
        self._stopping.set()

    async def _scan_all(self, works: Works, by: str) -> int:
        done = 0
        while not self._stopping.is_set():
            file = await works.run(_SCANNER, claim_waiting, by)
            if file is None:
                break
            judged = await self._scan(file)
            if judged is None:
                await works.run(_SCANNER, give_back, by, file)
                break
            if judged.verdict is Verdict.UNKNOWN:
                log.warning("file not scanned", file=str(file.id), said=judged.said)
            done += await works.run(_SCANNER, note_verdict, by, file, judged)
        return done

    async def _scan(self, file: Waiting) -> Judged | None:
        """What the scanner came to; None when the worker is to end."""
        asking = asyncio.create_task(self._ask(file))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return judge(asking.result()) if asking.done() else None
        except KeyError:
            return _GONE
        except StorageDown as error:
            return Judged(verdict=Verdict.UNKNOWN, said=error.detail)
        finally:
            for task in (asking, stopping):
                task.cancel()
            await asyncio.gather(asking, stopping, return_exceptions=True)

    async def _ask(self, file: Waiting) -> Answer:
        return await ask_scanner(self._command, self._storage.read(file_key(file.sha256)), file.within)
