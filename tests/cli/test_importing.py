"""`training import sessions` as an operator types it."""

import csv
import io
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from tests.schedule.made_rows import GOOD, LATER, a_file
from training.base.database import Database, execute
from training.base.work import Work
from training.catalogue.actions import create_course, create_program
from training.catalogue.rules import Inheritable, ProgramDetails
from training.cli.entry import cli
from training.cli.importing import sessions
from training.cli.opening import OPERATOR, opened, run, works_of
from training.partners.tables import Partner
from training.schedule.rules.outcomes import Fate
from training.schedule.rules.sheets import MAX_BYTES
from training.schedule.tables import Session
from training.settings import Settings

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "import-sessions.md"
EXCERPT = Path(__file__).parents[2] / "training" / "schedule" / "excerpt" / "workshops.csv"


@pytest.fixture
def url(database: Database, database_url: str) -> str:  # noqa: ARG001 - migrated before, emptied and bound after
    """The address of the test's database, with a program called workshops in it."""

    async def make() -> None:
        async with opened(Settings(database_url=database_url)):
            await works_of(Settings()).run(OPERATOR, create_program, ProgramDetails(name="Workshops"))

    run(make())
    return database_url


def _count(url: str, table: str) -> int:
    async def ask() -> int:
        async with opened(Settings(database_url=url)):
            return int((await execute(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"])

    return run(ask())


def _typed(url: str, *words: object, program: str = "workshops") -> Result:
    told = ["import", "sessions", *map(str, words), "--program", program]
    return CliRunner().invoke(cli, told, env={"TRAINING_DATABASE_URL": url}, catch_exceptions=False)


def _written(tmp_path: Path, *rows: dict[str, str]) -> Path:
    file = tmp_path / "rows.csv"
    file.write_bytes(a_file(*rows))
    return file


def test_the_excerpt_is_tried_then_imported_then_recognised(url: str) -> None:
    tried = _typed(url, EXCERPT, "--dry-run")
    assert (tried.exit_code, _count(url, "session")) == (1, 0)
    for said in (
        "63 rows: 51 accepted",
        "51    would be imported",
        "12    refused",
        "44 partners",
        "nothing was written",
    ):
        assert said in tried.stdout
    done = _typed(url, EXCERPT)
    assert (done.exit_code, _count(url, "session"), _count(url, "partner")) == (1, 51, 44)
    assert "51    imported" in done.stdout
    journal = _count(url, "journal_entry")
    again = _typed(url, EXCERPT)
    assert "51    there already, unchanged" in again.stdout
    assert _count(url, "journal_entry") == journal


def test_exit_code_0_says_that_every_row_is_in(url: str, tmp_path: Path) -> None:
    file = _written(tmp_path, {}, LATER)
    assert [_typed(url, file).exit_code, _typed(url, file).exit_code] == [0, 0]


def test_a_row_that_differs_is_told_and_taken_over_when_asked(url: str, tmp_path: Path) -> None:
    _typed(url, _written(tmp_path, LATER))
    file = _written(tmp_path, {**LATER, "venue": "Aula"})
    told = _typed(url, file)
    assert told.exit_code == 1
    assert 'venue was "Wischhofstraße 1", is "Aula" now. --update takes this over.' in told.stdout
    assert [_typed(url, file, "--update").exit_code, _typed(url, file).exit_code] == [0, 0]


def test_the_flags_of_the_how_to_are_followed(url: str, tmp_path: Path) -> None:
    file = _written(
        tmp_path,
        {**LATER, "end_date": "2027-02-20"},
        {"slug": "o", "tags": "SWC,online", "country": "", "latitude": "", "longitude": "", "start_date": "2027-02-01",
         "end_date": ""},
    )  # fmt: skip
    flags = "--long-spans daily --online-zone America/Denver --starts 10:00 --ends 12:30 --capacity 7 --publish"
    assert _typed(url, file, *flags.split()).exit_code == 0

    async def ask() -> list[dict[str, Any]]:
        async with opened(Settings(database_url=url)):
            return await execute(
                "SELECT s.zone, s.state, s.capacity_in_person + s.capacity_online AS places, COUNT(*) AS meetings"
                " FROM session s JOIN meeting m ON m.session_id = s.id GROUP BY s.id ORDER BY COUNT(*)"
            )

    assert [tuple(row.values()) for row in run(ask())] == [
        ("America/Denver", "published", 7, 1),
        ("Europe/Berlin", "published", 7, 20),
    ]


def test_the_report_has_the_verdict_of_every_row(url: str, tmp_path: Path) -> None:
    file = _written(tmp_path, {}, {"slug": "=x"})
    for name in ("report.csv", "report.json"):
        assert _typed(url, file, "--report", tmp_path / name).exit_code == 1
    text = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert [row["outcome"] for row in csv.DictReader(io.StringIO(text, newline=""))] == ["new", "refused"]
    assert [row["outcome"] for row in json.loads((tmp_path / "report.json").read_text())] == ["there", "refused"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--capacity", "0"], "capacity"),
        (["--starts", "nine"], "--starts"),
        (["--starts", "18:00"], "A day must end after it starts"),
        (["--online-zone", "CEST"], "not a time zone"),
        (["--long-spans", "weekly"], "--long-spans"),
        (["--report", "report.xlsx"], ".csv or .json"),
        (["--report", "nowhere/report.csv"], "no folder"),
    ],
)
def test_used_wrongly_is_exit_code_2_and_nothing_is_done(url: str, tmp_path: Path, flags: list[str], said: str) -> None:
    result = _typed(url, _written(tmp_path, {}), *flags)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert _count(url, "session") == 0


def test_the_report_never_replaces_the_file_itself(url: str, tmp_path: Path) -> None:
    file = _written(tmp_path, {})
    before = file.read_bytes()
    assert _typed(url, file, "--report", file).exit_code == 2
    assert file.read_bytes() == before


def test_a_file_that_is_not_there_is_exit_code_2(url: str, tmp_path: Path) -> None:
    assert _typed(url, tmp_path / "none.csv").exit_code == 2


def test_a_program_that_is_not_there_is_a_sentence(url: str, tmp_path: Path) -> None:
    result = _typed(url, _written(tmp_path, {}), program="nothing")
    assert (result.exit_code, "There is no program 'nothing'" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty. Nothing was imported."),
        (b"\xff\xfe", "UTF-16"),
        (b"slug\nx", "Missing: tags"),
        (b"x" * (MAX_BYTES + 9), "larger than 20 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(url: str, tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(data)
    result = _typed(url, file)
    assert (result.exit_code, said in result.stderr) == (1, True), result.stderr


def test_what_a_stranger_wrote_cannot_steer_the_terminal(url: str, tmp_path: Path) -> None:
    rows = [{"slug": "\x1b[2J\x1b]0;owned\x07"}, {"slug": "[bold]x[/bold]"}, {"slug": "a\u202eb"}]
    result = _typed(url, _written(tmp_path, *rows))
    assert result.exit_code == 1
    assert not any(char in result.output for char in "\x1b\x07\u202e")
    assert "[bold]x[/bold]" in result.output


def test_a_database_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    result = _typed(f"sqlite:///{tmp_path}/none.sqlite", _written(tmp_path, GOOD))
    assert (result.exit_code, "run `training migrate` first" in result.stderr) == (1, True)


def test_help_says_what_the_exit_codes_mean() -> None:
    result = CliRunner().invoke(cli, ["import", "sessions", "--help"])
    assert (result.exit_code, "Exit code 0" in result.output, "--dry-run" in result.output) == (0, True, True)


def test_the_how_to_names_every_flag_and_every_outcome() -> None:
    text = HOWTO.read_text(encoding="utf-8")
    names = [name for option in sessions.params for name in option.opts if name.startswith("--")]
    assert len(names) == 10
    assert [name for name in (*names, *(f"`{fate.value}`" for fate in Fate)) if name not in text] == []


def test_a_device_is_read_like_a_file(url: str) -> None:
    result = _typed(url, os.devnull)
    assert (result.exit_code, "The file is empty" in result.stderr) == (1, True)


def _people(tmp_path: Path, url: str) -> Path:
    """A file of two people, for the demo's partner and one of its sessions to come."""

    async def ask() -> str:
        async with opened(Settings(database_url=url)):
            found = await execute("SELECT id FROM session WHERE title = 'Listening'")
            return str(found[0]["id"])

    file = tmp_path / "people.csv"
    file.write_text(f"email,session\nana@x.example,{run(ask())}\nnobody,{run(ask())}\n")
    return file


@pytest.fixture
def with_partner(url: str) -> str:
    """The database with a partner and a session it may book."""

    async def make(work: Work) -> None:
        partner_id, session_id = work.new_id(), work.new_id()
        (program,) = await execute("SELECT id FROM program")
        told = {"slug": "lantern", "name": "Lantern", "folded_name": "lantern", "created_at": work.now}
        work.add(Partner, id=partner_id, **told)
        course = await create_course(work, UUID(str(program["id"])), Inheritable(title="C", capacity_in_person=5))
        starts_at = (work.now + timedelta(days=9)).replace(microsecond=0)
        work.add(
            Session, id=session_id, program_id=course.program_id, course_id=course.id, title="Listening",
            state="published", audience="public", mode="in_person", capacity_in_person=5, zone="UTC",
            starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), created_at=work.now,
        )  # fmt: skip

    async def go() -> None:
        async with opened(Settings(database_url=url)):
            await works_of(Settings()).run(OPERATOR, make)

    run(go())
    return url


def test_people_are_tried_then_enrolled_then_unchanged(with_partner: str, tmp_path: Path) -> None:
    file, report = _people(tmp_path, with_partner), tmp_path / "report.csv"

    def typed(*words: object) -> Result:
        told = ["import", "enrollments", str(file), "--partner", "lantern", *map(str, words)]
        return CliRunner().invoke(cli, told, env={"TRAINING_DATABASE_URL": with_partner}, catch_exceptions=False)

    tried = typed("--dry-run")
    assert tried.exit_code == 1
    assert "nothing was written" in tried.output
    assert _count(with_partner, "enrollment") == 0
    done = typed("--report", report)
    assert done.exit_code == 1
    assert "This is not an e-mail address." in done.output
    assert _count(with_partner, "enrollment") == 1
    assert [row["Outcome"] for row in csv.DictReader(io.StringIO(report.read_text("utf-8-sig")))] == [
        "enrolled",
        "refused",
    ]
    assert "unchanged" in typed().output
    assert _count(with_partner, "enrollment") == 1
    nowhere = CliRunner().invoke(
        cli, ["import", "enrollments", str(file), "--partner", "x"], env={"TRAINING_DATABASE_URL": with_partner}
    )
    assert (nowhere.exit_code, "There is no partner 'x'" in nowhere.output) == (1, True)
