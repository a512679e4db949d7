"""One session for those who plan it: overview, details, publishing."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    STAFF,
    a_course,
    a_partner,
    a_person,
    a_program,
    a_session,
    enter,
)
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.catalogue.rules import Audience
from training.schedule.actions import assign_trainer
from training.schedule.queries import list_invited_partners, list_meetings, lock_session
from training.schedule.rules.sessions import State
from training.schedule.rules.values import Assignment

FORM: dict[str, Any] = {
    "title": "Listening first",
    "summary": "",
    "description": "",
    "language": "en",
    "mode": "in_person",
    "capacity_in_person": "12",
    "capacity_online": "0",
    "overbooking": "0",
    "audience": "participating",
    "overtaking": "yes",
    "cancellation_hours": "48",
    "waitlist_cutoff_hours": "12",
    "open_place_hours": "72",
    "minimum_participants": "0",
    "joining_details": "",
    "booking_opens_at": "",
    "booking_closes_at": "",
    "code": "keep",
    "version": "1",
}


async def planned(works: Works, client: httpx.AsyncClient, **values: Any) -> UUID:
    """A session, with its manager signed in."""
    program = await a_program(works)
    key = await a_session(works, (await a_course(works, program)).id, NEXT_WEEK, **values)
    await enter(works, client, "program_manager", program)
    return key


async def test_only_what_was_changed_becomes_the_sessions_own(works: Works, client: httpx.AsyncClient) -> None:
    key = await planned(works, client)
    path = f"/manage/sessions/{key}/edit"
    assert (await client.post(path, data=FORM)).status_code == 303
    assert (await lock_session(key)).version == 1
    changed = {**FORM, "title": "Evening", "booking_closes_at": "2026-05-10T18:00"}
    assert (await client.post(path, data=changed)).headers["location"] == path
    session = await lock_session(key)
    assert (session.own_fields, session.title) == (frozenset({"title"}), "Evening")
    assert session.booking_closes_at is not None
    assert session.booking_closes_at.isoformat() == "2026-05-10T16:00:00+00:00"
    page = (await client.get(path)).text
    for words in ("Differs from the course", 'name="inherit" value="title"', 'value="2026-05-10T18:00"'):
        assert words in page
    assert 'name="inherit" value="summary"' not in page
    back = {**changed, "version": "2", "inherit": "title"}
    assert (await client.post(path, data=back)).status_code == 303
    assert (await lock_session(key)).title == "Listening first"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"mode": "online"}, "Say how many places there are online."),
        ({"capacity_in_person": "4"}, "5 places are taken, so there cannot be only 4."),
        ({"booking_opens_at": "2026-03-29T02:30"}, "The next possible time is 03:00."),
        ({"booking_opens_at": "soon"}, "Please enter a date and a time."),
        (
            {"booking_opens_at": "2026-05-10T10:00", "booking_closes_at": "2026-05-09T10:00"},
            "must close after it opens",
        ),
        ({"partner_ids": str(MISSING)}, "One of these partners does not exist."),
        ({"version": "7", "title": "Mine"}, "Somebody changed this while you were writing."),
    ],
)
async def test_a_refused_form_keeps_what_was_typed(
    works: Works, client: httpx.AsyncClient, changes: dict[str, str], sentence: str
) -> None:
    key = await planned(works, client)
    await execute("UPDATE session SET taken_in_person = 5 WHERE id = {}", key)
    answer = await client.post(f"/manage/sessions/{key}/edit", data={**FORM, "summary": "Typed <b>", **changes})
    assert answer.status_code == (409 if "version" in changes else 422)
    assert sentence in answer.text
    assert "Typed &lt;b&gt;" in answer.text


async def test_a_conflict_shows_what_is_there_now(works: Works, client: httpx.AsyncClient) -> None:
    key = await planned(works, client)
    path = f"/manage/sessions/{key}/edit"
    theirs = {**FORM, "title": "Evening", "capacity_in_person": "20", "booking_closes_at": "2026-05-10T18:00"}
    assert (await client.post(path, data=theirs)).status_code == 303
    conflict = await client.post(path, data={**FORM, "title": "Morning", "capacity_in_person": "20"})
    assert conflict.status_code == 409
    for words in (
        '<bdi class="kept-lines">Evening</bdi>',
        "2026-05-10 18:00 (Europe/Berlin)",
        'value="Morning"',
        'name="version" value="2"',
    ):
        assert words in conflict.text
    assert 'scope="row">Places in person' not in conflict.text
    assert "saved a change" not in (await client.get(path)).text


async def test_saving_says_who_moved_up(works: Works, client: httpx.AsyncClient) -> None:
    program = await a_program(works)
    partner = await a_partner(works, "Lanternline", program)
    key = await a_session(works, (await a_course(works, program)).id, NEXT_WEEK, publish=True, capacity_in_person=1)
    for email in ("ada@a.example", "ben@a.example", "cleo@a.example"):
        order = Order(session_id=key, partner_id=partner, people=(Wanted(name=email[:3], email=email),))
        await works.run(STAFF, book_places, order)
    await enter(works, client, "program_manager", program)
    form = {**FORM, "version": str((await lock_session(key)).version)}
    path = f"/manage/sessions/{key}/edit"
    await client.post(path, data={**form, "capacity_in_person": "3"})
    assert "Saved. 2 people moved up from the waitlist." in (await client.get(path)).text


async def test_partners_and_code_of_an_invited_session(works: Works, client: httpx.AsyncClient) -> None:
    key = await planned(works, client)
    partner = await a_partner(works, "Alba", (await lock_session(key)).program_id)
    path = f"/manage/sessions/{key}/edit"
    invited = {**FORM, "audience": "invited", "partner_ids": str(partner), "code": "new"}
    assert (await client.post(path, data=invited)).status_code == 303
    assert [found.id for found in await list_invited_partners(key)] == [partner]
    session = await lock_session(key)
    page = (await client.get(path)).text
    assert session.access_code in page
    assert f'name="partner_ids" value="{partner}" id="f-partner_ids" checked' in page


async def test_the_overview_shows_how_things_stand(works: Works, client: httpx.AsyncClient) -> None:
    key = await planned(works, client)
    page = (await client.get(f"/manage/sessions/{key}")).text
    for words in ("The meeting has no room yet", "Nobody yet", f'href="/manage/sessions/{key}/publish"', "Draft"):
        assert words in page
    await execute("UPDATE session SET state = 'cancelled', cancel_reason = 'Ill & tired' WHERE id = {}", key)
    page = (await client.get(f"/manage/sessions/{key}")).text
    assert "Ill &amp; tired" in page
    assert "/publish" not in page


async def test_publishing_says_first_who_learns_of_it(works: Works, client: httpx.AsyncClient) -> None:
    key = await planned(works, client)
    await a_partner(works, "Alba", (await lock_session(key)).program_id)
    path = f"/manage/sessions/{key}"
    page = (await client.get(f"{path}/publish")).text
    for words in ("1 participating partner can see and book it", "The meeting has no room yet", "0 trainers"):
        assert words in page
    assert "No message is sent for this step." in page
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=await a_person(works, "Tara")))
    page = (await client.get(f"{path}/publish")).text
    assert "1 trainer" in page
    assert "Whoever teaches gets what is to come for their own calendar, by mail" in page
    assert "No message is sent for this step." not in page
    stale = await client.post(f"{path}/publish", data={"version": "9"})
    assert (stale.status_code, "Somebody changed this in the meantime" in stale.text) == (409, True)
    assert (await client.post(f"{path}/publish", data={"version": "2"})).headers["location"] == path
    assert (await lock_session(key)).state is State.PUBLISHED
    assert (await client.get(f"{path}/publish")).status_code == 303
    assert "You say that it will take place." in (await client.get(f"{path}/confirm")).text
    assert (await client.post(f"{path}/confirm", data={"version": "3"})).status_code == 303
    assert (await lock_session(key)).state is State.CONFIRMED


async def test_a_session_without_meetings_cannot_be_published(works: Works, client: httpx.AsyncClient) -> None:
    key = await planned(works, client)
    (meeting,) = await list_meetings([key])
    await client.post(f"/manage/sessions/{key}/meetings/{meeting.id}/drop", data={"version": "1"})
    page = (await client.get(f"/manage/sessions/{key}/publish")).text
    assert "Add at least one meeting." in page
    assert 'type="submit"><span>Publish' not in page
    answer = await client.post(f"/manage/sessions/{key}/publish", data={"version": "2"})
    assert (answer.status_code, "Add at least one meeting." in answer.text) == (409, True)


async def test_strangers_find_nothing(works: Works, client: httpx.AsyncClient) -> None:
    key = await a_session(works, (await a_course(works, await a_program(works))).id, publish=True)
    await execute("UPDATE session SET audience = {} WHERE id = {}", Audience.PUBLIC.value, key)
    pages = ("", "/edit", "/publish", "/confirm", "/meetings", "/trainers")
    for path in pages:
        answer = await client.get(f"/manage/sessions/{key}{path}")
        assert (answer.status_code, answer.headers["location"].startswith("/sign-in")) == (303, True)
    await enter(works, client, "program_manager", await a_program(works, "Other"))
    for path in pages:
        assert (await client.get(f"/manage/sessions/{key}{path}")).status_code == 404, path
        assert (await client.get(f"/manage/sessions/{MISSING}{path}")).status_code == 404, path
        if path:
            assert (await client.post(f"/manage/sessions/{key}{path}", data=FORM)).status_code == 404, path
