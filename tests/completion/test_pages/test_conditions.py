"""The form of what it takes: plain words, consequences before they happen, the wider rule again."""

import httpx

from tests.booking.test_pages.made import enter
from tests.completion.judged import attend, close, said_minutes, stands, taught, widen
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works

CHANGED = {"meetings": "some", "meetings_needed": "1", "certificate": "yes", "valid_months": "24", "version": "0"}


async def test_built_in_then_said_then_taken_back(works: Works, client: httpx.AsyncClient) -> None:
    of = await taught(works)
    await enter(works, client, of.scene.manager)
    for path in (
        f"/manage/programs/{of.scene.program_id}/completion",
        f"/manage/courses/{of.scene.course_id}/completion",
        f"/manage/sessions/{of.scene.session_id}/completion/rule",
    ):
        shown = await client.get(path)
        assert shown.status_code == 200
        assert "Every meeting" in shown.text or "At least 1 meeting" in shown.text
        saved = await client.post(path, data=CHANGED)
        assert saved.status_code == 303, saved.text
        text = (await client.get(path)).text
        assert "At least 1 meeting." in text
        assert "The certificate is valid for 24 months, counted from the end of the session." in text
        assert "Nothing that was decided changes, and no certificate." in text
        assert "Said here." in text
    removed = await client.post(path + "/remove", data={"version": "1"})
    assert removed.status_code == 303
    assert "Said further out:" in (await client.get(path)).text


async def test_consequences_are_asked_first(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    of = await taught(works, 2)
    ada, ben = of.enrollments
    clock.move(days=16)
    await attend(works, of, ada, 2)
    await attend(works, of, ben, 1)
    await close(works, of)
    await enter(works, client, of.scene.manager)
    path = f"/manage/courses/{of.scene.course_id}/completion"
    asked = await client.post(path, data=CHANGED)
    assert asked.status_code == 200
    assert "This changes 2 enrollments" in asked.text
    assert "1 person has completed it then" in asked.text
    assert "For 1 person only the end of its validity changes" in asked.text
    assert "<bdi>Northern Line 1</bdi>, <bdi>Safe messaging</bdi>: completed then" in asked.text
    assert "<bdi>Northern Line 0</bdi>, <bdi>Safe messaging</bdi>: only the end of its validity" in asked.text
    assert "1 certificate is issued, and its holder is told" in asked.text
    assert "1 certificate is replaced by a new edition, and its holder is told" in asked.text
    assert "is revoked" not in asked.text
    assert (await stands(ben)).state == "not completed"
    assert (await client.post(path, data={**CHANGED, "sure": "yes"})).status_code == 303
    assert (
        "Saved. 2 enrollments follow, 1 certificate is issued, 1 certificate gets a new edition."
        in (await client.get(path)).text
    )
    assert (await stands(ben)).state == "completed"
    asked = await client.post(path + "/remove", data={"version": "1"})
    assert "The wider rule would hold again" in asked.text
    assert "1 certificate is revoked, and its holder is told" in asked.text
    assert (
        "<bdi>Northern Line 1</bdi>, <bdi>Safe messaging</bdi>: not completed then; this certificate is" in asked.text
    )
    code = (await execute("SELECT code FROM certificate WHERE enrollment_id = {} AND revoked_at IS NULL", ben))[0][
        "code"
    ]
    assert f'href="/certificates/{code}"' in asked.text
    assert (await client.post(path + "/remove", data={"version": "1", "sure": "yes"})).status_code == 303
    assert (await stands(ben)).state == "not completed"
    again = await client.post(path + "/remove", data={"version": "1", "sure": "yes"})
    assert again.status_code == 303


async def test_what_only_makes_certificates_is_asked_first(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of = await taught(works, 2)
    clock.move(days=16)
    for key in of.enrollments:
        await attend(works, of, key, 2)
    await close(works, of)
    clock.move(days=400)
    await enter(works, client, of.scene.manager)
    path = f"/manage/programs/{of.scene.program_id}/completion"
    hours = {"meetings": "all", "certificate": "yes", "version": "0", "hours_minutes": "100"}
    asked = await client.post(path, data=hours)
    assert asked.status_code == 200
    assert "This changes 2 certificates" in asked.text
    assert "100 minutes count as hours for whoever completes it." in asked.text
    assert "2 certificates are replaced by new editions, and their holders are told" in asked.text
    person = "<bdi>Northern Line 0</bdi>, <bdi>Safe messaging</bdi>: the certificate is replaced by a new edition</li>"
    assert person in asked.text
    assert await said_minutes() == [240, 240]
    assert (await client.post(path, data={**hours, "sure": "yes"})).status_code == 303
    assert "Saved. 2 certificates get a new edition." in (await client.get(path)).text
    assert await said_minutes() == [100, 100]
    again = await client.post(path, data={**hours, "version": "1"})
    assert again.status_code == 303, "what is kept already changes nothing"


async def test_of_many_sessions_it_is_said_that_it_takes_an_hour(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of = await taught(works)
    await widen(works, of, 50)
    clock.move(days=16)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    await enter(works, client, of.scene.manager)
    path = f"/manage/programs/{of.scene.program_id}/completion"
    hours = {"meetings": "all", "certificate": "yes", "version": "0", "hours_minutes": "100"}
    asked = await client.post(path, data=hours)
    assert "In one session. In so many sessions it takes up to an hour." in asked.text
    await client.post(path, data={**hours, "sure": "yes"})
    said = "Saved. 1 certificate gets a new edition; in so many sessions that takes up to an hour."
    assert said in (await client.get(path)).text
    assert await said_minutes() == [240]


async def test_what_cannot_be_kept_is_said_beside_the_field(works: Works, client: httpx.AsyncClient) -> None:
    of = await taught(works)
    await enter(works, client, of.scene.manager)
    path = f"/manage/programs/{of.scene.program_id}/completion"
    for data, sentence in (
        ({"meetings": "some"}, "Say how many."),
        ({"meetings": "none"}, "Without a number of meetings, say how many minutes it takes."),
        ({"minutes_needed": "0"}, "This number must be at least 1."),
        ({"valid_months": "999"}, "This number must be at most 240."),
        ({"meetings": "perhaps"}, "Please choose one of the list."),
    ):
        answer = await client.post(path, data={**CHANGED, "meetings_needed": "", **data})
        assert answer.status_code == 422, data
        assert sentence in answer.text, data
    await client.post(path, data=CHANGED)
    stale = await client.post(path, data={**CHANGED, "valid_months": "12"})
    assert stale.status_code == 409
    assert "24" in stale.text
