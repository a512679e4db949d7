"""Behind the link in the mail: what would happen, one button, and what came of it."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest

from tests.booking.asked import counters, order
from tests.booking.test_pages.made import words
from tests.booking.test_pages.wishes import NIA, VISITOR, asked, confirmed, mailed, open_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.jobs import expire
from training.booking.queries import list_enrollments
from training.people.actions import disable_person
from training.schedule.actions import cancel_session


async def test_opening_uses_nothing_up_and_pressing_confirms(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    link = await asked(client, form)
    for _ in range(3):
        shown = await client.get(link)
        assert shown.status_code == 200
        assert shown.headers["referrer-policy"] == "strict-origin"
        assert shown.headers["cache-control"] == "no-store"
        assert link not in shown.text, "nothing in the page leads there, not even the way to sign in"
        assert "A place is kept for you until Mon 4 May 2026, 11:00 Dublin time (UTC+1)" in words(shown.text)
        assert "You take part on your own: no organization is told." in words(shown.text)
    done = await client.post(link, data={"name": "Nia Neu"})
    assert (done.status_code, done.headers["location"]) == (303, "?done")
    said = words((await client.get(f"{link}?done")).text)
    assert "You take part" in said
    (row,) = await list_enrollments(scene.manager, scene.session_id)
    assert (row.name, row.email, row.state.value, row.keeps_until) == ("Nia Neu", NIA, "enrolled", None)
    assert await counters(scene) == (1, 0, 0)
    assert (await mailed("enrolled")).startswith("/places/")


async def test_pressing_twice_is_one_place(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    link = await asked(client, form)
    answers = await asyncio.gather(*(client.post(link, data={"name": "Nia"}) for _ in range(6)))
    assert {answer.status_code for answer in answers} <= {303, 200}
    assert await counters(scene) == (1, 0, 0)
    assert len(await execute("SELECT id FROM message WHERE template = 'booking/enrolled'")) == 1


async def test_two_confirm_for_the_last_place(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, capacity_in_person=1)
    first = await asked(client, form)
    second = await asked(client, form, email="second@mail.example")
    third = await asked(client, form, email="third@mail.example")
    assert "you would be number 1 on the waitlist" in words((await client.get(second)).text)
    answers = await asyncio.gather(*(client.post(link, data={"name": "N"}) for link in (second, third, first)))
    assert [answer.status_code for answer in answers] == [303] * 3
    rows = await list_enrollments(scene.manager, scene.session_id)
    assert (rows[0].email, rows[0].state.value) == (NIA, "enrolled")
    assert [row.state.value for row in rows[1:]] == ["waitlisted"] * 2
    assert await counters(scene) == (1, 0, 2)
    assert "You are on the waitlist" in words((await client.get(second)).text)


async def test_confirming_without_a_kept_place_takes_what_is_free_then(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    scene, form = await open_scene(works, capacity_in_person=1)
    await asked(client, form)
    clock.move(minutes=30)
    second = await asked(client, form, email="second@mail.example")
    clock.move(minutes=30)
    await expire(works)
    assert "There is a place free: you have it at once." in words((await client.get(second)).text)
    await client.post(second, data={"name": "Second"})
    assert await counters(scene) == (1, 0, 0)


async def test_after_the_hour_it_is_over(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    scene, form = await open_scene(works)
    link = await asked(client, form)
    clock.move(minutes=60)
    for answer in (await client.get(link), await client.post(link, data={})):
        assert answer.status_code == 410
        assert "The time to confirm is over" in words(answer.text)
        assert f"{form}" in answer.text
    await expire(works)
    assert (await client.post(link, data={})).status_code == 410
    assert await counters(scene) == (0, 0, 0)


async def test_the_place_was_kept_although_booking_closed(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    scene, form = await open_scene(works, booking_closes_at=clock.now + timedelta(minutes=1), capacity_in_person=3)
    first, second = await asked(client, form), await asked(client, form, email="second@mail.example")
    clock.move(minutes=5)
    assert (await client.post(first, data={"name": "N"})).status_code == 303
    refused = await client.post(second, data={"name": "N"})
    assert refused.status_code == 422
    assert "Booking has closed." in words(refused.text)
    assert (await counters(scene))[0] == 1


async def test_a_session_that_was_cancelled_meanwhile(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    link = await asked(client, form)
    await works.run(scene.manager, cancel_session, scene.session_id, "Storm")
    for answer in (await client.get(link), await client.post(link, data={})):
        assert answer.status_code in (404, 410, 422)
    assert (await counters(scene)) == (0, 0, 0)


@pytest.mark.parametrize("token", ["x", "A" * 64, "%00", "%2e%2e", "' OR 1=1"])
async def test_a_guess_finds_nothing(client: httpx.AsyncClient, token: str) -> None:
    for answer in (await client.get(f"/requests/{token}"), await client.post(f"/requests/{token}", data={})):
        assert answer.status_code == 404


async def test_a_link_for_something_else_confirms_nothing(client: httpx.AsyncClient, works: Works) -> None:
    _, form = await open_scene(works)
    link = await asked(client, form)
    token = link.rpartition("/")[2]
    assert (await client.get(f"/sign-in/{token}")).status_code == 404
    assert (await client.get(f"/places/{token}")).status_code == 404


async def test_asking_again_leaves_the_older_link_good(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    scene, form = await open_scene(works)
    first = await asked(client, form)
    clock.move(minutes=1)
    second = await asked(client, form)
    assert (await client.post(first, data={"name": "N"})).status_code == 303
    assert (await client.post(second, data={"name": "Evil"})).status_code in (303, 409, 410), "once is enough"
    assert [e.name for e in await list_enrollments(scene.manager, scene.session_id)] == ["N"]
    assert await counters(scene) == (1, 0, 0)


async def test_for_a_partner_only_by_ones_own_choice(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, capacity_in_person=9)
    link = await asked(client, form, email="northern-line-0@example.org")
    shown = words((await client.get(link)).text)
    assert "For whom do you take part? For Northern Line" in shown
    assert "On my own" in shown
    assert (await client.post(link, data={})).status_code == 422
    assert (await client.post(link, data={"partner": str(scene.other_partner_id)})).status_code == 404
    assert (await client.post(link, data={"partner": "x"})).status_code == 422
    assert await list_enrollments(scene.coordinator, scene.session_id) == []
    assert (await client.post(link, data={"partner": str(scene.partner_id)})).status_code == 303
    (row,) = await list_enrollments(scene.coordinator, scene.session_id)
    assert (row.partner_id, row.state.value) == (scene.partner_id, "enrolled")


async def test_who_was_switched_off_meanwhile(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    link = await asked(client, form, email="northern-line-0@example.org")
    await works.run(Viewer.machine("test"), disable_person, scene.people[0])
    for answer in (await client.get(link), await client.post(link, data={"partner": "own"})):
        assert answer.status_code in (404, 410)


async def test_somebody_with_a_place_is_led_to_it_by_the_mail(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, capacity_in_person=9)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await client.post(form, data={**VISITOR, "email": "northern-line-0@example.org"})
    assert "You have a place" in words((await client.get(await mailed("already", "northern-line-0@example.org"))).text)


async def test_no_row_holds_a_token(client: httpx.AsyncClient, works: Works) -> None:
    _, form = await open_scene(works)
    link = await asked(client, form)
    place = await confirmed(client, form, email="second@mail.example", form_token="s" * 24)
    await client.post(f"{place}/leave", data={"version": "2", "form_token": "t" * 24})
    for table in ("one_time_link", "message", "journal_entry", "attempt", "kept_answer", "enrollment"):
        rows = str(await execute(f"SELECT * FROM {table}"))
        assert link.rpartition("/")[2] not in rows
        assert place.rpartition("/")[2] not in rows


async def test_whoever_renews_the_link_to_their_place_ends_this_one(client: httpx.AsyncClient, works: Works) -> None:
    """It was seen by others, perhaps, and would show them the new link."""
    _, form = await open_scene(works)
    link = await asked(client, form)
    await client.post(link, data={"name": "Nia New"})
    shown = await client.get(link)
    place = re.search(r'href="(/places/[^"/]+)"', shown.text)
    assert place is not None
    assert (await client.post(f"{place[1]}/renew")).status_code == 200
    again = await client.get(link)
    assert again.status_code == 410
    assert "/places/" not in again.text
    assert "It is in your mailbox." in again.text
    assert (await client.get(await mailed("new-link"))).status_code == 200
