"""A trainer's own page: what waits, what comes, what was, hours."""

import csv
import io
from datetime import datetime, timedelta

import httpx
from msgspec.structs import replace

from tests.attendance.made import make_day
from tests.attendance.test_actions.test_contesting import contested
from tests.attendance.test_jobs import over
from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from tests.portal.made import more_sessions
from training.attendance.actions.marking import close_roster
from training.attendance.queries.teaching import list_waiting
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.reports.queries.hours import get_hours
from training.reports.rules.hours import HoursAsked
from training.schedule.tables import TrainerAssignment


async def test_open_rosters_come_first_and_hours_are_summed(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer = await over(works, clock, hours=1)
    await enter(works, client, trainer)
    said = words((await client.get("/teaching")).text)
    assert said.index("Rosters still open") < said.index("To come") < said.index("Hours taught")
    assert "2026 Program 1 2 h" in said
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    said = words((await client.get("/teaching")).text)
    assert "Rosters still open" not in said
    assert "2 h in all" in said
    text = (await client.get("/teaching/export/csv")).text
    assert '"Safe messaging","Program",1,' in text
    assert ',"lead",2,120,2' in text


async def test_the_file_sums_up_to_what_the_page_says(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    day = await make_day(works, clock, meetings=3)
    for meeting_id in day.meeting_ids:
        (row,) = await execute("SELECT starts_at FROM meeting WHERE id = {}", meeting_id)
        ends_at = datetime.fromisoformat(str(row["starts_at"])) + timedelta(minutes=50)
        await execute("UPDATE meeting SET ends_at = {} WHERE id = {}", ends_at, meeting_id)
    clock.move(days=5)
    await enter(works, client, day.lead)
    assert "2 h 30 min in all" in words((await client.get("/teaching")).text)
    rows = list(csv.DictReader(io.StringIO((await client.get("/teaching/export/csv")).text.lstrip("\ufeff"))))
    assert sum(int(row["Minutes"]) for row in rows) == 150
    assert [row["Hours"] for row in rows] == ["0.83"] * 3


async def test_contested_marks_wait_for_an_answer(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer, key = await contested(works, clock)
    await enter(works, client, trainer)
    page = await client.get("/teaching")
    assert "Marks to answer" in words(page.text)
    assert f'href="/rosters/{scene.meeting_ids[0]}/contests/{key}"' in page.text
    await execute("UPDATE trainer_assignment SET role = 'shadow'")
    assert "Marks to answer" not in words((await client.get("/teaching")).text)


async def test_watching_counts_no_hours_and_drafts_are_shown(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer = await over(works, clock, hours=-3)
    await execute("UPDATE trainer_assignment SET role = 'shadow'")
    await execute("UPDATE session SET state = 'draft'")
    await enter(works, client, trainer)
    said = words((await client.get("/teaching")).text)
    assert "you observe" in said
    assert "Hours taught" not in said
    clock.now += timedelta(days=1)
    assert "Rosters still open" not in words((await client.get("/teaching")).text)
    assert f"/sessions/{scene.session_id}/briefing" in (await client.get("/teaching")).text


async def test_a_draft_whose_date_passed_was_not_held(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer = await over(works, clock, hours=1)
    await execute("UPDATE session SET state = 'draft'")
    await enter(works, client, trainer)
    page = (await client.get("/teaching")).text
    assert "Hours taught" not in words(page)
    assert "Rosters still open" not in words(page)
    # It has a briefing, and no roster that could be opened.
    assert f"/sessions/{scene.session_id}/briefing" in page
    assert "None while it is a draft" in words(page)
    assert f"/rosters/{scene.meeting_ids[0]}" not in page
    (row,) = csv.DictReader(io.StringIO((await client.get("/teaching/export/csv")).text.lstrip("\ufeff")))
    assert (row["Counts"], (await get_hours(trainer, HoursAsked(), clock())).trainer_minutes) == ("no", 0)
    assert await list_waiting(replace(trainer, teaches=True), clock()) == []


async def test_as_many_statements_however_much_is_taught(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer = await over(works, clock, hours=1)
    await enter(works, client, trainer)
    await client.get("/teaching")
    counts = []
    for more in (1, 20):
        ids = await more_sessions(works, scene, more)

        async def teach(work: Work, ids: list[object] = ids) -> None:  # type: ignore[assignment]
            for row in await execute("SELECT id, session_id FROM meeting"):
                if row["session_id"] in {str(key) for key in ids} | set(ids):
                    keys = {"session_id": row["session_id"], "meeting_id": row["id"], "person_id": trainer.person_id}
                    work.add(TrainerAssignment, id=work.new_id(), **keys)

        await works.run(Viewer.machine("test"), teach)
        with watch_statements() as seen:
            assert (await client.get("/teaching")).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_what_waits_stands_first_for_who_teaches(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, key = await contested(works, clock)
    await enter(works, client, trainer)
    for path in ("/", "/my/sessions"):
        page = (await client.get(path)).text
        assert '<a href="/teaching">Teaching</a>' in page
        assert f'href="/rosters/{scene.meeting_ids[0]}/contests/{key}"' in page
    await enter(works, client, Viewer(person_id=scene.people[0]))
    page = (await client.get("/my/sessions")).text
    assert '<a href="/teaching">' not in page
