"""What a program knows and what it must be told; states are kept once, for a while, and not too many."""

import asyncio
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FrozenClock
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.dav.states import (
    MOST_STATES,
    Difference,
    applied,
    difference,
    find_state,
    hash_of,
    state_of,
)
from training.feeds.jobs import forget
from training.feeds.rules.feeds import DAV_STATES_KEPT

ADA = Viewer(person_id=UUID(int=1))
ENTRIES = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["1", "2", "3"]))


@given(ENTRIES, ENTRIES)
def test_who_is_told_the_difference_knows_it_all(before: dict[str, str], now: dict[str, str]) -> None:
    whole = difference(before, now)
    assert applied(before, now, whole) == now
    assert (whole == Difference(changed=(), gone=())) is (before == now)


@given(ENTRIES, ENTRIES, st.integers(min_value=1, max_value=3))
def test_who_is_told_in_pieces_knows_it_all_in_the_end(before: dict[str, str], now: dict[str, str], most: int) -> None:
    knows, steps = before, 0
    while knows != now:
        some = difference(knows, now).first(most)
        assert 1 <= len(some.changed) + len(some.gone) <= most
        knows, steps = applied(knows, now, some), steps + 1
    assert steps <= 16


def test_the_same_entries_are_the_same_state() -> None:
    assert hash_of({"a": "1", "b": "2"}) == hash_of({"b": "2", "a": "1"})
    assert hash_of({"a": "1"}) != hash_of({"a": "2"})


async def test_a_state_is_written_once(works: Works, clock: FrozenClock) -> None:
    first = await state_of(works, ADA, "c", {"a": "1"})
    with watch_statements() as seen:
        assert await state_of(works, ADA, "c", {"a": "1"}) == first
    assert len(seen) == 1
    assert await state_of(works, ADA, "d", {"a": "1"}) != first
    assert await find_state("c", first, clock.now) == {"a": "1"}
    assert await find_state("d", first, clock.now) is None
    assert await find_state("c", UUID(int=404), clock.now) is None


async def test_those_who_ask_at_once_get_the_same(works: Works) -> None:
    made = await asyncio.gather(*(state_of(works, ADA, "c", {"a": "1"}) for _ in range(6)))
    assert len(set(made)) == 1
    assert len(await execute("SELECT id FROM dav_state")) == 1


async def test_a_state_that_is_used_stays_and_others_are_forgotten(works: Works, clock: FrozenClock) -> None:
    used = await state_of(works, ADA, "c", {"a": "1"})
    unused = await state_of(works, ADA, "c", {"a": "2"})
    clock.move(days=29)
    assert await state_of(works, ADA, "c", {"a": "1"}) == used
    clock.move(days=1)
    assert await find_state("c", unused, clock.now) is None
    assert await find_state("c", used, clock.now) == {"a": "1"}
    assert await forget(works) == 1
    assert await forget(works) == 0
    assert len(await execute("SELECT id FROM dav_state")) == 1


async def test_a_calendar_that_changes_all_the_time_keeps_its_newest(works: Works, clock: FrozenClock) -> None:
    made = []
    for number in range(MOST_STATES + 3):
        clock.move(seconds=1)
        made.append(await state_of(works, ADA, "c", {"a": str(number)}))
    assert len(await execute("SELECT id FROM dav_state")) == MOST_STATES
    assert await find_state("c", made[-1], clock.now) is not None
    assert await find_state("c", made[0], clock.now) is None
    assert DAV_STATES_KEPT.days == 30
