"""Courses for those who manage their program."""

from typing import Any

import httpx
import pytest

from tests.catalogue.made import LISTENING, MISSING, MONTH, STAFF, enter
from training.base.work import Works
from training.catalogue import actions, queries
from training.catalogue.rules import Audience, Mode

FORM: dict[str, Any] = {
    "title": "Listening",
    "summary": "",
    "description": "",
    "language": "en",
    "mode": "hybrid",
    "capacity_in_person": "12",
    "capacity_online": "30",
    "audience": "public",
    "self_enrollment": "yes",
    "cancellation_hours": "24",
    "waitlist_cutoff_hours": "6",
    "open_place_hours": "72",
    "minimum_participants": "3",
    "joining_details": "Ring twice",
}


async def test_a_course_from_added_to_changed(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    await enter(works, client, "program_manager", program.id)
    assert (await client.get(f"/manage/programs/{program.id}/courses/new")).status_code == 200
    made = await client.post(f"/manage/programs/{program.id}/courses", data=FORM)
    assert made.status_code == 303
    course = (await queries.list_courses(STAFF, program.id)).items[0]
    assert made.headers["location"] == f"/manage/courses/{course.id}"
    assert (course.mode, course.audience, course.self_enrollment, course.overtaking) == (
        Mode.HYBRID,
        Audience.PUBLIC,
        True,
        False,
    )
    shown = (await client.get(f"/manage/courses/{course.id}")).text
    for words in ('value="Listening"', "Ring twice", 'value="hybrid" checked', 'name="version" value="1"'):
        assert words in shown
    changes = {"mode": "online", "capacity_in_person": "0", "version": 1}
    assert (await client.post(f"/manage/courses/{course.id}", data={**FORM, **changes})).status_code == 303
    assert (await queries.load_course(course.id)).mode is Mode.ONLINE


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"capacity_online": "0"}, "Say how many places there are online."),
        ({"capacity_in_person": "many"}, "Please enter a number."),
        ({"capacity_in_person": "-1"}, "at least"),
        ({"language": "qq"}, "Write a language code"),
        ({"mode": "by_post"}, "Please choose one of the list."),
        ({"minimum_participants": "99"}, "only 42 places"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    works: Works, client: httpx.AsyncClient, changes: dict[str, str], sentence: str
) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    course = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    await enter(works, client, "program_manager", program.id)
    for address in (f"/manage/programs/{program.id}/courses", f"/manage/courses/{course.id}"):
        shown = await client.post(address, data={**FORM, **changes, "version": 1})
        assert shown.status_code == 422
        assert sentence in shown.text
        assert "Ring twice" in shown.text
    assert (await queries.load_course(course.id)).version == 1


async def test_courses_can_be_taken_along(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    await works.run(STAFF, actions.create_course, program.id, LISTENING)
    await enter(works, client, "program_manager", program.id)
    csv = await client.get(f"/manage/programs/{program.id}/courses/export/csv")
    assert '"Listening first","English","in_person",12,0,"participating"' in csv.text


async def test_others_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    program = await works.run(STAFF, actions.create_program, MONTH)
    course = await works.run(STAFF, actions.create_course, program.id, LISTENING)
    await enter(works, client, "program_manager", MISSING)
    for key in (course.id, MISSING):
        assert (await client.get(f"/manage/courses/{key}")).status_code == 404
        assert (await client.post(f"/manage/courses/{key}", data=FORM)).status_code == 404
    for key in (program.id, MISSING):
        assert (await client.get(f"/manage/programs/{key}/courses/new")).status_code == 404
        assert (await client.get(f"/manage/programs/{key}/courses/export/csv")).status_code == 404
        assert (await client.post(f"/manage/programs/{key}/courses", data=FORM)).status_code == 404
