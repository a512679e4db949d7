"""What is over and needs somebody, on the board of who runs it."""

from datetime import timedelta

import httpx

from tests.attendance.test_actions.test_contesting import contested
from tests.attendance.test_jobs import over
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster
from training.attendance.jobs import ask_for_rosters
from training.base.structs import Viewer
from training.base.work import Works
from training.desk.queries.overdue import list_contested, list_left_open


async def test_a_roster_stands_there_until_it_is_closed(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _ = await over(works, clock, hours=2)
    for _ in range(3):
        await ask_for_rosters(works)
        clock.now += timedelta(days=1)
    (row,) = await list_left_open(scene.manager, scene.program_id)
    assert (row.people, row.recorded, row.trainers) == (2, 0, ("Northern Line 7",))
    assert await list_left_open(scene.coordinator, None) == []
    await enter(works, client, scene.manager)
    page = await client.get("/manage")
    assert "Rosters still open" in words(page.text)
    assert "The roster is open: 0 of 2 recorded. Northern Line 7 did not answer two mails." in words(page.text)
    assert f'href="/rosters/{scene.meeting_ids[0]}"' in page.text
    await works.run(scene.manager, close_roster, scene.meeting_ids[0], rest="present")
    assert await list_left_open(Viewer.machine("test"), None) == []


async def test_a_contested_mark_stands_there(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await contested(works, clock)
    (row,) = await list_contested(scene.manager, None)
    assert (row.contest_id, row.name, row.claims) == (key, "Northern Line 0", "present")
    await enter(works, client, scene.manager)
    page = await client.get("/manage")
    assert "Northern Line 0 says that the roster is wrong: present." in words(page.text)
    assert f'href="/rosters/{scene.meeting_ids[0]}/contests/{key}"' in page.text
