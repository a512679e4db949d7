"""Removing somebody from a session: who moves up is said first."""

from uuid import UUID

import httpx

from tests.booking.made import Scene
from tests.booking.test_pages.made import words as plain
from tests.desk.made import MISSING, foreign_manager, full_scene, messages, sign_in
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.queries import get_enrollment, list_enrollments
from training.schedule.queries import get_session


async def opened(client: httpx.AsyncClient, works: Works) -> tuple[Scene, list[UUID]]:
    scene, booked = await full_scene(works)
    await sign_in(client, works, scene.manager)
    return scene, [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]


def path(scene: Scene, enrollment_id: UUID) -> str:
    return f"/manage/sessions/{scene.session_id}/roster/{enrollment_id}/remove"


async def test_the_next_person_waiting_moves_up(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works)
    asked = await client.get(path(scene, ids[0]))
    for words in (
        "Northern Line 0 loses the place",
        "One person who waits gets the place",
        "Northern Line 3",
        "2 messages",
    ):
        assert words in asked.text
    assert len(await list_enrollments(scene.manager, scene.session_id)) == 4
    done = await client.post(path(scene, ids[0]), data={"reason": "Came twice", "version": "1"})
    assert (done.status_code, done.headers["location"]) == (303, f"/manage/sessions/{scene.session_id}/roster")
    states = [(await get_enrollment(scene.manager, key)).state for key in ids]
    assert states == ["removed", "enrolled", "enrolled", "enrolled"]
    assert await messages("booking-cancelled") == ["northern-line-0@example.org"]
    assert await messages("booking-promoted") == ["northern-line-3@example.org"]
    again = await client.post(path(scene, ids[0]), data={"version": "2"})
    assert again.status_code == 422
    assert "not active any more" in again.text


async def test_somebody_who_waits(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works)
    asked = await client.get(path(scene, ids[3]))
    assert "Northern Line 3 leaves the waitlist" in asked.text
    assert "Nobody moves up" in asked.text
    await client.post(path(scene, ids[3]), data={"version": "1"})
    assert (await get_session(scene.manager, scene.session_id)).waiting == 0


async def test_somebody_was_faster(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works)
    stale = await client.post(path(scene, ids[0]), data={"reason": "Came twice", "version": "9"})
    assert stale.status_code == 409
    assert "nobody was removed" in stale.text
    assert "Came twice" in stale.text
    assert (await get_enrollment(scene.manager, ids[0])).state == "enrolled"
    odd = await client.post(path(scene, ids[0]), data={"reason": "x" * 2001, "version": "1"})
    assert (odd.status_code, "too long" in odd.text) == (422, True)


async def test_foreign_and_missing_answer_alike(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works)
    other = f"/manage/sessions/{MISSING}/roster/{ids[0]}/remove"
    for address in (path(scene, MISSING), other):
        assert (await client.get(address)).status_code == 404
        assert (await client.post(address, data={"version": "1"})).status_code == 404
    for viewer in (await foreign_manager(works), scene.coordinator):
        await sign_in(client, works, viewer)
        assert (await client.get(path(scene, ids[0]))).status_code == 404
        assert (await client.post(path(scene, ids[0]), data={"version": "1"})).status_code == 404
    assert (await get_enrollment(scene.manager, ids[0])).state == "enrolled"


async def test_a_request_is_told_for_what_it_is(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works)
    await works.run(scene.manager, cancel_enrollment, ids[3])
    await execute(
        "UPDATE enrollment SET state = 'requested', mode = '', keeps_until = created_at WHERE id = {}", ids[1]
    )
    asked = plain((await client.get(path(scene, ids[1]))).text)
    assert "The request ends no place was kept for it" in asked
    assert "loses the place" not in asked
    assert "1 message is sent to Northern Line 1" in asked
    await execute("UPDATE person SET email = 'x@nobody.invalid' WHERE id = {}", scene.people[1])
    await execute("UPDATE enrollment SET membership_id = NULL, partner_id = NULL WHERE id = {}", ids[1])
    asked = plain((await client.get(path(scene, ids[1]))).text)
    assert "No message is sent" in asked
    roster = (await client.get(f"/manage/sessions/{scene.session_id}/roster")).text
    assert "nobody.invalid" not in asked + roster


async def test_the_roster_lists_requests_apart(client: httpx.AsyncClient, works: Works) -> None:
    scene, ids = await opened(client, works)
    await execute(
        "UPDATE enrollment SET state = 'requested', mode = '', keeps_until = created_at WHERE id = {}", ids[1]
    )
    text = (await client.get(f"/manage/sessions/{scene.session_id}/roster")).text
    roster = plain(text)
    assert "2 people have a place · 1 asked, not confirmed · 1 waits" in roster
    assert "No place is kept" in roster
    assert f"/enrollments/{ids[0]}/change?next=/manage/sessions/{scene.session_id}/roster" in text
    booking = (await get_enrollment(scene.manager, ids[0])).booking_id
    assert f'href="/bookings/{booking}"' in text
