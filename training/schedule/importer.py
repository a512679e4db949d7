"""A CSV file of sessions: its rows get verdicts, the accepted ones become sessions in small units of work.

A crash leaves whole batches; the next run recognises what is there by its key and goes on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from training.base.errors import Conflict, Invalid, TrainingError
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.schedule.actions.importing import Batch, import_sessions
from training.schedule.rules import Accepted, ImportPolicy, Refused, Verdict, judge, read_sheet
from training.schedule.rules.outcomes import Fate, ImportOptions, Outcome, as_refused

ROWS_AT_ONCE = 50
"""Few enough that nobody who books meanwhile waits long."""

REPORT_HEADER = ("line", "slug", "outcome", "code", "reason", "assumed and noticed")

Advance = Callable[[int], None]


class Judged(Frozen, frozen=True, kw_only=True):
    """A file with one verdict per row, and what was noticed about the file as a whole."""

    notes: tuple[str, ...]
    verdicts: tuple[Verdict, ...]


class Imported(Frozen, frozen=True, kw_only=True):
    """One outcome per row, in the order of the file, and how much was added (or would be) around the sessions."""

    outcomes: tuple[Outcome, ...]
    partners: int
    venues: int
    courses: int


def _unseen(_: int) -> None:
    """For whoever does not watch."""


def judge_file(data: bytes, policy: ImportPolicy, advance: Advance = _unseen) -> Judged:
    """The verdicts of a file; the database is not asked. Raises FileUnreadable."""
    sheet = read_sheet(data)
    verdicts = []
    for verdict in judge(sheet, policy):
        verdicts.append(verdict)
        advance(1)
    return Judged(notes=sheet.notes, verdicts=tuple(verdicts))


async def import_verdicts(
    works: Works,
    viewer: Viewer,
    program_id: UUID,
    verdicts: Sequence[Verdict],
    options: ImportOptions,
    advance: Advance = _unseen,
) -> Imported:
    """Bring the accepted rows into a program, at most `ROWS_AT_ONCE` in one transaction.

    `advance` is told how many rows are done, after each commit. Raises NotFound for a program out of reach; what the
    database refuses about one row becomes that row's outcome and holds up no other.
    """
    refused = [_refused(verdict) for verdict in verdicts if isinstance(verdict, Refused)]
    advance(len(refused))
    accepted = [verdict for verdict in verdicts if isinstance(verdict, Accepted)]
    batches = []
    # Without rows there is still a program to be looked for.
    for start in range(0, max(len(accepted), 1), ROWS_AT_ONCE):
        rows = accepted[start : start + ROWS_AT_ONCE]
        batches += await _together_or_one_by_one(works, viewer, program_id, rows, options)
        advance(len(rows))
    outcomes = refused + [outcome for batch in batches for outcome in batch.outcomes]
    return Imported(
        outcomes=tuple(sorted(outcomes, key=lambda outcome: outcome.line)),
        partners=len(frozenset[str]().union(*(batch.partners for batch in batches))),
        venues=len(frozenset[str]().union(*(batch.venues for batch in batches))),
        courses=len(frozenset[str]().union(*(batch.courses for batch in batches))),
    )


async def _together_or_one_by_one(
    works: Works, viewer: Viewer, program_id: UUID, rows: Sequence[Accepted], options: ImportOptions
) -> list[Batch]:
    """One unit of work; if something in it cannot be, one per row, so that only the row concerned stays out."""
    try:
        return [await works.run(viewer, import_sessions, program_id, rows, options)]
    except (Invalid, Conflict) as error:
        if len(rows) == 1:
            return [Batch(outcomes=(as_refused(rows[0], error.code, _said(error)),))]
    return [batch for row in rows for batch in await _together_or_one_by_one(works, viewer, program_id, [row], options)]


def _said(error: TrainingError) -> str:
    fields = error.fields if isinstance(error, Invalid) else {}
    return " ".join([error.detail, *(f"{name}: {text}" for name, text in fields.items())])


def _refused(verdict: Refused) -> Outcome:
    return Outcome(
        line=verdict.line,
        slug=verdict.slug,
        fate=Fate.REFUSED,
        code=verdict.reason.value,
        sentence=verdict.sentence,
    )


def report_rows(outcomes: Iterable[Outcome]) -> Iterator[tuple[Any, ...]]:
    """The outcomes as rows under `REPORT_HEADER`, for a file."""
    for outcome in outcomes:
        notes = " ".join(outcome.notes)
        yield (outcome.line, outcome.slug, outcome.fate.value, outcome.code, outcome.sentence, notes)
