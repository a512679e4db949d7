"""Long lists are read apart from the loop."""

import threading

import pytest

from training.attendance.queries.apart import apart


async def test_in_a_thread_of_its_own() -> None:
    def where(word: str, *, end: str) -> tuple[str, str]:
        return word + end, threading.current_thread().name.partition("_")[0]

    assert await apart(where, "a", end="b") == ("ab", "lists")


async def test_what_it_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await apart(lambda: 1 // 0)
