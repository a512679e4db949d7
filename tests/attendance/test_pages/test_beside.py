"""What the page of a place is told of checking in."""

import httpx

from tests.attendance.made import make_day
from tests.attendance.test_actions.test_check_in import opened
from tests.attendance.test_pages.test_here import place
from tests.booking.test_pages.made import words
from tests.conftest import FrozenClock
from training.attendance.pages.beside import Attending
from training.base.work import Works
from training.booking.rules.guests import place_token


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
    assert await Attending().checked_in(day.scene.people[0], day.enrollments[0], works.clock()) is None
