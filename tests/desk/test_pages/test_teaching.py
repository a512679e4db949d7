"""All trainers of the programs that somebody runs."""

import httpx

from tests.attendance.test_jobs import over
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster
from training.base.structs import Grant, Viewer
from training.base.work import Works


async def test_hours_open_rosters_and_exports(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer = await over(works, clock, hours=1)
    await enter(works, client, scene.manager)
    page = await client.get("/manage/teaching")
    assert "Northern Line 7 northern-line-7@example.org 1 open" in words(page.text)
    assert f'href="/rosters/{scene.meeting_ids[0]}"' in page.text
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    assert "Northern Line 7 northern-line-7@example.org 1 2" in words((await client.get("/manage/teaching")).text)
    text = (await client.get(f"/manage/teaching/export/csv?program={scene.program_id}&year=2026")).text
    assert '"Northern Line 7","northern-line-7@example.org",2026,1,2' in text
    assert "northern-line-7@example.org 2 open" not in words((await client.get("/manage/teaching?year=2025")).text)


async def test_only_of_programs_that_one_runs(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer = await over(works, clock, hours=1)
    grants = frozenset({Grant(role="program_manager", scope_id=scene.course_id)})
    await enter(works, client, Viewer(person_id=scene.people[5], grants=grants))
    assert "Northern Line 7" not in words((await client.get("/manage/teaching")).text)
    assert (await client.get(f"/manage/teaching?program={scene.program_id}")).status_code == 404
    await enter(works, client, trainer)
    assert (await client.get("/manage/teaching")).status_code == 404
