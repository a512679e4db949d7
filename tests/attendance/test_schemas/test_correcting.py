"""The form of a correction."""

import msgspec
import pytest

from training.attendance.actions.correcting import Correction
from training.attendance.schemas.correcting import CorrectionForm
from training.attendance.schemas.rosters import CorrectionIn


def test_minutes_are_for_whoever_was_there() -> None:
    form = CorrectionForm(status="partial", minutes=30, reason="Saw it")
    assert form.correction(None) == Correction(status="partial", minutes=30, reason="Saw it")
    assert form.correction(30) == form.correction(None)


def test_minutes_that_the_form_came_with_are_nobodys_word() -> None:
    assert CorrectionForm(status="no-show", minutes=30, reason="Left").correction(30).minutes is None
    assert CorrectionForm(minutes=30, reason="Was right").correction(30) == Correction(status="", reason="Was right")
    # What was typed is judged, and never dropped without a word.
    assert CorrectionForm(status="no-show", minutes=30, reason="Left").correction(None).minutes == 30
    assert CorrectionForm(minutes=10, reason="Was right").correction(30).minutes == 10


@pytest.mark.parametrize("form", [CorrectionForm, CorrectionIn])
def test_the_longest_session_has_room(form: type[CorrectionForm | CorrectionIn]) -> None:
    asked = {"status": "present", "minutes": 100 * 7 * 1440, "reason": "Caught up"}
    assert msgspec.convert(asked, form).minutes == 1_008_000
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(asked | {"minutes": 1_008_001}, form)
