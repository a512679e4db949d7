"""What people read: each reminder as text and HTML, on the reader's own clocks."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene
from tests.booking.questions_made import agree, ask, of_session, person
from tests.conftest import SITE, FrozenClock
from tests.reminders.made import coordinate, enrolled_scene, teach, tick
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.asking import answer_questions
from training.booking.queries import list_enrollments
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.outbox.rules import Rendered
from training.reminders.actions.plans import add_plan
from training.reminders.jobs import gather_weeks
from training.reminders.rules.plans import Anchor, Audience, PlanValues, Scope

WORDS = "Please bring a pen.\n\nThe door on the left <b>is</b> open."


async def letters(kind: str) -> list[Rendered]:
    rows = await execute("SELECT id FROM message WHERE kind = {} ORDER BY created_at, id", kind)
    return [render_message(await get_message(row["id"]), SITE) for row in rows]


def plain(letter: Rendered) -> str:
    """The text, after what holds for every mail was checked."""
    assert "\n\n\n" not in letter.text
    assert re.match(r"Hello [^\n]+,\n\n[A-Z]", letter.text), letter.text
    assert "(UTC" not in letter.text + letter.html
    assert "<b>" not in letter.html
    assert "&lt;" not in letter.html.replace("&lt;b&gt;", "").replace("&lt;/b&gt;", "")
    return letter.text


async def reminded(works: Works, scene: Scene, clock: FrozenClock, **values: Any) -> None:
    """The plan is added to the session, and time passes until it is over for two days."""
    told = {"key": "mine", "words": WORDS, **values}
    await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, PlanValues(**told))
    for _ in range(17 * 24):
        await tick(works)
        clock.move(hours=1)


async def test_the_day_before_on_the_readers_clocks(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, meetings=2)
    await execute("UPDATE person SET zone = 'America/New_York' WHERE email LIKE 'northern-line-0@%'")
    clock.move(days=13)
    await tick(works)
    (letter,) = await letters("reminder-upcoming")
    text = plain(letter)
    assert letter.subject == "Reminder: Safe messaging, Mon 18 May 2026, 05:00 UTC-4"
    assert "This is a reminder: you have a place in this session." in text
    assert "Mon 18 May 2026, 05:00 to 07:00, New York time, UTC-4\nSession's own time: Mon 18 May 2026, 09:00" in text
    assert "Tue 19 May" not in text, "only the meeting that is tomorrow"
    assert re.search(r"/places/[-_0-9A-Za-z]{64}\n", text)
    assert "time to give the place back without asking is over" in text
    clock.move(days=1)
    await tick(works)
    text = plain((await letters("reminder-upcoming"))[-1])
    assert "Tue 19 May 2026, 05:00" in text
    assert str(scene.session_id) in text


async def test_the_week_before_says_until_when_a_place_can_be_given_back(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, meetings=2)
    clock.move(days=7)
    await tick(works)
    text = plain((await letters("reminder-upcoming"))[0])
    assert "give the place back until Sat 16 May 2026, 09:00" in text
    assert "\n2. Tue 19 May 2026" in text


async def test_what_is_still_needed_is_said_with_the_way_to_it(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1)
    deadline = PlanValues(key="give-back", anchor=Anchor.CANCELLATION_DEADLINE, offset_minutes=-1440)
    await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, deadline)
    after = PlanValues(key="afterwards", anchor=Anchor.END, offset_minutes=60)
    await works.run(scene.manager, add_plan, Scope.SESSION, scene.session_id, after)
    must = await ask(works, await of_session(scene), scene.manager, required=True)
    await agree(works, scene)
    places = await list_enrollments(scene.manager, scene.session_id)
    first = next(place for place in places if place.person_id == scene.people[0])
    await works.run(person(scene, 0), answer_questions, first.id, {f"q-{must.id}": "tea"})
    for _ in range(16):
        await tick(works)
        clock.move(days=1)
    for kind, count in (("reminder-upcoming", 2), ("reminder-deadline", 1)):
        some = await letters(kind)
        text = [plain(letter) for letter in some]
        one = [re.search(r"One thing is still needed from you. Please answer it here:\n\S+/places/", t) for t in text]
        two = [re.search(r"2 things are still needed from you. Please answer them here:\n\S+/places/", t) for t in text]
        assert (sum(map(bool, one)), sum(map(bool, two))) == (count, count), kind
        assert sum("there is nothing to do" in t for t in text) == 0
        assert all("still needed from you.</strong> <a href=" in letter.html for letter in some)
    assert not any("needed" in letter.text for letter in await letters("reminder-after"))


async def test_who_waits_reads_their_number(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, 0, 1, capacity_in_person=1)
    clock.move(days=12, hours=12)
    await tick(works)
    (letter,) = await letters("reminder-waiting")
    text = plain(letter)
    assert letter.subject == "You are still on the waitlist: Safe messaging"
    assert "You are number 1 on the waitlist of this session." in text
    assert "moves by itself until Sun 17 May 2026, 21:00" in text
    assert "leave the waitlist" in text


async def test_a_trainer_is_briefed(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1, 2, capacity_in_person=2)
    await teach(works, scene, scene.people[6])
    await execute("UPDATE meeting SET link = 'https://meet.example/room?a=1&b=2'")
    clock.move(days=13)
    await tick(works)
    (letter,) = await letters("briefing")
    text = plain(letter)
    assert letter.subject == "Your briefing: Safe messaging, Mon 18 May 2026, 09:00 UTC"
    assert "You teach this session." in text
    assert "In the room: 2\n" in text
    assert "On the waitlist: 1\n" in text
    assert "Link to join:\nhttps://meet.example/room?a=1&b=2\n" in text
    assert "northern-line" not in text + letter.html, "nobody's address"


@pytest.mark.parametrize(
    ("values", "kind", "said"),
    [
        (
            {"anchor": Anchor.CANCELLATION_DEADLINE, "offset_minutes": -1440},
            "reminder-deadline",
            "If you can come, there is nothing to do.",
        ),
        ({"anchor": Anchor.END, "offset_minutes": 60}, "reminder-after", "a session in which you had a place"),
        (
            {"audience": Audience.COORDINATORS, "anchor": Anchor.BOOKING_DEADLINE, "offset_minutes": -120},
            "reminder-coordinating",
            "Until Thu 14 May 2026, 10:00, Dublin time, UTC+1 you can book more places in this session.",
        ),
        (
            {"audience": Audience.COORDINATORS, "anchor": Anchor.END, "offset_minutes": 120},
            "reminder-coordinating",
            "Northern Line in this session:\nhave a place: 1\n",
        ),
        (
            {"audience": Audience.OPEN_PLACES, "anchor": Anchor.OPEN_PLACE_DEADLINE, "offset_minutes": -120},
            "reminder-open-places",
            "They need names until Fri 15 May 2026, 10:00, Dublin time, UTC+1; what has none by then goes to those who",
        ),
        (
            {"anchor": Anchor.BOOKING_DEADLINE, "offset_minutes": -120},
            "reminder-upcoming",
            "in which you have a place, closes on Thu 14 May 2026, 09:00, UTC",
        ),
    ],
)
async def test_what_managers_plan_themselves(
    works: Works, clock: FrozenClock, values: dict[str, Any], kind: str, said: str
) -> None:
    scene = await enrolled_scene(works, booking_closes_at=clock.now + timedelta(days=10))
    await coordinate(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, open_places=2))
    await reminded(works, scene, clock, **values)
    letter = next(one for one in await letters(kind) if "Please bring a pen." in one.text)
    text = plain(letter)
    assert said in " ".join(text.split("\n")) or said in text
    assert "Please bring a pen.\n\nThe door on the left <b>is</b> open.\n" in text
    assert "&lt;b&gt;is&lt;/b&gt;" in letter.html


async def test_a_coordinators_week(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works, 0, 1, 2, capacity_in_person=5)
    await coordinate(works, scene)
    await works.run(scene.coordinator, book_places, order(scene, open_places=2))
    clock.move(days=7)
    assert await gather_weeks(works) == 1
    (letter,) = await letters("digest")
    text = plain(letter)
    assert letter.subject == "Your week: Northern Line"
    assert "2 places must have names by then: Safe messaging" in text
    assert "3 places can be given back until then: Safe messaging" in text
