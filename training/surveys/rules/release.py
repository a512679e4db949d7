"""When answers are shown: in groups of the minimum, so that the difference between two looks is never one person's.

Whoever looks at results after each answer sees either nothing new or what at least `minimum` people said together.
What is left over when a survey closes, fewer than a group, is never shown. Neither is anything counted before it is
released: averages, comparisons and files are made of released sheets alone.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def releases(waiting: int, minimum: int) -> bool:
    """Whether so many sheets that wait, the newest included, are enough to be shown together."""
    return waiting >= minimum


def mixed(things: Sequence[T], chance: random.Random) -> list[T]:
    """The same in an order that says nothing about the one they came in."""
    order = list(things)
    chance.shuffle(order)
    return order


def still_missing(waiting: int, minimum: int) -> int:
    """How many more people must answer before anything more is shown, while so many sheets wait."""
    return minimum - waiting


def worth_asking(present: int, minimum: int) -> bool:
    """Whether enough people were there for answers ever to be shown: nobody is asked for what nobody will read."""
    return present >= minimum
