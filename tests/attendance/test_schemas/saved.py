"""What came of marking, made by hand."""

from collections.abc import Sequence
from uuid import UUID

from training.attendance.rules.marks import Saved, SavedMark


def saved(taken: int, kept: Sequence[UUID]) -> Saved:
    """So many marks that were taken, and those of people who stay as they are."""
    marks = [SavedMark(enrollment_id=UUID(int=1000 + at), operation=None, taken=True) for at in range(taken)]
    marks += [SavedMark(enrollment_id=key, operation=None, taken=False, code="person-said", why="No.") for key in kept]
    return Saved(meeting_id=UUID(int=1), session_id=UUID(int=2), version=1, marks=tuple(marks))
