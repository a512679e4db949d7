"""The sentence alone, as a form asks for it again and again."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.attendance.made import make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.crowd import make_crowd, seen
from tests.materials.made import published
from training.base.work import Works
from training.materials.actions.editing import withdraw
from training.materials.actions.renumbering import COUNTED_ANEW
from training.materials.queries.editing import find_placement, get_edited, list_edited
from training.materials.rules.showing import Opens
from training.schedule.actions import add_meeting
from training.schedule.rules.values import MeetingValues


async def test_the_sentence_follows_what_is_typed(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, meetings=2)
    # It could have been seen since yesterday, had it been published.
    material, other = await published(works, day), await published(works, day, of_course=True)
    known, today = {"material": str(material.id)}, f"{works.clock():%a} {works.clock().day} {works.clock():%b}"
    client.cookies.set("sign_in", await bearer(works, day.manager))
    path = f"/materials/sessions/{day.session_id}/reach"
    for asked, said, reach in (
        ({}, "Visible to 6 people as soon as it is published.", "some"),
        ({"audience": "trainers"}, "Only for those who teach (3 people)", "some"),
        ({"opens": "before", "amount": "1", "unit": "days"}, "Visible to 6 people as soon as", "some"),
        ({"opens": "before", "amount": "1", **known}, f"Visible to 6 people since {today}", "some"),
        (known, "Visible to 6 people now.", "some"),
        ({"material": str(other.id)}, "Visible to 6 people as soon as it is published.", "some"),
        ({"material": "' OR 1 = 1"}, "Visible to 6 people as soon as it is published.", "some"),
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


LEFT_OUT, TRAINERS = {"hidden": "yes"}, {"shown": "here", "audience": "trainers"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((None, None), "Visible to 9 people in 2 sessions, now."),
        ((LEFT_OUT, None), "Visible to 5 people in 1 of 2 sessions (1 leaves it out), now."),
        ((LEFT_OUT, LEFT_OUT), "Nobody it is for sees it: every session of this course leaves it out."),
        ((TRAINERS, None), "1 session says something else, and is counted as it says."),
        ((TRAINERS, TRAINERS), "Nobody it is for sees it in 2 sessions."),
    ],
)
async def test_the_sentence_tells_what_each_really_gets(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, said: tuple[Any, Any], words: str
) -> None:
    crowd = await make_crowd(works, clock)
    day, course_id = crowd.day, crowd.day.scene.course_id
    material = await published(works, day, of_course=True)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    sessions = (day.session_id, crowd.second_id)
    for session_id, form in zip(sessions, said, strict=True):
        if form is not None:
            path = f"/materials/sessions/{session_id}/placements/{material.id}"
            # While it is being chosen, and once it is.
            told = (await client.get(f"{path}/reach", params=form)).text
            assert ("nobody sees it here" in told) == (form is LEFT_OUT)
            assert (await client.post(path, data={**form, "version": "0"})).status_code == 303
            assert ("nobody sees it here" in (await client.get(path)).text) == (form is LEFT_OUT)
    shown = (await client.get(f"/materials/{material.id}")).text
    assert words in shown
    asked = await client.get(f"/materials/courses/{course_id}/reach", params={"material": str(material.id)})
    assert words in asked.text
    let_in = await seen(crowd, works, sessions, course_id)
    if counted := re.search(r"Visible to (\d+) people", shown):
        assert int(counted[1]) == len(let_in[material.id])
    else:
        # Only who teaches, on the page of the course.
        assert len(let_in[material.id]) == 3
    await works.run(day.manager, withdraw, material.id)
    for path in (f"/materials/{material.id}", f"/materials/courses/{course_id}/reach?material={material.id}"):
        withdrawn = (await client.get(path)).text
        assert ("Withdrawn: nobody sees it" in withdrawn, "Visible to" in withdrawn) == (True, False)
    assert material.id not in await seen(crowd, works, sessions, course_id)


async def test_meetings_are_offered_in_words(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, meetings=2)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    shown = (await client.get(f"/materials/sessions/{day.session_id}/add")).text
    assert "Of the whole session" in shown
    assert "Meeting" in shown
    of_course = (await client.get(f"/materials/courses/{day.scene.course_id}/add")).text
    assert "The number of a meeting, in every session." in of_course


async def test_a_form_names_the_meeting_that_it_offered_or_none(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(days=-2)
    own, of_course = await published(works, day), await published(works, day, of_course=True)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    named = {"title": "Answers", "shown": "here", "audience": "enrolled", "opens": "after", "meeting_number": "2"}
    of_session = f"/materials/sessions/{day.session_id}"
    forms = {f"{of_session}/add": "0", f"/materials/{own.id}": "1", f"{of_session}/placements/{of_course.id}": "0"}
    opened = {path: {"counted": _counted((await client.get(path)).text), "version": v} for path, v in forms.items()}
    start = datetime(2026, 5, 18, 20)
    evening = MeetingValues(local_start=start, local_end=start + timedelta(hours=2))
    await works.run(day.manager, add_meeting, day.session_id, evening, accept_warnings=True)
    for path, form in opened.items():
        answer = await client.post(path, data=named | form)
        assert (answer.status_code, COUNTED_ANEW in answer.text) == (422, True), path
        # As the page has it now, it is taken.
        again = await client.post(path, data=named | form | {"counted": _counted(answer.text)})
        assert again.status_code == 303, path
    kept = [one.material.meeting_number for one in (await list_edited(day.manager, session_id=day.session_id)).items]
    assert (kept, (await find_placement(day.session_id, of_course.id)).meeting_number) == ([2, 2], 2)


async def test_what_is_said_beside_a_meeting_is_saved_though_others_were_added(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(days=-2)
    own = await published(works, day, opens=Opens.AFTER, meeting_number=1)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    path = f"/materials/{own.id}"
    form = {"title": "Renamed", "audience": "enrolled", "opens": "after", "meeting_number": "1", "version": "1"}
    opened = form | {"counted": _counted((await client.get(path)).text)}
    start = datetime(2026, 5, 30, 9)
    last = MeetingValues(local_start=start, local_end=start + timedelta(hours=2))
    await works.run(day.manager, add_meeting, day.session_id, last, accept_warnings=True)
    assert (await client.post(path, data=opened)).status_code == 303
    material = (await get_edited(day.manager, own.id)).material
    assert (material.title, material.meeting_number) == ("Renamed", 1)


def _counted(page: str) -> str:
    (mark,) = re.findall(r'name="counted" value="([0-9a-f]+)"', page)
    return str(mark)
