"""`python -m benchmarks.files`: one large file up and down through a really served process, beside plain copies of it.

Told are the rates, how much more memory the server took than before (all its processes, their highest mark), and how
long other requests took meanwhile. Client, server and everything else share the machine.
"""

import argparse
import asyncio
import multiprocessing
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import uvloop

from benchmarks.scene import make_scene, real_works
from tests.materials.files import box
from tests.materials.storages import bucket_url, s3_server
from tests.postgres import postgres_server
from tests.served import begin, free_port, wait_for
from training.base.database import bind, execute, open_database
from training.base.database.migrating import migrate
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.materials.tables import Material, MaterialVariant, MaterialVersion
from training.people.actions import begin_sign_in
from training.people.tables import Person, RoleGrant
from training.piccolo_app import TABLES

MIB = 1 << 20
MACHINE = Viewer.machine("bench")
# As often as this somebody else asks for something while a file is on its way.
EVERY = 0.05
# Sends and takes what people send and take; what comes first also pays for what a process does only once.
WARM_UP = 24 * MIB


class Ground(Frozen, frozen=True, kw_only=True):
    """Where it is measured."""

    port: int
    pid: int
    works: Works
    bearer: str
    course_id: UUID
    session_id: UUID
    program_id: UUID
    folder: Path

    @property
    def headers(self) -> Mapping[str, str]:
        """Those of a program manager."""
        return {"authorization": f"Bearer {self.bearer}"}


class Passed(Frozen, frozen=True, kw_only=True):
    """What it took: seconds, the mark of memory above what it was before in MiB, others' milliseconds."""

    seconds: float
    before: float
    grown: float
    others: tuple[float, ...]

    def told(self, name: str, size: int, beside: float) -> str:
        """A line of the report; `beside` is how long a plain copy took."""
        cuts = statistics.quantiles(self.others, n=20, method="inclusive")
        return (
            f"{name}: {size / MIB / self.seconds:,.0f} MiB/s ({self.seconds:.1f} s; plain: {beside:.1f} s), memory"
            f" {self.before:.0f} MiB + {self.grown:.0f} MiB, others meanwhile p50 {cuts[9]:.1f} ms,"
            f" p95 {cuts[18]:.1f} ms, longest {max(self.others):.0f} ms ({len(self.others)} requests)"
        )


