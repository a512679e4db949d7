"""Leaving a session through its page: consequences first, then done once, never behind anybody's back."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from tests.booking.made import Scene
from tests.booking.test_pages.made import asking, enter, opened, words
from tests.conftest import FrozenClock
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.queries import EnrollmentView, list_enrollments


async def booked(
    works: Works, client: httpx.AsyncClient, *numbers: int, **values: object
) -> tuple[Scene, list[EnrollmentView]]:
    scene, form = await opened(works, client, **values)
    await client.post(form, data=asking(scene, *numbers, token="t" * 9, step="confirm"))
    return scene, await list_enrollments(scene.coordinator, scene.session_id)


def path(enrollment_id: UUID) -> str:
    return f"/enrollments/{enrollment_id}/cancel"


async def test_the_next_person_has_the_place(works: Works, client: httpx.AsyncClient) -> None:
    scene, rows = await booked(works, client, 0, 1, 2, 3, 4)
    asked = words((await client.get(path(rows[0].id))).text)
    assert "Give back the place of Northern Line 0?" in asked
    assert "The place goes to the next person waiting who fits 2 people wait" in asked
    assert "Northern Line 0 gets a message that says so northern-line-0@example.org" in asked
    done = await client.post(path(rows[0].id), data={"version": "1", "reason": "ill", "next": "/\u2603"})
    assert (done.status_code, done.headers["location"]) == (303, f"/partners/{scene.partner_id}")
    said = words((await client.get(done.headers["location"])).text)
    assert "The place of Northern Line 0 was given back. Northern Line 3 waited and has a place now." in said
    after = [(e.name, e.state.value) for e in await list_enrollments(scene.coordinator, scene.session_id)]
    assert after == [
        ("Northern Line 1", "enrolled"),
        ("Northern Line 2", "enrolled"),
        ("Northern Line 3", "enrolled"),
        ("Northern Line 4", "waitlisted"),
    ]


@pytest.mark.parametrize("back", ["/partners/{partner}", "/sessions/{session}", "/bookings/{booking}"])
async def test_where_one_comes_from_one_reads_until_when_it_can_be_taken_back(
    works: Works, client: httpx.AsyncClient, back: str
) -> None:
    scene, rows = await booked(works, client, 0)
    here = back.format(partner=scene.partner_id, session=scene.session_id, booking=rows[0].booking_id)
    done = await client.post(path(rows[0].id), data={"version": "1", "next": here})
    assert done.headers["location"] == here
    shown = (await client.get(here)).text
    undo = f"/enrollments/{rows[0].id}/undo?next={here.replace('/', '%2F')}"
    assert (
        "The place of Northern Line 0 was given back. It can be taken back until Mon 4 May 2026, 10:30 Dublin time"
        " (UTC+1), as long as the place is still free. Take it back" in words(shown)
    )
    assert f'<a href="{undo}">Take it back</a>' in shown
    assert f'action="/enrollments/{rows[0].id}/undo"' in (await client.get(undo)).text


async def test_what_who_waited_has_already_is_not_offered_back(works: Works, client: httpx.AsyncClient) -> None:
    _, rows = await booked(works, client, 0, 1, 2, 3, capacity_in_person=3)
    booking = f"/bookings/{rows[0].booking_id}"
    asked = words((await client.get(path(rows[0].id))).text)
    assert "The place goes to the next person waiting who fits" in asked
    assert "can be taken back" not in asked
    await client.post(path(rows[0].id), data={"version": "1", "next": booking})
    said = words((await client.get(booking)).text)
    assert "Northern Line 3 waited and has a place now." in said
    assert "Take it back" not in said
    assert "can be taken back until" not in said.replace("The whole booking can be taken back until", "")
    for page in (path(rows[0].id), f"/enrollments/{rows[0].id}/change"):
        assert "Take it back" not in words((await client.get(page)).text)
    await client.post(path(rows[3].id), data={"version": "2", "next": booking})
    assert "Take it back" in words((await client.get(booking)).text)


async def test_a_number_in_line_is_had_again_as_it_was(works: Works, client: httpx.AsyncClient) -> None:
    _, rows = await booked(works, client, 0, 1, 2, 3)
    asked = words((await client.get(path(rows[3].id))).text)
    assert "It can be taken back within half an hour, with the same number" in asked
    done = await client.post(path(rows[3].id), data={"version": "1"})
    said = words((await client.get(done.headers["location"])).text)
    assert "10:30 Dublin time (UTC+1), with the same number. Take it back" in said


async def test_what_a_manager_ended_is_offered_back_to_managers_only(works: Works, client: httpx.AsyncClient) -> None:
    scene, rows = await booked(works, client, 0)
    coordinating = client.cookies["sign_in"]
    await enter(works, client, scene.manager)
    booking = f"/bookings/{rows[0].booking_id}"
    await client.post(path(rows[0].id), data={"version": "1", "next": booking})
    assert words((await client.get(booking)).text).count("Take it back") == 2
    client.cookies.set("sign_in", coordinating)
    said = words((await client.get(booking)).text)
    assert "Removed" in said
    assert "Take it back" not in said


async def test_a_second_press_says_that_it_is_done(works: Works, client: httpx.AsyncClient) -> None:
    _, rows = await booked(works, client, 0)
    first, second = [await client.post(path(rows[0].id), data={"version": "1"}) for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    shown = words((await client.get(second.headers["location"])).text)
    assert "There is nothing to give back" in shown
    assert "This place was given back already." in shown


async def test_what_changed_meanwhile_is_shown_again(works: Works, client: httpx.AsyncClient) -> None:
    """Somebody asked to leave the waitlist and was promoted a moment before: a place is not given up by mistake."""
    scene, rows = await booked(works, client, 0, 1, 2, 3)
    waits = words((await client.get(path(rows[3].id))).text)
    assert "Take Northern Line 3 off the waitlist?" in waits
    await client.post(path(rows[0].id), data={"version": "1"})
    late = await client.post(path(rows[3].id), data={"version": "1", "reason": "Waited too long"})
    assert "Waited too long" in late.text
    assert late.status_code == 409
    shown = words(late.text)
    assert "This changed in the meantime." in shown
    assert "Cora saved a change" not in shown, "who was themselves is told so"
    assert "You yourself, in another window, saved a change" in shown
    assert "Give back the place of Northern Line 3?" in shown
    assert len(await list_enrollments(scene.coordinator, scene.session_id)) == 3


async def test_after_the_deadline_the_page_says_whom_to_ask(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, rows = await booked(works, client, 0, 1, 2, 3, cancellation_hours=48)
    clock.move(days=13)
    late = words((await client.get(path(rows[0].id))).text)
    assert "It is too late to give the place back here" in late
    assert "Sat 16 May 2026, 10:00 Dublin time (UTC+1)" in late
    token = client.cookies["sign_in"]
    until = "until the session starts, Mon 18 May 2026, 10:00 Dublin time (UTC+1)"
    assert f"Or send somebody else: that can be done {until}" in late
    assert f"/enrollments/{rows[0].id}/change?next=" in (await client.get(path(rows[0].id))).text
    await enter(works, client, Viewer(person_id=scene.people[0]))
    own = words((await client.get(path(rows[0].id))).text)
    assert "Or ask your coordinator to send somebody else: that can be done until the session starts, Mon 18 May" in own
    client.cookies.set("sign_in", token)
    refused = await client.post(path(rows[0].id), data={"version": "1"})
    assert refused.headers["location"] == path(rows[0].id)
    waits = await client.post(path(rows[3].id), data={"version": "1"})
    assert waits.headers["location"] == f"/partners/{scene.partner_id}"
    await enter(works, client, scene.manager)
    assert "This can be done here until" not in words((await client.get(path(rows[0].id))).text), "that moment is over"
    assert (await client.post(path(rows[0].id), data={"version": "1"})).status_code == 303
    assert len(await list_enrollments(scene.coordinator, scene.session_id)) == 2


async def test_a_learner_gives_their_own_place_back(works: Works, client: httpx.AsyncClient) -> None:
    scene, rows = await booked(works, client, 0, 1)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    assert "Give your place back?" in words((await client.get(path(rows[0].id))).text)
    assert (await client.get(path(rows[1].id))).status_code == 404
    done = await client.post(path(rows[0].id), data={"version": "1"})
    assert done.headers["location"] == "/my/sessions"
    assert "You gave your place back." in words((await client.get("/my/sessions")).text)


@pytest.mark.parametrize("data", [{}, {"version": "soon"}, {"version": "1", "reason": "x" * 501}])
async def test_a_form_that_cannot_be_used(works: Works, client: httpx.AsyncClient, data: dict[str, str]) -> None:
    _, rows = await booked(works, client, 0)
    answer = await client.post(path(rows[0].id), data={"reason": "", **data})
    assert answer.status_code == 422
    assert "to put right" in answer.text


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, rows = await booked(works, client, 0, starts_in=timedelta(days=3))
    await enter(works, client, scene.other_coordinator)
    for one in (uuid4(), rows[0].id):
        assert (await client.get(path(one))).status_code == 404
        assert (await client.post(path(one), data={"version": "1"})).status_code == 404


async def test_after_the_deadline_managers_are_named(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, rows = await booked(works, client, 0, 1, cancellation_hours=48)
    coordinating = client.cookies["sign_in"]
    await enter(works, client, scene.manager)
    client.cookies.set("sign_in", coordinating)
    booking = f"/bookings/{rows[0].booking_id}"
    pages = (path(rows[0].id), booking, f"/sessions/{scene.session_id}", f"/partners/{scene.partner_id}")
    for page in pages:
        assert "mailto:mona@example.org" not in (await client.get(page)).text
    clock.move(days=13)
    for page in pages:
        text = (await client.get(page)).text
        assert '<a href="mailto:mona@example.org"><bdi>Mona</bdi></a>' in text, page
        assert "Cannot come?" in text, page
    await enter(works, client, Viewer(person_id=scene.people[0]))
    own = (await client.get("/my/sessions")).text
    assert "mailto:mona@example.org" in own
    assert "Cannot come?" in own
