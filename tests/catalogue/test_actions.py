"""The verbs of the catalogue against the real database."""

import asyncio
import json
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from tests.catalogue.made import LIBRARY, LISTENING, MISSING, MONTH, NOBODY, STAFF, WORLD_DAY, manager_of
from training.base.database import fetch
from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.catalogue import actions, queries
from training.catalogue.rules import (
    Audience,
    Course,
    CourseCircle,
    Mode,
    PrerequisitesLimit,
    Program,
    SlugTaken,
)

ADDED = "PrerequisiteAdded"


class Entry(Frozen, frozen=True, kw_only=True):
    """A row of the journal, as far as these tests look at it; JSON still as text."""

    subject_id: UUID
    data: str
    before: str | None
    after: str | None


async def the_entry(event: str) -> Entry:
    """The one row of the journal about this event."""
    found = await fetch(Entry, "SELECT subject_id, data, before, after FROM journal_entry WHERE event = {}", event)
    assert len(found) == 1
    return found[0]


async def events() -> list[str]:
    """The names of all events in the journal, sorted."""
    rows = await fetch(Named, "SELECT event FROM journal_entry ORDER BY event")
    return [row.event for row in rows]


class Named(Frozen, frozen=True, kw_only=True):
    """The name of an event."""

    event: str


async def make_program(works: Works, name: str = "Spring") -> Program:
    return await works.run(STAFF, actions.create_program, replace(MONTH, name=name))


async def make_course(works: Works) -> Course:
    program = await make_program(works)
    return await works.run(STAFF, actions.create_course, program.id, LISTENING)


async def test_a_program_is_kept_as_it_was_said(works: Works) -> None:
    made = await works.run(STAFF, actions.create_program, MONTH)
    assert await queries.get_program(made.id) == made
    assert await queries.get_program("mental-health-awareness-month") == made
    assert (made.version, made.name, made.starts_on) == (1, MONTH.name, date(2026, 5, 1))
    assert (await the_entry("ProgramCreated")).subject_id == made.id


async def test_a_second_program_of_the_same_name_gets_another_slug(works: Works) -> None:
    first, second = await make_program(works), await make_program(works)
    assert (first.slug, second.slug) == ("spring", "spring-2")


async def test_a_slug_that_was_asked_for_is_not_changed_silently(works: Works) -> None:
    await make_program(works)
    with pytest.raises(SlugTaken):
        await works.run(STAFF, actions.create_program, replace(MONTH, slug="spring"))


async def test_programs_of_one_name_made_at_once_get_different_slugs(works: Works) -> None:
    made = await asyncio.gather(*(make_program(works) for _ in range(3)))
    assert {program.slug for program in made} == {"spring", "spring-2", "spring-3"}


@pytest.mark.parametrize("viewer", [NOBODY, manager_of(UUID(int=9))])
async def test_only_staff_creates_programs(works: Works, viewer: Viewer) -> None:
    with pytest.raises(NotFound):
        await works.run(viewer, actions.create_program, MONTH)


async def test_an_edit_raises_the_version_and_writes_before_and_after(works: Works) -> None:
    program = await make_program(works)
    manager = manager_of(program.id)
    edited = await works.run(
        manager, actions.edit_program, program.id, replace(MONTH, name="Summer", summary="New"), expected_version=1
    )
    assert edited == replace(program, name="Summer", summary="New", version=2)
    assert await queries.get_program(program.id) == edited
    entry = await the_entry("ProgramEdited")
    assert (json.loads(entry.before or ""), json.loads(entry.after or "")) == (
        {"name": "Spring", "summary": "Six weeks of training."},
        {"name": "Summer", "summary": "New"},
    )


async def test_an_edit_that_changes_nothing_is_no_event(works: Works) -> None:
    program = await make_program(works)
    same = await works.run(STAFF, actions.edit_program, program.id, replace(MONTH, name="Spring"), expected_version=1)
    assert same == program
    assert await events() == ["ProgramCreated"]


async def test_a_stale_edit_shows_the_current_state(works: Works) -> None:
    program = await make_program(works)
    await works.run(STAFF, actions.edit_program, program.id, replace(MONTH, name="Summer"), expected_version=1)
    with pytest.raises(Stale) as caught:
        await works.run(STAFF, actions.edit_program, program.id, replace(MONTH, name="Winter"), expected_version=1)
    assert (caught.value.data["current"]["name"], caught.value.data["current"]["version"]) == ("Summer", 2)


