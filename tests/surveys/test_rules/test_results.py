"""What answers come to, and what they are compared with."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.kept import NOW, TARA, THEO, question
from training.surveys.rules.questions import Kind
from training.surveys.rules.results import (
    Average,
    Counted,
    Held,
    average_of,
    before,
    line,
    lines,
    others,
    shown_average,
    tally,
)

RATING, YES_NO, WORDS = question(1), question(2, Kind.YES_NO), question(3, Kind.WORDS)
CHOICE = question(4, Kind.CHOICE, options=("A", "B"))
HELD = [
    Held(id=UUID(int=number), title=f"S{number}", starts_at=NOW + timedelta(days=number), zone="UTC")
    for number in (1, 2, 3)
]


def said(asked: object, value: int | str, count: int = 1, session: int = 1, trainer: UUID | None = None) -> Counted:
    key = asked.id  # type: ignore[attr-defined]
    return Counted(session_id=UUID(int=session), question_id=key, trainer_id=trainer, value=value, count=count)


def test_a_rating_is_counted_and_averaged() -> None:
    found = tally(
        RATING, None, [said(RATING, 5, 3), said(RATING, 2), said(YES_NO, "yes"), said(RATING, 1, 9, 1, TARA.id)]
    )
    assert found.counts == (("1", 0), ("2", 1), ("3", 0), ("4", 0), ("5", 3))
    assert found.average == Average(value=4.25, answers=4)
    assert tally(RATING, TARA.id, [said(RATING, 1, 9, 1, TARA.id), said(RATING, 5, 1, 1, THEO.id)]).answers == 9


def test_yes_or_no_is_a_share_and_words_are_in_alphabetical_order() -> None:
    assert tally(YES_NO, None, [said(YES_NO, "yes", 3), said(YES_NO, "no")]).average == Average(value=75.0, answers=4)
    found = tally(WORDS, None, [said(WORDS, "zebra"), said(WORDS, "Apple", 2), said(WORDS, "apple")])
    assert found.words == ("Apple", "Apple", "apple", "zebra")
    assert (found.counts, found.average) == ((), None)
    assert tally(CHOICE, None, [said(CHOICE, "B", 2)]).counts == (("A", 0), ("B", 2))
    assert tally(RATING, None, []).average is None


def test_over_time_and_compared() -> None:
    counted = [said(RATING, 1, 5, 1), said(RATING, 3, 5, 2), said(RATING, 5, 10, 3)]
    found = line(RATING, {RATING.id: RATING.wording}, counted, HELD)
    assert [point.average.value for point in found.points] == [1, 3, 5]
    assert found.is_line
    assert found.overall == Average(value=3.5, answers=20)
    assert before(found, HELD[2]) == Average(value=2.0, answers=10)
    assert before(found, HELD[0]) is None
    assert others(found, HELD[2]) == Average(value=2.0, answers=10)
    assert others(line(RATING, {RATING.id: RATING.wording}, counted[:1], HELD), HELD[0]) is None


def test_the_same_words_in_another_survey_are_compared() -> None:
    copied = question(9, label=RATING.label)
    asked = [RATING, copied, question(8, label="Something else")]
    counted = [said(RATING, 2, 5, 1), said(copied, 4, 5, 2), said(asked[2], 1, 5, 2)]
    found = lines(asked, counted, HELD)
    assert [[point.average.value for point in one.points] for one in found] == [[1], [2, 4]]
    assert not found[0].is_line


def test_in_words() -> None:
    assert shown_average(Kind.RATING, Average(value=4.25, answers=4)) == "4.2 of 5"
    assert shown_average(Kind.YES_NO, Average(value=75.0, answers=4)) == "75% yes"


@given(st.dictionaries(st.sampled_from("12345"), st.integers(0, 1000), min_size=1))
def test_an_average_lies_between_what_was_said(many: dict[str, int]) -> None:
    found = average_of(Kind.RATING, many)
    given_values = [int(value) for value, count in many.items() if count]
    if found is None:
        assert not given_values
    else:
        assert min(given_values) <= found.value <= max(given_values)
        assert found.answers == sum(many.values())
