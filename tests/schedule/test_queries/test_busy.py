"""What is read of trainers' own calendars."""

from datetime import timedelta

import pytest

from tests.conftest import FrozenClock
from tests.schedule.busied import a_source, busy
from tests.schedule.made import NEXT_WEEK, STAFF, WEEK_AFTER, T, a_course, a_person, a_program, a_session
from training.base.errors import NotFound
from training.base.work import Works
from training.schedule.actions import assign_trainer, cancel_session
from training.schedule.queries import (
    get_own_source,
    list_addresses,
    list_busy,
    list_busy_teaching,
    list_due_sources,
    list_meetings,
    list_own_sources,
    list_own_times,
    list_taught_ids,
)
from training.schedule.rules.values import Assignment

EIGHT, NINE, TEN, NOON = (T(f"2026-05-11T{hour:02}:00Z") for hour in (8, 9, 10, 12))


async def test_everybody_sees_their_own(works: Works) -> None:
    tara, ada = await a_person(works, "Tara"), await a_person(works, "Ada")
    key = await busy(works, tara, (EIGHT, NINE), (TEN, NOON))
    await a_source(works, ada, "https://other.example.org/")
    assert [(source.id, source.times) for source in await list_own_sources(tara)] == [(key, 2)]
    assert (await get_own_source(tara, key)).server == "https://calendar.example.org/…"
    with pytest.raises(NotFound):
        await get_own_source(ada, key)
    assert await list_addresses(ada) == ["https://other.example.org/"]
    assert [own.starts_at for own in await list_own_times(tara, NINE, most=5)] == [TEN]
    assert len(await list_own_times(tara, EIGHT, most=1)) == 1
    assert await list_own_times(ada, EIGHT, most=5) == []


async def test_only_what_overlaps(works: Works) -> None:
    tara = await a_person(works, "Tara")
    await busy(works, tara, (EIGHT, NINE), (TEN, NOON))
    for start, end, found in ((NINE, TEN, []), (EIGHT, NOON, [EIGHT, TEN]), (TEN, NOON, [TEN])):
        assert [own.starts_at for own in await list_busy([tara], start, end)] == found
    assert await list_busy([], EIGHT, NOON) == []


async def test_who_teaches_while_busy(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER)
    first, _ = await list_meetings([key])
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    await busy(works, tara, (T("2026-05-11T07:00Z"), NINE), (TEN, NOON))
    (hours,) = await list_busy_teaching(key, clock.now)
    assert (hours.person_id, hours.meeting_id, hours.number) == (tara, first.id, 1)
    assert (hours.starts_at, hours.ends_at) == (EIGHT, NINE)
    assert await list_busy_teaching(key, NOON) == []
    await works.run(STAFF, cancel_session, key, "Storm")
    assert await list_busy_teaching(key, clock.now) == []


async def test_what_is_due_first_comes_first(works: Works, clock: FrozenClock) -> None:
    tara, ada = await a_person(works, "Tara"), await a_person(works, "Ada")
    first = await a_source(works, tara)
    clock.move(minutes=1)
    second = await a_source(works, ada)
    await busy(works, await a_person(works, "Nia"))
    assert [source.id for source in await list_due_sources(clock.now, 10)] == [first, second]
    assert [source.id for source in await list_due_sources(clock.now, 1)] == [first]
    assert [source.id for source in await list_due_sources(clock.now - timedelta(minutes=1), 10)] == [first]


async def test_which_meetings_somebody_teaches(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER)
    first, second = await list_meetings([key])
    tara = await a_person(works, "Tara")
    assert await list_taught_ids(tara, clock.now) == frozenset()
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    assert await list_taught_ids(tara, clock.now) == {first.id, second.id}
    assert await list_taught_ids(tara, NOON) == {second.id}
