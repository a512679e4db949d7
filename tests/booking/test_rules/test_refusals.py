"""The errors of booking: each has a public code of its own and says what to do in a sentence."""

import inspect

from training.base.errors import TrainingError, sentence_of
from training.booking.rules import refusals

KINDS = [
    kind
    for _, kind in inspect.getmembers(refusals, inspect.isclass)
    if issubclass(kind, TrainingError) and kind.__module__ == refusals.__name__
]


def test_each_has_a_code_of_its_own() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS) > 10


def test_each_says_a_whole_sentence() -> None:
    assert [kind.code for kind in KINDS if not sentence_of(kind).endswith(".")] == []
