"""What pages of rooms below are told of materials."""

import httpx

from tests.attendance.made import make_day
from tests.booking.asked import order
from tests.conftest import FrozenClock
from tests.materials.made import learner, published
from tests.materials.shelf import DURING, place_path, seen, shelf_at
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.materials.pages.beside import Beside
from training.materials.queries.counting import Counted
from training.materials.rules.showing import Audience


async def test_of_a_place_and_of_courses(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, DURING)
    day, beside, now = shelf.day, Beside(), works.clock()
    mine = day.enrollments[0]
    assert await beside.of_place(learner(day), day.session_id, mine, now) == Counted(open=4, left=0, later=1)
    assert await beside.of_place(learner(day), shelf.read, mine, now) is None
    assert await beside.of_courses([day.scene.course_id]) == {day.scene.course_id: 1}


async def test_the_page_of_a_place_says_what_its_link_opens(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    day = await make_day(works, clock)
    clock.move(days=-3)
    await published(works, day)
    await published(works, day, audience=Audience.PARTNERS)
    await execute("UPDATE enrollment SET state = 'waitlisted', mode = '' WHERE id = {}", day.enrollments[1])
    await works.run(day.manager, cancel_enrollment, day.enrollments[0])
    await works.run(day.scene.coordinator, book_places, order(day.scene, 0))
    path = place_path(works, day)
    assert "can be opened now" not in await seen(client, works, None, path)
    assert "Nothing here for you" in await seen(client, works, None, f"{path}/materials")
    assert "1 material can be opened now" in await seen(client, works, None, place_path(works, day, 1))
    assert "2 materials can be opened now" in await seen(client, works, None, place_path(works, day, 2))
