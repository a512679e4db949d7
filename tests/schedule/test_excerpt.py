"""Every row of the real files gets its verdict, and the how-to says what a run says.

The excerpt is always there. The list it was taken from is judged too where it lies beside the project.
"""

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from training.base.zones import prefer_pinned_zones
from training.schedule.rules import Accepted, ImportPolicy, judge, read_sheet, summarize
from training.schedule.rules.verdicts import Assumed, Noticed, Reason

prefer_pinned_zones()

ROOT = Path(__file__).parents[2]
EXCERPT = ROOT / "training" / "schedule" / "excerpt" / "workshops.csv"
WHOLE = ROOT.parent / "shared" / "data" / "carpentries-workshops.csv"
HOWTO = ROOT / "docs" / "howto" / "import-sessions.md"
REAL_FILES = [path for path in (EXCERPT, WHOLE) if path.exists()]


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("long_spans", ["refuse", "first-and-last-day", "daily"])
def test_every_real_row_is_accounted_for(path: Path, long_spans: str) -> None:
    data = path.read_bytes()
    rows = {row["slug"]: row for row in csv.DictReader(io.StringIO(data.decode(), newline=""))}
    policy = ImportPolicy(long_spans=long_spans)  # type: ignore[arg-type]
    verdicts = list(judge(read_sheet(data), policy))
    assert [verdict.slug for verdict in verdicts] == list(rows)
    assert verdicts == list(judge(read_sheet(data), policy))
    for verdict in verdicts:
        if isinstance(verdict, Accepted):
            _says_what_the_file_says(verdict, rows[verdict.slug])


def _says_what_the_file_says(verdict: Accepted, row: dict[str, str]) -> None:
    assert (verdict.host, verdict.venue) == tuple(
        " ".join(row[name].replace("<br>", ", ").split()) for name in ("host_organization", "venue")
    )
    assert "<br" not in verdict.venue
    assert (verdict.country, verdict.trainers, verdict.helpers) == (
        row["country"],
        int(row["trainers"]),
        int(row["helpers"]),
    )
    days = [meeting.start.local.date() for meeting in verdict.meetings]
    first = date.fromisoformat(row["start_date"])
    last = date.fromisoformat(row["end_date"]) if row["end_date"] else first
    assert (days[0], days[-1], days) == (first, last, sorted(set(days)))
    assert {Assumed.HOURS, Assumed.CAPACITY, Assumed.ONLY_COUNTED} < {
        assumption.code for assumption in verdict.assumptions
    }
    assert all(meeting.start.at < meeting.end.at for meeting in verdict.meetings)


def test_the_excerpt_shows_every_common_trap() -> None:
    summary = summarize(judge(read_sheet(EXCERPT.read_bytes()), ImportPolicy()))
    assert (summary.rows, summary.accepted, summary.meetings, summary.partners) == (63, 51, 112, 44)
    assert summary.reasons == {
        "country-contradicts-coordinates": 4,
        "span-too-long": 4,
        "zone-unclear": 3,
        "place-unknown": 1,
    }


def test_the_how_to_names_every_code() -> None:
    text = HOWTO.read_text(encoding="utf-8")
    codes = [code.value for words in (Reason, Assumed, Noticed) for code in words]
    assert [code for code, count in Counter(codes).items() if count > 1] == []
    assert [code for code in codes if f"`{code}`" not in text] == []


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_the_counts_in_the_how_to_are_those_of_a_run(path: Path) -> None:
    summary = summarize(judge(read_sheet(path.read_bytes()), ImportPolicy()))
    counted = {name: getattr(summary, name) for name in ("rows", "accepted", "meetings", "partners", "refused")}
    counted |= {f"refused: `{code}`": count for code, count in summary.reasons.items()}
    everywhere = {Assumed.HOURS, Assumed.CAPACITY, Assumed.ONLY_COUNTED, Assumed.MEETING_A_DAY}
    counted |= {f"assumed: `{code}`": n for code, n in summary.assumptions.items() if code not in everywhere}
    counted |= {f"remarked: `{code}`": count for code, count in summary.remarks.items()}
    table = HOWTO.read_text(encoding="utf-8").partition("| | all | excerpt |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]
    assert {name: int(cells[path == EXCERPT]) for name, *cells in rows} == counted
