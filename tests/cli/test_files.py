"""`training check` finds files without bytes, bytes without files, other bytes, and a scanner that cannot look."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.cli.commands import NewDatabase, change, rows, run_alone
from tests.materials.kept import hash_of
from tests.materials.storages import bucket_url, put
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage

Command = Callable[..., Result]
GOOD, OTHER = b"what is taught", b"what is shown"


def stored(content: bytes, number: int = 1, **columns: str) -> str:
    """The statement that makes the row of a file."""
    values = {
        "id": f"00000000-0000-7000-8000-00000000000{number}",
        "sha256": hash_of(content),
        "media_type": "text/plain",
        "kind": "text",
        "state": "ready",
        "verdict": "",
        "lease_by": "",
        "created_at": "2026-01-01 00:00:00+00:00",
        **columns,
    }
    told = ", ".join(f"'{value}'" for value in values.values())
    return f"INSERT INTO stored_file ({', '.join(values)}, size, scans) VALUES ({told}, {len(content)}, 0)"


@pytest.fixture(params=["local", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty storage of each kind."""
    return str(tmp_path / "kept") if request.param == "local" else bucket_url(request.getfixturevalue("s3_endpoint"))


def keep(place: str, *contents: bytes, under: bytes = b"") -> None:
    for content in contents:
        run_alone(put(Storage(place), file_key(hash_of(under or content)), content))


def report(result: Result) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(result.output.partition("\ntraining: ")[0])
    lines = {line["check"]: (line["ok"], line["said"]) for line in loaded["lines"]}
    return {**lines, "violations": [(one["check"], one["detail"]) for one in loaded["violations"]]}


def test_files_that_are_as_they_should_be(training: Command, new_database: NewDatabase, place: str) -> None:
    url = new_database()
    training(url, "migrate")
    change(url, stored(GOOD), stored(OTHER, 2, state="refused"))
    keep(place, GOOD)
    found = report(training(url, "check", "--json", "--files", storage_url=place))
    assert found["violations"] == []
    assert found["files"] == (True, "no violation")
    assert found["stray files"] == (True, "none")
    where = place if place.startswith("/") else "training"
    assert found["storage"][0]
    assert where in found["storage"][1]
    assert "secret" not in found["storage"][1]
    assert found["storage"][1].endswith(": 1 file, 0.0 MB")
    assert found["scanner"][0]


def test_what_is_not_as_it_should_be_is_named(training: Command, new_database: NewDatabase, place: str) -> None:
    url = new_database()
    training(url, "migrate")
    altered = b"what is Taught"
    change(url, stored(GOOD), stored(b"gone", 2), stored(b"half of it", 3))
    keep(place, altered, under=GOOD)
    keep(place, b"half", under=b"half of it")
    keep(place, b"stray")
    seen = training(url, "check", "--json", storage_url=place)
    found, read = report(seen), report(training(url, "check", "--json", "--files", storage_url=place))
    missing = [
        ("files", f"is not in the storage ({file_key(hash_of(b'gone'))})"),
        ("files", f"has 4 bytes in the storage and should have 10 ({file_key(hash_of(b'half of it'))})"),
    ]
    assert seen.exit_code == 1
    assert sorted(found["violations"]) == sorted(missing)
    damaged = ("files", f"is damaged: other bytes than were kept ({file_key(hash_of(GOOD))})")
    assert sorted(read["violations"]) == sorted([*missing, damaged])
    assert found["stray files"] == (True, "1 file that nothing names, 0.0 MB: `training work` removes them in time")


def test_a_storage_that_cannot_be_reached_is_said_without_its_key(training: Command, new_database: NewDatabase) -> None:
    url = new_database()
    training(url, "migrate")
    away = "s3://key:not-for-others@elsewhere?endpoint=http://127.0.0.1:9"
    result = training(url, "check", "--json", storage_url=away)
    found = report(result)
    assert (found["storage"][0], found["storage"][1].partition(":")[0]) == (False, "bucket elsewhere cannot be reached")
    assert "not-for-others" not in result.output


def test_a_folder_that_is_not_there_is_not_made_and_its_files_are_missed(
    training: Command, new_database: NewDatabase, tmp_path: Path
) -> None:
    url, folder = new_database(), tmp_path / "not mounted"
    training(url, "migrate")
    assert report(training(url, "check", "--json", storage_url=str(folder)))["files"] == (True, "no violation")
    change(url, stored(GOOD))
    assert not report(training(url, "check", "--json", storage_url=str(folder)))["files"][0]
    assert not folder.exists()


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("command", "age", "verdict", "ok", "said"),
    [
        ("", None, "", True, "none: TRAINING_SCAN_COMMAND is not set"),
        ("", HOUR, "", False, "1 file waits for a scanner, and TRAINING_SCAN_COMMAND is not set"),
        ("/usr/bin/clamdscan --no-summary -", None, "", True, "clamdscan, nothing waits"),
        ("clamdscan -", HOUR / 2, "", True, "clamdscan, 1 file waits"),
        ("clamdscan -", HOUR * 2, "", False, "is `training work` running?"),
        ("clamdscan -", HOUR / 2, "It ended with 2.", False, "clamdscan could not look at 1 file: It ended with 2."),
    ],
)
def test_it_is_said_when_the_scanner_cannot_look(
    training: Command,
    new_database: NewDatabase,
    tmp_path: Path,
    command: str,
    age: timedelta | None,
    verdict: str,
    ok: bool,
    said: str,
) -> None:
    url, folder = new_database(), str(tmp_path / "kept")
    training(url, "migrate")
    if age is not None:
        keep(folder, GOOD)
        change(url, stored(GOOD, state="waiting", verdict=verdict, created_at=str(datetime.now(UTC) - age)))
    found = report(training(url, "check", "--json", storage_url=folder, scan_command=command))
    assert found["scanner"][0] is ok
    assert said in found["scanner"][1]
    assert rows(url, "SELECT id FROM journal_entry") == []
