"""The limit of booking on PostgreSQL: pgbench running the statements of one booking, 32 clients on one session.

The statements are those that `replay.record` saw. What a booking makes anew (ids, codes) is made anew by one statement
in front of each transaction, which also takes the next member; everything else stands in the script as it was.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from benchmarks.loading import Measured, summary
from benchmarks.replay import Step, shared_ids
from benchmarks.scene import Scene
from tests.postgres import program
from training.base.database import execute

_PARAMETER = re.compile(r"\$(\d+)")
_CODE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")


def found() -> str:
    """The program's path; empty where there is none."""
    return program("pgbench") or shutil.which("pgbench") or ""


async def prepare(scene: Scene) -> None:
    """A table of members to take one after the other, and a sequence that says whose turn it is."""
    await execute("CREATE TABLE IF NOT EXISTS bench_people (n bigint PRIMARY KEY, member uuid, person uuid)")
    await execute("CREATE SEQUENCE IF NOT EXISTS bench_turn")
    await execute("DELETE FROM bench_people")
    pairs = list(zip(scene.members, scene.people, strict=True))
    for start in range(0, len(pairs), 1000):
        some = pairs[start : start + 1000]
        marks = ", ".join(["({}, {}, {})"] * len(some))
        values = [value for n, pair in enumerate(some, start) for value in (n, *pair)]
        await execute(f"INSERT INTO bench_people (n, member, person) VALUES {marks}", *values)


async def script(steps: Sequence[Step], scene: Scene, session_id: UUID, recorded: int) -> str:
    """The recorded booking as a pgbench script."""
    shared = await shared_ids(scene, session_id)
    names: dict[Any, str] = {scene.members[recorded]: "member", scene.people[recorded]: "person"}

    def text(value: Any) -> str:
        if isinstance(value, UUID) and value not in shared:
            return ":" + names.setdefault(value, f"id{len(names)}")
        if isinstance(value, str) and _CODE.fullmatch(value):
            return ":code"
        return _literal(value)

    lines = []
    for sql, args in steps:
        lines.append(_PARAMETER.sub(lambda found, args=args: text(args[int(found[1]) - 1]), sql) + ";")  # type: ignore[misc]
    fresh = ", ".join(f"gen_random_uuid() AS {name}" for name in names.values() if name not in ("member", "person"))
    first = (
        f"SELECT member, person, left(upper(md5(random()::text)), 9) AS code, {fresh}"
        " FROM (SELECT nextval('bench_turn') AS turn OFFSET 0) AS now JOIN bench_people ON n = turn \\gset"
    )
    return "\n".join([first, "BEGIN;", *lines, "COMMIT;"]) + "\n"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, datetime):
        value = value.isoformat()
    elif not isinstance(value, str | UUID):
        value = msgspec.json.encode(value).decode()
    # pgbench takes whatever follows a colon for a variable, inside quotes too.
    escaped = str(value).replace("\\", "\\\\").replace("'", "''").replace(":", "\\x3a")
    return f"E'{escaped}'"


async def run(dsn: str, text: str, *, clients: int, seconds: float) -> Measured:
    """Run the script for so many whole seconds; every transaction's latency counts."""
    # Begun at 1 each time: number 0 is the member whose booking was recorded.
    await execute("SELECT setval('bench_turn', 1, false)")
    whole = max(1, round(seconds))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.sql"
        path.write_text(text, encoding="utf-8")
        command = [found(), "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(whole), "-l", "-f"]
        done = subprocess.run(  # noqa: ASYNC221 - nothing else runs meanwhile
            [*command, str(path), dsn],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=whole + 60,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        latencies = list(_latencies(Path(folder)))
    return summary(latencies, float(whole))


def _latencies(folder: Path) -> Iterator[float]:
    for log in folder.glob("pgbench_log.*"):
        for line in log.read_text(encoding="utf-8").splitlines():
            yield int(line.split()[2]) / 1_000_000
