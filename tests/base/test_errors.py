"""Errors explain themselves: a code that is stable, a sentence for a person, data for a program."""

import pytest

from training.base import errors
from training.base.errors import Invalid, TooMany, TrainingError, Unavailable, sentence_of

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, TrainingError)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_has_a_code_and_a_sentence(kind: type[TrainingError]) -> None:
    raised = kind()
    assert raised.code == kind.code
    assert raised.code.replace("-", "").isalpha()
    assert str(raised) == raised.detail == sentence_of(kind)
    assert raised.detail.endswith(".")
    assert "`" not in raised.detail


def test_codes_are_their_own() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_a_better_sentence_and_data() -> None:
    raised = errors.Conflict("This name is taken.", name="Ada")
    assert (raised.detail, raised.data) == ("This name is taken.", {"name": "Ada"})


def test_fields_and_waiting() -> None:
    assert Invalid(fields={"name": "too long"}).fields == {"name": "too long"}
    assert Invalid().fields == {}
    assert (TooMany().retry_after, TooMany(retry_after=5).retry_after, Unavailable().retry_after) == (60, 5, 2)
