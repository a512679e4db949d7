"""Every list can be had as every kind of file, and holds what the database holds."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from click.testing import Result

from tests.cli.commands import NewDatabase, rows
from training.cli.listings import LISTINGS

Command = Callable[..., Result]
TABLES = {
    "sessions": "session",
    "enrollments": "enrollment",
    "partners": "partner",
    "members": "membership",
    "programs": "program",
    "courses": "course",
}


def test_every_list_in_every_format(training: Command, story: NewDatabase, tmp_path: Path) -> None:
    url = story()
    assert sorted(TABLES) == sorted(LISTINGS)
    for what, table in TABLES.items():
        number = rows(url, f"SELECT COUNT(*) AS number FROM {table}")[0]["number"]
        for fmt in ("csv", "xlsx", "json"):
            result = training(url, "export", what, str(tmp_path / f"{what}.{fmt}"))
            assert (result.exit_code, result.output.startswith(f"{number} row")) == (0, True), result.output
        text = (tmp_path / f"{what}.csv").read_text("utf-8-sig")
        listed = list(csv.DictReader(io.StringIO(text)))
        sheet = openpyxl.load_workbook(tmp_path / f"{what}.xlsx").active
        assert sheet is not None
        assert len(listed) == sheet.max_row - 1 == len(json.loads((tmp_path / f"{what}.json").read_text())) == number


def test_what_a_row_says(training: Command, story: NewDatabase) -> None:
    url = story()
    output = training(url, "export", "enrollments", "-", "--format", "json").output
    waiting = [row for row in json.loads(output) if row["state"] == "waitlisted"]
    assert {"person", "email", "partner", "session", "booked_by"} <= waiting[0].keys()
    assert all(row["partner"] for row in waiting)
    partners = json.loads(training(url, "export", "partners", "-", "--format", "json").output)
    assert {row["name"]: row["parent"] for row in partners}["Open Window Cascadia"] == "Open Window Alliance"
    members = json.loads(training(url, "export", "members", "-", "--format", "json").output)
    assert {row["roles"] for row in members} == {"coordinator", "member"}
    assert {row["state"] for row in members} == {"Member", "Invited", "Not invited yet"}


def test_no_time_stands_without_its_zone(training: Command, story: NewDatabase) -> None:
    url = story()
    for what in ("sessions", "enrollments"):
        header, *lines = csv.reader(io.StringIO(training(url, "export", what, "-").output.lstrip("\ufeff")))
        assert not {"starts_at", "Starts", "Ends", "Since"} & set(header)
        first = dict(zip(header, lines[0], strict=True))
        assert first["Starts (UTC)"].endswith("Z")
        instant = datetime.fromisoformat(first["Starts (UTC)"])
        there = instant.astimezone(ZoneInfo(first["Time zone"]))
        assert first["Starts there"] == there.strftime("%Y-%m-%d %H:%M")
    members = json.loads(training(url, "export", "members", "-", "--format", "json").output)
    assert "since_utc" in members[0]
    programs = training(url, "export", "programs", "-").output
    assert '"Time zone"' in programs.splitlines()[0]


def test_instants_on_other_clocks(training: Command, story: NewDatabase) -> None:
    url = story()
    plain = json.loads(training(url, "export", "sessions", "-", "--format", "json").output)[0]
    there = json.loads(training(url, "export", "sessions", "-", "--format", "json", "--zone", "Asia/Tokyo").output)[0]
    assert datetime.fromisoformat(there["starts_asia_tokyo"]) == datetime.fromisoformat(plain["starts_utc"])
    assert there["starts_asia_tokyo"].endswith("+09:00")
    assert there["starts_there"] == plain["starts_there"]
    header = training(url, "export", "members", "-", "--zone", "Asia/Tokyo").output.splitlines()[0]
    assert '"Since (Asia/Tokyo)"' in header
    wrong = training(url, "export", "members", "-", "--zone", "Nowhere")
    assert (wrong.exit_code, "is no time zone" in wrong.output) == (2, True)


def test_the_lists_are_named_without_a_break(training: Command) -> None:
    said = training("", "export", "--help").output
    assert all(name in said for name in LISTINGS)


def test_a_name_that_is_a_formula_is_text(training: Command, story: NewDatabase) -> None:
    url = story("UPDATE partner SET name = '=1+1' WHERE name = 'Second Porch'")
    output = training(url, "export", "partners", "-").output
    assert '"\'=1+1"' in output


@pytest.mark.parametrize("file", ["/no/such/folder/x.csv", "/"])
def test_a_file_that_cannot_be_written(training: Command, new_database: NewDatabase, file: str) -> None:
    url = new_database("sqlite")
    training(url, "migrate")
    assert training(url, "export", "sessions", file).exit_code in (1, 2)
