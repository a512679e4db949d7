"""A form becomes answers, or says what is wrong with which field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.kept import TARA, THEO, question, sheet
from training.base.errors import Invalid
from training.surveys.rules.answering import NOTHING, Answer, cells, read_answers
from training.surveys.rules.questions import MOST_WORDS, About, Kind

RATING, YES_NO = question(1), question(2, Kind.YES_NO)
CHOICE, WORDS = question(3, Kind.CHOICE, options=("Too short", "Right")), question(4, Kind.WORDS)
ABOUT_TRAINER = question(5, about=About.TRAINER)
ALL = sheet(RATING, YES_NO, CHOICE, WORDS, ABOUT_TRAINER)


def name(number: int) -> str:
    return cells(ALL)[number].name


def test_questions_about_trainers_are_asked_once_for_each() -> None:
    assert [(cell.question.position, cell.trainer) for cell in cells(ALL)] == [
        (1, None),
        (2, None),
        (3, None),
        (4, None),
        (5, TARA),
        (5, THEO),
    ]
    assert [cell.question.position for cell in cells(sheet(ABOUT_TRAINER, RATING, trainers=()))] == [1]


def test_what_was_typed_becomes_answers() -> None:
    typed = dict(zip((name(n) for n in range(6)), ("4", "no", "0", " Fine\r\nreally ", "1", "5"), strict=True))
    assert [one.value for one in read_answers(ALL, typed)] == [4, "no", "Too short", "Fine\nreally", 1, 5]
    assert read_answers(ALL, {name(5): "2"}) == (Answer(question_id=ABOUT_TRAINER.id, trainer_id=THEO.id, value=2),)


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        (0, "0"), (0, "6"), (0, "4.5"), (0, "٣"), (1, "maybe"), (2, "2"), (2, "Too short"), (2, "-1"),
        (3, "x" * (MOST_WORDS + 1)), (3, "a\x00b"), (3, "\ud800"), (4, "11"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_of_its_field(number: int, typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_answers(ALL, {name(number): typed, name(5): "3"})
    assert set(refusal.value.fields) == {name(number)}


def test_what_must_be_answered() -> None:
    asked = sheet(question(1, required=True), question(2))
    with pytest.raises(Invalid) as refusal:
        read_answers(asked, {cells(asked)[1].name: "3"})
    assert refusal.value.fields == {cells(asked)[0].name: "Please answer this."}


@pytest.mark.parametrize("typed", [{}, {"q-of-somebody-else": "3"}, {"form_token": "x"}])
def test_an_empty_form_is_no_answer(typed: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_answers(ALL, typed)
    assert refusal.value.fields == {"": NOTHING}


@given(st.dictionaries(st.sampled_from([cell.name for cell in cells(ALL)]), st.text()))
def test_whatever_is_typed_it_is_answers_or_a_refusal(typed: dict[str, str]) -> None:
    try:
        answers = read_answers(ALL, typed)
    except Invalid as refusal:
        assert refusal.fields.keys() <= {"", *typed}
    else:
        assert 0 < len(answers) <= len(typed)
