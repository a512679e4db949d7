"""What is looked at before it is added, in an address: read back whole, by the same person, for the same place."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.materials.rules.looking import MOST_LETTERS, Looking, read_looking, seal_looking

KEY = "0123456789abcdef0123456789abcdef"
ME, TO = uuid4(), f"course_id={uuid4()}"
A_LOOK = Looking(files=((uuid4(), "day 1/"), (uuid4(), "")), left_out=(("page.html", "Web pages are not taken."),))

words = st.text(st.characters(codec="utf-8"), max_size=40)
looks = st.builds(
    Looking,
    files=st.lists(st.tuples(st.uuids(), words), max_size=20).map(tuple),
    left_out=st.lists(st.tuples(words, words), max_size=5).map(tuple),
)


def sealed(looking: Looking = A_LOOK) -> str:
    letters = seal_looking(KEY, ME, TO, looking)
    assert letters is not None
    return letters


@given(looking=looks)
def test_it_is_read_as_it_was_written(looking: Looking) -> None:
    letters = sealed(looking)
    assert letters.replace("-", "").replace("_", "").isalnum()
    assert read_looking(KEY, ME, TO, letters) == looking


def test_nobody_else_and_nowhere_else() -> None:
    letters = sealed()
    assert read_looking(KEY, uuid4(), TO, letters) is None
    assert read_looking(KEY, ME, f"session_id={uuid4()}", letters) is None
    assert read_looking(KEY[::-1], ME, TO, letters) is None


@given(at=st.integers(0, 10_000), letter=st.sampled_from("aB3-_=é \0"))
def test_what_was_changed_is_not_read(at: int, letter: str) -> None:
    letters = sealed()
    at %= len(letters) - 1
    changed = letters[:at] + letter + letters[at + 1 :]
    if changed != letters:
        assert read_looking(KEY, ME, TO, changed) is None


@pytest.mark.parametrize("letters", ["", "a", "====", "é" * 40, "A" * (MOST_LETTERS + 1)])
def test_what_is_none_is_none(letters: str) -> None:
    assert read_looking(KEY, ME, TO, letters) is None


def test_two_hundred_files_of_a_folder_fit_and_endless_names_do_not() -> None:
    many = Looking(files=tuple((uuid4(), f"week {number % 10}/") for number in range(200)))
    assert read_looking(KEY, ME, TO, sealed(many)) == many
    endless = Looking(files=many.files, left_out=tuple((uuid4().hex, "Not taken.") for _ in range(200)))
    assert seal_looking(KEY, ME, TO, endless) is None


def test_without_a_key_nothing_is_written() -> None:
    with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
        seal_looking("short", ME, TO, A_LOOK)
    assert read_looking("short", ME, TO, sealed()) is None
