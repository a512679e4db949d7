"""What one person was told: what, when, and why."""

from uuid import UUID

import httpx

from tests.desk.made import full_scene, sign_in
from tests.desk.posted import ids_of
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import cancel_enrollment


async def test_everything_that_one_person_was_told_and_why(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    first, second = (await ids_of("booking-enrolled"))[:2]
    (row,) = await execute("SELECT subject_id FROM message WHERE id = {}", first)
    await works.run(scene.manager, cancel_enrollment, UUID(str(row["subject_id"])), reason="Asked to")
    await sign_in(client, works, scene.manager)
    answer = await client.get(f"/manage/sessions/{scene.session_id}/roster/{row['subject_id']}/messages")
    assert answer.status_code == 200
    for words in ("What we told", "booked for 4 people", "removed ", "You have a place", "Enrollment ended"):
        assert words in answer.text, words
    assert f"/manage/messages/{first}" in answer.text
    assert f"/manage/messages/{second}" not in answer.text, "another person's"


async def test_the_roster_leads_there(client: httpx.AsyncClient, works: Works) -> None:
    scene, booked = await full_scene(works)
    await sign_in(client, works, scene.manager)
    roster = await client.get(f"/manage/sessions/{scene.session_id}/roster")
    address = f"/manage/sessions/{scene.session_id}/roster/{booked.verdicts[0].enrollment_id}/messages"
    assert f'href="{address}"' in roster.text
    assert (await client.get(address)).status_code == 200


async def test_nothing_was_written(client: httpx.AsyncClient, works: Works) -> None:
    scene, booked = await full_scene(works)
    await execute("DELETE FROM message")
    await sign_in(client, works, scene.manager)
    address = f"/manage/sessions/{scene.session_id}/roster/{booked.verdicts[0].enrollment_id}/messages"
    assert "Nothing was written to them" in (await client.get(address)).text
