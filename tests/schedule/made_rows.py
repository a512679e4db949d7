"""Files of rows that differ from a good one in what a test is about, and what they become."""

import csv
import io
from typing import Any
from uuid import UUID

from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.schedule.importer import Imported, import_verdicts, judge_file
from training.schedule.rules import Accepted, ImportPolicy
from training.schedule.rules.outcomes import ImportOptions
from training.schedule.rules.sheets import COLUMNS

GOOD = {
    "slug": "2019-03-28-kiel",
    "tags": "SWC",
    "host_organization": "GEOMAR (Kiel)",
    "venue": "Wischhofstraße 1",
    "country": "DE",
    "latitude": "54.3276",
    "longitude": "10.1806",
    "start_date": "2019-03-28",
    "end_date": "2019-03-29",
    "trainers": "2",
    "helpers": "1",
}
LATER = {"slug": "2027-02-01-kiel", "start_date": "2027-02-01", "end_date": "2027-02-02"}
ONLINE = {"slug": "2019-05-01-online", "tags": "TTT,online", "venue": "", "country": "W3"}
DAY = {"start_date": "2027-03-01", "end_date": ""}


def a_file(*rows: dict[str, str]) -> bytes:
    """A CSV file; what a row leaves out is that of `GOOD`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({**GOOD, **row} for row in rows)
    return text.getvalue().encode()


def accepted(*rows: dict[str, str], **policy: Any) -> list[Accepted]:
    """The verdicts of rows that must be accepted."""
    verdicts = judge_file(a_file(*rows), ImportPolicy(**policy)).verdicts
    found = [verdict for verdict in verdicts if isinstance(verdict, Accepted)]
    assert len(found) == len(rows), verdicts
    return found


async def brought_in(
    works: Works, viewer: Viewer, program_id: UUID, data: bytes, policy: ImportPolicy | None = None, **options: bool
) -> Imported:
    """A file judged and imported."""
    judged = judge_file(data, policy or ImportPolicy())
    return await import_verdicts(works, viewer, program_id, judged.verdicts, ImportOptions(**options))


TABLES = "program course venue partner participation room session meeting occupancy journal_entry".split()


async def dump() -> dict[str, list[str]]:
    """Every row of every table that an import could touch, as text, in order."""
    return {
        table: sorted(repr(sorted(row.items(), key=str)) for row in await execute(f"SELECT * FROM {table}"))
        for table in TABLES
    }


async def count(table: str) -> int:
    """How many rows a table has."""
    return int((await execute(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"])
