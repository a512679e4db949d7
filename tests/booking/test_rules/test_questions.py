"""What a question may look like, and in which order and under which conditions questions stand."""

from typing import Any
from uuid import UUID

import pytest

from tests.booking.questions_made import BOTH, COORDINATOR, TRAINER, key
from training.base.errors import Invalid
from training.booking.rules.questions import (
    ConditionInUse,
    Kind,
    ListChanged,
    Question,
    QuestionDetails,
    check_conditions,
    check_order,
    check_retirable,
    checked_question,
    moved,
    must_ask_again,
    readers_sentence,
    reworded,
)

A, B, C = key(1), key(2), key(3)


def details(kind: Kind = Kind.LINE, **more: Any) -> QuestionDetails:
    return QuestionDetails(kind=kind, **{"label": "Which?", **more})


def test_what_does_not_belong_to_a_kind_is_left_out() -> None:
    told = details(Kind.LINE, options=("a", "b"), readers=tuple(reversed(BOTH)))
    assert checked_question(told) == details(Kind.LINE, readers=BOTH)
    markup = details(Kind.CHOICE, label="<b>مرحبا</b>" + "x" * 280, options=("<script>", "b"))
    assert checked_question(markup) == markup


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (details(label=""), "label"),
        (details(label="x" * 301), "label"),
        (details(label="two\nlines"), "label"),
        (details(help="x" * 2001), "help"),
        (details(Kind.CHOICE, options=("one",)), "options"),
        (details(Kind.CHOICES, options=("one", "one")), "options"),
        (details(Kind.CHOICE, options=("one", "")), "options"),
        (details(Kind.CHOICE, options=("one", "x" * 201)), "options"),
        (details(Kind.CHOICE, options=tuple(map(str, range(21)))), "options"),
        (details(asks_if_value="yes"), "asks_if_value"),
    ],
)
def test_what_cannot_be_asked(told: QuestionDetails, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_question(told)
    assert list(refused.value.fields) == [field]


CHOICE = details(Kind.CHOICE, options=("tea", "milk"))


def after(asked: UUID, value: str = "tea", **more: Any) -> QuestionDetails:
    return details(asks_if=asked, asks_if_value=value, **more)


@pytest.mark.parametrize(
    "questions",
    [
        [(A, CHOICE), (B, after(A))],
        [(A, details(Kind.YES_NO)), (B, after(A, "no", kind=Kind.YES_NO)), (C, after(B, "yes"))],
        [(A, details(Kind.CHOICES, options=("tea", "milk"), readers=BOTH)), (B, after(A, readers=TRAINER))],
    ],
)
def test_conditions_that_can_come_true(questions: list[tuple[UUID, QuestionDetails]]) -> None:
    check_conditions(questions)


@pytest.mark.parametrize(
    ("questions", "field", "words"),
    [
        ([(A, after(A))], "asks_if", "itself"),
        ([(A, after(C))], "asks_if", "not in this list, or was retired"),
        ([(A, after(B, kind=Kind.YES_NO)), (B, after(A, kind=Kind.YES_NO))], "asks_if", "in a circle"),
        ([(B, after(A)), (A, CHOICE)], "asks_if", "below"),
        ([(A, details()), (B, after(A))], "asks_if", "Only a choice"),
        ([(A, CHOICE), (B, after(A, "beer"))], "asks_if_value", "“beer” is not an answer"),
        ([(A, CHOICE), (B, after(A, readers=COORDINATOR))], "readers", "learns the one it depends on"),
    ],
)
def test_conditions_that_are_refused(questions: list[tuple[UUID, QuestionDetails]], field: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_conditions(questions)
    assert list(refused.value.fields) == [field]
    assert words in refused.value.fields[field]


@pytest.mark.parametrize(
    ("before", "later", "again"),
    [
        (details(), details(label="Other?"), False),
        (details(), details(Kind.PARAGRAPH), True),
        (details(), details(readers=TRAINER), True),
        (details(readers=BOTH), details(readers=TRAINER), False),
    ],
)
def test_what_always_asks_again(before: QuestionDetails, later: QuestionDetails, again: bool) -> None:
    assert must_ask_again(before, later) is again


def test_what_counts_as_another_wording() -> None:
    assert reworded(details(), details(label="Why?"))
    assert reworded(details(), details(help="Because."))
    assert not reworded(details(), details(required=True, readers=BOTH))


def test_the_order_is_complete_or_refused() -> None:
    check_order([A, B], [B, A])
    for wanted in ([A], [A, A], [A, C], [A, B, C], []):
        with pytest.raises(ListChanged):
            check_order([A, B], wanted)
    assert moved([A, B, C], B, up=True) == [B, A, C]
    assert moved([A, B, C], B, up=False) == [A, C, B]
    assert moved([A, B], A, up=True) == [A, B]
    assert moved([A, B], B, up=False) == [A, B]


def test_a_question_on_which_another_depends_stays(stored: Question) -> None:
    check_retirable(B, [stored])
    with pytest.raises(ConditionInUse, match="Only then"):
        check_retirable(A, [stored])


@pytest.fixture
def stored() -> Question:
    told: dict[str, Any] = {"label": "Only then", "asks_if": A, "asks_if_value": "yes"}
    kept: dict[str, Any] = {"program_id": C, "course_id": C, "session_id": None, "position": 1, "wording": 1}
    return Question(id=B, **told, **kept, created_at=None, retired_at=None, version=1)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("readers", "own", "sentence"),
    [
        ((), True, "Read by: the program's managers"),
        (TRAINER, True, "Read by: the program's managers and your trainers"),
        (BOTH, True, "Read by: the program's managers, your coordinator and your trainers"),
        (BOTH, False, "Read by: the program's managers, the person's coordinator and the trainers"),
    ],
)
def test_readers_are_told(readers: Any, own: bool, sentence: str) -> None:
    assert readers_sentence(readers, own=own) == sentence
