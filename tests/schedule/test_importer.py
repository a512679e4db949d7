"""A whole file comes in: the real ones and hostile ones, once, twice, interrupted, half refused."""

import csv
import io
import random
import string
import time
from collections import Counter
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from tests.conftest import FrozenClock
from tests.schedule.made import MISSING, STAFF, a_course, a_program, manager_of
from tests.schedule.made_rows import GOOD, LATER, ONLINE, a_file, brought_in, count, dump
from training.base.database import execute, fetch
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.schedule.importer import REPORT_HEADER, ROWS_AT_ONCE, import_verdicts, judge_file, report_rows
from training.schedule.rules import Accepted, FileUnreadable, ImportPolicy
from training.schedule.rules.outcomes import Fate, ImportOptions
from training.schedule.rules.sheets import COLUMNS, MAX_BYTES, MOST_COLUMNS, MOST_ROWS
from training.web.exports import csv_text

ROOT = Path(__file__).parents[2]
EXCERPT = ROOT / "training" / "schedule" / "excerpt" / "workshops.csv"
WHOLE = ROOT.parent / "shared" / "data" / "carpentries-workshops.csv"
REAL_FILES = [path for path in (EXCERPT, WHOLE) if path.exists()]
POLICY = ImportPolicy()


class Kept(Frozen, frozen=True, kw_only=True):
    id: UUID
    external_key: str
    zone: str
    state: str
    audience: str
    notes: str


class Sum(Frozen, frozen=True, kw_only=True):
    external_key: str
    meetings: int


def _fates(outcomes: object) -> dict[Fate, int]:
    return dict(Counter(outcome.fate for outcome in outcomes))  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
async def test_every_row_of_a_real_file_is_in_or_refused_and_a_second_run_changes_nothing(
    works: Works, clock: FrozenClock, path: Path
) -> None:
    program = await a_program(works, "Workshops")
    data = path.read_bytes()
    rows = {row["slug"].casefold() for row in csv.DictReader(io.StringIO(data.decode(), newline=""))}
    judged = judge_file(data, POLICY)
    told = {verdict.key: verdict for verdict in judged.verdicts if isinstance(verdict, Accepted)}
    refused = len(judged.verdicts) - len(told)
    first = await brought_in(works, STAFF, program, data)
    assert _fates(first.outcomes) == {Fate.NEW: len(told), Fate.REFUSED: refused}
    assert {outcome.slug.casefold() for outcome in first.outcomes} == rows
    assert first.partners == await count("partner") == len({row.partner_key for row in told.values()})
    assert (first.venues, first.courses) == (await count("venue"), await count("course"))
    sql = "SELECT id, external_key, zone, state, audience, CAST(import_notes AS TEXT) AS notes FROM session"
    kept = {session.external_key: session for session in await fetch(Kept, sql)}
    assert {key: session.zone for key, session in kept.items()} == {key: row.zone for key, row in told.items()}
    assert {(session.state, session.audience) for session in kept.values()} == {("closed", "public")}
    sums = await fetch(
        Sum,
        "SELECT s.external_key, COUNT(*) AS meetings FROM session s JOIN meeting m ON m.session_id = s.id"
        " GROUP BY s.external_key",
    )
    assert {row.external_key: row.meetings for row in sums} == {key: len(row.meetings) for key, row in told.items()}
    for key, row in told.items():
        notes = msgspec.json.decode(kept[key].notes, type=list[str])
        assert {assumption.sentence for assumption in row.assumptions} <= set(notes)
    before = await dump()
    clock.move(days=1)
    for flag in ("update", "publish", "dry_run"):
        again = await brought_in(works, STAFF, program, data, **{flag: True})  # type: ignore[arg-type]
        assert _fates(again.outcomes) == {Fate.THERE: len(told), Fate.REFUSED: refused}
        assert (again.partners, again.venues, again.courses) == (0, 0, 0)
    assert await dump() == before


async def test_the_rows_that_were_refused_come_in_with_another_decision(works: Works) -> None:
    program = await a_program(works)
    data = EXCERPT.read_bytes()
    await brought_in(works, STAFF, program, data)
    again = await brought_in(works, STAFF, program, data, ImportPolicy(long_spans="first-and-last-day"))
    assert _fates(again.outcomes) == {Fate.THERE: 51, Fate.NEW: 4, Fate.REFUSED: 8}


async def test_an_import_that_was_interrupted_goes_on_and_ends_in_the_same_state(works: Works) -> None:
    program = await a_program(works)
    data = a_file(*({"slug": f"row-{n}", "host_organization": f"Host {n % 7}"} for n in range(ROWS_AT_ONCE * 2 + 5)))
    verdicts = judge_file(data, POLICY).verdicts

    class Interrupted(Exception):
        pass

    def stop(rows: int) -> None:
        if rows:
            raise Interrupted

    with pytest.raises(Interrupted):
        await import_verdicts(works, STAFF, program, verdicts, ImportOptions(), stop)
    assert await count("session") == ROWS_AT_ONCE
    assert (
        await execute(
            "SELECT COUNT(*) AS n FROM session s WHERE NOT EXISTS (SELECT 1 FROM meeting m WHERE m.session_id = s.id)"
        )
    )[0]["n"] == 0
    seen: list[int] = []
    imported = await import_verdicts(works, STAFF, program, verdicts, ImportOptions(), seen.append)
    assert _fates(imported.outcomes) == {Fate.THERE: ROWS_AT_ONCE, Fate.NEW: ROWS_AT_ONCE + 5}
    assert (await count("session"), sum(seen)) == (len(verdicts), len(verdicts))


