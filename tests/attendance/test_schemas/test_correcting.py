"""The form of a correction."""

from training.attendance.actions.correcting import Correction
from training.attendance.schemas.correcting import CorrectionForm


def test_minutes_are_for_whoever_was_there() -> None:
    form = CorrectionForm(status="partial", minutes=30, reason="Saw it")
    assert form.correction() == Correction(status="partial", minutes=30, reason="Saw it")
    assert CorrectionForm(status="no-show", minutes=30, reason="Left").correction().minutes is None
    assert CorrectionForm(minutes=30, reason="Was right").correction() == Correction(status="", reason="Was right")
