"""Closing a roster and opening it again."""

import re

import httpx

from tests.attendance.made import Day, make_day, mark
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_all_but, save_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.roster import load_roster
from training.attendance.rules.statuses import Status
from training.base.work import Works


async def is_closed(day: Day) -> bool:
    return (await find_roster_meeting(day.meeting_id)).closed_at is not None


def named(page: str) -> str:
    """Whom the form names as not recorded."""
    found = re.search(r'name="named" value="([^"]*)"', page)
    assert found is not None
    return found.group(1)


async def test_whoever_is_left_is_asked_about(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/close"
    said = words((await client.get(path)).text)
    assert "3 people are not recorded" in said
    assert "This meeting still runs until" in said
    assert "Whoever was absent is told, and so are their coordinators" in said
    assert "Northern Line 0 , Northern Line 1 , Northern Line 2" in said.replace("0,", "0 ,").replace("1,", "1 ,")
    answer = await client.post(path, data={"rest": ""})
    assert answer.status_code == 422
    assert "Say how those were who are not recorded" in words(answer.text)
    assert not await is_closed(day)
    await client.post(path, data={"rest": "no-show", "named": named(answer.text)})
    assert await is_closed(day)
    assert "although the meeting still runs" in words((await client.get(f"/rosters/{day.meeting_id}")).text)


async def test_a_whole_one_is_closed_by_one_press(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, save_all_but, day.meeting_id, ())
    clock.move(hours=2)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/close"
    assert "not recorded" not in (said := words((await client.get(path)).text))
    assert "still runs" not in said
    await client.post(path, data={})
    assert await is_closed(day)
    assert "The roster is closed. Thank you." in words((await client.get(f"/rosters/{day.meeting_id}")).text)
    await client.post(path, data={})
    assert "This roster is closed already." in words((await client.get(f"/rosters/{day.meeting_id}")).text)


async def test_it_is_opened_again_for_a_reason(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    await enter(works, client, day.lead)
    root = f"/rosters/{day.meeting_id}"
    assert "Open the roster again?" in words((await client.get(f"{root}/close")).text)
    answer = await client.post(f"{root}/reopen", data={"reason": "  "})
    assert answer.status_code == 422
    assert "Say why, for those who read the history." in words(answer.text)
    assert await is_closed(day)
    await client.post(f"{root}/reopen", data={"reason": "The wrong list"})
    assert not await is_closed(day)
    await client.post(f"{root}/reopen", data={"reason": "The wrong list"})
    assert "This roster is open" in words((await client.get(root)).text)


async def test_before_the_meeting_it_cannot_be_complete(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    clock.move(minutes=-30)
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/close"
    assert "cannot be complete" in words((await client.get(path)).text)
    assert "It can be closed from Mon 18 May 2026" in words((await client.get(path)).text)
    await client.post(path, data={"rest": "present"})
    assert not await is_closed(day)


async def test_a_shadow_closes_nothing(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.shadow)
    path = f"/rosters/{day.meeting_id}/close"
    assert "but not change it now" in words((await client.get(path)).text)
    assert (await client.post(path, data={"rest": "present"})).status_code == 404


async def test_nobody_is_filled_in_whom_the_page_did_not_name(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    a, b, c = day.enrollments
    clock.move(hours=3)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(a), mark(b)])
    await enter(works, client, day.lead)
    path = f"/rosters/{day.meeting_id}/close"
    first = (await client.get(path)).text
    assert named(first) == str(c)
    # Meanwhile the assistant takes a mark back, to mark them anew.
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(a, Status.NOT_RECORDED, base_version=1)])
    answer = await client.post(path, data={"rest": "no-show", "named": named(first)})
    assert answer.status_code == 422
    assert "Somebody else is not recorded either. Look at the names once more" in words(answer.text)
    assert "2 people are not recorded" in words(answer.text)
    assert not await is_closed(day)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(a, base_version=2)])
    # Whoever was marked meanwhile stays as they are.
    assert (await client.post(path, data={"rest": "no-show", "named": named(answer.text)})).status_code == 303
    roster = await load_roster(await find_roster_meeting(day.meeting_id))
    assert {each.enrollment_id: each.status for each in roster.entries} == {
        a: Status.PRESENT,
        b: Status.PRESENT,
        c: Status.NO_SHOW,
    }
