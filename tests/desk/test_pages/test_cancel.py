"""Cancelling a session: who is touched, and then it is so."""

import httpx
import pytest

from tests.attendance.made import make_day
from tests.completion.judged import certificates
from tests.conftest import FrozenClock
from tests.desk.made import foreign_manager, full_scene, messages, no_mail_reaches, sign_in
from tests.invites.posted import post
from tests.schedule.made import STAFF, occupied
from training.attendance.actions.marking import close_roster
from training.base.work import Works
from training.completion.actions.excepting import except_by_hand
from training.completion.rules.excepting import ExceptionValues
from training.schedule.actions import assign_trainer, edit_session
from training.schedule.queries import get_session, list_meetings, lock_session
from training.schedule.rules.values import Assignment, SessionValues


async def test_a_session_is_cancelled(client: httpx.AsyncClient, works: Works) -> None:
    """The journey: consequences, reason, and then counters are zero and everybody is written to."""
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    path = f"/manage/sessions/{scene.session_id}/cancel"
    asked = await client.get(path)
    for words in (
        "3 people lose their places",
        "1 person leaves the waitlist",
        "4 messages are sent",
        "Northern Line 3",
    ):
        assert words in asked.text
    assert await messages("booking-session-cancelled") == []
    done = await client.post(path, data={"reason": "The house is closed.", "version": "1"})
    assert (done.status_code, done.headers["location"]) == (303, f"/manage/sessions/{scene.session_id}")
    session = await get_session(scene.manager, scene.session_id)
    assert (session.state, session.cancel_reason) == ("cancelled", "The house is closed.")
    assert (session.taken_in_person, session.taken_online, session.waiting, session.waiting_in_person) == (0, 0, 0, 0)
    assert await messages("booking-session-cancelled") == [f"northern-line-{n}@example.org" for n in range(4)]
    assert await occupied(scene.session_id) == []
    assert "nothing to cancel" in (await client.get(path)).text
    again = await client.post(path, data={"reason": "Again", "version": "2"})
    assert again.status_code == 422
    assert len(await messages("booking-session-cancelled")) == 4


async def test_of_the_rest_of_a_session_only_the_dates_to_come_are_told(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    scene, _ = await full_scene(works, meetings=3)
    meetings = await list_meetings([scene.session_id])
    dates = [f"{meeting.local_start:%a} {meeting.local_start.day} {meeting.local_start:%b %Y}" for meeting in meetings]
    await sign_in(client, works, scene.manager)
    path = f"/manage/sessions/{scene.session_id}/cancel"
    told = "The rest of this session will not take place."
    asked = (await client.get(path)).text.partition("What they will read")[2]
    assert (told in asked, dates[0] in asked, dates[2] in asked) == (False, True, False)
    clock.now = meetings[0].ends_at
    asked = (await client.get(path)).text.partition("What they will read")[2]
    assert [told in asked, *(date in asked for date in dates)] == [True, False, True, True]


async def test_what_will_not_arrive_is_said_before(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    path = f"/manage/sessions/{scene.session_id}/cancel"
    assert "will not arrive" not in (await client.get(path)).text
    await no_mail_reaches("northern-line-1@example.org")
    asked = (await client.get(path)).text
    assert "4 messages are sent" in asked
    assert "1 of them will not arrive" in asked
    assert "mail to the address comes back: tell them some other way" in asked


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
async def test_a_reason_is_needed(client: httpx.AsyncClient, works: Works, reason: str) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    refused = await client.post(f"/manage/sessions/{scene.session_id}/cancel", data={"reason": reason, "version": "1"})
    assert refused.status_code == 422
    assert "everybody concerned will read it" in refused.text
    assert await messages("booking-session-cancelled") == []


async def test_somebody_was_faster(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(title="New name"))
    path = f"/manage/sessions/{scene.session_id}/cancel"
    stale = await client.post(path, data={"reason": "The house is closed.", "version": "1"})
    assert stale.status_code == 409
    assert "nothing was cancelled yet" in stale.text
    assert "The house is closed." in stale.text
    assert 'name="version" value="2"' in stale.text


async def test_strangers_cannot(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    for viewer in (await foreign_manager(works), scene.coordinator):
        await sign_in(client, works, viewer)
        answer = await client.post(f"/manage/sessions/{scene.session_id}/cancel", data={"reason": "x", "version": "1"})
        assert answer.status_code == 404
    assert (await get_session(scene.manager, scene.session_id)).state == "published"


@pytest.mark.parametrize("left", [True, False])
async def test_who_teaches_is_written_to_when_their_entry_has_left(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, left: bool
) -> None:
    """By the rule that tells calendars: as many mails leave as were said."""
    scene, _ = await full_scene(works)
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[4]))
    if left:
        clock.move(minutes=2)
    await post(works)
    await sign_in(client, works, scene.manager)
    path = f"/manage/sessions/{scene.session_id}/cancel"
    asked = (await client.get(path)).text
    assert ("Northern Line 4 (gets a mail)" in asked, "not written to: please tell them" in asked) == (left, not left)
    assert f"{4 + left} messages are sent" in asked
    version = (await lock_session(scene.session_id)).version
    await client.post(path, data={"reason": "The house is closed.", "version": str(version)})
    clock.move(minutes=2)
    assert len(await post(works)) == 4 + left


async def test_certificates_of_who_was_decided_by_hand_are_revoked_and_that_is_said_before(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    """After one of two meetings was held; a certificate that nobody heard of yet is revoked without a word."""
    day = await make_day(works, clock, meetings=2)
    await works.run(day.lead, close_roster, day.meeting_id, rest="present")
    clock.move(hours=3)
    path = f"/manage/sessions/{day.session_id}/cancel"
    await sign_in(client, works, day.manager)
    before = (await client.get(path)).text
    assert "1 took place already: its roster stays and its hours count, but nobody completes the session" in before
    assert "revoked" not in before
    yes = ExceptionValues(completed=True, reason="Knows it all")
    for key in day.enrollments[:2]:
        await works.run(day.manager, except_by_hand, key, yes)
    await post(works)
    await works.run(day.manager, except_by_hand, day.enrollments[2], yes)
    assert len(await certificates()) == 3
    asked = (await client.get(path)).text
    assert "3 certificates are revoked" in asked
    assert "5 messages are sent" in asked
    assert len(await certificates()) == 3, "only rehearsed"
    version = (await lock_session(day.session_id)).version
    await client.post(path, data={"reason": "The house is closed.", "version": str(version)})
    assert await certificates() == []
    clock.move(minutes=2)
    left = sorted(mail.kind for mail in await post(works))
    assert left == ["booking-session-cancelled"] * 3 + ["certificate-revoked"] * 2
    completion = (await client.get(f"/manage/sessions/{day.session_id}/completion")).text
    assert "A session that was cancelled is completed by nobody" in completion
    assert "Nobody takes part yet" not in completion
    assert "it is decided by itself" not in completion
