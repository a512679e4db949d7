"""The page for trainers, and what those who plan see of it."""

from datetime import timedelta

import httpx

from tests.conftest import FrozenClock
from tests.schedule.busied import ADDRESS, a_source, busy
from tests.schedule.made import NEXT_WEEK, STAFF, T, a_course, a_person, a_program, a_session, enter
from training.base.database import execute
from training.base.work import Works
from training.schedule.actions import assign_trainer
from training.schedule.queries import list_own_sources
from training.schedule.rules.values import Assignment

HERE = "/account/busy"


async def test_a_trainer_adds_looks_and_removes(works: Works, client: httpx.AsyncClient) -> None:
    person_id = await enter(works, client)
    assert "Add your calendar" in (await client.get(HERE)).text
    added = await client.post(HERE, data={"address": f" {ADDRESS} ", "label": "Work"})
    assert (added.status_code, added.headers["location"]) == (303, HERE)
    shown = (await client.get(HERE)).text
    assert "Not read yet" in shown
    assert "Within a minute" in shown
    assert "private-0123" not in shown
    (source,) = await list_own_sources(person_id)
    asked = (await client.get(f"{HERE}/{source.id}/remove")).text
    assert "Remove this calendar?" in asked
    assert "private-0123" not in asked
    await client.post(f"{HERE}/{source.id}/remove")
    assert await list_own_sources(person_id) == []


async def test_what_cannot_be_read_says_why_and_keeps_what_was_typed(works: Works, client: httpx.AsyncClient) -> None:
    await enter(works, client)
    refused = await client.post(HERE, data={"address": "https://192.168.0.1/x.ics", "label": "Home"})
    assert refused.status_code == 422
    assert "public internet" in refused.text
    assert 'value="Home"' in refused.text
    await client.post(HERE, data={"address": ADDRESS})
    again = await client.post(HERE, data={"address": ADDRESS})
    assert (again.status_code, "on your list already" in again.text) == (422, True)


async def test_how_it_went_is_told(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    person_id = await enter(works, client)
    hours = [clock.now + timedelta(hours=number) for number in range(24)]
    key = await busy(works, person_id, *zip(hours[::2], hours[1::2], strict=True))
    await execute("UPDATE busy_source SET read_at = created_at WHERE id = {}", key)
    shown = (await client.get(HERE)).text
    assert "12 busy times in the year to come" in shown
    assert "there are more" in shown
    pressed = await client.post(f"{HERE}/{key}/read")
    assert pressed.status_code == 303
    assert "Please wait ten minutes" in (await client.get(HERE)).text
    await execute("UPDATE busy_source SET error = 'The server did not answer in time.' WHERE id = {}", key)
    shown = (await client.get(HERE)).text
    assert "The server did not answer in time." in shown
    assert "What we read before still counts" in shown


async def test_three_are_the_most(works: Works, client: httpx.AsyncClient) -> None:
    person_id = await enter(works, client)
    for number in range(3):
        await a_source(works, person_id, f"https://calendar.example.org/{number}")
    shown = (await client.get(HERE)).text
    assert "Remove one to add another" in shown
    assert 'name="address"' not in shown


async def test_those_who_plan_see_who_is_busy_and_decide(works: Works, client: httpx.AsyncClient) -> None:
    key = await a_session(works, (await a_course(works, await a_program(works))).id, NEXT_WEEK)
    tara = await a_person(works, "Tara")
    await enter(works, client, "staff")
    await busy(works, tara, (T("2026-05-11T07:00Z"), T("2026-05-11T08:30Z")))
    path = f"/manage/sessions/{key}/trainers"
    form = {"email": "tara@people.example", "role": "lead", "version": "1"}
    asked = await client.post(path, data=form)
    assert asked.status_code == 422
    assert "Tara is busy in their own calendar at the same time." in asked.text
    assert "I know, and plan it like this" in asked.text
    assert (await client.post(path, data={**form, "accept_warnings": "yes"})).status_code == 303
    shown = (await client.get(path)).text
    assert "Busy in their own calendar" in shown
    assert "calendar.example.org" not in shown


async def test_nobody_is_warned_without_reason(works: Works, client: httpx.AsyncClient) -> None:
    key = await a_session(works, (await a_course(works, await a_program(works))).id, NEXT_WEEK)
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    await enter(works, client, "staff")
    assert "Busy in their own calendar" not in (await client.get(f"/manage/sessions/{key}/trainers")).text
