"""Who is asked and may answer, until when, and by which link."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.surveys.kept import NOW
from training.attendance.rules.statuses import Status
from training.base.errors import TrainingError
from training.surveys.rules.asking import (
    Standing,
    SurveyAnsweredBefore,
    SurveyClosed,
    SurveyNotPresent,
    check_open,
    closing,
    opens_survey,
    own_closing,
    survey_token,
    was_there,
    why_unwanted,
)

KEY, ENROLLMENT = "a key for tests only", UUID(int=7)
OPEN = {"state": "enrolled", "status": "present", "answered": False, "closes_at": NOW + timedelta(days=1)}


def standing(**more: object) -> Standing:
    return Standing(**(OPEN | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("state", ["enrolled", "completed", "not completed", "removed", "cancelled"])
def test_only_who_was_there_is_asked(state: str, status: Status) -> None:
    held = state in ("enrolled", "completed", "not completed")
    assert was_there(state, status.value) is (held and status in (Status.PRESENT, Status.PARTIAL))


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"answered": True}, SurveyAnsweredBefore),
        ({"answered": True, "closes_at": NOW}, SurveyAnsweredBefore),
        ({"closes_at": NOW}, SurveyClosed),
        ({"status": "no-show"}, SurveyNotPresent),
        ({"state": "removed"}, SurveyNotPresent),
    ],
)
def test_who_cannot_answer(how: dict[str, object], refusal: type[TrainingError]) -> None:
    with pytest.raises(refusal):
        check_open(standing(**how), NOW)
    assert why_unwanted(standing(**how), NOW)


def test_who_can_is_written_to() -> None:
    check_open(standing(), NOW)
    assert why_unwanted(standing(), NOW) == ""
    assert why_unwanted(None, NOW)
    assert why_unwanted(standing(disabled=True), NOW)


def test_how_long_it_is_open() -> None:
    closes_at = closing(NOW, 14)
    assert closes_at == NOW + timedelta(days=14)
    assert own_closing(NOW, closes_at) == closes_at
    late = NOW + timedelta(days=13)
    assert own_closing(late, closes_at) == late + timedelta(days=3)


def test_a_link_opens_one_survey_until_it_is_renewed() -> None:
    token = survey_token(KEY, ENROLLMENT, 1)
    assert opens_survey(KEY, token, ENROLLMENT, 1)
    assert not opens_survey(KEY, token, ENROLLMENT, 2)
    assert not opens_survey(KEY, token, UUID(int=8), 1)
    assert not opens_survey("another key for tests", token, ENROLLMENT, 1)
    assert not opens_survey(KEY, "\ud800", ENROLLMENT, 1)
