"""Check-in at the door: typed codes, the switch of self check-in, the screen."""

import httpx
import pytest

from tests.attendance.made import make_day, mark
from tests.attendance.test_actions.test_check_in import opened, shown, stands, token
from tests.attendance.test_actions.test_check_in import words as letters
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.statuses import Status
from training.base.database import execute, watch_statements
from training.base.work import Works


def spaced(code: str) -> str:
    """As the screen shows it. Half of it may be in any date by chance."""
    return f"{code[:3]} {code[3:]}"


async def test_a_typed_code_checks_in(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/scan"
    page = await client.get(path)
    assert "camera=(self)" in page.headers["permissions-policy"]
    assert "camera=()" in (await client.get("/sessions")).headers["permissions-policy"]
    assert "0 of 3 are in" in words(page.text)
    done = await client.post(path, data={"code": letters(works, day.enrollments[0])})
    assert (done.status_code, done.headers["location"]) == (303, path)
    assert "Northern Line 0 is checked in." in words((await client.get(path)).text)
    await client.post(path, data={"code": token(works, day.enrollments[0])})
    said = words((await client.get(path)).text)
    assert "Northern Line 0 is checked in already." in said
    assert "1 of 3 are in" in said
    assert await stands(day.enrollments[0]) == [("present", 0, "qr")]


async def test_what_checks_nobody_in_says_what_to_do(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" two", title="Another thing")
    clock.move(days=-14, minutes=-10)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/scan"
    for code, sentence in (
        ("KX7-M4T", "Nobody on this roster has this code."),
        (token(works, other.enrollments[0]), "This code is for another session. Is the person in the right room?"),
        ("", "Please fill this in."),
    ):
        answer = await client.post(path, data={"code": code})
        assert answer.status_code == 422
        assert sentence in words(answer.text)
    await execute("UPDATE session SET audience = 'public' WHERE id = {}", other.session_id)
    answer = await client.post(path, data={"code": token(works, other.enrollments[0])})
    assert "This code is for another session: Another thing." in words(answer.text)


async def test_a_closed_roster_checks_nobody_in(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    await enter(works, client, day.lead)
    root = f"/rosters/{day.meeting_id}"
    page = await client.get(f"{root}/scan")
    assert "This roster is closed, so nobody can be checked in any more." in words(page.text)
    assert f'action="{root}/s' not in page.text
    assert (await client.post(f"{root}/self-check-in", data={"on": "yes"})).status_code == 303
    assert "This roster is closed already." in words((await client.get(f"{root}/scan")).text)


async def test_the_switch_and_the_screen(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.assistant)
    root = f"/rosters/{day.meeting_id}"
    assert "People do not check in themselves here now" in words((await client.get(f"{root}/screen")).text)
    pressed = await client.post(f"{root}/self-check-in", data={"on": "yes", "back": "screen"})
    assert pressed.headers["location"].endswith(f"{root}/screen")
    done = await client.post(f"{root}/self-check-in", data={"on": "yes"})
    assert done.headers["location"] == f"{root}/scan"
    assert "The word to say aloud:" in words((await client.get(f"{root}/scan")).text)
    code = shown(works, day, clock)
    screen = await client.get(f"{root}/screen")
    assert spaced(code) in words(screen.text)
    assert "testserver.example/here" in words(screen.text)
    assert 'http-equiv="refresh"' in screen.text
    await client.post(f"{root}/self-check-in", data={"on": "yes", "anew": "yes"})
    again = shown(works, day, clock, 2)
    assert spaced(again) in words((await client.get(f"{root}/screen")).text)
    await client.post(f"{root}/self-check-in", data={"on": ""})
    assert spaced(again) not in words((await client.get(f"{root}/screen")).text)


@pytest.mark.parametrize("who", ["shadow", "stranger"])
async def test_the_word_and_the_code_are_for_those_who_mark(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, who: str
) -> None:
    day, _ = await opened(works, clock)
    await enter(works, client, getattr(day, who))
    for page in ("scan", "screen"):
        assert (await client.get(f"/rosters/{day.meeting_id}/{page}")).status_code == 404


async def test_the_screen_costs_the_same_for_many(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    counts = []
    for people, tag in ((2, ""), (12, " two")):
        day, _ = await opened(works, clock, people=people, tag=tag)
        await enter(works, client, day.lead)
        with watch_statements() as seen:
            assert (await client.get(f"/rosters/{day.meeting_id}/screen")).status_code == 200
        counts.append(len(seen))
        clock.move(days=-14, minutes=-10)
    assert counts[0] == counts[1] <= 6


async def test_where_nobody_comes_to_a_door_no_codes_are_read(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, mode="online", capacity_online=3, capacity_in_person=0)
    await enter(works, client, day.lead)
    root = f"/rosters/{day.meeting_id}"
    page = await client.get(f"{root}/scan")
    said = words(page.text)
    assert "Start the camera" not in said
    assert "six letters" not in said
    assert "js/check-in.js" not in page.text
    assert "Everybody takes part online." in said
    switched = await client.post(f"{root}/self-check-in", data={"on": "yes"}, follow_redirects=True)
    assert "Share the screen in the meeting" in words(switched.text)
    assert "One device for all" not in words(switched.text)


async def test_the_screen_says_what_counts_down_and_expects_nobody_who_is_excused(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, _ = await opened(works, clock)
    ill = mark(day.enrollments[0], Status.EXCUSED, reason="Ill")
    await works.run(day.lead, save_marks, day.meeting_id, [ill, mark(day.enrollments[1])])
    await enter(works, client, day.lead)
    screen = await client.get(f"/rosters/{day.meeting_id}/screen")
    assert "1 of 2 are in" in words(screen.text)
    assert 'data-words="The next code comes in {n} s"' in screen.text


async def test_the_page_and_the_screen_say_from_when_on_it_is_on(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, _ = await opened(works, clock)
    root = f"/rosters/{day.meeting_id}"
    clock.move(minutes=-120)
    await enter(works, client, day.lead)
    said = words((await client.get(f"{root}/scan")).text)
    assert "It is on from 09:30 Dublin time (UTC+1), 30 minutes before the meeting." in said
    assert "It can be marked from Mon 18 May 2026, 09:00 Dublin time (UTC+1) on" in said
    screen = await client.get(f"{root}/screen")
    assert "You can check in from 09:30 Dublin time (UTC+1) on" in words(screen.text)
    assert spaced(shown(works, day, clock)) not in words(screen.text)
    clock.move(days=-3)
    said = words((await client.get(f"{root}/scan")).text)
    assert "It is on from Mon 18 May 2026, 09:30 Dublin time (UTC+1), 30 minutes" in said
    clock.move(days=3, minutes=120)
    said = words((await client.get(f"{root}/scan")).text)
    assert "It is on. The screen shows a code" in said
    assert "from 09:30" not in said


async def test_after_its_hours_it_cannot_be_switched_on(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    root = f"/rosters/{day.meeting_id}"
    clock.move(minutes=126)
    await enter(works, client, day.lead)
    page = await client.get(f"{root}/scan")
    assert "It is over: people can check in themselves until 15 minutes after the meeting." in words(page.text)
    assert "Switch it on" not in words(page.text)
    await client.post(f"{root}/self-check-in", data={"on": "yes"})
    assert "This meeting is over: people check in themselves" in words((await client.get(f"{root}/scan")).text)
    screen = words((await client.get(f"{root}/screen")).text)
    assert "Check-in is over" in screen
    assert "Switch it on" not in screen


async def test_after_its_hours_the_word_is_left(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    root = f"/rosters/{day.meeting_id}"
    clock.move(minutes=126)
    await enter(works, client, day.lead)
    said = words((await client.get(f"{root}/scan")).text)
    assert "the code on the screen was taken until 12:15 Dublin time (UTC+1)." in said
    assert word in said
    assert "Open the screen" not in said
    assert "Check-in is over" in words((await client.get(f"{root}/screen")).text)
    clock.move(days=1)
    assert word not in words((await client.get(f"{root}/scan")).text)


async def test_long_before_a_manager_reads_when_the_meeting_is(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    path = f"/rosters/{day.meeting_id}/scan"
    await enter(works, client, day.manager)
    assert "Nobody can have come yet." not in words((await client.get(path)).text)
    clock.move(days=-5)
    said = words((await client.get(path)).text)
    assert "This meeting is on Mon 18 May 2026" in said
    assert said.index("Nobody can have come yet.") < said.index("Read codes")


async def test_online_the_screen_says_that_the_code_is_typed(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, _ = await opened(works, clock, mode="online", capacity_online=3, capacity_in_person=0)
    await enter(works, client, day.lead)
    said = words((await client.get(f"/rosters/{day.meeting_id}/screen")).text)
    assert "or press “I am here” under My sessions, and type it there." in said
