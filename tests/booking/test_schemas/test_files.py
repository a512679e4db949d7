"""A file row by row, as it goes out."""

from typing import Any

from training.booking.rules.files import Fate, FileOutcome, RowOutcome
from training.booking.schemas.files import RowOut, file_out


def test_rows_are_counted() -> None:
    told: dict[str, Any] = {"email": "a@x.example", "name": "", "session": "A"}
    rows = (
        RowOutcome(line=2, fate=Fate.WAITLISTED, position=3, **told),
        RowOutcome(line=3, fate=Fate.REFUSED, code="clash", reason="Busy.", **told),
    )
    out = file_out(FileOutcome(outcomes=rows, notes=("A note.",)), dry_run=True)
    assert (out.dry_run, out.enrolled, out.waitlisted, out.unchanged, out.refused) == (True, 0, 1, 0, 1)
    assert out.rows[0] == RowOut(line=2, outcome=Fate.WAITLISTED, position=3, code="", reason="", **told)
    assert out.notes == ["A note."]
