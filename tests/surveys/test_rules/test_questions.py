"""What a question and a survey may be."""

from uuid import UUID

import pytest

from training.base.errors import Invalid
from training.surveys.rules.questions import (
    BUILT_IN,
    MOST_IN_A_LABEL,
    MOST_IN_INTRODUCTION,
    MOST_OPTIONS,
    About,
    Kind,
    QuestionDetails,
    SurveyDetails,
    SurveyQuestionGone,
    checked_question,
    checked_survey,
    moved,
)


def test_the_built_in_survey_is_five_questions_of_every_needed_sort() -> None:
    assert len(BUILT_IN) == 5
    assert all(checked_question(one) == one for one in BUILT_IN)
    assert sum(one.required for one in BUILT_IN) == 1
    assert {one.kind for one in BUILT_IN} == {Kind.RATING, Kind.YES_NO, Kind.WORDS}
    assert sum(one.about is About.TRAINER for one in BUILT_IN) == 1


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (QuestionDetails(label=""), "label"),
        (QuestionDetails(label="x" * (MOST_IN_A_LABEL + 1)), "label"),
        (QuestionDetails(label="two\nlines"), "label"),
        (QuestionDetails(kind=Kind.CHOICE, label="Which?"), "options"),
        (QuestionDetails(kind=Kind.CHOICE, label="Which?", options=("one",)), "options"),
        (QuestionDetails(kind=Kind.CHOICE, label="Which?", options=("one", "", "one")), "options"),
        (QuestionDetails(kind=Kind.CHOICE, label="Which?", options=("one", "x" * 101)), "options"),
        (
            QuestionDetails(kind=Kind.CHOICE, label="Which?", options=tuple(map(str, range(MOST_OPTIONS + 1)))),
            "options",
        ),
    ],
)
def test_what_no_question_can_be(details: QuestionDetails, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_question(details)
    assert set(refusal.value.fields) == {field}


def test_options_belong_to_a_choice_only() -> None:
    assert checked_question(QuestionDetails(label="How?", options=("a", "b"))).options == ()


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (SurveyDetails(minimum=2), "minimum"),
        (SurveyDetails(minimum=51), "minimum"),
        (SurveyDetails(open_days=0), "open_days"),
        (SurveyDetails(open_days=91), "open_days"),
        (SurveyDetails(introduction="x" * (MOST_IN_INTRODUCTION + 1)), "introduction"),
    ],
)
def test_what_no_survey_can_be(details: SurveyDetails, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_survey(details)
    assert set(refusal.value.fields) == {field}


def test_a_step_up_and_down() -> None:
    a, b, c = (UUID(int=number) for number in (1, 2, 3))
    assert moved([a, b, c], b, up=True) == (b, a, c)
    assert moved([a, b, c], b, up=False) == (a, c, b)
    assert moved([a, b, c], a, up=True) == (a, b, c)
    assert moved([a, b, c], c, up=False) == (a, b, c)
    with pytest.raises(SurveyQuestionGone):
        moved([a, b], c, up=True)


def test_the_same_words_asked_otherwise_are_another_question() -> None:
    rating, words = QuestionDetails(label="How?"), QuestionDetails(label="How?", kind=Kind.WORDS)
    assert rating.wording != words.wording
    assert rating.wording == QuestionDetails(label="How?", required=True).wording
