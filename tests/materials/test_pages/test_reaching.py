"""The sentence alone, as a form asks for it again and again."""

import httpx

from tests.attendance.made import make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.base.work import Works


async def test_the_sentence_follows_what_is_typed(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, meetings=2)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    path = f"/materials/sessions/{day.session_id}/reach"
    for asked, said, reach in (
        ({}, "Visible to 6 people as soon as it is published.", "some"),
        ({"audience": "trainers"}, "Only for those who teach (3 people)", "some"),
        ({"opens": "before", "amount": "1", "unit": "days"}, "Visible to 6 people as soon as", "some"),
        ({"opens": "before", "amount": "1", "published": "yes"}, "Visible to 6 people since", "some"),
        ({"published": "yes"}, "Visible to 6 people now.", "some"),
        ({"opens": "before", "amount": "525600", "unit": "days"}, "Say how long before the start", "some"),
        ({"opens": "before", "amount": "1.5", "unit": "days"}, "Say how long before the start", "some"),
        ({"opens": "before", "amount": ""}, "Say how long before the start", "some"),
        ({"opens": "after", "prework": "yes"}, "has to be seen before", "some"),
        ({"opens": "after"}, "Visible to 6 people from", "some"),
        ({"opens": "after", "meeting_number": "7"}, "meeting 7 is not there", "never"),
        # What cannot be used counts as not typed: somebody is still writing.
        ({"audience": "trainers", "amount": "-", "unit": "years", "strange": "x"}, "Only for those who teach", "some"),
    ):
        answer = await client.get(path, params=asked)
        assert (answer.status_code, said in answer.text, answer.headers["x-reach"]) == (200, True, reach), asked
        assert "<html" not in answer.text


async def test_that_of_a_course_counts_all_sessions(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    answer = await client.get(f"/materials/courses/{day.scene.course_id}/reach", params={"opens": "start"})
    assert "Visible to 6 people in 1 session, in each, from its start." in answer.text
    missing = {"opens": "start", "meeting_number": "7"}
    answer = await client.get(f"/materials/courses/{day.scene.course_id}/reach", params=missing)
    assert ("no session of this course has a meeting 7" in answer.text, answer.headers["x-reach"]) == (True, "never")


async def test_meetings_are_offered_in_words(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, meetings=2)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    shown = (await client.get(f"/materials/sessions/{day.session_id}/add")).text
    assert "Of the whole session" in shown
    assert "Meeting" in shown
    of_course = (await client.get(f"/materials/courses/{day.scene.course_id}/add")).text
    assert "The number of a meeting, in every session." in of_course
