"""What the schedule decides, from frozen values alone: no await, no clock, no database."""

from training.schedule.rules.imports import judge
from training.schedule.rules.sheets import FileUnreadable, Row, Sheet, read_sheet
from training.schedule.rules.times import (
    Gap,
    Instant,
    Span,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    TimeOutOfRange,
    UnknownZone,
    overlaps,
    resolve,
)
from training.schedule.rules.verdicts import (
    Accepted,
    ImportPolicy,
    Reason,
    Refused,
    Summary,
    Verdict,
    summarize,
    summary_lines,
)

__all__ = [
    "Accepted",
    "FileUnreadable",
    "Gap",
    "ImportPolicy",
    "Instant",
    "Reason",
    "Refused",
    "Row",
    "Sheet",
    "Span",
    "Summary",
    "TimeDoesNotExist",
    "TimeIsAmbiguous",
    "TimeOutOfRange",
    "UnknownZone",
    "Verdict",
    "judge",
    "overlaps",
    "read_sheet",
    "resolve",
    "summarize",
    "summary_lines",
]
