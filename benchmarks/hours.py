"""`python -m benchmarks.hours`: the report of hours over 100,000 enrollments, on both engines.

A hundred thousand enrollments in 2,500 sessions of 40 people, of 200 partners in 10 programs, all attended. It is asked
for by staff (everything), by the manager of one program and by the coordinator of one partner: medians in milliseconds.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from benchmarks.scene import real_works
from tests.postgres import postgres_server
from training.attendance.tables import Overall
from training.base.database import bind, execute, open_database
from training.base.database.migrating import migrate
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.booking.tables import Booking, Enrollment
from training.catalogue.tables import Course, Program
from training.completion.tables import CompletionRule
from training.partners.tables import Participation, Partner
from training.people.tables import Person
from training.piccolo_app import TABLES
from training.reports.queries.hours import get_hours
from training.reports.rules.hours import HoursAsked
from training.schedule.tables import Meeting, Session, TrainerAssignment

PROGRAMS, PARTNERS, PEOPLE, SESSIONS, EACH = 10, 200, 10_000, 2_500, 40
TRAINERS = 100
ROUNDS = 9
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
NOW = START + timedelta(days=400)
MACHINE = Viewer.machine("bench")


def key(kind: int, number: int) -> UUID:
    """An id of one's own, so that the scene can be made in parts."""
    return UUID(int=(kind << 64) | number | (7 << 76) | (1 << 63))


async def _ground(work: Work) -> None:
    for number in range(PROGRAMS):
        program_id = key(1, number)
        work.add(Program, id=program_id, slug=f"p{number}", name=f"Program {number}", created_at=work.now)
        ids = {"id": key(2, number), "program_id": program_id}
        work.add(Course, **ids, slug="c", title="Course", created_at=work.now)
        if number % 2:
            rule = {"id": work.new_id(), "program_id": program_id, "meetings_needed": 1, "hours_minutes": 90}
            work.add(CompletionRule, **rule, created_at=work.now)
    for number in range(PARTNERS):
        name = f"Partner {number}"
        work.add(
            Partner, id=key(3, number), slug=f"o{number}", name=name, folded_name=name.lower(), created_at=work.now
        )
        joined = {"partner_id": key(3, number), "program_id": key(1, number % PROGRAMS)}
        work.add(Participation, id=work.new_id(), **joined, created_at=work.now)
    for number in range(PEOPLE + TRAINERS):
        work.add(Person, id=key(4, number), email=f"p{number}@example.org", name=f"P {number}", created_at=work.now)


async def _sessions(work: Work, first: int, count: int) -> None:
    for number in range(first, first + count):
        program, session_id, meeting_id = number % PROGRAMS, key(5, number), key(6, number)
        starts_at = START + timedelta(hours=number * 3)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
        ids = {"program_id": key(1, program), "course_id": key(2, program)}
        work.add(Session, id=session_id, **ids, **times, title=f"S {number}", state="closed", created_at=work.now)
        local = {"local_start": starts_at.replace(tzinfo=None), "local_end": times["ends_at"].replace(tzinfo=None)}
        work.add(Meeting, id=meeting_id, session_id=session_id, **local, **times, changed_at=work.now)
        taught = {"session_id": session_id, "meeting_id": meeting_id, "person_id": key(4, PEOPLE + number % TRAINERS)}
        work.add(TrainerAssignment, id=work.new_id(), **taught)
        work.add(Booking, id=key(7, number), code=f"B{number}", session_id=session_id, created_at=work.now)
        for place in range(EACH):
            _attended(work, number, place, session_id)


def _attended(work: Work, number: int, place: int, session_id: UUID) -> None:
    enrollment_id, person = work.new_id(), (number * EACH + place) % PEOPLE
    of = {"session_id": session_id, "person_id": key(4, person), "partner_id": key(3, person % PARTNERS)}
    state = "completed" if place % 4 else "not completed"
    moments = {"state_at": work.now, "created_at": work.now}
    work.add(Enrollment, id=enrollment_id, booking_id=key(7, number), state=state, mode="in_person", **of, **moments)
    ids = {"id": enrollment_id, "enrollment_id": enrollment_id, "session_id": session_id}
    counts = {"status": "present", "meetings": 1, "meetings_held": 1, "meetings_recorded": 1}
    work.add(Overall, **ids, **counts, minutes=60 + place, changed_at=work.now)


async def make(works: Works) -> None:
    """The scene, in transactions of a hundred sessions."""
    await works.run(MACHINE, _ground)
    for first in range(0, SESSIONS, 100):
        await works.run(MACHINE, _sessions, first, 100)
    await execute("ANALYZE")


def _holding(role: str, scope_id: UUID | None) -> Viewer:
    return Viewer(person_id=key(4, 0), grants=frozenset({Grant(role=role, scope_id=scope_id)}))


async def measure() -> list[tuple[str, float, int]]:
    """Who asks, the median in milliseconds, and how many rows they get."""
    viewers = (
        ("staff, everything", _holding("staff", None), HoursAsked(first="2026-01", last="2026-12")),
        ("staff, one month", _holding("staff", None), HoursAsked(first="2026-03", last="2026-03")),
        ("manager of one program", _holding("program_manager", key(1, 1)), HoursAsked(first="2026-01", last="2026-12")),
        ("coordinator of one partner", _holding("coordinator", key(3, 7)), HoursAsked(first="2026-01", last="2026-12")),
    )
    found = []
    for name, viewer, asked in viewers:
        spent, hours = [], await get_hours(viewer, asked, NOW)
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            await get_hours(viewer, asked, NOW)
            spent.append((time.perf_counter() - begun) * 1000)
        found.append((name, statistics.median(spent), len(hours.learners) + len(hours.trainers)))
    return found


async def on(url: str) -> list[tuple[str, float, int]]:
    """Make the scene in a new database there, and measure."""
    engine = open_database(url)
    await engine.start_connection_pool()
    try:
        await migrate(engine)
        bind(engine, TABLES)
        await make(real_works())
        return await measure()
    finally:
        await engine.close_connection_pool()


def main() -> None:
    """Both engines, one after the other; lines of a table on the standard output."""
    with tempfile.TemporaryDirectory() as folder:
        results = {"SQLite": asyncio.run(on(f"sqlite:///{folder}/hours.sqlite"))}
    with postgres_server() as dsn:
        results["PostgreSQL"] = asyncio.run(on(dsn))
    write = sys.stdout.write
    write(f"{SESSIONS * EACH:,} enrollments, {SESSIONS:,} sessions; median of {ROUNDS} in milliseconds\n")
    for engine, rows in results.items():
        for name, milliseconds, count in rows:
            write(f"{engine:<11} {name:<28} {milliseconds:8.1f} ms  {count:>5} rows\n")


if __name__ == "__main__":
    main()
