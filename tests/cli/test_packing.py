"""Files go into the backup as they are and come back whole, into a storage of either kind, or nothing does."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result

from tests.cli.commands import KEY, NewDatabase, change, rows, run_alone
from tests.cli.conftest import environment_of
from tests.cli.test_files import GOOD, OTHER, keep, stored
from tests.materials.kept import hash_of
from tests.materials.storages import bucket_url, keys, put, read
from training.base.clock import system_clock
from training.base.site import Site
from training.base.work import Works
from training.cli import backups, packing
from training.cli.packing import Packed, StoredRow
from training.cli.saying import Advance
from training.materials.jobs.sweeping import Sweeping
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage

Command = Callable[..., Result]
# More than one part of a bucket.
LARGE = os.urandom(20_000_000)


def kept(place: str) -> dict[str, bytes]:
    """What lies in a storage."""

    async def go() -> dict[str, bytes]:
        storage = Storage(place)
        return {key: await read(storage, key) for key in await keys(storage)}

    return run_alone(go())


@pytest.fixture
def url(training: Command, new_database: NewDatabase) -> str:
    """A database that knows three files, one of which the scanner refused."""
    made: str = new_database()
    assert training(made, "migrate").exit_code == 0
    change(made, stored(GOOD), stored(LARGE, 2), stored(OTHER, 3, state="refused"))
    return made


@pytest.mark.parametrize("first", ["local", "s3"])
def test_there_and_back_from_either_kind_into_the_other(
    training: Command,
    url: str,
    new_database: NewDatabase,
    tmp_path: Path,
    s3_endpoint: str,
    first: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As if the large one were beyond what older programs can read.
    monkeypatch.setattr(packing, "_PLAIN", 1_000_000)
    places = [str(tmp_path / "kept"), bucket_url(s3_endpoint)]
    here, there = places if first == "local" else places[::-1]
    keep(here, GOOD, LARGE, OTHER, b"stray")
    made = training(url, "backup", str(tmp_path / "b.zip"), storage_url=here)
    assert (made.exit_code, "and 2 files are in" in made.output) == (0, True), made.output
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.testzip() is None
        assert {name for name in archive.namelist() if name.startswith("files/")} == {
            file_key(hash_of(GOOD)),
            file_key(hash_of(LARGE)),
        }
    target = new_database()
    back = training(target, "restore", str(tmp_path / "b.zip"), storage_url=there)
    assert (back.exit_code, "and 2 files are back" in back.output) == (0, True), back.output
    assert kept(there) == {file_key(hash_of(content)): content for content in (GOOD, LARGE)}
    assert training(target, "check", "--files", storage_url=there).exit_code == 0
    again = training(target, "restore", str(tmp_path / "b.zip"), "--replace", storage_url=there)
    assert again.exit_code == 0, again.output


def test_what_cannot_be_had_is_left_out_and_said(
    training: Command, url: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    change(url, stored(b"damaged", 4), stored(b"gone", 5))
    keep(here, GOOD, LARGE)
    keep(here, b"demaged", under=b"damaged")
    made = training(url, "backup", str(tmp_path / "b.zip"), storage_url=here)
    assert (made.exit_code, "2 files could not be had and are not in it" in made.output) == (1, True), made.output
    back = training(new_database(), "restore", str(tmp_path / "b.zip"), storage_url=there)
    assert (back.exit_code, "2 files could not be had when it was made" in back.output) == (0, True), back.output
    assert sorted(kept(there)) == sorted(file_key(hash_of(content)) for content in (GOOD, LARGE))


def test_what_is_swept_away_while_files_are_written_is_not_missed(
    training: Command, url: str, new_database: NewDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = str(tmp_path / "here"), str(tmp_path / "there")
    a_week_ago = str(system_clock() - timedelta(days=6, hours=23, minutes=30))
    change(url, stored(b"unused", 4, unused_at=a_week_ago))
    keep(here, GOOD, LARGE, b"unused")
    write = packing.write_files

    async def hours_later(archive: ZipFile, storage: Storage, wanted: Sequence[StoredRow], advance: Advance) -> Packed:
        site = Site(secret_key=KEY)
        works = Works(clock=lambda: system_clock() + timedelta(hours=1), site=site, reactions={}, origin="worker")
        assert await Sweeping(storage).sweep(works) == 1
        return await write(archive, storage, wanted, advance)

    monkeypatch.setattr(backups, "write_files", hours_later)
    made = training(url, "backup", str(tmp_path / "b.zip"), storage_url=here)
    assert (made.exit_code, "and 2 files are in" in made.output) == (0, True), made.output
    target = new_database()
    back = training(target, "restore", str(tmp_path / "b.zip"), storage_url=there)
    assert (back.exit_code, "could not be had" in back.output) == (0, False), back.output
    assert len(rows(target, "SELECT id FROM stored_file")) == 3
    assert training(target, "check", "--files", storage_url=there).exit_code == 0


def test_another_storage_is_noticed(
    training: Command, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "_MOST_LOST", 1)
    made = training(url, "backup", str(tmp_path / "b.zip"), storage_url=str(tmp_path / "empty"))
    assert (made.exit_code, "Is it the right one?" in made.output) == (1, True), made.output
    assert not list(tmp_path.glob("*b.zip*"))


def test_a_storage_that_is_away_is_no_backup(training: Command, url: str, tmp_path: Path) -> None:
    away = "s3://key:not-for-others@elsewhere?endpoint=http://127.0.0.1:9"
    made = training(url, "backup", str(tmp_path / "b.zip"), storage_url=away)
    assert (made.exit_code, made.output) == (
        1,
        "training: Files cannot be reached at the moment. Nothing was lost; please try again in a minute.\n",
    )
    assert not list(tmp_path.glob("*b.zip*"))


def _rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes | None], **how: int) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content, **how)
    return target


def test_what_is_damaged_leaves_no_row_and_no_file(
    training: Command, url: str, new_database: NewDatabase, tmp_path: Path, s3_endpoint: str
) -> None:
    here, good = str(tmp_path / "here"), tmp_path / "good.zip"
    keep(here, GOOD, LARGE)
    assert training(url, "backup", str(good), storage_url=here).exit_code == 0
    large = file_key(hash_of(LARGE))
    bad = [
        _rewritten(good, tmp_path / "other.zip", lambda n, b: b[:-1] + b"?" if n == large else b),
        _rewritten(good, tmp_path / "short.zip", lambda n, b: b[:-1] if n == large else b),
        _rewritten(good, tmp_path / "none.zip", lambda n, b: None if n == large else b),
        _rewritten(good, tmp_path / "packed.zip", lambda _, b: b, compress_type=zipfile.ZIP_DEFLATED),
    ]
    raw = bytearray(good.read_bytes())
    at = raw.index(LARGE[5_000_000:5_000_100])
    raw[at] ^= 1
    (tmp_path / "bit.zip").write_bytes(raw)
    target = new_database()
    training(target, "migrate")
    for place in (str(tmp_path / "there"), bucket_url(s3_endpoint)):
        keep(place, b"stays")
        keep(place, GOOD)
        before = kept(place)
        for file in (*bad, tmp_path / "bit.zip"):
            refused = training(target, "restore", str(file), storage_url=place)
            assert (refused.exit_code, "damaged" in refused.output) == (1, True), f"{file.name}: {refused.output}"
            assert kept(place) == before
            assert rows(target, "SELECT id FROM stored_file") == []


def with_rows(good: Path, bad: Path, change: Callable[[bytes], bytes]) -> Path:
    """The same backup with other rows of files, and the hash that goes with them."""
    with zipfile.ZipFile(good) as archive:
        lines = archive.read("tables/stored_file.jsonl")
    changed = change(lines)
    before, after = (hashlib.sha256(text).hexdigest().encode() for text in (lines, changed))

    def written(name: str, content: bytes) -> bytes:
        if name == "tables/stored_file.jsonl":
            return changed
        return content.replace(before, after) if name == "manifest.json" else content

    return _rewritten(good, bad, written)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda lines: lines + lines.splitlines(keepends=True)[0], "nothing was kept"),
        (lambda lines: lines.replace(hash_of(GOOD).encode(), b"../../../outside"), "no hash"),
    ],
)
def test_rows_that_are_refused_take_the_files_with_them(
    training: Command,
    url: str,
    new_database: NewDatabase,
    tmp_path: Path,
    change: Callable[[bytes], bytes],
    sentence: str,
) -> None:
    here, there, good = str(tmp_path / "here"), str(tmp_path / "there"), tmp_path / "good.zip"
    keep(here, GOOD, LARGE)
    training(url, "backup", str(good), storage_url=here)
    target, bad = new_database(), with_rows(good, tmp_path / "bad.zip", change)
    refused = training(target, "restore", str(bad), storage_url=there)
    assert (refused.exit_code, sentence in refused.output) == (1, True), refused.output
    assert kept(there) == {}
    assert rows(target, "SELECT id FROM stored_file") == []


def test_a_database_that_is_not_empty_is_known_before_files_are_copied(
    training: Command, url: str, tmp_path: Path
) -> None:
    here, there = str(tmp_path / "here"), tmp_path / "there"
    keep(here, GOOD, LARGE)
    training(url, "backup", str(tmp_path / "b.zip"), storage_url=here)
    full = training(url, "restore", str(tmp_path / "b.zip"), storage_url=str(there))
    assert (full.exit_code, "is not empty" in full.output, there.exists()) == (1, True, False)


def test_a_backup_without_files_is_of_another_format(
    training: Command, url: str, new_database: NewDatabase, tmp_path: Path
) -> None:
    here, good = str(tmp_path / "here"), tmp_path / "good.zip"
    keep(here, GOOD, LARGE)
    training(url, "backup", str(good), storage_url=here)

    def older(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        told = json.loads(content)
        return json.dumps(
            {name: told[name] for name in told if name not in {"files", "bytes", "lost"}} | {"format": 1}
        ).encode()

    refused = training(new_database(), "restore", str(_rewritten(good, tmp_path / "old.zip", older)), storage_url=here)
    assert (refused.exit_code, "has format 1" in refused.output) == (1, True), refused.output


# One process for all of it, because each start takes longer than the work.
MEASURED = """
import json, os, resource, sys
from training.cli.entry import cli
for storage, *arguments in json.loads(sys.argv[1]):
    os.environ["TRAINING_STORAGE_URL"] = storage
    cli.main(arguments, standalone_mode=False)
    print("most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_does_not_grow_with_files(
    training: Command, new_database: NewDatabase, tmp_path: Path, s3_endpoint: str
) -> None:
    url, here, there = new_database(), str(tmp_path / "here"), str(tmp_path / "there")
    bucket, file = bucket_url(s3_endpoint), str(tmp_path / "b.zip")
    training(url, "migrate")
    huge = os.urandom(1 << 20) * 128
    change(url, stored(huge))
    run_alone(put(Storage(here), file_key(hash_of(huge)), huge))
    steps = [
        (here, "check"),
        (here, "backup", file),
        (there, "restore", file, "--replace"),
        (bucket, "restore", file, "--replace"),
        (bucket, "check", "--files"),
    ]
    environment = environment_of({"database_url": url, "secret_key": KEY})
    command = [sys.executable, "-c", MEASURED, json.dumps(steps)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=tmp_path)
    most = [int(line.removeprefix("most ")) for line in ended.stdout.splitlines() if line.startswith("most ")]
    assert len(most) == len(steps), ended.stdout
    assert most[-1] < most[0] + 64
