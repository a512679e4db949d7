"""The form of a session for whoever wants to take part themselves."""

from datetime import timedelta

import httpx
import pytest

from tests.booking.asked import counters, order
from tests.booking.made import make_scene
from tests.booking.test_actions.test_request import require_course
from tests.booking.test_pages.made import enter, words
from tests.booking.test_pages.wishes import NIA, OPEN, VISITOR, open_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.booking.queries import list_enrollments


async def test_ask_and_be_told_until_when(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    shown = await client.get(form)
    assert shown.status_code == 200
    assert "No account and no password." in words(shown.text)
    assert 'value="Europe/Dublin"' in shown.text, "the session's zone is offered"
    sent = await client.post(form, data=VISITOR)
    assert sent.status_code == 303
    assert "mail.example" not in sent.headers["location"]
    said = words((await client.get(sent.headers["location"])).text)
    assert "We wrote to you: confirm within an hour" in said
    assert "The place is kept for you until Mon 4 May 2026, 11:00 Dublin time (UTC+1)" in said
    assert [(e.email, e.state.value) for e in await list_enrollments(scene.manager, scene.session_id)] == [
        (NIA, "requested")
    ]


async def test_the_same_page_for_every_address(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, capacity_in_person=20)
    await works.run(
        scene.coordinator,
        book_places,
        Order(
            session_id=scene.session_id, partner_id=scene.partner_id, people=(Wanted(membership_id=scene.members[1]),)
        ),
    )
    answers = []
    for email in (NIA, "northern-line-0@example.org", "northern-line-1@example.org"):
        sent = await client.post(form, data={**VISITOR, "email": email})
        landed = await client.get(sent.headers["location"])
        answers.append((sent.status_code, dict(sent.headers), sent.text, landed.status_code, landed.text))
    assert answers[0] == answers[1] == answers[2]


async def test_a_second_press_asks_once(client: httpx.AsyncClient, works: Works) -> None:
    _, form = await open_scene(works)
    sent = [await client.post(form, data={**VISITOR, "form_token": "t" * 24}) for _ in range(2)]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    assert len(await execute("SELECT id FROM message")) == 1
    kept = str(await execute("SELECT body FROM kept_answer"))
    assert "mail.example" not in kept


async def test_when_no_place_can_be_kept(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, capacity_in_person=1)
    await client.post(form, data=VISITOR)
    sent = await client.post(form, data={**VISITOR, "email": "second@mail.example"})
    said = words((await client.get(sent.headers["location"])).text)
    assert "No place can be kept just now, unless you asked before: the mail says so." in said
    assert "you get a place if one is free then, and else a spot on the waitlist" in said
    assert await counters(scene) == (1, 0, 0)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Please fill this in."),
        ("name", "x" * 300, "This is too long"),
        ("email", "nobody", "does not look like an e-mail address"),
        ("email", "a@b.example\r\nBcc: c@d.example", "does not look like an e-mail address"),
        ("zone", "Atlantis", "choose a time zone from the list"),
    ],
)
async def test_what_cannot_be_used_is_said_beside_it(
    client: httpx.AsyncClient, works: Works, field: str, value: str, sentence: str
) -> None:
    _, form = await open_scene(works)
    refused = await client.post(form, data={**VISITOR, field: value})
    assert refused.status_code == 422
    assert sentence in words(refused.text)
    assert await execute("SELECT id FROM message") == []


@pytest.mark.parametrize("name", ["<b>Bo</b>", "\u202eعلي بن أبي\u202c", "é" * 200, "Ada\u2028Lovelace"])
async def test_any_name_is_only_text(client: httpx.AsyncClient, works: Works, name: str) -> None:
    _, form = await open_scene(works)
    assert (await client.post(form, data={**VISITOR, "name": name})).status_code == 303
    refused = await client.post(form, data={**VISITOR, "name": name, "zone": "Atlantis"})
    assert "<b>Bo</b>" not in refused.text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"self_enrollment": False}, "Places in this session are booked by coordinators"),
        ({"state": "cancelled"}, "This session has been cancelled."),
        ({"starts_in": timedelta(minutes=-5)}, "This session has started."),
    ],
)
async def test_why_there_is_no_form(
    client: httpx.AsyncClient, works: Works, values: dict[str, object], sentence: str
) -> None:
    _, form = await open_scene(works, **values)
    for answer in (await client.get(form), await client.post(form, data=VISITOR)):
        assert answer.status_code in (409, 422)
        assert sentence in words(answer.text)


@pytest.mark.parametrize("values", [{"state": "draft"}, {"audience": "participating"}, {"audience": "invited"}])
async def test_what_a_visitor_may_not_see_is_not_there(
    client: httpx.AsyncClient, works: Works, values: dict[str, object]
) -> None:
    _, form = await open_scene(works, **values)
    for answer in (await client.get(form), await client.post(form, data=VISITOR), await client.get(f"{form}/sent")):
        assert answer.status_code == 404


async def test_the_code_opens_it_and_is_carried_on(client: httpx.AsyncClient, works: Works) -> None:
    _, form = await open_scene(works, audience="invited", access_code="ABCD-2345")
    assert (await client.get(f"{form}?code=ABCD-9999")).status_code == 404
    shown = await client.get(f"{form}?code=ABCD-2345")
    assert 'name="code" value="ABCD-2345"' in shown.text
    sent = await client.post(form, data={**VISITOR, "code": "ABCD-2345"})
    assert (await client.get(sent.headers["location"])).status_code == 200


