"""What comes before a course: said by managers, read by everybody."""

import httpx

from tests.booking.test_pages.made import words
from tests.catalogue.made import LISTENING, MISSING, MONTH, STAFF, enter
from training.base.work import Works
from training.catalogue import actions, queries
from training.catalogue.rules import Course, Program


async def two_courses(works: Works) -> tuple[Program, Course, Course]:
    program = await works.run(STAFF, actions.create_program, MONTH)
    first = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    second = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    return program, first, second


async def test_a_course_is_put_before_another_and_taken_away_again(works: Works, client: httpx.AsyncClient) -> None:
    program, first, second = await two_courses(works)
    await enter(works, client, "program_manager", program.id)
    page = f"/manage/courses/{second.id}"
    assert "everybody may begin with this course" in (await client.get(page)).text
    data = {"required_course_id": str(first.id)}
    added = await client.post(f"{page}/prerequisites", data=data)
    assert (added.status_code, added.headers["location"]) == (303, f"{page}#before")
    said = words((await client.get(page)).text)
    assert "From now on people take part in “Listening first” first. Places booked before stay." in said
    public = await client.get(f"/programs/{program.slug}")
    assert "Comes after: Listening first" in words(public.text)
    removed = await client.post(f"{page}/prerequisites/{first.id}/remove")
    assert removed.status_code == 303
    assert await queries.list_prerequisites([second.id]) == []
    assert "Comes after" not in (await client.get(f"/programs/{program.slug}")).text


async def test_what_cannot_be_is_said_on_the_page(works: Works, client: httpx.AsyncClient) -> None:
    program, first, second = await two_courses(works)
    await enter(works, client, "program_manager", program.id)
    await works.run(STAFF, actions.add_prerequisite, second.id, first.id)
    page = f"/manage/courses/{first.id}"
    await client.post(f"{page}/prerequisites", data={"required_course_id": str(second.id)})
    assert "comes before “Listening first” already" in words((await client.get(page)).text)
    for wrong in ({}, {"required_course_id": ""}, {"required_course_id": "x"}):
        await client.post(f"{page}/prerequisites", data=wrong)
        assert "Choose a course from the list." in words((await client.get(page)).text)
    assert await queries.list_prerequisites([first.id]) == []


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    _, first, second = await two_courses(works)
    await enter(works, client, "program_manager", MISSING)
    for key in (second.id, MISSING):
        page = f"/manage/courses/{key}/prerequisites"
        assert (await client.post(page, data={"required_course_id": str(first.id)})).status_code == 404
        assert (await client.post(f"{page}/{first.id}/remove")).status_code == 404
