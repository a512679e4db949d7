"""A device of its own: `python -m tests.attendance.devices PLAN`, a process with its own connection to the database.

It says "ready", waits for a line, then sends what its plan says, one request after the other, as fast as it can.
"""

import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from tests.conftest import SITE
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import save_all_but, save_marks
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Way
from training.base.database import bind, open_database
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.piccolo_app import TABLES
from training.reactions import REACTIONS


class Request(Frozen, frozen=True, kw_only=True):
    """Marks to save; without any, all who are left were present. With `corrects`, a correction of the whole."""

    marks: tuple[MarkInput, ...] = ()
    way: Way = Way.ROSTER
    corrects: UUID | None = None


class Plan(Frozen, frozen=True, kw_only=True):
    """Who sends what to which meeting, by a clock that stands still."""

    url: str
    now: datetime
    viewer: Viewer
    meeting_id: UUID
    requests: tuple[Request, ...]


async def send(plan: Plan) -> None:
    """Send everything."""
    engine = open_database(plan.url, synchronous="OFF")
    await engine.start_connection_pool()
    bind(engine, TABLES)
    works = Works(clock=lambda: plan.now, site=SITE, reactions=REACTIONS, origin="test")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for request in plan.requests:
        if request.corrects:
            correction = Correction(status="present", reason="Caught up")
            await works.run(plan.viewer, correct_overall, request.corrects, correction)
        elif request.marks:
            await works.run(plan.viewer, save_marks, plan.meeting_id, request.marks, way=request.way, sent_at=plan.now)
        else:
            await works.run(plan.viewer, save_all_but, plan.meeting_id, ())
    await engine.close_connection_pool()


async def all_at_once(folder: Path, plans: Sequence[Plan]) -> None:
    """Run every plan in a process of its own, all beginning at the same moment."""
    running = []
    for number, plan in enumerate(plans):
        path = folder / f"plan-{number}.json"
        path.write_bytes(msgspec.json.encode(plan))
        pipe = asyncio.subprocess.PIPE
        running.append(
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.attendance.devices", str(path), stdin=pipe, stdout=pipe, stderr=pipe
            )
        )
    for process in running:
        assert process.stdout is not None
        line = await process.stdout.readline()
        assert line == b"ready\n", (await process.communicate())[1].decode()
    ended = await asyncio.gather(*(process.communicate(b"go\n") for process in running))
    for process, (_, said) in zip(running, ended, strict=True):
        assert process.returncode == 0, said.decode()


if __name__ == "__main__":
    asyncio.run(send(msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=Plan)))
