"""What comes before a session: told on its page before anybody books."""

from datetime import timedelta
from uuid import UUID

import httpx

from tests.booking.made import Scene, make_scene
from tests.booking.test_pages.made import enter, words
from tests.portal.made import more_sessions
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.tables import Booking, Enrollment
from training.catalogue.tables import Course, CoursePrerequisite


async def required_course(works: Works, scene: Scene, title: str = "Basics") -> UUID:
    """A course of the same program that comes before the scene's."""

    async def build(work: Work) -> UUID:
        course_id = work.new_id()
        work.add(
            Course,
            id=course_id,
            program_id=scene.program_id,
            slug=title.lower(),
            title=title,
            capacity_online=5,
            created_at=work.now,
        )
        work.add(CoursePrerequisite, id=work.new_id(), course_id=scene.course_id, required_course_id=course_id)
        return course_id

    return await works.run(scene.manager, build)


async def dates_of(works: Works, scene: Scene, course_id: UUID, count: int, **values: object) -> list[UUID]:
    made = await more_sessions(works, scene, count, **values)
    for session_id in made:
        await execute("UPDATE session SET course_id = {} WHERE id = {}", course_id, session_id)
    return made


async def test_a_visitor_reads_the_rule_and_where_to_begin(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public")
    course_id = await required_course(works, scene)
    dates = await dates_of(works, scene, course_id, 5)
    page = (await client.get(f"/sessions/{scene.session_id}")).text
    said = words(page)
    assert "Comes after: Basics" in said
    assert "You do not have it yet" not in said
    assert "Next dates of Basics that can be booked and are over in time:" in said
    assert [f'href="/sessions/{key}"' in page for key in dates] == [True, True, True, False, False]
    assert "5 places free" in said


async def test_a_person_reads_whether_they_have_it(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works)
    course_id = await required_course(works, scene)
    (date,) = await dates_of(works, scene, course_id, 1, capacity_online=0)
    path = f"/sessions/{scene.session_id}"
    await enter(works, client, scene.coordinator)
    said = words((await client.get(path)).text)
    assert "You do not have it yet" in said
    assert "Full: people wait" in said
    assert "When you book you see for each of your people whether something is missing." in said
    await enrolled(works, scene, date, scene.coordinator)
    assert "You have it" in words((await client.get(path)).text)


async def enrolled(works: Works, scene: Scene, session_id: UUID, viewer: Viewer) -> None:
    async def build(work: Work) -> None:
        booking_id = work.new_id()
        work.add(Booking, id=booking_id, code="AAAA", session_id=session_id, created_at=work.now)
        work.add(
            Enrollment,
            id=work.new_id(),
            booking_id=booking_id,
            session_id=session_id,
            person_id=viewer.person_id,
            state="enrolled",
            mode="online",
            accepts="online",
            state_at=work.now,
            created_at=work.now,
        )

    await works.run(scene.manager, build)


async def test_only_dates_that_help_are_named(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public")
    course_id = await required_course(works, scene)
    late, draft, invited, shut = await dates_of(works, scene, course_id, 4)
    await execute("UPDATE session SET ends_at = {} WHERE id = {}", works.clock() + timedelta(days=40), late)
    await execute("UPDATE session SET state = 'draft' WHERE id = {}", draft)
    await execute("UPDATE session SET audience = 'invited' WHERE id = {}", invited)
    await execute("UPDATE session SET booking_closes_at = {} WHERE id = {}", works.clock(), shut)
    page = (await client.get(f"/sessions/{scene.session_id}")).text
    assert "No date of Basics before this session can be booked now." in words(page)
    assert f'href="/sessions?course={course_id}"' in page
    for key in (late, draft, invited, shut):
        assert f"/sessions/{key}" not in page


async def test_the_same_statements_however_many_dates_and_courses(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, audience="public")
    counts = []
    for number in range(3):
        course_id = await required_course(works, scene, f"Basics {number}")
        await dates_of(works, scene, course_id, 20 * number + 1)
        with watch_statements() as seen:
            assert (await client.get(f"/sessions/{scene.session_id}")).status_code == 200
        counts.append(len(seen))
    assert len(set(counts)) == 1
