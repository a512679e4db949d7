"""A booking's page: as it stands now, to those who may see it."""

from uuid import uuid4

import httpx
import pytest

from tests.booking.nameless import member, place, with_open
from tests.booking.test_pages.made import asking, enter, opened, words
from tests.conftest import FrozenClock
from tests.partners.missed import Bounce
from training.base.database import execute
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.booking.actions import undo_booking
from training.booking.actions.naming import name_place
from training.booking.rules import UndoTooLate
from training.outbox.actions.bounces import mark_bounced
from training.schedule.actions import cancel_session


async def test_it_shows_how_things_stand_now(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    done = await client.post(form, data=asking(scene, 0, 1, 2, 3, token="t" * 9, step="confirm"))
    path = done.headers["location"].split("?")[0]
    page = (await client.get(path)).text
    cancel = page.split("/cancel?")[0].rpartition("/enrollments/")[2] + "/cancel"
    await client.post(f"/enrollments/{cancel}", data={"version": "1", "next": path})
    after = words((await client.get(path)).text)
    assert "3 enrolled" in after
    assert "waitlisted" not in after
    assert "Northern Line 0 Given back" in after


async def test_foreign_and_missing_are_the_same(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    path = (await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))).headers["location"]
    assert (await client.get(f"/bookings/{uuid4()}")).status_code == 404
    await enter(works, client, scene.other_coordinator)
    assert (await client.get(path)).status_code == 404


async def test_a_learner_sees_only_themselves_in_it(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    path = (await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))).headers["location"]
    learner = Viewer(person_id=scene.people[0], grants=frozenset({Grant(role="member", scope_id=scene.partner_id)}))
    await enter(works, client, learner)
    said = words((await client.get(path)).text)
    assert "Northern Line 0" in said
    assert "Northern Line 1" not in said


