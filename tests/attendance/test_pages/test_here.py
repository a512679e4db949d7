"""Checking in oneself, on one's own device and on one that stands there for all."""

import httpx

from tests.attendance.made import Day, make_day, on_one_day
from tests.attendance.test_actions.test_check_in import learner, opened, shown, stands
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.self_check_in import switch_self_check_in
from training.attendance.rules.check_in import kiosk_token
from training.base.database import execute
from training.base.work import Works
from training.booking.rules.guests import place_token
from training.schedule.actions import cancel_session


def place(works: Works, day: Day, number: int) -> str:
    return f"/here/place/{place_token(works.site.secret_key, day.enrollments[number], 1)}"


async def test_signed_in_by_the_code_that_was_scanned(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, _ = await opened(works, clock)
    code = shown(works, day, clock)
    stranger = await client.get(f"/here/{code}")
    assert f'href="/sign-in?next=/here/{code}"' in stranger.text
    assert (await client.post("/here", data={"code": code})).headers["location"].startswith("/sign-in")
    await enter(works, client, await learner(day.enrollments[0]))
    page = await client.get(f"/here/{code}")
    assert f'value="{code}"' in page.text
    assert "Safe messaging" in words(page.text)
    done = await client.post("/here", data={"code": code})
    assert (done.status_code, done.headers["location"]) == (303, "/here")
    assert "You are checked in. Welcome!" in words((await client.get("/here")).text)
    assert await stands(day.enrollments[0]) == [("present", 0, "code")]


async def test_online_it_is_found_where_one_looks_and_leads_on(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock, mode="online", capacity_online=3, capacity_in_person=0)
    await execute("UPDATE meeting SET link = 'https://meet.example/room'")
    own = place(works, day, 0).replace("/here/place/", "/places/")
    assert f'href="{place(works, day, 0)}"' in (await client.get(own)).text
    await enter(works, client, await learner(day.enrollments[0]))
    for path in ("/my/sessions", f"/sessions/{day.session_id}"):
        assert 'href="/here"' in (await client.get(path)).text, path
    clock.move(minutes=5)
    done = await client.post("/here", data={"code": word}, follow_redirects=True)
    assert words(done.text).count("You are checked in") == 1
    assert "You are checked in, 15 minutes after the start." in words(done.text)
    assert 'href="https://meet.example/room"' in done.text
    assert 'href="/my/sessions"><span>My sessions</span>' in done.text.partition("<main")[2]
    for path in ("/my/sessions", f"/sessions/{day.session_id}"):
        assert 'href="/here"' not in (await client.get(path)).text, path
    shown = await client.get(place(works, day, 0))
    assert f'href="{own}"><span>Your place</span>' in shown.text


async def test_while_it_is_off_or_before_it_can_be_used_nothing_offers_it(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, mode="online", capacity_online=3, capacity_in_person=0)
    await enter(works, client, await learner(day.enrollments[0]))
    assert 'href="/here"' not in (await client.get("/my/sessions")).text
    await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    assert 'href="/here"' in (await client.get("/my/sessions")).text
    clock.move(minutes=-41)
    own = place(works, day, 0).replace("/here/place/", "/places/")
    for path in ("/my/sessions", f"/sessions/{day.session_id}", own):
        assert "I am here" not in words((await client.get(path)).text), path


async def test_by_the_link_to_ones_place(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    page = await client.get(place(works, day, 1))
    assert page.headers["referrer-policy"] == "strict-origin"
    assert "The code on the screen, or the word" in words(page.text)
    done = await client.post(f"{place(works, day, 1)}/in", data={"code": word})
    assert (done.status_code, done.headers["location"]) == (303, ".")
    assert "You are checked in." in words((await client.get(f"{place(works, day, 1)}/")).text)
    assert await stands(day.enrollments[1]) == [("present", 0, "word")]
    assert (await client.get("/here/place/" + "A" * 64)).status_code == 404


async def test_a_wrong_code_is_counted_and_the_sixth_right_one_is_refused(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock)
    path = place(works, day, 0)
    for _ in range(5):
        answer = await client.post(f"{path}/in", data={"code": "000000"})
        assert answer.status_code == 422
        assert "This is not what the screen shows now." in words(answer.text)
    answer = await client.post(f"{path}/in", data={"code": word})
    assert answer.status_code == 429
    assert "Please tell somebody who teaches" in words(answer.text)
    assert await stands(day.enrollments[0]) == []


async def test_one_phone_for_two_people_waits_for_somebody_to_look(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, _ = await opened(works, clock)
    for number in (0, 1):
        await client.get(place(works, day, number))
        await client.post(f"{place(works, day, number)}/in", data={"code": shown(works, day, clock)})
    said = words((await client.get(f"{place(works, day, 1)}/")).text)
    assert "Somebody else checked in with the same device." in said
    assert [await stands(key) for key in day.enrollments[:2]] == [[("present", 0, "code")], []]
    await enter(works, client, day.lead)
    assert "1 check-in to look at" in words((await client.get(f"/rosters/{day.meeting_id}/scan")).text)


async def test_a_device_for_all(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    path = f"/here/kiosk/{kiosk_token(works.site.secret_key, day.meeting_id, 1)}"
    for number in (0, 1):
        assert f"Northern Line {number}" in words((await client.get(path)).text)
        done = await client.post(f"{path}/in", data={"enrollment_id": str(day.enrollments[number]), "code": word})
        assert (done.status_code, done.headers["location"]) == (303, ".")
        said = words((await client.get(f"{path}/")).text)
        assert f"Northern Line {number} is checked in." in said
        assert f">Northern Line {number}</option>" not in said
    assert [await stands(key) for key in day.enrollments[:2]] == [[("present", 0, "word")]] * 2
    wrong = await client.post(f"{path}/in", data={"enrollment_id": str(day.enrollments[2]), "code": "no"})
    assert (wrong.status_code, await stands(day.enrollments[2])) == (422, [])
    assert "This is not the word." in words(wrong.text)
    missing = await client.post(f"{path}/in", data={"enrollment_id": "", "code": ""})
    assert missing.status_code == 422
    for other in ("/here/kiosk/x", path[:-4] + "xxxx", path.replace("kiosk/", "kiosk/A")):
        assert (await client.get(other)).status_code == 404
    clock.move(days=2)
    assert (await client.get(path)).status_code == 410


async def test_guesses_at_a_device_for_all_lock_nobody_out(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock)
    path = f"/here/kiosk/{kiosk_token(works.site.secret_key, day.meeting_id, 1)}"
    for _ in range(10):
        await client.post(f"{path}/in", data={"enrollment_id": str(day.enrollments[0]), "code": "no"})
    rests = await client.post(f"{path}/in", data={"enrollment_id": str(day.enrollments[1]), "code": word})
    assert rests.status_code == 429
    assert "takes none for ten minutes" in words(rests.text)
    done = await client.post(f"{place(works, day, 0)}/in", data={"code": word})
    assert (done.status_code, await stands(day.enrollments[0])) == (303, [("present", 0, "word")])


async def test_nothing_to_check_in_to(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day, word = await opened(works, clock)
    await enter(works, client, day.stranger)
    assert "Nothing to check in to right now" in words((await client.get("/here")).text)
    assert (await client.post("/here", data={"code": word})).status_code == 404


async def test_until_a_quarter_of_an_hour_after_it_everything_leads_there(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock)
    await enter(works, client, await learner(day.enrollments[0]))
    paths = ("/", "/my/sessions", f"/sessions/{day.session_id}")
    for minutes, offered in ((115, True), (9, True), (2, False)):
        clock.move(minutes=minutes)
        for path in paths:
            assert ('href="/here"' in (await client.get(path)).text) is offered, (minutes, path)
    clock.move(minutes=-5)
    said = words((await client.post("/here", data={"code": word}, follow_redirects=True)).text)
    assert "You checked in after the end. So somebody who teaches looks at it first" in said
    assert "They checked in" not in said


async def test_between_two_meetings_of_a_day_the_first_page_leads_there(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, _ = await opened(works, clock, meetings=2)
    await on_one_day(day, clock, 60)
    await enter(works, client, await learner(day.enrollments[0]))
    clock.move(minutes=115)
    for path in ("/", "/my/sessions"):
        assert 'href="/here"' in (await client.get(path)).text, path


async def test_the_door_says_the_same_everywhere_once_the_rest_is_cancelled(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock, meetings=2)
    clock.move(minutes=115)
    await works.run(day.manager, cancel_session, day.session_id, "Storm")
    kiosk = f"/here/kiosk/{kiosk_token(works.site.secret_key, day.meeting_id, 1)}"
    page = await client.get(kiosk)
    assert "Everybody is in." not in words(page.text)
    done = await client.post(f"{kiosk}/in", data={"enrollment_id": str(day.enrollments[0]), "code": word})
    assert done.status_code == 303
    done = await client.post(f"{place(works, day, 1)}/in", data={"code": word}, follow_redirects=True)
    assert "You checked in after the end." in words(done.text)