async def test_one_row_that_cannot_be_holds_up_no_other(works: Works) -> None:
    program = await a_program(works)
    await a_course(works, program, title="Data Carpentry", capacity_in_person=90, minimum_participants=60)
    data = a_file({}, {"slug": "b", "tags": "DC"}, LATER)
    for dry_run in (True, False):
        imported = await brought_in(works, STAFF, program, data, dry_run=dry_run)
        assert [outcome.fate for outcome in imported.outcomes] == [Fate.NEW, Fate.REFUSED, Fate.NEW]
        assert (imported.outcomes[1].code, "only 30 places" in imported.outcomes[1].sentence) == ("invalid", True)
    assert await count("session") == 2


@pytest.mark.parametrize("data", [a_file({}), a_file({"slug": ""}), a_file()], ids=["rows", "refused", "no rows"])
async def test_a_program_that_is_not_there_or_not_theirs_is_not_found(works: Works, data: bytes) -> None:
    program = await a_program(works)
    for viewer, wanted in ((STAFF, MISSING), (manager_of(MISSING), program), (Viewer(), program)):
        with pytest.raises(NotFound):
            await brought_in(works, viewer, wanted, data)
    assert await count("session") == 0


async def test_a_manager_brings_rows_into_their_own_program(works: Works) -> None:
    program = await a_program(works)
    imported = await brought_in(works, manager_of(program), program, a_file({}, ONLINE))
    assert _fates(imported.outcomes) == {Fate.NEW: 2}


async def test_hostile_cells_are_kept_as_text_or_refused_with_a_reason(works: Works) -> None:
    program = await a_program(works)
    rows = [
        {"slug": "formula", "host_organization": '=HYPERLINK("http://x.example","y")', "venue": "@SUM(A1)"},
        {"slug": "quotes", "host_organization": "O'Brien\"; DROP TABLE session; --", "venue": "{} {0} %s"},
        {"slug": "markup", "host_organization": "<script>alert(1)</script>", "venue": "[bold red]"},
        {"slug": "ΐ" * 100},
        {"slug": "expanding", "host_organization": "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 50},
        {"slug": "wide", "venue": "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 50},
        {"slug": "nul", "venue": "a\0b"},
        {"slug": "wide-letters", "host_organization": "ＧＥＯＭＡＲ Ｋｉｅｌ"},
        {"slug": "narrow-letters", "host_organization": "GEOMAR Kiel"},
        {"slug": "long", "host_organization": "H" * 200, "venue": "V" * 200},
        {"slug": "L" * 100},
    ]
    imported = await brought_in(works, STAFF, program, a_file(*rows))
    assert {outcome.slug: outcome.code for outcome in imported.outcomes if outcome.fate is Fate.REFUSED} == {
        "ΐ" * 100: "cell-too-long",
        "expanding": "cell-too-long",
        "wide": "cell-too-long",
        "nul": "character-unusable",
    }
    names = await execute("SELECT name FROM partner ORDER BY name")
    assert len([row for row in names if "geomar" in row["name"].casefold() or "Ｇ" in row["name"]]) == 1
    again = await brought_in(works, STAFF, program, a_file(*rows))
    assert _fates(again.outcomes) == {Fate.THERE: 7, Fate.REFUSED: 4}


async def test_the_report_is_safe_to_open_in_a_spreadsheet(works: Works) -> None:
    program = await a_program(works)
    imported = await brought_in(works, STAFF, program, a_file({"slug": "=1+1"}, {"slug": "", "tags": "=cmd"}, {}))
    text = csv_text(REPORT_HEADER, report_rows(imported.outcomes))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["line"], row["slug"], row["outcome"], row["code"]) for row in rows] == [
        ("2", "'=1+1", "refused", "slug-unusable"),
        ("3", "", "refused", "slug-missing"),
        ("4", "2019-03-28-kiel", "new", ""),
    ]
    assert "30 places are assumed" in rows[2]["assumed and noticed"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


def test_files_beyond_the_limits_are_refused_with_a_sentence() -> None:
    head = ",".join(COLUMNS)
    for data, said in (
        (b"x" * (MAX_BYTES + 1), "larger than 20 MB"),
        ((head + "\n" + "\n".join(["," * (len(COLUMNS) - 1)] * (MOST_ROWS + 1))).encode(), "more than 50,000 rows"),
        ((head + "," * MOST_COLUMNS).encode(), "more than 200 columns"),
        (b"," * 5_000_000, "more than 200 columns"),
    ):
        with pytest.raises(FileUnreadable) as caught:
            judge_file(data, POLICY)
        assert said in caught.value.detail


def test_thousands_of_rows_with_a_host_each_are_judged_in_bounded_time() -> None:
    letters = random.Random(1)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for number in range(8_000):
        host = "".join(letters.choices(string.ascii_letters + " ", k=60))
        writer.writerow([f"{number}", "SWC", host, *list(GOOD.values())[3:]])
    started = time.perf_counter()
    assert len(judge_file(text.getvalue().encode(), POLICY).verdicts) == 8_000
    # About 2 seconds on a small machine; comparing each with each would take an hour.
    assert time.perf_counter() - started < 60
