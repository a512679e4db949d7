"""Shapes, who sees what, and how many statements."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.catalogue.made import LIBRARY, LISTENING, MISSING, MONTH, NOBODY, STAFF, WORLD_DAY, manager_of
from training.base.database import watch_statements
from training.base.errors import Invalid, NotFound
from training.base.work import Works
from training.catalogue import actions, queries


async def fill(works: Works, number: int) -> UUID:
    """A program with this many moments and courses, this many programs and venues in all; the first one's id."""
    programs = [await works.run(STAFF, actions.create_program, replace(MONTH, name=f"P {i}")) for i in range(number)]
    for index in range(number):
        await works.run(STAFF, actions.add_moment, programs[0].id, replace(WORLD_DAY, name=f"M {index}"))
        await works.run(STAFF, actions.create_course, programs[0].id, replace(LISTENING, title=f"C {index}"))
        await works.run(STAFF, actions.create_venue, replace(LIBRARY, name=f"V {index}"))
    return programs[0].id


@pytest.mark.parametrize("number", [1, 30])
async def test_every_list_is_one_statement(works: Works, number: int) -> None:
    program_id = await fill(works, number)
    with watch_statements() as seen:
        programs = await queries.list_programs(NOBODY)
        moments = await queries.list_moments(program_id)
        courses = await queries.list_courses(STAFF, program_id)
        venues = await queries.list_venues(STAFF)
    assert len(seen) == 4
    assert [len(programs.items), len(moments), len(courses.items), len(venues.items)] == [number] * 4


async def test_a_list_is_read_page_by_page(works: Works) -> None:
    await fill(works, 5)
    first = await queries.list_programs(NOBODY, limit=2)
    second = await queries.list_programs(NOBODY, limit=2, cursor=first.next_cursor)
    third = await queries.list_programs(NOBODY, limit=2, cursor=second.next_cursor)
    found = [program for page in (first, second, third) for program in page.items]
    assert [program.id for program in found] == sorted(program.id for program in found)
    assert {program.name for program in found} == {"P 0", "P 1", "P 2", "P 3", "P 4"}
    assert third.next_cursor is None


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize("cursor", ["", "x", "!!!", "WzFd", "W10", "é"])
async def test_a_cursor_that_is_not_ours_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        await queries.list_programs(NOBODY, cursor=cursor)


async def test_a_manager_can_list_just_what_is_theirs(works: Works) -> None:
    mine = await works.run(STAFF, actions.create_program, replace(MONTH, name="Mine"))
    await works.run(STAFF, actions.create_program, replace(MONTH, name="Theirs"))
    assert [p.name for p in (await queries.list_programs(manager_of(mine.id), managed=True)).items] == ["Mine"]
    assert (await queries.list_programs(NOBODY, managed=True)).items == ()
    assert len((await queries.list_programs(STAFF, managed=True)).items) == 2


async def test_joining_details_of_a_course_are_for_those_who_plan_it(works: Works) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    values = replace(LISTENING, joining_details="https://meet.example/secret")
    course = await works.run(STAFF, actions.create_course, program.id, values)
    for viewer, seen in ((NOBODY, ""), (manager_of(UUID(int=9)), ""), (manager_of(program.id), values.joining_details)):
        assert (await queries.get_course(viewer, course.id)).joining_details == seen
        assert (await queries.list_courses(viewer, program.id)).items[0].joining_details == seen


async def test_venues_are_for_those_who_plan(works: Works) -> None:
    venue = await works.run(STAFF, actions.create_venue, LIBRARY)
    assert (await queries.list_venues(NOBODY)).items == ()
    for key in (venue.id, MISSING):
        with pytest.raises(NotFound):
            await queries.get_venue(NOBODY, key)
    assert (await queries.list_venues(manager_of(UUID(int=9)))).items == (venue,)


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize("key", [MISSING, "missing", "' OR 1=1 --", "%", "a\0b", ""])
async def test_a_program_that_is_not_there_is_not_found(key: UUID | str) -> None:
    with pytest.raises(NotFound):
        await queries.get_program(key)
