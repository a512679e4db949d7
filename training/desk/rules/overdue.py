"""Lines of the board about what is over: rosters that nobody closed, marks that learners contest. Pure."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from training.base.structs import Frozen
from training.desk.rules.board import Held, Kind, Need


class LeftOpen(Frozen, frozen=True, kw_only=True):
    """A roster that stayed open although its trainers were asked. `trainers` are their names, sorted."""

    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    program_name: str
    title: str
    number: int
    meeting_count: int
    starts_at: datetime
    people: int
    recorded: int
    trainers: tuple[str, ...] = ()


class Contested(Frozen, frozen=True, kw_only=True):
    """A mark that somebody contests. `name` is the one that their partner uses."""

    contest_id: UUID
    meeting_id: UUID
    session_id: UUID
    program_id: UUID
    program_name: str
    title: str
    starts_at: datetime
    name: str
    claims: str


def rosters_left_open(rows: Iterable[LeftOpen]) -> list[Need]:
    """A line for each roster, by start, with the way to close it."""
    return [
        Need(
            kind=Kind.ROSTER,
            session=_held(row),
            why=_why_open(row),
            at=row.starts_at,
            fix=f"/rosters/{row.meeting_id}",
        )
        for row in rows
    ]


def marks_contested(rows: Iterable[Contested]) -> list[Need]:
    """A line for each session with contested marks; rows are sorted by session."""
    found = []
    for session_id, group in groupby(rows, key=lambda row: row.session_id):
        some = list(group)
        first = some[0]
        one = f"/rosters/{first.meeting_id}/contests/{first.contest_id}"
        fix = one if len(some) == 1 else f"/rosters/sessions/{session_id}/contests"
        found.append(
            Need(kind=Kind.CONTEST, session=_held(first), why=_why_contested(some), at=first.starts_at, fix=fix)
        )
    return found


def _held(row: LeftOpen | Contested) -> Held:
    return Held(
        id=row.session_id,
        program_id=row.program_id,
        program_name=row.program_name,
        title=row.title,
        starts_at=row.starts_at,
    )


def _why_open(row: LeftOpen) -> str:
    which = f" of meeting {row.number}" if row.meeting_count > 1 else ""
    asked = f" {' and '.join(row.trainers)} did not answer two mails." if row.trainers else " Nobody teaches it."
    return f"The roster{which} is open: {row.recorded} of {row.people} recorded.{asked}"


def _why_contested(some: list[Contested]) -> str:
    first = some[0]
    more = len(some) - 1
    others = f" And {'one more' if more == 1 else f'{more} more'}." if more else ""
    return f"{first.name} says that the roster is wrong: {first.claims}.{others}"
