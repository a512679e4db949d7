"""All trainers of the programs that somebody runs."""

from datetime import UTC, datetime

import httpx

from tests.attendance.test_jobs import over
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from training.attendance.actions.marking import close_roster
from training.base.database import execute
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
    assert '"Northern Line 7","northern-line-7@example.org",2026,1,120,2' in text
    assert "northern-line-7@example.org 2 open" not in words((await client.get("/manage/teaching?year=2025")).text)


async def test_rosters_stay_open_over_new_year(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    clock.now = datetime(2026, 12, 15, 9, tzinfo=UTC)
    scene, trainer = await over(works, clock, hours=1)  # held on 29 December
    clock.now = datetime(2027, 1, 2, 9, tzinfo=UTC)
    await enter(works, client, scene.manager)
    said = words((await client.get("/manage/teaching")).text)
    assert "northern-line-7@example.org 1 open" in said
    assert "Meetings and hours are those of 2027" in said
    assert "Rosters still open are those of any year." in said
    text = (await client.get("/manage/teaching/export/csv")).text
    assert '"Northern Line 7","northern-line-7@example.org",2027,0,0,0' in text
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    assert "1 open" not in words((await client.get("/manage/teaching")).text)


async def test_a_year_can_be_chosen_once_it_has_begun_somewhere(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    clock.now = datetime(2026, 12, 17, 17, tzinfo=UTC)
    scene, _ = await over(works, clock, hours=1)  # 1 January, 6 o'clock in Auckland
    for table in ("meeting", "session"):
        await execute(f"UPDATE {table} SET zone = 'Pacific/Auckland'")
    await enter(works, client, scene.manager)
    page = (await client.get("/manage/teaching?year=2027")).text
    assert "Meetings and hours are those of 2027" in words(page)
    text = (await client.get("/manage/teaching/export/csv?year=2027")).text
    assert '"Northern Line 7","northern-line-7@example.org",2027,1,120,2' in text
    assert '<option value="2027"' in page
    assert "Meetings and hours are those of 2026" in words((await client.get("/manage/teaching")).text)
    assert "Meetings and hours are those of 2026" in words((await client.get("/manage/teaching?year=2028")).text)


async def test_only_of_programs_that_one_runs(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer = await over(works, clock, hours=1)
    grants = frozenset({Grant(role="program_manager", scope_id=scene.course_id)})
    await enter(works, client, Viewer(person_id=scene.people[5], grants=grants))
    assert "Northern Line 7" not in words((await client.get("/manage/teaching")).text)
    assert (await client.get(f"/manage/teaching?program={scene.program_id}")).status_code == 404
    await enter(works, client, trainer)
    assert (await client.get("/manage/teaching")).status_code == 404