async def test_what_comes_first_is_said_before_the_form(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    await require_course(works, scene)
    said = words((await client.get(form)).text)
    assert "This comes first First steps" in said
    assert (await client.post(form, data=VISITOR)).status_code == 303
    await enter(works, client, Viewer(person_id=scene.people[0]))
    refused = await client.get(form)
    assert refused.status_code == 409
    assert "Another course comes first, and you do not have it yet First steps" in words(refused.text)


async def test_somebody_signed_in_takes_part_at_once(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    shown = words((await client.get(form)).text)
    assert "For whom do you take part? For Northern Line" in shown
    assert "Your e-mail address" not in shown
    assert (await client.post(form, data={"accepts": "any"})).status_code == 422
    done = await client.post(form, data={"accepts": "any", "partner": "own"})
    assert (done.status_code, done.headers["location"]) == (303, "/my/sessions")
    assert "You have a place in Safe messaging. We wrote to you." in words((await client.get("/my/sessions")).text)
    (row,) = await list_enrollments(scene.manager, scene.session_id)
    assert (row.partner_id, row.state.value) == (None, "enrolled")
    again = await client.get(form)
    assert (again.status_code, "You are in already" in again.text) == (409, True)


async def test_a_clash_is_named_and_may_be_taken(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works)
    other = await make_scene(works, tag=" Two", title="Elsewhere", **OPEN)
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", scene.people[0], other.members[0])
    people = (Wanted(membership_id=other.members[0]),)
    await works.run(
        other.coordinator, book_places, Order(session_id=other.session_id, partner_id=other.partner_id, people=people)
    )
    await enter(works, client, Viewer(person_id=scene.people[0], zone="Europe/Dublin"))
    shown = await client.get(form)
    assert "You take part in something else at that time Elsewhere" in words(shown.text)
    assert "Take the place all the same" in shown.text
    unread = await client.post(form, data={"partner": "own"})
    assert unread.status_code == 422
    assert "Say whether you want this place all the same" in words(unread.text)
    assert (await client.post(form, data={"partner": "own", "clash": "yes"})).status_code == 303


async def test_a_closed_session_is_only_for_its_partners(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, audience="participating")
    person = Viewer(person_id=scene.people[0], name="Nora")
    await execute(
        "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at) VALUES ({}, {}, 'member', {}, {})",
        scene.members[0], scene.people[0], scene.partner_id, works.clock(),
    )  # fmt: skip
    await enter(works, client, person)
    shown = words((await client.get(form)).text)
    assert "You take part for Northern Line : its coordinators see it" in shown
    assert (await client.post(form, data={})).status_code == 303
    (row,) = await list_enrollments(scene.coordinator, scene.session_id)
    assert row.partner_name == "Northern Line"


async def test_a_session_that_closed_meanwhile(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    _, form = await open_scene(works, booking_closes_at=clock.now + timedelta(minutes=1))
    assert (await client.get(form)).status_code == 200
    clock.move(minutes=1)
    refused = await client.post(form, data=VISITOR)
    assert refused.status_code in (409, 422)
    assert "Booking has closed." in words(refused.text)


@pytest.mark.parametrize("query", ["until=x", "until=2026-05-04", "zone=Mars&until=2026-05-04T10:00%2B00:00", "until="])
async def test_an_address_that_somebody_made_up_harms_nobody(
    client: httpx.AsyncClient, works: Works, query: str
) -> None:
    _, form = await open_scene(works)
    shown = await client.get(f"{form}/sent?{query}")
    assert shown.status_code == 200
    assert "Mars" not in words(shown.text)


async def test_the_waitlist_is_named_before_the_address_is_asked_for(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, capacity_in_person=1)
    free = words((await client.get(form)).text)
    assert "Ask for a place" in free
    assert "waitlist" not in free
    await works.run(scene.coordinator, book_places, order(scene, 0))
    full = words((await client.get(form)).text)
    assert full.index("this is about the waitlist") < full.index("Your e-mail address")
    assert "you are number 1 on it" in full
    assert "Ask to join the waitlist" in full


async def test_an_empty_form_complains_of_everything_at_once(client: httpx.AsyncClient, works: Works) -> None:
    _, form = await open_scene(works)
    refused = await client.post(form, data={})
    assert refused.status_code == 422
    assert "2 things to put right" in words(refused.text)


async def test_who_waits_is_not_told_to_be_in(client: httpx.AsyncClient, works: Works) -> None:
    scene, form = await open_scene(works, capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    await enter(works, client, Viewer(person_id=scene.people[1]))
    said = words((await client.get(form)).text)
    assert "You are on the waitlist already" in said
    assert "You are in already" not in said


async def test_when_the_hour_is_over_the_page_says_so(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    _, form = await open_scene(works)
    sent = (await client.post(form, data=VISITOR)).headers["location"]
    assert "Mon 4 May 2026, 1" in words((await client.get(sent)).text)
    clock.move(minutes=61)
    said = words((await client.get(sent)).text)
    assert "The time to confirm is over" in said
    assert "is kept for you" not in said


async def test_a_zone_that_was_sent_is_left_alone_by_the_script(client: httpx.AsyncClient, works: Works) -> None:
    _, form = await open_scene(works)
    assert "data-own-zone" in (await client.get(form)).text
    refused = await client.post(form, data={**VISITOR, "email": "nobody", "zone": "Asia/Tokyo"})
    assert refused.status_code == 422
    assert 'value="Asia/Tokyo"' in refused.text
    assert "data-own-zone" not in refused.text


async def test_every_fault_is_named_at_once(client: httpx.AsyncClient, works: Works) -> None:
    _, form = await open_scene(works)
    refused = await client.post(form, data={"name": "", "email": "nobody", "zone": "Mars"})
    said = words(refused.text)
    assert (refused.status_code, "3 things to put right" in said) == (422, True)
    for sentence in ("Please fill this in.", "does not look like an e-mail", "choose a time zone from the list"):
        assert sentence in said
