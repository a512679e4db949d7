"""What the forms of the matching screen say, and one sentence about what came of a list."""

from uuid import UUID

import pytest

from tests.attendance.test_schemas.saved import saved
from training.attendance.actions.online import Applied
from training.attendance.schemas.online import MatchForm, applied_words

ANA = UUID(int=7)


def test_long_names_leave_the_sentence_short_enough_for_a_cookie() -> None:
    names = {UUID(int=number): "\N{GRINNING FACE}" * 200 for number in range(9)}
    said = applied_words(Applied(saved=saved(0, list(names)), left=0, names=names))
    assert len(said.encode()) < 2_000


def test_choices_are_lines_and_people() -> None:
    form = MatchForm(choice=(f"0:{ANA}", "1:", "x:", f"2:{ANA}x", "3"), threshold=30, absent=True, version=4)
    wishes = form.wishes()
    assert (wishes.choices, wishes.threshold, wishes.absent, wishes.version) == (
        {0: ANA, 1: None, 3: None},
        30,
        True,
        4,
    )


@pytest.mark.parametrize(
    ("taken", "kept", "left", "said"),
    [
        (2, 0, 0, "2 people were marked by the list."),
        (1, 1, 0, "1 person was marked by the list. P0 stays as somebody marked them."),
        (
            0,
            2,
            1,
            "0 people were marked by the list. P0, P1 stay as somebody marked them."
            " 1 line is about nobody on the roster.",
        ),
        (
            0,
            7,
            2,
            "0 people were marked by the list. P0, P1, P2, P3, P4 and 2 more stay as somebody marked them."
            " 2 lines are about nobody on the roster.",
        ),
    ],
)
def test_what_came_of_a_list_in_a_sentence(taken: int, kept: int, left: int, said: str) -> None:
    names = {UUID(int=number): f"P{number}" for number in range(kept)}
    applied = Applied(saved=saved(taken, list(names)), left=left, names=names)
    assert applied_words(applied) == said
