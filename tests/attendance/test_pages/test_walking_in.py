"""Somebody at the door."""

import httpx
import pytest

from tests.attendance.made import make_day
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.roster import load_roster
from training.base.work import Works
from training.booking.rules import CannotBeBooked
from training.people.actions import count_newcomers
from training.people.rules import asker_of
from training.schedule.actions import cancel_session

NEW = {"name": "Wanda Weiss", "email": "wanda@example.org"}


async def test_a_newcomer_gets_a_place_and_is_present(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, capacity_in_person=5)
    await enter(works, client, day.lead)
    root = f"/rosters/{day.meeting_id}"
    asked = (await client.get(f"{root}/walk-in")).text
    assert "Northern Line" in asked
    assert "Harbour" in asked
    done = await client.post(f"{root}/walk-in", data={**NEW, "partner_id": str(day.scene.partner_id)})
    assert done.status_code == 303, words(done.text)
    assert done.headers["location"].startswith(f"{root}#p-")
    said = words((await client.get(root)).text)
    assert "Wanda Weiss has a place now and is marked as present." in said
    assert "1 of 4 recorded" in said
    again = await client.post(f"{root}/walk-in", data={**NEW, "partner_id": str(day.scene.partner_id)})
    assert again.status_code == 422
    assert "This person is on the roster already. Just mark them." in words(again.text)


async def test_above_the_capacity_it_takes_a_reason(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, overbooking=1)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/walk-in"
    assert "up to 1 may be let in above the capacity" in words((await client.get(path)).text)
    sent = {**NEW, "partner_id": str(day.scene.partner_id)}
    answer = await client.post(path, data=sent)
    assert answer.status_code == 422
    assert "Say why this person is let in above the capacity." in words(answer.text)
    assert (await client.post(path, data={**sent, "reason": "Came a long way"})).status_code == 303
    other = {**sent, "name": "Otto", "email": "otto@mail.example", "reason": "Him, too"}
    answer = await client.post(path, data=other)
    assert "nobody more may be let in above the capacity" in words(answer.text)
    roster = await load_roster(await find_roster_meeting(day.meeting_id))
    assert [entry.name for entry in roster.entries][-1] == "Wanda Weiss"


async def test_what_is_missing_is_said(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, capacity_in_person=5)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/walk-in"
    answer = await client.post(path, data={"name": "", "email": "wanda"})
    said = words(answer.text)
    assert answer.status_code == 422
    assert "Please fill this in." in said
    assert "This does not look like an e-mail address." in said
    # Nobody comes for themselves where that is not offered.
    assert (await client.post(path, data=NEW)).status_code == 422


async def test_the_box_for_a_clash_stands_where_it_helps(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await make_day(works, clock, capacity_in_person=5)
    await enter(works, client, day.manager)
    path, box = f"/rosters/{day.meeting_id}/walk-in", "although they are booked elsewhere"
    known = {**NEW, "partner_id": str(day.scene.partner_id)}
    await client.post(path, data=known)
    there = await client.post(path, data=known)
    assert "on the roster already" in words(there.text)
    assert box not in words(there.text)

    async def busy(*_: object) -> None:
        raise CannotBeBooked("Takes part in something else.", reason="clash")

    monkeypatch.setattr("training.attendance.pages.walking_in.add_walk_in", busy)
    clash = await client.post(path, data=known)
    assert clash.status_code == 422
    assert box in words(clash.text)


async def test_once_it_is_over_it_is_said_how_they_were(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, capacity_in_person=9)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/walk-in"
    assert 'name="status"' not in (await client.get(path)).text
    clock.move(hours=29)
    await enter(works, client, day.lead)
    asked = await client.get(path)
    assert "This meeting is over." in words(asked.text)
    assert "arriving now" not in words(asked.text)
    sent = {**NEW, "partner_id": str(day.scene.partner_id)}
    for told, sentence in (
        ({}, "The meeting is over: say how they were."),
        ({"status": "partial"}, "Say for how many minutes they were there."),
        ({"status": "partial", "minutes": "900"}, "The meeting lasted"),
        ({"status": "present", "minutes": "10"}, "Minutes are for a part only."),
    ):
        answer = await client.post(path, data={**sent, **told})
        assert answer.status_code == 422
        assert sentence in words(answer.text)
    done = await client.post(path, data={**sent, "status": "partial", "minutes": "20"})
    assert done.status_code == 303
    said = words((await client.get(f"/rosters/{day.meeting_id}")).text)
    assert "Wanda Weiss has a place now and is marked as there for a part, 20 minutes." in said


async def test_every_page_about_a_roster_leads_to_the_briefing(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, mode="hybrid", capacity_in_person=5, capacity_online=5)
    briefing = f"/sessions/{day.session_id}/briefing"
    ways = ("", "/walk-in", "/scan", "/close", "/changes", "/sheet", "/online-list", f"/people/{day.enrollments[0]}")
    for viewer in (day.lead, day.manager):
        await enter(works, client, viewer)
        for path in (*(f"/rosters/{day.meeting_id}{way}" for way in ways), f"/rosters/sessions/{day.session_id}"):
            assert f'href="{briefing}"' in (await client.get(path)).text, path
        assert (await client.get(briefing)).status_code == 200


async def test_a_shadow_lets_nobody_in(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, capacity_in_person=5)
    await enter(works, client, day.shadow)
    path = f"/rosters/{day.meeting_id}/walk-in"
    assert "cannot be changed now" in words((await client.get(path)).text)
    assert (await client.post(path, data={**NEW, "partner_id": str(day.scene.partner_id)})).status_code == 404


async def test_whoever_tries_out_addresses_is_stopped(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, capacity_in_person=9)
    await enter(works, client, day.lead)
    await works.run(day.lead, count_newcomers, asker_of(day.lead), 1000)
    path = f"/rosters/{day.meeting_id}/walk-in"
    answer = await client.post(path, data={**NEW, "partner_id": str(day.scene.partner_id)})
    assert answer.status_code == 429


async def test_long_before_a_manager_reads_when_the_meeting_is(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.manager)
    path = f"/rosters/{day.meeting_id}/walk-in"
    assert "Nobody can have come yet." not in words((await client.get(path)).text)
    clock.move(days=-5)
    said = words((await client.get(path)).text)
    assert said.index("This meeting is on Mon 18 May 2026") < said.index("They get a place at once")


async def test_before_the_hour_who_teaches_reads_from_when_on(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    clock.move(hours=-5)
    await enter(works, client, day.lead)
    for way, button in (("walk-in", "Add, and record them"), ("close", "How were they?")):
        said = words((await client.get(f"/rosters/{day.meeting_id}/{way}")).text)
        assert "It can be marked from Mon 18 May 2026" in said, way
        assert button not in said


async def test_nobody_comes_to_what_was_held_before_the_rest_was_cancelled(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=2)
    root, said = f"/rosters/{day.meeting_id}", "The session was cancelled on Mon 18 May 2026, 13:00"
    clock.move(hours=2, minutes=50)
    await enter(works, client, day.lead)
    page = await client.get(root)
    assert f"{root}/walk-in" in page.text
    assert "The session was cancelled" not in words(page.text)
    await works.run(day.manager, cancel_session, day.session_id, "Storm")
    for path in (root, f"{root}/scan", f"{root}/walk-in"):
        page = await client.get(path)
        assert said in words(page.text), path
        assert f'="{root}/walk-in"' not in page.text.partition("<main")[2].partition("</main")[0], path
    assert "is told" not in words((await client.get(f"{root}/close")).text)
