"""A backup is one moment of the whole database, in one file, that either engine can be filled from."""

import asyncio
import hashlib
import json
import stat
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import Result

from tests.cli.commands import KEY, NewDatabase, rows, run_alone
from training.base.clock import system_clock
from training.base.database import bind, fetch_one, open_database
from training.base.site import Site
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.cli.archives import layouts
from training.piccolo_app import TABLES
from training.reactions import REACTIONS

Command = Callable[..., Result]
MACHINE = Viewer.machine("test")


def contents(archive: Path) -> dict[str, Any]:
    """Every table of an archive as a set of rows, with JSON as values and not as text."""
    found: dict[str, Any] = {}
    with zipfile.ZipFile(archive) as opened:
        for layout in layouts():
            lines = opened.read(f"tables/{layout.name}.jsonl").decode().splitlines()
            found[layout.name] = sorted(json.dumps([_plain(value) for value in json.loads(line)]) for line in lines)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("{", "[")):
        return json.loads(value)
    return value


def manifest(archive: Path) -> dict[str, Any]:
    with zipfile.ZipFile(archive) as opened:
        loaded: dict[str, Any] = json.loads(opened.read("manifest.json"))
        return loaded


@pytest.mark.parametrize("there", ["same", "sqlite"])
def test_there_and_back(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path, there: str
) -> None:
    """With --engine postgresql this is PostgreSQL to SQLite and back, too."""
    here, other = story(), new_database() if there == "same" else new_database("sqlite")
    first, second, third = (tmp_path / f"{name}.zip" for name in ("first", "second", "third"))
    assert training(here, "backup", str(first)).exit_code == 0
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    restored = training(other, "restore", str(first))
    assert restored.exit_code == 0, restored.output
    assert training(other, "check").exit_code == 0
    assert training(other, "backup", str(second)).exit_code == 0
    again = new_database()
    assert training(again, "restore", str(second)).exit_code == 0
    assert training(again, "backup", str(third)).exit_code == 0
    before, after, last = contents(first), contents(second), contents(third)
    assert before.keys() == after.keys()
    assert {name for name in before if before[name] != after[name]} <= {"sign_in", "one_time_link"}
    assert after == last
    assert rows(again, "SELECT id FROM one_time_link WHERE used_at IS NULL") == []
    assert sum(table["rows"] for table in manifest(first)["tables"]) > 500
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_a_restored_installation_goes_on_working(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    here, other = story(), new_database()
    training(here, "sign-in-link", "lena@lanternline.example")
    assert rows(here, "SELECT id FROM one_time_link WHERE used_at IS NULL") != []
    training(here, "backup", str(tmp_path / "b.zip"))
    training(other, "restore", str(tmp_path / "b.zip"))
    for left in ("sign_in WHERE revoked_at", "one_time_link WHERE used_at"):
        assert rows(other, f"SELECT id FROM {left} IS NULL") == []
    assert training(other, "sign-in-link", "lena@lanternline.example").exit_code == 0
    assert training(other, "add-manager", "new@example.org", "--staff").exit_code == 0


def test_what_is_there_is_not_overwritten_by_accident(training: Command, story: NewDatabase, tmp_path: Path) -> None:
    url, file = story(), tmp_path / "b.zip"
    assert training(url, "backup", str(file)).exit_code == 0
    before = file.read_bytes()
    refused = training(url, "backup", str(file))
    assert (refused.exit_code, "--overwrite" in refused.output, file.read_bytes() == before) == (1, True, True)
    full = training(url, "restore", str(file))
    assert (full.exit_code, "is not empty" in full.output) == (1, True)
    rows(url, "UPDATE person SET name = 'changed' RETURNING id")
    assert training(url, "restore", str(file), "--replace").exit_code == 0
    assert rows(url, "SELECT id FROM person WHERE name = 'changed'") == []
    assert training(url, "backup", str(file), "--overwrite").exit_code == 0
    assert training(url, "backup", str(tmp_path / "no" / "folder.zip")).exit_code == 1


def _rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def _crafted(good: Path, folder: Path) -> list[Path]:
    """Archives that are damaged where only unpacking shows it, or made to break whoever reads them."""
    raw = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        packed = archive.getinfo("tables/person.jsonl")
        central = raw.index(b"PK\x01\x02")
        names = [(at, raw[at + 46 : at + 46 + 30]) for at in _found(raw, b"PK\x01\x02")]
    here = next(at for at, name in names if name.startswith(b"tables/person.jsonl"))
    data = packed.header_offset + 120
    made: dict[str, bytes] = {
        "deflated": raw[:data] + b"\xff" * 40 + raw[data + 40 :],
        "encrypted": raw[: here + 8] + bytes([raw[here + 8] | 1]) + raw[here + 9 :],
        "method": raw[: here + 10] + b"\x63\x00" + raw[here + 12 :],
        "size": raw[: here + 24] + b"\xff\xff\xff\x00" + raw[here + 28 :],
        "header": raw[: central + 46] + b"\xff" * 8 + raw[central + 54 :],
    }
    for name, content in made.items():
        (folder / f"{name}.zip").write_bytes(content)
    huge = _rewritten(good, folder / "huge.zip", lambda n, b: b + b" " * 1_000_001 if "mani" in n else b)
    odd = _rewritten(
        good,
        folder / "odd.zip",
        lambda n, b: b.replace(b"sqlite", b"\\u001b[2J").replace(b"postgres", b"\\u001b[2J") if "mani" in n else b,
    )
    return [*(folder / f"{name}.zip" for name in made), huge, odd]


def _found(raw: bytes, mark: bytes) -> list[int]:
    return [at for at in range(len(raw)) if raw.startswith(mark, at)]


def test_a_damaged_or_foreign_file_changes_nothing(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    url, good = story(), tmp_path / "good.zip"
    training(url, "backup", str(good))
    bad: list[tuple[Path, str]] = []

    def damaged(name: str, change: Callable[[str, bytes], bytes], sentence: str) -> None:
        bad.append((_rewritten(good, tmp_path / name, change), sentence))

    damaged("row.zip", lambda n, b: b.replace(b"Lena", b"Lina") if "person" in n else b, "is damaged")
    damaged("format.zip", lambda n, b: b.replace(b'"format": 2', b'"format": 9') if "mani" in n else b, "format 9")
    damaged("older.zip", lambda n, b: b.replace(b"2026-11-22T14:00", b"2020") if "mani" in n else b, "another shape")
    damaged("columns.zip", lambda n, b: b.replace(b'"locale"', b'"tongue"') if "mani" in n else b, "other tables")
    (tmp_path / "text.zip").write_text("no archive")
    bad.append((tmp_path / "text.zip", "not a backup"))
    (tmp_path / "half.zip").write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    bad.append((tmp_path / "half.zip", "not a backup"))
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("readme.txt", "hello")
    bad.append((tmp_path / "other.zip", "not a backup"))
    bad.extend((file, "not a backup") for file in _crafted(good, tmp_path))
    target = new_database()
    training(target, "migrate")
    for file, sentence in bad:
        refused = training(target, "restore", str(file))
        assert (refused.exit_code, sentence in refused.output) == (1, True), f"{file.name}: {refused.output}"
        assert "Traceback" not in refused.output
    assert rows(target, "SELECT id FROM person") == []
    assert training(target, "restore", str(good)).exit_code == 0


def test_rows_that_the_database_refuses_leave_nothing_behind(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    """A reference to nobody, with a hash that fits: the transaction is undone as a whole."""
    url, good, bad = story(), tmp_path / "good.zip", tmp_path / "bad.zip"
    training(url, "backup", str(good))
    with zipfile.ZipFile(good) as archive:
        partners = archive.read("tables/partner.jsonl")
    parent = next(row[4] for line in partners.splitlines() if (row := json.loads(line))[4])
    broken = partners.replace(f'"{parent}"'.encode(), f'"{UUID(int=1)}"'.encode())
    hashes = {name: hashlib.sha256(text).hexdigest() for name, text in (("old", partners), ("new", broken))}

    def change(name: str, content: bytes) -> bytes:
        if name == "tables/partner.jsonl":
            return broken
        return content.replace(hashes["old"].encode(), hashes["new"].encode()) if name == "manifest.json" else content

    target = new_database()
    refused = training(target, "restore", str(_rewritten(good, bad, change)))
    assert (refused.exit_code, "nothing was kept" in refused.output) == (1, True), refused.output
    assert rows(target, "SELECT id FROM person") == []


class _Found(Frozen, frozen=True, kw_only=True):
    session_id: UUID
    partner_id: UUID


async def _book_until(url: str, done: Callable[[], bool]) -> list[str]:
    """Book places one after the other until `done`; returns the codes of bookings that were confirmed."""
    engine = open_database(url)
    await engine.start_connection_pool()
    codes: list[str] = []
    try:
        bind(engine, TABLES)
        works = Works(clock=system_clock, site=Site(secret_key=KEY), reactions=REACTIONS)
        found = await fetch_one(
            _Found,
            "SELECT s.id AS session_id, o.id AS partner_id FROM session s, partner o"
            " WHERE s.audience = 'public' AND s.state = 'published' AND o.name = 'Lanternline'",
        )
        assert found is not None
        while not done():
            somebody = Wanted(name="Somebody", email=f"somebody{len(codes)}@example.org")
            order = Order(session_id=found.session_id, partner_id=found.partner_id, people=(somebody,))
            codes.append((await works.run(MACHINE, book_places, order)).code)
            await asyncio.sleep(0)
    finally:
        await engine.close_connection_pool()
    return codes


def test_a_backup_under_load_is_one_moment(
    training: Command,
    process: Callable[..., subprocess.Popen[str]],
    story: NewDatabase,
    new_database: NewDatabase,
    tmp_path: Path,
) -> None:
    url, target = story(), new_database()
    marks: list[int] = []
    backing_up: list[subprocess.Popen[str]] = []
    turns = 0

    def done() -> bool:
        nonlocal turns
        turns += 1
        if turns == 10:
            backing_up.append(process(url, "backup", str(tmp_path / "b.zip")))
            marks.append(turns - 1)
        return bool(backing_up) and backing_up[0].poll() is not None

    codes = run_alone(_book_until(url, done))
    assert backing_up[0].returncode == 0, backing_up[0].communicate()[0]
    restored = training(target, "restore", str(tmp_path / "b.zip"))
    assert restored.exit_code == 0, restored.output
    assert training(target, "check").exit_code == 0
    kept = {row["code"] for row in rows(target, "SELECT code FROM booking")}
    # What was confirmed before the backup began is in it, and what is in it has no gap: it is a beginning of the list.
    taken = [code in kept for code in codes]
    assert all(taken[: marks[0]])
    assert taken == sorted(taken, reverse=True)
    assert len(codes) > marks[0]


@pytest.mark.parametrize("after", [0.2, 0.9, 1.3])
def test_a_backup_that_is_told_to_end_leaves_a_whole_file_or_none(
    process: Callable[..., subprocess.Popen[str]], story: NewDatabase, tmp_path: Path, after: float
) -> None:
    url, folder = story(), tmp_path / "backups"
    folder.mkdir()
    running = process(url, "backup", str(folder / "b.zip"))
    time.sleep(after)
    running.terminate()
    said = running.communicate(timeout=60)[0]
    assert "Traceback" not in said
    left = [path.name for path in folder.iterdir()]
    assert left in ([], ["b.zip"])
    assert left == [] or manifest(folder / "b.zip")["format"] == 2


def test_a_folder_that_cannot_be_written_is_said(training: Command, story: NewDatabase, tmp_path: Path) -> None:
    full = training(story(), "backup", "/proc/b.zip")
    assert (full.exit_code, full.output.count("\n")) == (1, 1), full.output
    assert full.output.startswith("training: It could not be finished: ")
    assert list(tmp_path.glob(".*")) == []