def a_film(path: Path, size: int) -> None:
    """A file that is judged to be a film: the boxes of an MP4 around bytes that cannot be packed."""
    head = box(b"ftyp", b"isom", bytes(4), b"isom") + box(b"moov", box(b"mvhd", bytes(100)))
    noise = os.urandom(MIB)
    with path.open("wb") as file:
        file.write(head)
        file.write((size - len(head)).to_bytes(4, "big") + b"mdat")
        left = size - len(head) - 8
        for number in range(left // MIB + 1):
            piece = number.to_bytes(8, "big") + noise[8:]
            file.write(piece[: min(MIB, left)])
            left -= min(MIB, left)
        file.flush()
        os.fsync(file.fileno())


def plain_copy(source: Path, folder: Path) -> float:
    """How many seconds a copy takes until the disk has it."""
    begun = time.perf_counter()
    copied = folder / "copied"
    with source.open("rb") as old, copied.open("wb") as new:
        shutil.copyfileobj(old, new, MIB)
        new.flush()
        os.fsync(new.fileno())
    took = time.perf_counter() - begun
    copied.unlink()
    return took


def plain_read(source: Path) -> float:
    """How many seconds reading takes."""
    begun = time.perf_counter()
    with source.open("rb", buffering=0) as file:
        while file.read(MIB):
            pass
    return time.perf_counter() - begun


def _ask(port: int, bearer: str, stop: Event, found: Any) -> None:
    """Somebody else: asks for a list again and again, in a process of their own."""
    taken = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {bearer}"}) as client:
        while not stop.is_set():
            begun = time.perf_counter()
            client.get("/api/v1/sessions?limit=20").raise_for_status()
            taken.append((time.perf_counter() - begun) * 1000)
            stop.wait(EVERY)
    found.put(taken)


def _processes(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
        yield from _processes(int(child))


def _memory(pid: int, mark: str) -> float:
    """The resident memory of all, in MiB: now (VmRSS), or at most since it was last asked to forget (VmHWM)."""
    total = 0
    for process in _processes(pid):
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
        total += int(next(line for line in lines if line.startswith(f"{mark}:")).split()[1])
    return total / 1024


@contextmanager
def watched(ground: Ground) -> Iterator[dict[str, Any]]:
    """Memory and other people's waiting, while something happens inside."""
    for process in _processes(ground.pid):
        Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
    before, told = _memory(ground.pid, "VmRSS"), dict[str, Any]()
    context = multiprocessing.get_context("spawn")
    stop, found = context.Event(), context.Queue()
    asking = context.Process(target=_ask, args=(ground.port, ground.bearer, stop, found))
    asking.start()
    # Until it has begun to ask.
    time.sleep(1)
    begun = time.perf_counter()
    try:
        yield told
    finally:
        seconds = time.perf_counter() - begun
        stop.set()
        others = tuple(found.get(timeout=30))
        asking.join()
    grown = _memory(ground.pid, "VmHWM") - before
    told["passed"] = Passed(seconds=seconds, before=before, grown=grown, others=others)


async def send(ground: Ground, path: Path) -> tuple[dict[str, Any], float]:
    """Upload a file in parts, as the page does; the finished upload, and how many seconds putting it together took."""
    base, size = f"http://127.0.0.1:{ground.port}/api/v1/uploads", path.stat().st_size
    async with httpx.AsyncClient(headers=ground.headers, timeout=600) as client:
        told = {"name": path.name, "size": size, "course_id": str(ground.course_id)}
        upload: dict[str, Any] = (await client.post(base, json=told)).raise_for_status().json()
        with path.open("rb") as file:
            number = 1
            while part := file.read(upload["part_size"]):
                address = f"{base}/{upload['id']}/parts/{number}"
                headers = {"content-type": "application/octet-stream"}
                (await client.put(address, content=part, headers=headers)).raise_for_status()
                number += 1
        begun = time.perf_counter()
        finished: dict[str, Any] = (await client.post(f"{base}/{upload['id']}/finish")).raise_for_status().json()
        return finished, time.perf_counter() - begun


async def take(ground: Ground, material_id: UUID, variant_id: UUID, size: int) -> None:
    """Download a file, as a browser does."""
    page = f"/sessions/{ground.session_id}/materials/{material_id}/files/{variant_id}"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{ground.port}", timeout=600) as client:
        led = await client.get(page, headers={"cookie": f"sign_in={ground.bearer}"})
        got = 0
        async with client.stream("GET", led.headers["location"]) as answer:
            answer.raise_for_status()
            async for piece in answer.aiter_raw():
                got += len(piece)
        if got != size:
            raise RuntimeError(f"{got} bytes instead of {size}")


async def _publish(work: Work, ground: Ground, file_id: UUID) -> tuple[UUID, UUID]:
    material_id, version_id, variant_id = work.new_id(), work.new_id(), work.new_id()
    kept = {"program_id": ground.program_id, "session_id": ground.session_id, "title": "The recording"}
    work.add(Material, id=material_id, created_at=work.now, **kept)
    work.add(MaterialVersion, id=version_id, material_id=material_id, created_at=work.now, published_at=work.now)
    work.add(MaterialVariant, id=variant_id, version_id=version_id, file_id=file_id, form="recording", name="a.mp4")
    return material_id, variant_id


async def there_and_back(ground: Ground, path: Path) -> tuple[Passed, float, Passed]:
    """A file up, how long of that was putting together, and down."""
    with watched(ground) as up:
        upload, together = await send(ground, path)
    file_id = UUID(upload["file"]["id"])
    material_id, variant_id = await ground.works.run(MACHINE, _publish, ground, file_id)
    with watched(ground) as down:
        await take(ground, material_id, variant_id, path.stat().st_size)
    return up["passed"], together, down["passed"]


async def _manager(work: Work, program_id: UUID) -> UUID:
    person_id = work.new_id()
    work.add(Person, id=person_id, email="mara@example.org", name="Mara", created_at=work.now)
    values = {"role": "program_manager", "scope_id": program_id, "granted_at": work.now}
    work.add(RoleGrant, id=work.new_id(), person_id=person_id, **values)
    return person_id


@asynccontextmanager
async def ground_on(url: str, storage_url: str, folder: Path) -> AsyncIterator[Ground]:
    """A served process on a database and a storage."""
    async with AsyncExitStack() as stack:
        engine = open_database(url, synchronous="FULL")
        await engine.start_connection_pool()
        stack.push_async_callback(engine.close_connection_pool)
        await migrate(engine)
        bind(engine, TABLES)
        works = real_works()
        scene = await make_scene(works, sessions=50, members=1)
        found = await execute("SELECT c.id AS course_id, c.program_id AS program_id FROM course c")
        program_id = UUID(str(found[0]["program_id"]))
        person_id = await works.run(MACHINE, _manager, program_id)
        port = free_port()
        settings = {"storage_url": storage_url, "sqlite_synchronous": "FULL", "secret_key": works.site.secret_key}
        process = begin(url, port, settings=settings)
        stack.callback(_end, process)
        wait_for(process, f"http://127.0.0.1:{port}")
        yield Ground(
            port=port,
            pid=process.pid,
            works=works,
            bearer=(await works.run(MACHINE, begin_sign_in, person_id)).token,
            course_id=UUID(str(found[0]["course_id"])),
            session_id=scene.sessions[0],
            program_id=program_id,
            folder=folder,
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(15)


async def measure(url: str, storage_url: str, folder: Path, size: int) -> list[str]:
    """The lines of one engine and one storage."""
    path = folder / "film.mp4"
    async with ground_on(url, storage_url, folder) as ground:
        a_film(path, WARM_UP)
        await there_and_back(ground, path)
        with watched(ground) as quiet:
            await asyncio.sleep(5)
        a_film(path, size)
        copying, reading = plain_copy(path, folder), plain_read(path)
        up, together, down = await there_and_back(ground, path)
        copying = min(copying, plain_copy(path, folder))
        reading = min(reading, plain_read(path))
    cuts = statistics.quantiles(quiet["passed"].others, n=20, method="inclusive")
    return [
        f"{size / MIB:,.0f} MiB {up.told('up', size, copying)}; {together:.1f} s of them to look at it and keep it",
        f"{size / MIB:,.0f} MiB {down.told('down', size, reading)}",
        f"the same requests of others when nothing is sent: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms",
    ]


async def main() -> None:
    """One engine and one storage, and a line for each thing that was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--storage", choices=("folder", "s3"), default="folder")
    parser.add_argument("--mib", type=int, default=1024)
    chosen = parser.parse_args()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/bench.sqlite"
        if chosen.engine == "postgresql":
            url = stack.enter_context(postgres_server(fsync=True))
        storage_url = str(folder / "kept")
        if chosen.storage == "s3":
            storage_url = bucket_url(stack.enter_context(s3_server()))
        for line in await measure(url, storage_url, folder, chosen.mib * MIB):
            print(f"{chosen.engine}, {chosen.storage}: {line}", flush=True)


if __name__ == "__main__":
    uvloop.run(main())
