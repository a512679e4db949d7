"""A session whose rest was cancelled goes on giving what it gave until then, to those who had a place until then."""

import re

import httpx

from tests.attendance.made import Day, make_day
from tests.booking.test_mails import letters, plain
from tests.conftest import FrozenClock
from tests.materials.crowd import second_session
from tests.materials.made import MACHINE, again, learner, published
from tests.materials.shelf import AFTER, changed, seen, shelf_at
from training.attendance.actions.marking import close_roster
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.materials.actions.acknowledging import acknowledge
from training.materials.queries.editing import get_scope
from training.materials.queries.meetings import find_meeting_numbers
from training.materials.queries.reach import count_reached
from training.materials.queries.showing import list_materials
from training.materials.rules.showing import Opens, Showing
from training.schedule.actions import cancel_session

OF_SECOND = {"opens": Opens.BEFORE, "offset_minutes": 24 * 60, "meeting_number": 2}


async def given(day: Day, works: Works) -> dict[str, tuple[int, bool]]:
    """What the first learner sees: the number of its version, and whether it came after the session."""
    found = await list_materials(learner(day), day.session_id, works.clock())
    return {one.title: (one.given.number, one.late) for one in found.items if one.given is not None}


async def stop(day: Day, works: Works, clock: FrozenClock) -> None:
    await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    clock.move(hours=1)


async def test_a_version_that_was_given_between_two_meetings_stays(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, AFTER, meetings=3)
    await again(works, shelf.day, shelf.slides, note="A mistake is put right.")
    clock.move(hours=15)
    assert (await given(shelf.day, works))["Slides and handout"] == (2, False)
    await stop(shelf.day, works, clock)
    await again(works, shelf.day, shelf.slides, note="Too late for them.")
    assert (await given(shelf.day, works))["Slides and handout"] == (2, False)
    scope = await get_scope(shelf.day.manager, session_id=shelf.day.session_id)
    assert scope.ends_at is not None
    assert (works.clock() - scope.ends_at).total_seconds() == 3600


async def test_what_was_first_given_between_two_meetings_is_kept(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=3)
    clock.move(hours=3)
    material = await published(works, day, title="Homework")
    clock.move(hours=3)
    assert await given(day, works) == {"Homework": (1, False)}
    await stop(day, works, clock)
    clock.move(days=30)
    await again(works, day, material.id)
    assert await given(day, works) == {"Homework": (1, False)}


async def test_what_they_went_through_is_what_they_are_shown(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=3)
    first = await published(works, day, title="Homework", prework=True)
    clock.move(hours=3)
    await changed(works, day, first.id, "Other words.", "It has other words.")
    await works.run(learner(day), acknowledge, day.enrollments[0], first.id)
    await stop(day, works, clock)
    shown = await seen(client, works, learner(day), f"/sessions/{day.session_id}/materials/{first.id}")
    assert "Other words." in shown


async def test_the_list_of_a_course_says_what_its_sentence_says(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=3, people=12)
    showing = Showing(opens=Opens.START, meeting_number=2)
    material = await published(works, day, of_course=True, title="Second", opens=Opens.START, meeting_number=2)
    # It has one meeting.
    await works.run(MACHINE, second_session, day)
    clock.move(days=1, hours=4)
    await stop(day, works, clock)
    assert await given(day, works) == {"Second": (1, False)}
    scope = await get_scope(day.manager, course_id=day.scene.course_id)
    assert (await count_reached(scope, showing, works.clock(), material_id=material.id)).enrolled == 12
    text = await seen(client, works, day.manager, f"/materials/courses/{day.scene.course_id}")
    assert "no session of the course has such a meeting" not in text
    assert await find_meeting_numbers(day.scene.course_id) == frozenset({1, 2})


async def test_trainers_read_what_nobody_sees(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day = await make_day(works, clock, meetings=2)
    await published(works, day, title="Before the second day", prework=True, **OF_SECOND)
    clock.move(hours=3)
    briefing = f"/sessions/{day.session_id}/briefing"
    missing = "3 people have not gone through it"
    assert missing in await seen(client, works, day.lead, briefing)
    await stop(day, works, clock)
    text = await seen(client, works, day.lead, f"/sessions/{day.session_id}/materials")
    assert "They do not see it as things stand" in text
    assert "Learners are asked to go through it before" not in text
    assert missing not in await seen(client, works, day.lead, briefing)
    text = await seen(client, works, learner(day), f"/sessions/{day.session_id}/materials")
    assert "The rest of this session was cancelled." in text
    assert "No materials yet" not in text


async def test_nothing_is_promised_to_who_has_nothing_here(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock, meetings=2, audience="public")
    await published(works, day, title="For those who have a place")
    clock.move(hours=3)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    await works.run(day.manager, cancel_enrollment, day.enrollments[1])
    clock.move(hours=1)
    await stop(day, works, clock)
    for nobody in (day.stranger, learner(day, 1), None):
        text = await seen(client, works, nobody, f"/sessions/{day.session_id}/materials")
        assert "Nothing here for you" in text
        assert "stays here" not in text
    assert "stays here" in await seen(client, works, learner(day), f"/sessions/{day.session_id}/materials")


async def test_the_mail_leads_to_what_stays(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    await published(works, day, title="Slides")
    clock.move(hours=3)
    # Who waits has no place to go to.
    await execute("UPDATE enrollment SET state = 'waitlisted', mode = '' WHERE id = {}", day.enrollments[2])
    await stop(day, works, clock)
    told = [plain(letter) for letter in await letters("booking-session-cancelled")]
    assert sorted(bool(re.search(r"stays on the page of your place:\s+\S+/places/\S+", text)) for text in told) == [
        False,
        True,
        True,
    ]