async def test_a_cancelled_session_says_so(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    done = await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    path = done.headers["location"].split("?")[0]
    assert "Book more places" in words((await client.get(path)).text)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    said = words((await client.get(path)).text)
    assert "This session is cancelled The trainer is ill." in said
    assert "Book more places" not in said
    assert "Take the booking back" not in said
    assert "the places of this booking ended with it, and everybody was written to" in said
    assert "Everybody whose place ended with the session was written to" in said


async def test_whom_mail_does_not_reach_is_marked_also_when_the_session_is_cancelled(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, form = await opened(works, client)
    done = await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    path = done.headers["location"].split("?")[0]
    for number in (0, 1):
        bounce = Bounce(message_id=None, recipient=f"northern-line-{number}@example.org")
        await works.run(Viewer.machine("cli"), mark_bounced, bounce)
    page = (await client.get(path)).text
    cancel = page.split("/cancel?")[0].rpartition("/enrollments/")[2] + "/cancel"
    await client.post(f"/enrollments/{cancel}", data={"version": "1", "next": path})
    clock.move(minutes=1)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    said = words((await client.get(path)).text)
    assert said.count("Mail does not reach this address Repair it") == 1, "who had left was not written to"
    assert "Mail does not reach this address Repair it : Northern Line 1" in said
    assert "Everybody was written to, but mail does not reach everybody: tell them yourself." in said
    assert "but for those whom mail does not reach: tell them yourself, or repair the address" in said
    assert "Nobody has to do anything" not in said


async def test_nobody_is_said_to_be_told_whom_mail_does_not_reach(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    bounce = Bounce(message_id=None, recipient="northern-line-0@example.org")
    await works.run(Viewer.machine("cli"), mark_bounced, bounce)
    checked = words((await client.post(form, data=asking(scene, 0, 1, token="c" * 9, step="check"))).text)
    assert "1 person gets a confirmation by mail" in checked
    assert "Mail does not reach Northern Line 0 Tell them yourself, or repair the address under People" in checked
    done = await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    booking = (await client.get(done.headers["location"])).text
    assert words(booking).count("Mail does not reach this address Repair it : Northern Line 0") == 1
    assert f'href="/partners/{scene.partner_id}/members/{scene.members[0]}/repair"' in booking
    assert "but for those whom mail does not reach" in words(booking)
    assert "Everybody who has a place or waits got a message" not in words(booking)
    await enter(works, client, scene.manager)
    seen = words((await client.get(done.headers["location"].partition("?")[0])).text)
    assert "Mail does not reach" not in seen, "what is their own people's business"


async def test_once_it_has_begun_nothing_is_to_be_changed(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, form = await opened(works, client)
    done = await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))
    booking = done.headers["location"].partition("?")[0]
    pages = (booking, f"/partners/{scene.partner_id}", f"/partners/{scene.partner_id}/sessions/{scene.session_id}")
    for page in (*pages, f"/sessions/{scene.session_id}"):
        assert "Change : Northern Line 0" in words((await client.get(page)).text), page
    clock.move(days=14, minutes=5)
    for page in (*pages, f"/sessions/{scene.session_id}"):
        said = words((await client.get(page)).text)
        assert "Northern Line 0" in said
        assert "Change : Northern Line 0" not in said, page
    await enter(works, client, Viewer(person_id=scene.people[0]))
    own = words((await client.get("/my/sessions")).text)
    assert "Cannot come? : Safe messaging" in own
    assert "Change : Safe messaging" not in own


async def test_the_whole_booking_is_taken_back(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    path = (await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))).headers["location"]
    said = words((await client.get(path)).text)
    assert "The whole booking can be taken back until Mon 4 May 2026, 10:30 Dublin time" in said
    first = words((await client.get(f"{path.split('?')[0]}/undo")).text)
    assert "2 people lose their places Nobody moves up 2 messages are sent to everybody who leaves" in first
    undone = await client.post(f"{path.split('?')[0]}/undo")
    assert undone.headers["location"] == f"/sessions/{scene.session_id}"
    shown = words((await client.get(undone.headers["location"])).text)
    assert "The booking was taken back: 2 places were given up." in shown
    assert "can be taken back" not in words((await client.get(path)).text)
    again = await client.post(f"{path.split('?')[0]}/undo")
    assert "nothing here that could be taken back" in words((await client.get(again.headers["location"])).text)


async def test_a_party_that_waits_is_split(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    await client.post(form, data=asking(scene, 0, 1, token="t" * 9, step="confirm"))
    waiting = asking(scene, 2, 3, token="u" * 9, step="confirm", together="together")
    path = (await client.post(form, data=waiting)).headers["location"].split("?")[0]
    assert "How do they take places?" in words((await client.get(path)).text)
    first = words((await client.get(f"{path}/party?together=split")).text)
    assert "2 people take the next places that suit, one by one" in first
    assert "1 person has a place at once" in first
    same = words((await client.get(f"{path}/party?together=together")).text)
    assert "Nothing to change: they wait together already." in same
    split = await client.post(f"{path}/party", data={"together": "split"})
    assert "1 has a place now" in words((await client.get(split.headers["location"])).text)


async def test_every_page_of_a_place_leads_to_its_booking(works: Works, client: httpx.AsyncClient) -> None:
    scene, form = await opened(works, client)
    wish = asking(scene, 0, 1, token="t" * 9, step="confirm", open_places="1")
    path = (await client.post(form, data=wish)).headers["location"].split("?")[0]
    placed = (await client.get(path)).text.split("/change?")[0].rpartition("/enrollments/")[2]
    link, partner = f'href="{path}"', f"/partners/{scene.partner_id}"
    for leads in (
        partner,
        f"{partner}/open-places",
        f"{partner}/sessions/{scene.session_id}",
        f"/sessions/{scene.session_id}",
        f"/enrollments/{placed}/change",
        f"/enrollments/{placed}/cancel",
    ):
        assert link in (await client.get(leads)).text, leads
    assert link not in (await client.get(path)).text.partition("</header>")[2]
    await enter(works, client, Viewer(person_id=scene.people[0]))
    for leads in ("/my/sessions", f"/sessions/{scene.session_id}", f"/enrollments/{placed}/change"):
        assert "/bookings/" not in (await client.get(leads)).text, leads


async def test_whoever_is_in_their_own_booking_finds_it_among_their_sessions(
    works: Works, client: httpx.AsyncClient
) -> None:
    scene, form = await opened(works, client)
    path = (await client.post(form, data=asking(scene, 0, token="t" * 9, step="confirm"))).headers["location"]
    grants = frozenset({Grant(role="coordinator", scope_id=scene.partner_id)})
    await enter(works, client, Viewer(person_id=scene.people[0], grants=grants))
    assert f'href="{path.split("?")[0]}"' in (await client.get("/my/sessions")).text


async def test_a_name_put_on_a_place_later_makes_the_booking_no_younger(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    """Taking the booking back is offered for half an hour from the booking on, as the action sees it."""
    scene, (first,) = await with_open(works, 1)
    # Signing in writes the right down again.
    await execute("DELETE FROM role_grant")
    await enter(works, client, scene.coordinator)
    path = f"/bookings/{(await place(scene, first)).booking_id}"
    clock.move(minutes=20)
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    assert f"{path}/undo" in (await client.get(path)).text
    clock.move(minutes=11)
    assert f"{path}/undo" not in (await client.get(path)).text
    with pytest.raises(UndoTooLate):
        await works.run(scene.coordinator, undo_booking, (await place(scene, first)).booking_id)
