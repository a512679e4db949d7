"""What names a meeting of a session names the same one, however meetings are added, moved and dropped."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.made import added, details, learner, published
from tests.schedule.made import STAFF, a_course, a_program, a_session
from training.base.errors import Invalid, Stale
from training.base.work import Work, Works
from training.materials.actions.editing import add_material, edit_material
from training.materials.actions.placing import place
from training.materials.actions.renumbering import check_counted
from training.materials.queries.editing import find_placement, get_edited
from training.materials.queries.showing import list_materials
from training.materials.rules.materials import Material, PlacementDetails
from training.materials.rules.showing import NO_MEETING, Opens, mark_of
from training.schedule.actions import add_meeting, drop_meeting, move_meetings
from training.schedule.queries import list_meetings
from training.schedule.rules.values import MeetingChange, MeetingValues

START = datetime(2026, 5, 11, 8, 0)
LONG = timedelta(hours=2)


def at(start: datetime) -> MeetingValues:
    return MeetingValues(local_start=start, local_end=start + LONG)


def to(meeting_id: UUID, start: datetime) -> MeetingChange:
    return MeetingChange(meeting_id=meeting_id, local_start=start, local_end=start + LONG)


async def titles(day: Day, clock: FrozenClock) -> list[str]:
    """What a learner sees."""
    return [one.title for one in (await list_materials(learner(day), day.session_id, clock.now)).items]


async def test_a_meeting_that_is_added_before_opens_no_answers(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(days=-2)
    await published(works, day, title="Answers", opens=Opens.AFTER, meeting_number=2)
    evening = at(datetime(2026, 5, 18, 20, 0))
    await works.run(day.manager, add_meeting, day.session_id, evening, accept_warnings=True)
    clock.now = clock.now.replace(day=18, hour=22)
    assert await titles(day, clock) == []
    clock.now = clock.now.replace(day=19, hour=12)
    assert await titles(day, clock) == ["Answers"]


async def test_what_names_a_meeting_that_is_put_off_waits_for_it(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(days=-2)
    await published(works, day, title="Answers", opens=Opens.AFTER, meeting_number=1)
    later = to(day.meeting_ids[0], datetime(2026, 5, 21, 9, 0))
    await works.run(day.manager, move_meetings, day.session_id, [later], accept_warnings=True)
    clock.now = clock.now.replace(day=19, hour=12)
    assert await titles(day, clock) == []
    clock.now = clock.now.replace(day=21, hour=12)
    assert await titles(day, clock) == ["Answers"]


async def test_numbers_swap_where_they_are_of_the_session_and_nowhere_else(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(days=-2)
    said = PlacementDetails(opens=Opens.START, meeting_number=2)
    of_course = await added(works, day, of_course=True, opens=Opens.START, meeting_number=1)
    own = [await added(works, day, opens=Opens.START, meeting_number=number) for number in (1, 2)]
    whole = await added(works, day, opens=Opens.START)
    await works.run(day.manager, place, day.session_id, of_course.id, said)
    later = to(day.meeting_ids[0], datetime(2026, 5, 21, 9, 0))
    await works.run(day.manager, move_meetings, day.session_id, [later], accept_warnings=True)
    now = [(await get_edited(day.manager, one.id)).material for one in (*own, whole, of_course)]
    assert [(one.meeting_number, one.version) for one in now] == [(2, 2), (1, 2), (None, 1), (1, 1)]
    placed = await find_placement(day.session_id, of_course.id)
    assert (placed.meeting_number, placed.version) == (1, 2)
    with pytest.raises(Stale):
        await works.run(day.manager, edit_material, own[0].id, details(opens=Opens.START, meeting_number=1), 1)


async def test_a_meeting_that_is_dropped_is_named_no_more(works: Works) -> None:
    session_id, named = await _planned(works, publish=False)
    last = (await list_meetings([session_id]))[-1]
    await works.run(STAFF, drop_meeting, last.id)
    await works.run(STAFF, add_meeting, session_id, at(START + timedelta(days=9)))
    (material,) = (one for one, meeting_id in named.items() if meeting_id == last.id)
    assert (await get_edited(STAFF, material)).material.meeting_number == NO_MEETING


async def test_a_number_that_was_named_before_its_meeting_is_there_names_none_of_the_others(works: Works) -> None:
    session_id, _ = await _planned(works, publish=False)
    early = await _named(works, session_id, 4)
    between = await works.run(STAFF, add_meeting, session_id, at(START + timedelta(hours=12)))
    assert [m.number for m in await list_meetings([session_id]) if m.id == between] == [2]
    assert (await get_edited(STAFF, early.id)).material.meeting_number == NO_MEETING


@pytest.mark.parametrize("publish", [False, True])
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_happens_each_names_the_same_meeting(works: Works, seed: int, *, publish: bool) -> None:
    chance = random.Random(seed)
    session_id, named = await _planned(works, publish=publish)
    for _ in range(12):
        meetings = [one for one in await list_meetings([session_id]) if one.cancelled_at is None]
        start = START + timedelta(hours=chance.randrange(1, 600))
        step = chance.choice(("add", "move", "swap", "drop"))
        if step == "add":
            await works.run(STAFF, add_meeting, session_id, at(start), accept_warnings=True)
        elif step == "drop" and len(meetings) > 1:
            await works.run(STAFF, drop_meeting, chance.choice(meetings).id)
        elif step == "move":
            moved = [to(chance.choice(meetings).id, start)]
            await works.run(STAFF, move_meetings, session_id, moved, accept_warnings=True)
        elif len(meetings) > 1:
            one, other = chance.sample(meetings, 2)
            swapped = [to(one.id, other.local_start), to(other.id, one.local_start)]
            await works.run(STAFF, move_meetings, session_id, swapped, accept_warnings=True)
        by_number = {m.number: m.id for m in await list_meetings([session_id])}
        assert sorted(by_number) == list(range(1, len(by_number) + 1))
        for material_id, meeting_id in named.items():
            number = (await get_edited(STAFF, material_id)).material.meeting_number or 0
            assert by_number.get(number) == (meeting_id if meeting_id in by_number.values() else None)


async def test_a_number_that_somebody_saw_is_good_until_meetings_are_counted_anew(works: Works) -> None:
    session_id, _ = await _planned(works, publish=False)
    seen = mark_of(one.id for one in await list_meetings([session_id]))

    async def check(_: Work) -> None:
        await check_counted(session_id, seen)

    await works.run(STAFF, check)
    await works.run(STAFF, add_meeting, session_id, at(START + timedelta(hours=12)))
    with pytest.raises(Invalid) as refused:
        await works.run(STAFF, check)
    assert list(refused.value.fields) == ["meeting_number"]


async def _planned(works: Works, *, publish: bool) -> tuple[UUID, dict[UUID, UUID]]:
    """A session of three meetings, and the materials that name them."""
    course = await a_course(works, await a_program(works))
    days = [at(START + timedelta(days=day)) for day in range(3)]
    session_id = await a_session(works, course.id, *days, publish=publish)
    meetings = await list_meetings([session_id])
    return session_id, {(await _named(works, session_id, m.number)).id: m.id for m in meetings}


async def _named(works: Works, session_id: UUID, number: int) -> Material:
    said = details(f"Of meeting {number}", opens=Opens.START, meeting_number=number)
    return await works.run(STAFF, add_material, said, session_id=session_id)
