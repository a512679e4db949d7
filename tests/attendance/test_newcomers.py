"""Whoever got their place after a meeting is never filled in there with all others, by whichever way that is done."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from tests.attendance.made import Day, make_day, mark, overall
from tests.attendance.test_actions.test_absences import letters
from tests.attendance.test_actions.test_online import taken
from tests.attendance.test_actions.test_walking_in import member, new
from tests.booking.asked import bearer, order
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.by_mail import Tapped, close_by_mail
from training.attendance.actions.marking import close_roster, reopen_roster, save_all_but, save_marks
from training.attendance.actions.online import Wishes, apply_list
from training.attendance.actions.walking_in import add_walk_in
from training.attendance.jobs import ask_for_rosters
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.chasing import get_to_record
from training.attendance.queries.marks import list_standing
from training.attendance.queries.meetings import list_roster_meetings
from training.attendance.queries.roster import load_roster
from training.attendance.rules.statuses import Status, Way
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.actions.give import give_place


async def newcomer(works: Works, clock: FrozenClock, **values: Any) -> tuple[Day, UUID]:
    """A session of two people whose first roster is open still; at its second meeting, a day later, a third comes."""
    day = await make_day(works, clock, people=2, meetings=2, capacity_in_person=4, **values)
    clock.move(days=1)
    added = await works.run(day.lead, add_walk_in, day.meeting_ids[1], new("Newt", partner_id=day.scene.partner_id))
    return day, added.place.enrollment_id


async def stands(day: Day, meeting: int = 0) -> dict[str, str]:
    roster = await load_roster(await get_roster_meeting(day.lead, day.meeting_ids[meeting]))
    return {entry.name: entry.status.value for entry in roster.entries}


BOTH = {"Northern Line 0": "present", "Northern Line 1": "present"}


async def test_everybody_is_who_had_a_place(works: Works, clock: FrozenClock) -> None:
    day, newt = await newcomer(works, clock)
    saved = await works.run(day.lead, save_all_but, day.meeting_id, ())
    assert newt not in {one.enrollment_id for one in saved.marks}
    assert await stands(day) == {**BOTH, "Newt": "not recorded"}
    # Nobody else is to be recorded, so it can be closed, and nobody is told of an absence.
    await works.run(day.lead, close_roster, day.meeting_id)
    assert await stands(day) == {**BOTH, "Newt": "not recorded"}
    assert await letters("absence") == []
    clock.move(days=1)
    await works.run(day.lead, close_roster, day.meeting_ids[1], rest="present")
    found = await overall(newt)
    assert (found.status, found.meetings, found.meetings_held) == (Status.PARTIAL, 1, 2)


async def test_closing_fills_in_only_who_had_a_place(works: Works, clock: FrozenClock) -> None:
    day, newt = await newcomer(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    assert await stands(day) == {"Northern Line 0": "no-show", "Northern Line 1": "no-show", "Newt": "not recorded"}
    assert len(await letters("absence")) == 2
    # By hand everything is possible.
    here = mark(newt, Status.PRESENT, reason="Sat in the back")
    assert (await works.run(day.lead, save_marks, day.meeting_id, [here])).marks[0].taken


async def test_who_is_named_is_marked(works: Works, clock: FrozenClock) -> None:
    day, newt = await newcomer(works, clock)
    filled = await works.run(day.lead, save_marks, day.meeting_id, [mark(newt)], way=Way.ALL)
    (refused,) = filled.marks
    assert (refused.taken, refused.code) == (False, "placed-later")
    assert await execute("SELECT id FROM mark_change WHERE enrollment_id = {} AND NOT taken", newt) == []
    await works.run(day.lead, save_all_but, day.meeting_id, [newt])
    assert await stands(day) == {**BOTH, "Newt": "no-show"}


async def test_the_mailed_link_does_not_tick_them(works: Works, clock: FrozenClock) -> None:
    day, newt = await newcomer(works, clock)
    shown = dict.fromkeys([*day.enrollments, newt], 0)
    tapped = await works.run(day.lead, close_by_mail, day.meeting_id, shown=shown, present=day.enrollments[:1])
    assert tapped == Tapped(there=1, absent=1)
    assert await stands(day) == {**BOTH, "Northern Line 1": "no-show", "Newt": "not recorded"}
    await works.run(day.manager, reopen_roster, day.meeting_id, "Newt was there")
    versions = {**dict.fromkeys(day.enrollments, 1), newt: 0}
    both = [day.enrollments[0], newt]
    assert await works.run(day.lead, close_by_mail, day.meeting_id, shown=versions, present=both) == Tapped(
        there=2, absent=1
    )
    assert (await stands(day))["Newt"] == "present"


async def test_the_page_of_the_mailed_link_says_since_when(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, newt = await newcomer(works, clock)
    assert (await get_to_record(day.meeting_id)).people == 2
    await ask_for_rosters(works)
    text = (await letters("roster-open"))[0].text
    link = re.search(r"/rosters/by-mail/[A-Za-z0-9_-]{64}", text)
    assert link is not None
    page = (await client.get(link[0])).text
    assert page.count(" checked") == 2
    assert f'value="{newt}" checked' not in page
    assert "Has a place since Tue 19 May 2026, 10:10 Dublin time (UTC+1), after this meeting" in words(page)
    assert "stays not recorded, unless you tick them." in words(page)
    assert "Who is recorded as absent" not in words(page)
    sent = {"shown": re.findall(r'name="shown" value="([^"]+)"', page), "present": [str(day.enrollments[0])]}
    await client.post(f"{link[0]}/close", data=sent)
    assert "One person was there, 1 not." in words((await client.get(f"{link[0]}/")).text)


async def test_the_roster_says_since_when_and_waits_for_nobody_else(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day, newt = await newcomer(works, clock)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}"
    page = (await client.get(path)).text
    assert f'id="p-{newt}" data-later' in page
    assert page.count(" data-later") == 1
    assert "Has a place since Tue 19 May 2026, 10:10 Dublin time (UTC+1), after this meeting" in words(page)
    assert "0 of 2 recorded" in words(page)
    asked = words((await client.get(f"{path}/close")).text)
    assert "2 people are not recorded" in asked
    assert "One person got their place after this meeting Newt They stay not recorded" in asked
    await client.post(path, data={"rest": "present"})
    assert "2 of 2 recorded" in words((await client.get(path)).text)
    assert "data-everybody hidden" in (await client.get(path)).text
    assert "not recorded" not in words((await client.get(f"{path}/close")).text).split("got their place")[0]
    # At the meeting at which they came they are like everybody.
    assert "data-later" not in (await client.get(f"/rosters/{day.meeting_ids[1]}")).text
    found = await list_roster_meetings(day.session_id)
    assert [(each.recorded, each.expected) for each in found] == [(2, 2), (1, 3)]


async def test_the_api_leaves_them_out(works: Works, clock: FrozenClock, client: httpx.AsyncClient) -> None:
    day, newt = await newcomer(works, clock)
    client.headers["authorization"] = f"Bearer {await bearer(works, day.lead)}"
    url = f"/api/v1/meetings/{day.meeting_id}/roster"
    entries = {one["enrollment_id"]: one for one in (await client.get(url)).json()["entries"]}
    assert entries[str(newt)]["placed_at"] == "2026-05-19T09:10:00Z"
    saved = (await client.post(f"{url}/all-present", json={})).json()
    assert {one["enrollment_id"] for one in saved["marks"]} == set(map(str, day.enrollments))
    assert (await client.post(f"{url}/closing", json={})).status_code == 200


async def test_a_list_of_the_online_room_makes_no_absence_of_them(works: Works, clock: FrozenClock) -> None:
    day, _ = await newcomer(works, clock)
    await execute("UPDATE enrollment SET mode = 'online'")
    list_id = await taken(works, day, "Name,Duration (minutes)\nNorthern Line 0,120\n")
    await works.run(day.lead, apply_list, day.meeting_id, list_id, Wishes(choices={}, absent=True, version=1))
    assert await stands(day) == {**BOTH, "Northern Line 1": "no-show", "Newt": "not recorded"}
    # Whoever is on it was there, whatever place they had.
    list_id = await taken(works, day, "Name,Duration (minutes)\nNewt,120\n")
    await works.run(day.lead, apply_list, day.meeting_id, list_id, Wishes(choices={}, version=1))
    assert (await stands(day))["Newt"] == "present"


async def test_who_waited_has_the_place_since_it_was_given(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, meetings=2)
    clock.move(days=-13)
    booked = await works.run(day.scene.coordinator, book_places, order(day.scene, 2))
    waits = booked.verdicts[0].enrollment_id
    assert waits is not None
    clock.move(days=14)
    await execute("UPDATE session SET overbooking = 1")
    given = clock.now
    await works.run(day.manager, give_place, waits, reason="Came a long way")
    assert (await placed(day))[waits] == given
    # However often it is judged since whether they have completed it.
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    clock.move(days=1)
    await works.run(day.lead, close_roster, day.meeting_ids[1], rest="present")
    await works.run(day.manager, reopen_roster, day.meeting_id, "Look again")
    assert (await placed(day))[waits] == given
    assert {at for key, at in (await placed(day)).items() if key != waits} == {
        clock.now - timedelta(days=16, minutes=10)
    }
    await works.run(day.lead, save_all_but, day.meeting_id, ())
    assert await stands(day) == {**BOTH, "Northern Line 2": "not recorded"}


async def test_who_walks_in_from_the_waitlist_too(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2, meetings=2, overbooking=1)
    clock.move(days=-13)
    await works.run(day.scene.coordinator, book_places, order(day.scene, 2))
    clock.move(days=14)
    added = await works.run(day.lead, add_walk_in, day.meeting_ids[1], member(day, 2, reason="Came a long way"))
    assert added.place.waited
    await works.run(day.lead, save_all_but, day.meeting_id, ())
    assert await stands(day) == {**BOTH, "Northern Line 2": "not recorded"}


async def placed(day: Day) -> dict[UUID, datetime]:
    return {one.enrollment_id: one.placed_at for one in await list_standing(day.meeting_id, day.session_id)}
