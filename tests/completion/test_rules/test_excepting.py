"""A decision by hand has a reason."""

import pytest

from training.base.errors import Invalid
from training.booking.rules.states import State
from training.completion.rules.excepting import JUDGED, ExceptionValues, checked_exception


def test_a_reason_is_needed() -> None:
    values = ExceptionValues(completed=True, reason="Made up for it")
    assert checked_exception(values) is values
    for blank in ("", "  "):
        with pytest.raises(Invalid):
            checked_exception(ExceptionValues(completed=False, reason=blank))


def test_who_can_have_completed_something() -> None:
    assert {State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED} == JUDGED
