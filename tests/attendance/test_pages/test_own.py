"""How one was recorded: signed in, by the link to one's place, and saying that it is wrong."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.attendance.test_actions.test_absences import letters, mark, taught
from tests.booking.made import Scene
from tests.booking.test_pages.made import enter, words
from tests.conftest import SITE, FrozenClock
from training.attendance.actions.contesting import contest_mark, decide_contest
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.rules.contests import Claim
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.rules.guests import place_token


async def recorded(works: Works, clock: FrozenClock) -> tuple[Scene, Viewer, UUID]:
    """Somebody who is recorded as absent in a closed roster, with their trainer."""
    scene, trainer, ids = await taught(works, clock)
    await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    return scene, trainer, ids[0]


async def test_nothing_is_told_while_the_roster_is_open(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    await mark(works, trainer, scene.meeting_ids[0], ids[0], Status.NO_SHOW)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    said = words((await client.get(f"/my/attendance/{ids[0]}")).text)
    assert "Roster still open" in said
    assert "No-show" not in said
    clock.now = datetime(2026, 5, 18, 9, 30, tzinfo=UTC)
    said = words((await client.get(f"/my/attendance/{ids[0]}")).text)
    assert "The meeting goes on." in said
    assert "No-show" not in said


@pytest.mark.parametrize(
    ("values", "words_there"),
    [
        ({"status": Status.PRESENT}, "Present"),
        ({"status": Status.LATE, "minutes_late": 30}, "Late 30 min"),
        ({"status": Status.LEFT_EARLY, "minutes_early": 7}, "Left 7 min early"),
        ({"status": Status.PARTIAL, "minutes": 45}, "There for 45 min"),
        ({"status": Status.PARTIAL}, "Part of the time"),
        ({"status": Status.EXCUSED, "reason": "Ill"}, "Excused"),
    ],
)
async def test_every_way_of_being_recorded_is_told(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, values: dict[str, Any], words_there: str
) -> None:
    scene, trainer, ids = await taught(works, clock)
    await works.run(trainer, save_marks, scene.meeting_ids[0], [MarkInput(enrollment_id=ids[0], **values)])
    await enter(works, client, Viewer(person_id=scene.people[0]))
    told = f"/api/v1/enrollments/{ids[0]}/attendance"
    (before,) = (await client.get(told)).json()["meetings"][:1]
    assert (before["status"], before["minutes_late"], before["minutes_early"], before["minutes"], before["reason"]) == (
        "not recorded",
        0,
        0,
        None,
        "",
    )
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    answer = await client.get(f"/my/attendance/{ids[0]}")
    assert answer.status_code == 200
    assert words_there in words(answer.text)
    (after,) = (await client.get(told)).json()["meetings"][:1]
    assert (after["status"], after["minutes"]) == (values["status"], values.get("minutes"))


async def test_why_it_says_present_above_and_late_below(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    late = MarkInput(enrollment_id=ids[0], status=Status.LATE, minutes_late=30)
    await works.run(trainer, save_marks, scene.meeting_ids[0], [late])
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    why = "Whoever was at every meeting stands as Present above."
    for number, told in ((0, True), (1, False)):
        await enter(works, client, Viewer(person_id=scene.people[number]))
        assert (why in words((await client.get(f"/my/attendance/{ids[number]}")).text)) is told


async def test_other_minutes_can_be_claimed(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    late = MarkInput(enrollment_id=ids[0], status=Status.LATE, minutes_late=30)
    await works.run(trainer, save_marks, scene.meeting_ids[0], [late])
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    await enter(works, client, Viewer(person_id=scene.people[0]))
    path = f"/my/attendance/{ids[0]}"
    assert "by other minutes" in (await client.get(path)).text
    told = {"meeting_id": str(scene.meeting_ids[0]), "claims": "late"}
    refused = await client.post(f"{path}/contest", data={**told, "minutes": "900"})
    assert refused.status_code == 422
    assert re.search(r"The meeting lasted \d+ minutes\.", words(refused.text))
    await client.post(f"{path}/contest", data={**told, "minutes": "5"})
    assert "late, by 5 minutes" in words((await client.get(path)).text)


async def test_what_counts_beside_being_late_is_told(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, trainer, ids = await taught(works, clock)
    broken = MarkInput(enrollment_id=ids[0], status=Status.LATE, minutes_late=30, minutes_early=20, minutes=60)
    await works.run(trainer, save_marks, scene.meeting_ids[0], [broken])
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    await enter(works, client, Viewer(person_id=scene.people[0]))
    shown = (await client.get(f"/my/attendance/{ids[0]}")).text
    assert "60 minutes of the meeting count." in words(shown)
    assert "the one of which you say nothing stays as it is recorded." in words(shown)
    for claims in ("There, but late", "There, but left early"):
        assert f"{claims}, by other minutes</option>" in shown


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [("", "Say by how many minutes."), ("30", "These are the minutes that the roster says already.")],
)
async def test_what_cannot_be_said_stays_on_the_page(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, minutes: str, sentence: str
) -> None:
    scene, trainer, ids = await taught(works, clock)
    late = MarkInput(enrollment_id=ids[0], status=Status.LATE, minutes_late=30)
    await works.run(trainer, save_marks, scene.meeting_ids[0], [late])
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    told = {"meeting_id": str(scene.meeting_ids[0]), "claims": "late", "minutes": minutes, "words": "The\nlift."}
    place = f"/places/{place_token(SITE.secret_key, ids[0], 1)}/attendance"
    by_link = await client.post(f"{place}/contest", data=told)
    assert by_link.headers["referrer-policy"] == "strict-origin"
    await enter(works, client, Viewer(person_id=scene.people[0]))
    signed_in = await client.post(f"/my/attendance/{ids[0]}/contest", data=told)
    for answer in (by_link, signed_in):
        assert answer.status_code == 422
        assert words(answer.text).count(sentence) == 2
        assert '<details class="more" open>' in answer.text
        assert '<option value="late" selected>' in answer.text
        assert "The\nlift.</textarea>" in answer.text
        assert 'href="#f-minutes"' in answer.text
    assert await execute("SELECT id FROM contest") == []


async def test_a_learner_says_that_it_is_wrong(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await recorded(works, clock)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    path = f"/my/attendance/{key}"
    said = words((await client.get(path)).text)
    assert "No-show" in said
    assert "This is wrong" in said
    told = {"meeting_id": str(scene.meeting_ids[0]), "claims": "present", "words": "I sat in the last row."}
    assert (await client.post(f"{path}/contest", data=told)).headers["location"] == "."
    after = words((await client.get(f"{path}/")).text)
    assert "You say that this is wrong" in after
    assert "I sat in the last row." in after
    await client.post(f"{path}/contest", data=told)
    assert "You have said so already." in words((await client.get(path)).text)
    assert len(await execute("SELECT id FROM contest")) == 1


async def test_the_same_by_the_link_to_the_place(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await recorded(works, clock)
    path = f"/places/{place_token(SITE.secret_key, key, 1)}"
    assert f'href="{path}/attendance"' in (await client.get(path)).text
    page = await client.get(f"{path}/attendance")
    assert page.headers["referrer-policy"] == "strict-origin"
    assert "No-show" in words(page.text)
    assert f'href="{path}" dir="auto">Your place</a>' in page.text
    told = {"meeting_id": str(scene.meeting_ids[0]), "claims": "late"}
    assert (await client.post(f"{path}/attendance/contest", data=told)).status_code == 303
    assert len(await execute("SELECT id FROM contest")) == 1


async def test_the_mail_about_an_absence_leads_to_where_it_is_said(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    scene, _, _ = await recorded(works, clock)
    (letter,) = await letters("absence")
    (path,) = re.findall(r"testserver\.example(/places/\S+/attendance)\s", letter.text)
    assert f"{path}#m-{scene.meeting_ids[0]}" in letter.html
    page = await client.get(path)
    assert "This is wrong" in words(page.text)
    assert f'id="m-{scene.meeting_ids[0]}"' in page.text


@pytest.mark.parametrize("closed", [29, 35, 59])
async def test_the_link_opens_this_page_until_the_day_that_the_mail_says(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, closed: int
) -> None:
    scene, _, ids = await taught(works, clock)
    clock.move(days=closed)
    await works.run(scene.manager, close_roster, scene.meeting_ids[0], rest="no-show")
    letter = next(one for one in await letters("absence") if "Northern Line 0" in one.text)
    told = re.search(r"Say so until (.+?), \d", " ".join(letter.text.split()))
    (path,) = re.findall(r"testserver\.example(/places/\S+)/attendance\s", letter.text)
    assert told is not None
    assert told[1] == (clock.now + timedelta(days=7)).strftime("%a %-d %b %Y")
    assert ("give the place back" in letter.html) is False
    clock.move(days=7, seconds=-1)
    page = await client.get(f"{path}/attendance")
    assert "This is wrong" in words(page.text)
    assert f'href="{path}"' not in page.text
    # Nothing else of the place opens any longer.
    others = ("", "/progress", "/materials", "/questions")
    assert [(await client.get(f"{path}{other}")).status_code for other in others] == [410] * 4
    assert (await client.post(f"{path}/renew")).status_code == 410
    claim = {"meeting_id": str(scene.meeting_ids[0]), "claims": "late", "minutes": "5"}
    assert (await client.post(f"{path}/attendance/contest", data=claim)).status_code == 303
    assert (await client.post(f"{path}/attendance/contest/withdraw", data=claim)).status_code == 303
    clock.move(seconds=1)
    assert (await client.get(f"{path}/attendance")).status_code == 410
    assert (await client.post(f"{path}/attendance/contest", data=claim)).status_code == 410
    # An earlier link is worthless however long the newest one lives.
    clock.move(seconds=-1)
    await execute("UPDATE enrollment SET link_generation = 2 WHERE id = {}", ids[0])
    assert (await client.get(f"{path}/attendance")).status_code == 404


async def test_an_answer_opens_it_for_a_week(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await recorded(works, clock)
    path = f"/places/{place_token(SITE.secret_key, key, 1)}/attendance"
    claim = Claim(meeting_id=scene.meeting_ids[0], claims=Status.PRESENT)
    contest_id = await works.run(Viewer(person_id=scene.people[0]), contest_mark, key, claim)
    clock.move(days=45)
    assert (await client.get(path)).status_code == 410
    await works.run(scene.manager, decide_contest, contest_id, granted=False, answer="The chair was empty.")
    clock.move(days=7, seconds=-1)
    assert "The chair was empty." in words((await client.get(path)).text)
    clock.move(seconds=1)
    assert (await client.get(path)).status_code == 410


async def test_nobody_else_reads_it(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, trainer, key = await recorded(works, clock)
    for other in (
        Viewer(person_id=scene.coordinator.person_id),
        scene.manager,
        trainer,
        Viewer(person_id=scene.people[1]),
    ):
        await enter(works, client, other)
        assert (await client.get(f"/my/attendance/{key}")).status_code == 404


async def test_after_two_weeks_it_is_too_late(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await recorded(works, clock)
    clock.now += timedelta(days=14)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    path = f"/my/attendance/{key}"
    assert "It could be contested until" in words((await client.get(path)).text)
    told = {"meeting_id": str(scene.meeting_ids[0]), "claims": "present"}
    await client.post(f"{path}/contest", data=told)
    assert "This can be contested for two weeks" in words((await client.get(path)).text)
    assert await execute("SELECT id FROM contest") == []


async def test_how_it_was_has_to_be_chosen(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await recorded(works, clock)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    path = f"/my/attendance/{key}"
    assert 'name="claims" required><option value="">' in (await client.get(path)).text
    answer = await client.post(f"{path}/contest", data={"meeting_id": str(scene.meeting_ids[0]), "claims": ""})
    assert answer.status_code == 422
    assert "Choose how it was." in words(answer.text)
    assert (await client.post(f"{path}/contest", data={"claims": "late"})).headers["location"] == "."
    assert await execute("SELECT id FROM contest") == []


async def test_late_by_minutes_and_taken_back(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await recorded(works, clock)
    await enter(works, client, Viewer(person_id=scene.people[0]))
    path, meeting = f"/my/attendance/{key}", str(scene.meeting_ids[0])
    await client.post(f"{path}/contest", data={"meeting_id": meeting, "claims": "late", "minutes": "20", "words": ""})
    shown = (await client.get(path)).text
    assert "There, but late, by 20 minutes." in words(shown)
    assert f'action="{path}/contest/withdraw"' in shown
    back = await client.post(f"{path}/contest/withdraw", data={"meeting_id": meeting})
    assert back.headers["location"] == ".."
    after = words((await client.get(path)).text)
    assert "You took it back." in after
    assert "This is wrong" in after
    assert [row["state"] for row in await execute("SELECT state FROM contest")] == ["withdrawn"]
    await client.post(f"{path}/contest/withdraw", data={"meeting_id": meeting})
    assert "Nothing of this waits for an answer" in words((await client.get(path)).text)


async def test_taken_back_by_the_link_to_the_place(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    scene, _, key = await recorded(works, clock)
    path = f"/places/{place_token(SITE.secret_key, key, 1)}/attendance"
    meeting = {"meeting_id": str(scene.meeting_ids[0])}
    await client.post(f"{path}/contest", data={**meeting, "claims": "late"})
    assert (await client.post(f"{path}/contest/withdraw", data=meeting)).status_code == 303
    assert [row["state"] for row in await execute("SELECT state FROM contest")] == ["withdrawn"]
