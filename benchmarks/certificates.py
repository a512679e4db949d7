"""`python -m benchmarks.certificates`: a thousand certificates issued and set as PDF. The limit is a minute.

Issued are those of five sessions of 200 people, a unit of work each, as when their last roster closes: rows, journal
and messages. Then each is a file of its own, as its holder downloads it, and all are five files to print. Names are
in six scripts. Rounds take turns on a shared machine; what is told are medians.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Sequence
from uuid import UUID

import uvloop

from benchmarks.scene import SITE, make_scene, real_works
from tests.postgres import postgres_server
from training.attendance.tables import Overall
from training.base.database import bind, execute, open_database
from training.base.database.migrating import migrate
from training.base.ids import human_code
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.tables import Booking, Enrollment
from training.completion.actions.certificates import issue
from training.completion.pages.papers import TEMPLATE, Size, paper_data
from training.completion.queries.certificates import list_current
from training.completion.rules.certificates import Certificate
from training.piccolo_app import TABLES
from training.web.paper import make_pdf

SESSIONS, PEOPLE = 5, 200
ALL = SESSIONS * PEOPLE
SYNCHRONOUS = "FULL"
MACHINE = Viewer.machine("bench")
NAMES = (
    *("Zoë Ångström", "Олександра Коваль", "Ἑλένη Παπαδοπούλου", "ليلى الخطيب", "נועה לוי", "अनन्या शर्मा"),
    "Maria Fernanda Guadalupe de los Ángeles Montenegro-Villavicencio",
)


class Round(Frozen, frozen=True, kw_only=True):
    """How many seconds each part took, for a thousand certificates; `busy` is the time of processors for the files."""

    issued: float
    busy: float
    files: float
    together: float
    kilobytes: float


async def _complete(work: Work, session_id: UUID, people: Sequence[tuple[UUID, UUID]], partner_id: UUID) -> list[UUID]:
    booking_id, keys = work.new_id(), [work.new_id() for _ in people]
    code = human_code()
    work.add(Booking, id=booking_id, code=code, session_id=session_id, partner_id=partner_id, created_at=work.now)
    same = {"booking_id": booking_id, "session_id": session_id, "partner_id": partner_id}
    done = {"state": "completed", "state_at": work.now, "completed_at": work.now, "created_at": work.now}
    for key, (member_id, person_id) in zip(keys, people, strict=True):
        work.add(Enrollment, id=key, membership_id=member_id, person_id=person_id, mode="in_person", **same, **done)
        work.add(Overall, id=key, enrollment_id=key, session_id=session_id, minutes=150, changed_at=work.now)
    return keys


async def make_completed(works: Works, sessions: int) -> list[tuple[UUID, list[UUID]]]:
    """So many sessions that 200 people each have completed, with names in six scripts."""
    scene = await make_scene(works, sessions=sessions, members=PEOPLE)
    for number, member_id in enumerate(scene.members):
        name = f"{NAMES[number % len(NAMES)]} {number}"
        await execute("UPDATE membership SET name = {} WHERE id = {}", name, member_id)
    people = list(zip(scene.members, scene.people, strict=True))
    made = []
    for session_id in scene.sessions:
        made.append((session_id, await works.run(MACHINE, _complete, session_id, people, scene.partner_id)))
    return made


async def _timed(*waiting: Awaitable[object]) -> tuple[float, list[object]]:
    begun = time.perf_counter()
    done = await asyncio.gather(*waiting)
    return time.perf_counter() - begun, done


async def one_round(works: Works, completed: list[tuple[UUID, list[UUID]]]) -> Round:
    """A thousand certificates from the first to the last."""
    issued = 0.0
    for _, enrollments in completed:
        seconds, _ = await _timed(works.run(MACHINE, issue, enrollments))
        issued += seconds
    found: list[list[Certificate]] = []
    for session_id, _ in completed:
        some, count = await list_current(MACHINE, session_id, 0, PEOPLE)
        if count != PEOPLE:
            raise RuntimeError(f"{count} certificates instead of {PEOPLE}")
        found.append(some)
    every = [one for some in found for one in some]
    before = time.process_time()
    files, made = await _timed(*(make_pdf(TEMPLATE, paper_data([one], SITE, Size.A4)) for one in every))
    busy = time.process_time() - before
    together, _ = await _timed(*(make_pdf(TEMPLATE, paper_data(some, SITE, Size.A4)) for some in found))
    size = sum(len(one) for one in made if isinstance(one, bytes)) / len(made) / 1000
    return Round(issued=issued, busy=busy, files=files, together=together, kilobytes=size)


async def measure(url: str, rounds: int, seconds: float) -> list[str]:  # noqa: ARG001 - a thousand take as long as they take
    """The lines of one engine."""
    engine = open_database(url, synchronous=SYNCHRONOUS)
    await engine.start_connection_pool()
    try:
        await migrate(engine)
        bind(engine, TABLES)
        works = real_works()
        completed = await make_completed(works, SESSIONS * rounds)
        starts = range(0, SESSIONS * rounds, SESSIONS)
        found = [await one_round(works, completed[start : start + SESSIONS]) for start in starts]
    finally:
        await engine.close_connection_pool()
    middle = {name: statistics.median(getattr(one, name) for one in found) for name in Round.__struct_fields__}
    whole = statistics.median(one.issued + one.files for one in found)
    return [
        f"{ALL:,} certificates issued in {SESSIONS} units of work: {middle['issued']:.1f} s",
        f"{ALL:,} PDF files, {middle['kilobytes']:.0f} kB each, two at a time: {middle['files']:.1f} s"
        f" ({middle['busy']:.1f} s of processors)",
        f"the same as {SESSIONS} files of {PEOPLE} pages: {middle['together']:.1f} s",
        f"issued and set together: {whole:.1f} s of 60 s ({len(found)} rounds)",
    ]


async def main() -> None:
    """Both engines, and a line for each thing that was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    if chosen.engine != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            for text in await measure(f"sqlite:///{folder}/bench.sqlite", chosen.rounds, 0):
                print(f"SQLite: {text}", flush=True)
    if chosen.engine != "sqlite":
        with postgres_server(fsync=True) as dsn:
            for text in await measure(dsn, chosen.rounds, 0):
                print(f"PostgreSQL: {text}", flush=True)


if __name__ == "__main__":
    uvloop.run(main())
