"""Whoever looks after every answer learns nobody's: a differencing attack on groups, and the same on naive release."""

import random
from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from training.surveys.rules.release import mixed, releases, still_missing, worth_asking

RATINGS = st.lists(st.integers(1, 5), max_size=60)
MINIMUM = st.integers(3, 12)


def looks(answers: Sequence[int], minimum: int) -> list[Counter[int]]:
    """What is shown before the first answer and after each."""
    shown: Counter[int] = Counter()
    waiting: list[int] = []
    seen = [Counter(shown)]
    for answer in answers:
        waiting.append(answer)
        if releases(len(waiting), minimum):
            shown.update(waiting)
            waiting = []
        seen.append(Counter(shown))
    return seen


def attacked(seen: Sequence[Counter[int]]) -> list[Counter[int]]:
    """What somebody who looked each time can tell apart: every difference between any two looks."""
    return [later - earlier for place, earlier in enumerate(seen) for later in seen[place + 1 :] if later != earlier]


@given(RATINGS, MINIMUM)
def test_no_difference_between_two_looks_is_of_fewer_than_the_minimum(answers: list[int], minimum: int) -> None:
    assert all(gain.total() >= minimum for gain in attacked(looks(answers, minimum)))


@given(RATINGS.filter(bool))
def test_the_same_attack_on_naive_release_tells_everybodys_answer(answers: list[int]) -> None:
    """The control: were each answer shown as it comes, or from the minimum on, the attack would succeed."""
    seen = looks(answers, 1)
    single = [gain for gain in attacked(list(seen)) if gain.total() == 1]
    assert len(single) >= len(answers)
    from_five_on = [Counter[int]() if look.total() < 5 else look for look in seen]
    told = [gain for gain in attacked(from_five_on) if gain.total() == 1]
    assert len(told) >= max(0, len(answers) - 5), "a threshold alone protects the first five only"


@given(RATINGS, MINIMUM)
def test_what_is_shown_is_whole_groups_of_what_was_said(answers: list[int], minimum: int) -> None:
    last = looks(answers, minimum)[-1]
    assert last.total() == len(answers) // minimum * minimum
    assert last <= Counter(answers)


@given(st.lists(st.integers()), st.integers())
def test_mixing_keeps_everything(things: list[int], seed: int) -> None:
    assert sorted(mixed(things, random.Random(seed))) == sorted(things)


def test_mixing_makes_every_order_about_as_often() -> None:
    chance = random.Random(7)
    orders = Counter(tuple(mixed("abc", chance)) for _ in range(6000))
    assert len(orders) == 6
    assert all(800 < many < 1200 for many in orders.values())


def test_how_many_are_missing() -> None:
    assert still_missing(0, 5) == 5
    assert still_missing(4, 5) == 1


def test_nobody_is_asked_for_what_nobody_will_read() -> None:
    assert worth_asking(5, 5)
    assert not worth_asking(4, 5)
