"""Who stands on an attendance sheet, and where."""

import pytest

from tests.attendance.paper import a_meeting, a_row, a_sheet
from training.attendance.rules.sheets import Sheet, Who, by_name, on_sheet


def test_names_stand_where_people_look_for_them() -> None:
    names = ["Zoe", "Øre", "Łukasz", "ana", "Élodie", "Erik", "Ана", "Mia", "Lars", "Ólafur", "Ядвига", "Ёлка", "Женя"]
    assert sorted(names, key=by_name) == (
        ["ana", "Élodie", "Erik", "Lars", "Łukasz", "Mia", "Ólafur", "Øre", "Zoe", "Ана", "Ёлка", "Женя", "Ядвига"]
    )


@pytest.mark.parametrize(
    ("who", "expected"), [(Who.ALL, ["Ana", "Bo", "Cy"]), (Who.IN_PERSON, ["Ana", "Cy"]), (Who.ONLINE, ["Bo"])]
)
def test_only_those_who_are_asked_for(who: Who, expected: list[str]) -> None:
    rows = [a_row("Cy"), a_row("Bo", mode="online"), a_row("Ana")]
    assert [row.name for row in on_sheet(rows, who)] == expected


def test_two_of_the_same_name_keep_their_order() -> None:
    rows = [a_row("Ana", "B", number=1), a_row("Ana", "A", number=2), a_row("Ana", "A", number=1)]
    assert on_sheet(rows, Who.ALL) == on_sheet(rows[::-1], Who.ALL)
    assert [row.partner for row in on_sheet(rows, Who.ALL)] == ["A", "A", "B"]


def test_the_room_is_named_as_far_as_it_is_known() -> None:
    assert a_sheet().room == "Blue room, Harbour House"
    assert Sheet(meeting=a_meeting(room_name=None, venue_name=None), trainers=(), rows=()).room == ""
