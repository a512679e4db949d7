"""What somebody takes part in next, on the page where everybody begins; and the way to how they were recorded."""

from uuid import UUID

import httpx

from tests.attendance.made import Day, make_day
from tests.booking.made import make_scene
from tests.booking.test_pages.made import enter, words
from tests.conftest import SITE, FrozenClock
from tests.portal.made import more_sessions
from tests.surveys.made import asked
from training.attendance.actions.marking import close_roster, save_all_but
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places, cancel_enrollment
from training.booking.rules.guests import place_token
from training.schedule.actions import cancel_session

RECORDED = "How you were recorded"


def first(day: Day) -> Viewer:
    return Viewer(person_id=day.scene.people[0], zone="Europe/Dublin")


async def test_a_running_session_stands_first_with_place_and_join(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2, mode="online", capacity_online=9, capacity_in_person=0)
    await execute("UPDATE meeting SET link = 'https://meet.example/secret'")
    await enter(works, client, first(day))
    home = await client.get("/")
    said = words(home.text)
    assert "You take part" in said
    assert "Enrolled Runs now" in said
    assert "Meeting 1 of 2" in said
    assert 'href="https://meet.example/secret"' in home.text
    assert RECORDED not in said
    clock.move(hours=3)
    later = await client.get("/")
    assert "Meeting 2 of 2" in words(later.text)
    assert "You can join from" in words(later.text)
    assert "meet.example" not in later.text


async def test_who_waits_sees_that_and_no_link(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, mode="online", capacity_online=1, capacity_in_person=0)
    await execute("UPDATE meeting SET link = 'https://meet.example/secret'")
    people = tuple(Wanted(membership_id=key) for key in scene.members[:2])
    order = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people)
    await works.run(scene.coordinator, book_places, order)
    await enter(works, client, Viewer(person_id=scene.people[1]))
    home = await client.get("/")
    assert words(home.text).count("Waitlisted") == 2, "above, and on the card of the session"
    assert "meet.example" not in home.text
    assert "The room will be announced" not in words(home.text), "nobody waits for a room of an online session"
    await enter(works, client, Viewer(person_id=scene.people[5]))
    assert "You take part" not in words((await client.get("/")).text)


async def test_as_many_statements_for_thirty_places_as_for_three(works: Works, client: httpx.AsyncClient) -> None:
    scene = await make_scene(works, mode="online", capacity_online=9, capacity_in_person=0)
    sessions = await more_sessions(works, scene, 30)
    me = Viewer(person_id=scene.people[0])

    async def take(some: list[UUID]) -> None:
        for session_id in some:
            people = (Wanted(membership_id=scene.members[0]),)
            order = Order(session_id=session_id, partner_id=scene.partner_id, people=people)
            await works.run(scene.coordinator, book_places, order)

    counted, said = [], ""
    for some in (sessions[:3], sessions[3:]):
        await take(some)
        await enter(works, client, me)
        with watch_statements() as seen:
            said = words((await client.get("/")).text)
        counted.append(len(seen))
    assert counted[0] == counted[1]
    assert "All 30 of your sessions" in said
    assert said.count("Enrolled") == 3 + 6


async def test_what_can_be_said_of_what_is_over(works: Works, client: httpx.AsyncClient) -> None:
    over = await asked(works)
    await enter(works, client, Viewer(person_id=over.scene.people[0]))
    home = await client.get("/")
    assert "Say how it was: Safe messaging" in words(home.text)
    assert "/surveys/" in home.text


async def test_the_way_to_ones_marks_stands_everywhere_once_a_roster_is_closed(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2)
    pages = ("/", "/my/sessions", f"/sessions/{day.session_id}")
    await enter(works, client, first(day))
    for path in pages:
        assert RECORDED not in words((await client.get(path)).text), path
    clock.move(hours=3)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    link = f'href="/my/attendance/{day.enrollments[0]}"'
    for path in pages:
        assert link in (await client.get(path)).text, path
    own = await client.get(f"/my/attendance/{day.enrollments[0]}")
    assert own.status_code == 200
    await enter(works, client, Viewer(person_id=day.scene.people[5]))
    assert RECORDED not in words((await client.get(pages[2])).text)
    clock.move(days=3)
    await enter(works, client, first(day))
    for path in pages[1:]:
        assert link in (await client.get(path)).text, path


async def test_the_way_to_ones_marks_stays_when_the_rest_is_cancelled(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    """For who had a place until then, also days later; nowhere for who gave it back before."""
    day = await make_day(works, clock, meetings=2)
    kept, left = day.enrollments[0], day.enrollments[1]
    clock.move(hours=3)
    await works.run(day.lead, save_all_but, day.meeting_id, [kept])
    await works.run(day.manager, cancel_enrollment, left)
    clock.move(hours=1)
    await works.run(day.manager, cancel_session, day.session_id, "The house is closed.")
    places = {key: f"/places/{place_token(SITE.secret_key, key, 1)}" for key in (kept, left)}
    own = ("/my/sessions", f"/sessions/{day.session_id}")
    await enter(works, client, first(day))
    for path in (*own, places[kept]):
        assert RECORDED not in words((await client.get(path)).text), "the roster is open"
    await works.run(day.lead, close_roster, day.meeting_id)
    for days in (0, 3):
        clock.move(days=days)
        await enter(works, client, first(day))
        for path in own:
            assert f'href="/my/attendance/{kept}"' in (await client.get(path)).text, path
        assert f'href="{places[kept]}/attendance"' in (await client.get(places[kept])).text
        await enter(works, client, Viewer(person_id=day.scene.people[1]))
        for path in (*own, places[left]):
            assert RECORDED not in words((await client.get(path)).text), path


async def test_a_meeting_that_was_called_off_has_no_marks(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2)
    clock.move(hours=3)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    await execute("UPDATE meeting SET cancelled_at = {} WHERE id = {}", clock.now, day.meeting_id)
    await enter(works, client, first(day))
    assert RECORDED not in words((await client.get("/")).text)
