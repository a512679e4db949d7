"""One person on a roster: minutes, reasons, what is missing, and who was faster."""

import httpx
import pytest

from tests.attendance.made import Day, make_day, mark
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.roster import RosterEntry, load_roster
from training.attendance.rules.statuses import Status
from training.base.work import Works


async def first(day: Day) -> RosterEntry:
    return (await load_roster(await find_roster_meeting(day.meeting_id))).entries[0]


def path(day: Day) -> str:
    return f"/rosters/{day.meeting_id}/people/{day.enrollments[0]}"


@pytest.mark.parametrize(
    ("sent", "value"),
    [
        ({"status": "late", "minutes_late": "12", "minutes_early": "3", "minutes": "9"}, ("late", 12, 3, None)),
        ({"status": "left early", "minutes_early": "20"}, ("left early", 0, 20, None)),
        ({"status": "partial", "minutes": "45", "minutes_late": "5"}, ("partial", 0, 0, 45)),
        ({"status": "partial"}, ("partial", 0, 0, None)),
        ({"status": "excused", "reason": "Ill"}, ("excused", 0, 0, None)),
        ({"status": "present", "minutes_late": "5"}, ("present", 0, 0, None)),
    ],
)
async def test_what_belongs_to_a_status_is_kept(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, sent: dict[str, str], value: tuple[object, ...]
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    done = await client.post(path(day), data=sent)
    assert done.headers["location"] == f"/rosters/{day.meeting_id}#p-{day.enrollments[0]}"
    found = (await first(day)).mark
    assert found is not None
    assert found.value == value


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"status": "late"}, "Say by how many minutes they were late."),
        ({"status": "left early"}, "Say by how many minutes they left early."),
        ({"status": "excused"}, "To excuse somebody takes a reason."),
        ({"status": "late", "minutes_late": "soon"}, "Please enter a number."),
        ({"status": "late", "minutes_late": "5000"}, "This number must be at most 1440."),
        ({"status": "ascended"}, "Please choose one of the list."),
        ({}, "Please fill this in."),
    ],
)
async def test_what_is_missing_is_said(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, sent: dict[str, str], sentence: str
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    answer = await client.post(path(day), data=sent)
    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert (await first(day)).mark is None


async def test_whoever_was_slower_decides_again(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.lead)
    await works.run(day.assistant, save_marks, day.meeting_id, [mark(day.enrollments[0], Status.NO_SHOW)])
    answer = await client.post(path(day), data={"status": "present", "version": "0"})
    assert answer.status_code == 409
    assert "Your mark was not taken. Another mark of the same moment came first." in words(answer.text)
    assert 'name="version" value="1"' in answer.text
    assert "Asa saved a change on" in words(answer.text)
    assert "How they were no-show present" in words(answer.text)
    await client.post(path(day), data={"status": "present", "version": "1"})
    assert (await first(day)).status is Status.PRESENT
    said = words((await client.get(path(day))).text)
    assert "Lost Another mark of the same moment came first." in said
    assert "Asa" in said


async def test_once_closed_it_takes_a_reason(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await works.run(day.lead, close_roster, day.meeting_id, rest="no-show")
    await enter(works, client, day.lead)
    assert "every change takes a reason" in words((await client.get(path(day))).text)
    answer = await client.post(path(day), data={"status": "present", "version": "1"})
    assert answer.status_code == 422
    assert "This roster is closed, so a change takes a reason." in words(answer.text)
    await client.post(path(day), data={"status": "present", "version": "1", "reason": "Sat at the back"})
    assert (await first(day)).status is Status.PRESENT


async def test_who_is_not_on_the_roster_is_not_found(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" two")
    await enter(works, client, day.lead)
    assert (await client.get(f"/rosters/{day.meeting_id}/people/{other.enrollments[0]}")).status_code == 404


async def test_long_before_a_manager_reads_when_the_meeting_is(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    await enter(works, client, day.manager)
    assert "Nobody can have come yet." not in words((await client.get(path(day))).text)
    clock.move(days=-5)
    said = words((await client.get(path(day))).text)
    assert said.index("This meeting is on Mon 18 May 2026") < said.index("How were they?")
