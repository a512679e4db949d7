"""The roster behind the link in a message: ticks, one button, what it did, and who may not."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from tests.attendance.test_jobs import over
from tests.booking.asked import order
from tests.booking.made import Scene
from tests.booking.test_pages.made import words
from tests.conftest import SITE, FrozenClock
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.jobs import ask_for_rosters
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.queries import list_enrollments
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.schedule.actions import withdraw_trainer


async def linked(works: Works, clock: FrozenClock) -> tuple[Scene, Viewer, str]:
    """A meeting that is over, its trainer, and the address in the message to them."""
    scene, trainer = await over(works, clock, hours=2)
    await ask_for_rosters(works)
    (row,) = await execute("SELECT id FROM message WHERE kind = 'roster-open'")
    text = render_message(await get_message(row["id"]), SITE).text
    found = re.search(r"/rosters/by-mail/[A-Za-z0-9_-]{64}", text)
    assert found is not None, text
    return scene, trainer, found[0]


def form(page: str, *absent: str) -> dict[str, list[str]]:
    """What the page's form sends when these people are unticked."""
    shown = re.findall(r'name="shown" value="([^"]+)"', page)
    present = re.findall(r'name="present" value="([^"]+)" checked', page)
    return {"shown": shown, "present": [key for key in present if key not in absent]}


async def marks() -> list[tuple[str, str]]:
    rows = await execute("SELECT status, way FROM mark ORDER BY enrollment_id")
    return [(row["status"], row["way"]) for row in rows]


async def test_opening_changes_nothing_and_one_press_closes(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _, link = await linked(works, clock)
    page = await client.get(link)
    assert page.headers["referrer-policy"] == "strict-origin"
    assert "Everybody is ticked" in words(page.text)
    assert await marks() == []
    second = (await list_enrollments(scene.manager, scene.session_id))[1].id
    answer = await client.post(f"{link}/close", data=form(page.text, str(second)))
    assert (answer.status_code, answer.headers["location"]) == (303, ".")
    assert await marks() == [("present", "mail"), ("no-show", "mail")]
    after = words((await client.get(f"{link}/")).text)
    assert "Thank you. One person was there, 1 not. The roster is closed." in after
    assert "This roster is closed Northern Line 7 closed it." in after
    (closed,) = await execute("SELECT data FROM journal_entry WHERE event = 'RosterClosed'")
    assert '"way": "mail"' in str(closed["data"]).replace('":"', '": "').replace("'", '"')
    assert link.rsplit("/", 1)[1] not in str(await execute("SELECT * FROM kept_answer"))


async def test_what_is_recorded_more_exactly_stays(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer, link = await linked(works, clock)
    first, second = (one.id for one in await list_enrollments(scene.manager, scene.session_id))
    known = [
        MarkInput(enrollment_id=first, status=Status.LATE, minutes_late=10),
        MarkInput(enrollment_id=second, status=Status.EXCUSED, reason="Ill"),
    ]
    await works.run(trainer, save_marks, scene.meeting_ids[0], known)
    page = (await client.get(link)).text
    assert len(form(page)["present"]) == 1
    await client.post(f"{link}/close", data=form(page))
    assert await marks() == [("late", "roster"), ("excused", "roster")]


async def test_a_roster_that_somebody_closed_says_by_whom(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _, link = await linked(works, clock)
    page = (await client.get(link)).text
    await works.run(scene.manager, close_roster, scene.meeting_ids[0], rest="present")
    answer = await client.post(f"{link}/close", data={"shown": form(page)["shown"]})
    assert answer.status_code == 303
    after = words((await client.get(link)).text)
    assert "Somebody closed this roster meanwhile. Nothing was changed." in after
    assert "Mona closed it." in after
    assert [status for status, _ in await marks()] == ["present", "present"]


async def test_who_came_on_the_roster_meanwhile_is_not_absent(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _, link = await linked(works, clock)
    page = (await client.get(link)).text
    now, clock.now = clock.now, clock.now - timedelta(days=20)
    await works.run(scene.coordinator, book_places, order(scene, 3))
    clock.now = now
    answer = await client.post(f"{link}/close", data=form(page))
    assert answer.status_code == 409
    assert "Somebody came on this roster" in words(answer.text)
    assert await marks() == []


async def test_whoever_was_marked_otherwise_meanwhile_is_shown_again(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _, link = await linked(works, clock)
    page = (await client.get(link)).text
    first, second = (one.id for one in await list_enrollments(scene.manager, scene.session_id))
    meanwhile = [
        MarkInput(enrollment_id=first, status=Status.EXCUSED, reason="ill, told me at the door"),
        MarkInput(enrollment_id=second, status=Status.NO_SHOW),
    ]
    await works.run(scene.manager, save_marks, scene.meeting_ids[0], meanwhile)
    answer = await client.post(f"{link}/close", data=form(page))
    assert answer.status_code == 409
    assert "while you looked, and that stands" in words(answer.text)
    assert await marks() == [("excused", "roster"), ("no-show", "roster")]
    assert form(answer.text)["present"] == []
    assert "Everybody is ticked" not in words(answer.text)
    assert "Who is recorded as absent or excused is not ticked." in words(answer.text)
    assert (await client.post(f"{link}/close", data=form(answer.text))).status_code == 303
    assert await marks() == [("excused", "roster"), ("no-show", "roster")]


@pytest.mark.parametrize("how", ["late", "taken off", "forged", "disabled", "watching"])
async def test_a_link_ends(works: Works, client: httpx.AsyncClient, clock: FrozenClock, how: str) -> None:
    scene, trainer, link = await linked(works, clock)
    assert trainer.person_id is not None
    if how == "late":
        clock.now += timedelta(days=14)
    elif how == "taken off":
        await works.run(scene.manager, withdraw_trainer, scene.session_id, UUID(str(trainer.person_id)))
    elif how == "forged":
        link = f"{link[:-1]}{'A' if link[-1] != 'A' else 'B'}"
    elif how == "disabled":
        await execute("UPDATE person SET disabled_at = {} WHERE id = {}", clock.now, trainer.person_id)
    else:
        await execute("UPDATE trainer_assignment SET role = 'shadow'")
    for answer in (await client.get(link), await client.post(f"{link}/close", data={})):
        assert answer.status_code == (410 if how == "late" else 404)
    assert await marks() == []
