"""A file of people to enroll: what comes in and goes out."""

from typing import Annotated, Literal

from msgspec import Meta

from training.base.structs import Frozen, Input
from training.booking.rules.files import MOST_FILE_BYTES, Fate, FileOutcome

Text = Annotated[str, Meta(max_length=MOST_FILE_BYTES)]


class EnrollmentFileIn(Input, frozen=True, kw_only=True):
    """A CSV file as text: its first line names columns, in any order. Needed: e-mail, session."""

    text: Text


class EnrollmentFileForm(Input, frozen=True, kw_only=True):
    """The page's form: pasted lines, or the file that was looked at before. `step` is what is wanted of it."""

    text: Text = ""
    step: Literal["check", "enroll"] = "check"


class EnrollmentFileReport(Input, frozen=True, kw_only=True):
    """The rows of a report that is shown, to be taken along as a file."""

    rows: Annotated[str, Meta(max_length=800_000)]


class RowOut(Frozen, frozen=True, kw_only=True):
    """What became of a row, or would become of it. `position` counts from 1 on the waitlist."""

    line: int
    email: str
    name: str
    session: str
    outcome: Fate
    code: str
    reason: str
    position: int | None


class EnrollmentFileOut(Frozen, frozen=True, kw_only=True):
    """A file row by row, in its order. `notes` are about the file as a whole."""

    dry_run: bool
    enrolled: int
    waitlisted: int
    unchanged: int
    refused: int
    notes: list[str]
    rows: list[RowOut]


def file_out(found: FileOutcome, *, dry_run: bool) -> EnrollmentFileOut:
    """What became of a file as JSON."""
    return EnrollmentFileOut(
        dry_run=dry_run,
        enrolled=found.count(Fate.ENROLLED),
        waitlisted=found.count(Fate.WAITLISTED),
        unchanged=found.count(Fate.UNCHANGED),
        refused=found.count(Fate.REFUSED),
        notes=list(found.notes),
        rows=[
            RowOut(
                line=one.line,
                email=one.email,
                name=one.name,
                session=one.session,
                outcome=one.fate,
                code=one.code,
                reason=one.reason,
                position=one.position,
            )
            for one in found.outcomes
        ],
    )
