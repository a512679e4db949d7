"""Who of a list is who: by address, then by name, and nobody by guessing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.attendance.rules.matching import LIKELY, Known, Match, bare, match_lines
from training.attendance.rules.presence import Line

NAMES = ("Ana Ćosić", "Boris Petrov", "Olga Papadopoulou", "Maria Silva", "Mario Silva", "Jon Smith", "محمد علي")


def person(number: int, *names: str, emails: tuple[str, ...] = ()) -> Known:
    return Known(enrollment_id=UUID(int=number), names=names, emails=emails)


PEOPLE = [person(number, name, emails=(f"p{number}@x.example",)) for number, name in enumerate(NAMES, 1)]
LEA = Known(enrollment_id=None, names=("Lea Lead",), emails=("lea@x.example",))


def who(*lines: Line, people: list[Known] | None = None) -> list[int | None]:
    found = match_lines(lines, people if people is not None else [*PEOPLE, LEA])
    return [one.enrollment_id.int if one.enrollment_id else None for one in found]


@pytest.mark.parametrize(
    ("line", "expected", "why"),
    [
        (Line(name="Somebody", email="p2@x.example"), 2, "The same address"),
        (Line(name="ana cosic"), 1, "The same name"),
        (Line(name="Ćosić, Ana"), 1, "The same name"),
        (Line(name="Ana Ćosić (she/her)"), 1, "The same name"),
        (Line(name="Ana Ćosić | Crisis Line"), 1, "The same name"),
        (Line(name="Ana Ćosić - Crisis Line"), 1, "The same name"),
        (Line(name="iPhone", also=("Boris Petrov",)), 2, "The same name"),
        (Line(name="محمد علي"), 7, "The same name"),
        (Line(name="Maria Silva"), 4, "The same name"),
        (Line(name="John Smith"), 6, "The names are alike (94 of 100)"),
        (Line(name="Olga Papadopoulos"), 3, "The names are alike (94 of 100)"),
    ],
)
def test_who_is_found(line: Line, expected: int, why: str) -> None:
    (match,) = match_lines([line], PEOPLE)
    assert match.enrollment_id is not None
    assert (match.enrollment_id.int, match.why) == (expected, why)


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("iPhone", ()),
        ("Ana", ()),
        ("Bo", ()),
        ("Marie Silva", (4, 5)),
        ("B. Petrov", (2,)),
        ("Ольга Пападопулу", ()),
        ("", ()),
    ],
)
def test_nobody_is_guessed(name: str, others: tuple[int, ...]) -> None:
    (match,) = match_lines([Line(name=name, email="" if name else "x@x.example")], PEOPLE)
    assert match.enrollment_id is None
    assert tuple(key.int for key, _ in match.others) == others
    assert match.why


def test_two_people_of_one_name_are_told_apart_by_a_person() -> None:
    twins = [person(1, "Ana Ćosić"), person(2, "Ana Cosic")]
    (match,) = match_lines([Line(name="Ana Ćosić")], twins)
    assert (match.enrollment_id, match.why) == (None, "Several people come equally close")
    assert [key.int for key, _ in match.others] == [2, 1]


def test_two_lines_are_one_person_only_by_their_addresses() -> None:
    ana = person(1, "Ana Ćosić", emails=("ana@work.example", "ana@home.example"))
    at_work, at_home = (Line(name="Ana", email=f"ana@{place}.example") for place in ("work", "home"))
    assert who(at_work, at_home, people=[ana]) == [1, 1]
    assert who(Line(name="Ana Ćosić"), at_work, people=[ana]) == [None, 1]
    (first, _) = match_lines([Line(name="Ana Ćosić"), at_work], [ana])
    assert first.why.startswith("Another line is this person already")


def test_the_more_alike_line_gets_the_person() -> None:
    people = [person(1, "John Smith")]
    assert who(Line(name="Jon Smith"), Line(name="John Smith"), people=people) == [None, 1]


def test_an_address_that_two_share_tells_nobody() -> None:
    shared = [person(1, "Ana", emails=("team@x.example",)), person(2, "Bo", emails=("team@x.example",))]
    assert who(Line(name="Team", email="team@x.example"), people=shared) == [None]


def test_other_names_of_a_person_count() -> None:
    assert who(Line(name="Anna Schmidt"), people=[person(1, "A. Schmidt", "Anna Schmidt")]) == [1]


def test_who_teaches_is_nobody_to_match() -> None:
    for line in (Line(name="Lea Lead"), Line(name="Host", email="lea@x.example")):
        (match,) = match_lines([line], [*PEOPLE, LEA])
        assert match.teaches
        assert match.enrollment_id is None
        assert match.why.endswith("teaches this session")


@pytest.mark.parametrize(
    ("name", "expected"), [("Łukasz Żółć", "lukasz zolc"), ("O’Brien, Bo", "bo brien o"), ("(she)", "she"), ("😀", "")]
)
def test_names_are_compared_bare(name: str, expected: str) -> None:
    assert bare(name) == expected


NAME = st.sampled_from([*NAMES, "Ana", "Silva", "J Smith", "Anna Ćosić", "Marta Silva", "", "iPad"]) | st.text(
    max_size=12
)
LINES = st.lists(st.builds(Line, name=NAME, email=st.sampled_from(["", "p1@x.example", "p2@x.example"])), max_size=12)


@given(LINES)
def test_nobody_is_two_lines_by_name_and_nobody_is_below_the_threshold(lines: list[Line]) -> None:
    found = match_lines(lines, [*PEOPLE, LEA])
    assert len(found) == len(lines)
    by_name: list[Match] = [one for one in found if one.enrollment_id and one.why != "The same address"]
    keys = [one.enrollment_id for one in by_name]
    assert len(keys) == len(set(keys))
    assert not {one.enrollment_id for one in found if one.why == "The same address"} & set(keys)
    assert all(one.score >= LIKELY for one in by_name)
    assert all(key != one.enrollment_id for one in found for key, _ in one.others)
