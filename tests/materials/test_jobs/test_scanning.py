"""The worker lets a program of the operator look at every file that waits."""

import asyncio
import shlex
import sys
import time
from pathlib import Path

from structlog.testing import capture_logs

from tests.conftest import FrozenClock
from tests.materials.kept import a_file, a_row, hash_of, the_file
from training.base.work import Works
from training.materials.jobs.scanning import Scanning
from training.materials.storage.keeping import Storage

# As ClamAV's client does: 0, or 1 with the name of what was found, or 2 when it cannot reach its server.
SCANNER = """
import sys
content = sys.stdin.buffer.read()
if b"EICAR" in content:
    print("stream: Win.Test.EICAR_HDB-1 FOUND"); sys.exit(1)
if b"away" in content:
    print("ERROR: Could not connect to clamd", file=sys.stderr); sys.exit(2)
if b"slow" in content:
    import time; time.sleep(600)
print("stream: OK")
"""
COMMAND = shlex.join([sys.executable, "-c", SCANNER])


async def state_of(content: bytes) -> tuple[str, str]:
    row = await the_file(hash_of(content))
    assert row is not None
    return row.state, row.verdict


async def test_every_file_that_waits_is_looked_at(works: Works, storage: Storage) -> None:
    good = [f"good {number}".encode() for number in range(5)]
    for content in (*good, b"EICAR", b"away"):
        await a_file(works, storage, content, state="waiting")
    await a_row(works, sha256=hash_of(b"lost"), size=4, state="waiting")
    with capture_logs() as logs:
        assert await Scanning(COMMAND, storage).scan_waiting(works) == 8
        assert await Scanning(COMMAND, storage).scan_waiting(works) == 0
    assert {await state_of(content) for content in good} == {("ready", "")}
    assert await state_of(b"EICAR") == ("refused", "stream: Win.Test.EICAR_HDB-1 FOUND")
    said = "The scanner ended with 2: ERROR: Could not connect to clamd"
    assert await state_of(b"away") == ("waiting", said)
    assert await state_of(b"lost") == ("waiting", "The file is not in the storage.")
    assert sorted(line["said"] for line in logs) == ["The file is not in the storage.", said]


async def test_a_scanner_that_comes_back_looks_at_what_waits(works: Works, clock: FrozenClock, tmp_path: Path) -> None:
    local = Storage(str(tmp_path / "files"))
    await a_file(works, local, b"good", state="waiting")
    assert await Scanning("/nowhere/scanner -", local).scan_waiting(works) == 1
    state, said = await state_of(b"good")
    assert (state, said.partition(":")[0]) == ("waiting", "The scanner could not be started")
    clock.move(minutes=1)
    assert await Scanning(COMMAND, local).scan_waiting(works) == 1
    assert await state_of(b"good") == ("ready", "")


async def test_a_storage_that_is_away_is_no_verdict(works: Works) -> None:
    await a_row(works, sha256=hash_of(b"good"), size=4, state="waiting")
    away = Storage("s3://key:secret@bucket?endpoint=http://127.0.0.1:9")
    assert await Scanning(COMMAND, away).scan_waiting(works) == 1
    assert (await state_of(b"good"))[0] == "waiting"


async def test_when_the_worker_ends_nobody_waits_for_the_scanner(works: Works, tmp_path: Path) -> None:
    local = Storage(str(tmp_path / "files"))
    await a_file(works, local, b"slow", state="waiting")
    scanning = Scanning(COMMAND, local)
    running = asyncio.create_task(scanning.scan_waiting(works))
    await asyncio.sleep(0.5)
    began = time.monotonic()
    scanning.stop()
    assert await running == 0
    assert time.monotonic() - began < 5
    row = await the_file(hash_of(b"slow"))
    assert row is not None
    assert (row.state, row.lease_until, row.scans) == ("waiting", None, 0)


async def test_two_workers_look_at_each_file_once(works: Works, tmp_path: Path) -> None:
    local = Storage(str(tmp_path / "files"))
    for number in range(12):
        await a_file(works, local, f"good {number}".encode(), state="waiting")
    done = await asyncio.gather(*(Scanning(COMMAND, local).scan_waiting(works) for _ in range(2)))
    assert sum(done) == 12