async def test_of_two_who_edit_the_same_version_at_once_one_wins(works: Works) -> None:
    course = await make_course(works)
    results = await asyncio.gather(
        *(
            works.run(STAFF, actions.edit_course, course.id, replace(LISTENING, title=title), expected_version=1)
            for title in ("One", "Two")
        ),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Course", "Stale"]


async def test_a_slug_moves_only_to_a_free_one(works: Works) -> None:
    first, second = await make_program(works, "First"), await make_program(works, "Second")
    with pytest.raises(SlugTaken):
        await works.run(STAFF, actions.edit_program, second.id, replace(MONTH, slug=first.slug))
    moved = await works.run(STAFF, actions.edit_program, second.id, replace(MONTH, slug="third"))
    assert (await queries.get_program("third")).id == moved.id


async def test_a_foreign_thing_and_a_missing_one_answer_alike(works: Works) -> None:
    course = await make_course(works)
    moment = await works.run(STAFF, actions.add_moment, course.program_id, WORLD_DAY)
    venue = await works.run(STAFF, actions.create_venue, LIBRARY)
    stranger = manager_of(UUID(int=9))
    answers = set()
    for key in (course.program_id, MISSING):
        answers.add(await refused(works, stranger, actions.edit_program, key, MONTH))
        answers.add(await refused(works, stranger, actions.add_moment, key, WORLD_DAY))
        answers.add(await refused(works, stranger, actions.create_course, key, LISTENING))
    for key in (course.id, MISSING):
        answers.add(await refused(works, stranger, actions.edit_course, key, LISTENING))
    for key in (moment.id, MISSING):
        answers.add(await refused(works, stranger, actions.edit_moment, key, WORLD_DAY))
        answers.add(await refused(works, stranger, actions.remove_moment, key))
    for key in (venue.id, MISSING):
        answers.add(await refused(works, NOBODY, actions.edit_venue, key, LIBRARY))
    assert answers == {("NotFound", NotFound().detail)}


async def refused(works: Works, viewer: Viewer, action: Any, *args: Any) -> tuple[str, str]:
    try:
        await works.run(viewer, action, *args)
    except NotFound as error:
        return type(error).__name__, error.detail
    raise AssertionError("this should have been refused")


async def test_moments_are_added_edited_and_removed(works: Works) -> None:
    program = await make_program(works)
    manager = manager_of(program.id)
    moment = await works.run(manager, actions.add_moment, program.id, WORLD_DAY)
    assert await queries.list_moments(program.id) == [moment]
    edited = await works.run(manager, actions.edit_moment, moment.id, replace(WORLD_DAY, name="World Day"))
    assert await queries.list_moments(program.id) == [replace(moment, name="World Day", version=2)] == [edited]
    await works.run(manager, actions.remove_moment, moment.id)
    assert await queries.list_moments(program.id) == []
    assert await events() == ["MomentAdded", "MomentEdited", "MomentRemoved", "ProgramCreated"]


async def test_a_course_is_kept_with_all_its_values(works: Works) -> None:
    program = await make_program(works)
    values = replace(
        LISTENING,
        summary="S",
        description="D",
        language="es-mx",
        mode=Mode.HYBRID,
        capacity_online=30,
        audience=Audience.PUBLIC,
        self_enrollment=True,
        overtaking=False,
        cancellation_hours=0,
        waitlist_cutoff_hours=3,
        minimum_participants=4,
        joining_details="Ring twice",
    )
    course = await works.run(manager_of(program.id), actions.create_course, program.id, values)
    assert course.values == replace(values, language="es-MX")
    assert await queries.load_course(course.id) == course
    assert course.slug == "listening-first"


async def test_a_course_edit_tells_which_fields_changed_and_all_values(works: Works) -> None:
    course = await make_course(works)
    values = replace(LISTENING, mode=Mode.ONLINE, capacity_in_person=0, capacity_online=25)
    edited = await works.run(STAFF, actions.edit_course, course.id, values, expected_version=1)
    assert (edited.values, edited.version) == (values, 2)
    data = json.loads((await the_entry("CourseEdited")).data)
    assert data["changed"] == ["mode", "capacity_in_person", "capacity_online"]
    assert data["values"] == json.loads(msgspec.json.encode(values))


async def test_a_course_with_places_of_the_wrong_kind_is_refused(works: Works) -> None:
    program = await make_program(works)
    with pytest.raises(Invalid) as caught:
        await works.run(STAFF, actions.create_course, program.id, replace(LISTENING, mode=Mode.ONLINE))
    assert set(caught.value.fields) == {"capacity_in_person", "capacity_online"}


async def test_courses_of_one_title_get_different_slugs_within_a_program(works: Works) -> None:
    first = await make_course(works)
    second = await works.run(STAFF, actions.create_course, first.program_id, LISTENING)
    elsewhere = await works.run(STAFF, actions.create_course, (await make_program(works)).id, LISTENING)
    assert (first.slug, second.slug, elsewhere.slug) == ("listening-first", "listening-first-2", "listening-first")
    with pytest.raises(SlugTaken):
        await works.run(STAFF, actions.create_course, first.program_id, LISTENING, slug="listening-first")
    with pytest.raises(Invalid):
        await works.run(STAFF, actions.create_course, first.program_id, LISTENING, slug="No Slug")


async def test_venues_come_back_alike_from_both_engines(works: Works) -> None:
    manager = manager_of(UUID(int=7))
    venue = await works.run(manager, actions.create_venue, LIBRARY)
    assert (venue.latitude, venue.longitude) == (52.52, 13.405)
    assert await queries.get_venue(manager, venue.id) == venue
    edited = await works.run(
        manager, actions.edit_venue, venue.id, replace(LIBRARY, access_notes="Lift at the back"), expected_version=1
    )
    assert edited == replace(venue, access_notes="Lift at the back", version=2)
    assert await queries.load_venue(venue.id) == edited


async def test_the_key_of_an_import_survives_an_edit(works: Works) -> None:
    venue = await works.run(STAFF, actions.create_venue, replace(LIBRARY, external_key="row-7"))
    await works.run(STAFF, actions.edit_venue, venue.id, replace(LIBRARY, name="Old Library"))
    found = await queries.find_venue_by_key("row-7")
    assert found is not None
    assert (found.id, found.name, found.version) == (venue.id, "Old Library", 2)
    assert await queries.find_venue_by_key("row-8") is None


async def three_courses(works: Works) -> tuple[Program, list[Course]]:
    program = await make_program(works)
    titles = ("One", "Two", "Three")
    courses = [
        await works.run(STAFF, actions.create_course, program.id, replace(LISTENING, title=title)) for title in titles
    ]
    return program, courses


async def test_courses_come_before_each_other_but_never_in_a_circle(works: Works) -> None:
    program, (one, two, three) = await three_courses(works)
    manager = manager_of(program.id)
    added = await works.run(manager, actions.add_prerequisite, two.id, one.id)
    assert (added.title, added.program_name) == ("One", program.name)
    assert await works.run(manager, actions.add_prerequisite, two.id, one.id) == added
    await works.run(manager, actions.add_prerequisite, three.id, two.id)
    with pytest.raises(CourseCircle, match="“One” comes before “Three” already"):
        await works.run(manager, actions.add_prerequisite, one.id, three.id)
    with pytest.raises(CourseCircle, match="before itself"):
        await works.run(manager, actions.add_prerequisite, one.id, one.id)
    entry = await fetch(Entry, "SELECT subject_id, data, before, after FROM journal_entry WHERE event = {}", ADDED)
    assert [row.subject_id for row in entry] == [two.id, three.id]
    assert await works.run(manager, actions.remove_prerequisite, two.id, one.id) == added
    with pytest.raises(NotFound):
        await works.run(manager, actions.remove_prerequisite, two.id, one.id)
    await works.run(manager, actions.add_prerequisite, one.id, three.id)


async def test_only_courses_of_ones_own_programs_come_before(works: Works) -> None:
    program, (one, two, _) = await three_courses(works)
    other = await works.run(STAFF, actions.create_program, replace(MONTH, name="Autumn"))
    elsewhere = await works.run(STAFF, actions.create_course, other.id, LISTENING)
    manager = manager_of(program.id)
    offered = await queries.list_courses_to_require(manager, one.id)
    assert [choice.title for choice in offered] == ["Three", "Two"]
    for wrong in (elsewhere.id, MISSING):
        with pytest.raises(NotFound):
            await works.run(manager, actions.add_prerequisite, one.id, wrong)
    for viewer in (manager_of(other.id), NOBODY):
        with pytest.raises(NotFound):
            await works.run(viewer, actions.add_prerequisite, one.id, two.id)
        with pytest.raises(NotFound):
            await works.run(viewer, actions.remove_prerequisite, one.id, two.id)
    both = manager_of(program.id, other.id)
    assert (await works.run(both, actions.add_prerequisite, one.id, elsewhere.id)).program_id == other.id


async def test_a_course_has_so_many_before_it_and_no_more(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_PREREQUISITES", 1)
    _, (one, two, three) = await three_courses(works)
    await works.run(STAFF, actions.add_prerequisite, one.id, two.id)
    with pytest.raises(PrerequisitesLimit):
        await works.run(STAFF, actions.add_prerequisite, one.id, three.id)


async def test_a_circle_made_by_two_at_once_does_not_come_about(works: Works) -> None:
    _, (one, two, three) = await three_courses(works)
    pairs = [(one, two), (two, three), (three, one)]
    told = await asyncio.gather(
        *(works.run(STAFF, actions.add_prerequisite, a.id, b.id) for a, b in pairs), return_exceptions=True
    )
    assert sum(isinstance(each, CourseCircle) for each in told) == 1
    found = await queries.list_prerequisites([one.id, two.id, three.id])
    assert len(found) == 2
