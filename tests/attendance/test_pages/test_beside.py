"""What the page of a place is told of checking in."""

from datetime import timedelta

import httpx
import pytest

from tests.attendance.made import Day, make_day, mark, on_one_day
from tests.attendance.test_actions.test_check_in import opened
from tests.attendance.test_pages.test_here import place
from tests.booking.test_pages.made import words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.actions.self_check_in import switch_self_check_in
from training.attendance.pages.beside import Attending
from training.attendance.rules.statuses import Status
from training.base.database import watch_statements
from training.base.work import Works
from training.booking.rules.guests import place_token
from training.schedule.actions import cancel_session


async def test_whoever_is_in_reads_so_on_the_page_of_the_place(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock)
    own = f"/places/{place_token(works.site.secret_key, day.enrollments[0], 1)}"
    assert f'href="{place(works, day, 0)}"' in (await client.get(own)).text
    clock.move(minutes=5)
    await client.post(f"{place(works, day, 0)}/in", data={"code": word})
    shown = (await client.get(own)).text
    assert "You are checked in, 15 minutes after the start." in words(shown)
    assert f'href="{place(works, day, 0)}"' not in shown
    assert "press “I am here”" not in words(shown)
    other = (await client.get(f"/places/{place_token(works.site.secret_key, day.enrollments[1], 1)}")).text
    assert "You are checked in" not in words(other)
    clock.move(days=1)
    assert "You are checked in" not in words((await client.get(own)).text)


async def test_nobody_is_in_before(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    assert await Attending().arrived(day.scene.people[0], day.enrollments[0], works.clock()) == {}


async def looked(client: httpx.AsyncClient, works: Works, day: Day) -> tuple[bool, bool, bool]:
    """Whether the page of the first place says that one is checked in, shows the code, and offers "I am here"."""
    own = f"/places/{place_token(works.site.secret_key, day.enrollments[0], 1)}"
    text = (await client.get(own)).text
    return (
        "You are checked in" in words(text),
        f'href="{own}/check-in"' in text,
        f'href="{place(works, day, 0)}"' in text,
    )


IN, WAITS, LATER = (True, False, False), (False, True, True), (False, True, False)
AHEAD = (Status.PARTIAL, Status.LEFT_EARLY, Status.LATE)


@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("gap", [0, -60, 30, 60, 90, 22 * 60])
async def test_having_come_in_the_morning_says_nothing_of_the_afternoon(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, gap: int, on: bool
) -> None:
    day, word = await opened(works, clock, meetings=2)
    await on_one_day(day, clock, gap)
    await client.post(f"{place(works, day, 0)}/in", data={"code": word})
    second = await works.run(day.lead, switch_self_check_in, day.meeting_ids[1], on=on)
    # Half an hour before the second one, and then in it.
    clock.move(minutes=110 + gap - 31)
    assert (await looked(client, works, day))[1]
    clock.move(minutes=2)
    early = await looked(client, works, day)
    assert early[1:] == (True, True)
    # The first one runs still, or it is over and not spoken of.
    assert early[0] is (gap < 30)
    clock.move(minutes=34 if gap >= 0 else 95)
    assert await looked(client, works, day) == WAITS
    if on:
        await client.post(f"{place(works, day, 0)}/in", data={"code": second.word})
        assert (await looked(client, works, day))[0]
        clock.move(minutes=20)
        assert await looked(client, works, day) == IN


async def test_in_a_session_with_more_to_come_the_code_stays_and_the_meeting_is_named(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day, word = await opened(works, clock, meetings=2)
    await client.post(f"{place(works, day, 0)}/in", data={"code": word})
    assert await looked(client, works, day) == (True, True, False)
    own = f"/places/{place_token(works.site.secret_key, day.enrollments[0], 1)}"
    assert "Meeting 1 of 2 You are checked in. Welcome!" in words((await client.get(own)).text)
    clock.move(hours=3)
    assert await looked(client, works, day) == LATER


@pytest.mark.parametrize(
    ("status", "more", "before", "after"),
    [
        (Status.PRESENT, {}, IN, IN),
        (Status.PARTIAL, {"minutes": 30}, WAITS, IN),
        (Status.LEFT_EARLY, {"minutes_early": 30}, WAITS, IN),
        (Status.LATE, {"minutes_late": 5}, WAITS, IN),
        (Status.LATE, {"minutes_late": 30}, WAITS, WAITS),
        (Status.NO_SHOW, {}, WAITS, WAITS),
    ],
)
async def test_what_somebody_announced_is_no_arrival(
    client: httpx.AsyncClient,
    works: Works,
    clock: FrozenClock,
    status: Status,
    more: dict[str, int],
    before: tuple[bool, bool, bool],
    after: tuple[bool, bool, bool],
) -> None:
    day = await make_day(works, clock)
    clock.now -= timedelta(minutes=30)
    await works.run(day.lead, switch_self_check_in, day.meeting_id, on=True)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(day.enrollments[0], status, **more)])
    assert await looked(client, works, day) == before
    here = words((await client.get(place(works, day, 0))).text)
    assert ("You are checked in" in here, "has recorded you already" in here) == (before is IN, status in AHEAD)
    clock.move(minutes=30)
    assert await looked(client, works, day) == after


async def test_who_was_recorded_before_the_rest_was_cancelled(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, meetings=2)
    ada, session = day.enrollments[0], day.session_id
    clock.move(hours=3)
    assert not await Attending().recorded(ada, session)
    await works.run(day.manager, cancel_session, session, "The house is closed.")
    assert not await Attending().recorded(ada, session)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    with watch_statements() as seen:
        assert await Attending().recorded(ada, session)
    assert len(seen) == 1
