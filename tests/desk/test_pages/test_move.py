"""Moving a session: what would happen is said first, then it happens to everybody."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.attendance.made import make_day, mark
from tests.booking.asked import order
from tests.booking.crowd import crowd_in
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.desk.made import MISSING, foreign_manager, full_scene, messages, no_mail_reaches, sign_in
from tests.invites.posted import post
from tests.schedule.made import STAFF, a_room, occupied
from training.attendance.actions.marking import save_marks
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.jobs import AUDIENCES
from training.booking.queries import list_enrollments
from training.outbox.jobs.fan_out import make_messages
from training.outbox.mails import render_message
from training.outbox.queries import list_messages
from training.schedule.actions import add_meeting, assign_trainer, edit_session
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.sessions import Meeting
from training.schedule.rules.values import Assignment, MeetingValues, SessionValues


def path(scene: Scene) -> str:
    return f"/manage/sessions/{scene.session_id}/move"


async def only_meeting(scene: Scene) -> Meeting:
    return (await list_meetings([scene.session_id]))[0]


def filled(meeting: Meeting, **values: Any) -> dict[str, str]:
    """The form as it is prefilled, with some fields changed."""
    told = {
        "date": f"{meeting.local_start:%Y-%m-%d}",
        "start": f"{meeting.local_start:%H:%M}",
        "end": f"{meeting.local_end:%H:%M}",
        "end_date": "",
        "zone": meeting.zone,
        "room_id": str(meeting.room_id or ""),
        "link": meeting.link,
        **{name: value for name, value in values.items() if name not in ("step", "seen_at", "version")},
    }
    frame = {
        "version": str(values.get("version", 1)),
        "step": values.get("step", "check"),
        "seen_at": values.get("seen_at", ""),
    }
    return {f"{meeting.id}.{name}": value for name, value in told.items()} | frame


async def test_three_enrolled_and_one_waiting_are_moved(client: httpx.AsyncClient, works: Works) -> None:
    """The journey: form, consequences, nothing changed so far; confirmation, and everything follows."""
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    meeting = await only_meeting(scene)
    form = await client.get(path(scene))
    assert f'name="{meeting.id}.start" type="time" value="09:00"' in form.text
    assert 'name="version" value="1"' in form.text

    check = await client.post(path(scene), data=filled(meeting, start="14:00", end="16:00"))
    assert check.status_code == 200
    for words in (
        "3 people enrolled keep their places",
        "1 person waiting keeps the number",
        "4 messages are sent",
        "Northern Line 3",
        "09:00",
        "14:00",
        "15:00–17:00 Dublin time (UTC+1)",
    ):
        assert words in check.text
    assert await messages("booking-moved") == []
    assert await only_meeting(scene) == meeting
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', check.text))
    hidden.pop("next")

    done = await client.post(path(scene), data=hidden | {"step": "confirm"})
    assert (done.status_code, done.headers["location"]) == (303, f"/manage/sessions/{scene.session_id}")
    moved = await only_meeting(scene)
    assert (moved.starts_at - meeting.starts_at, moved.sequence) == (timedelta(hours=5), 1)
    assert await messages("booking-moved") == [f"northern-line-{number}@example.org" for number in range(4)]
    busy = await occupied(scene.session_id)
    assert {(row.kind, row.starts_at) for row in busy} == {("learner", moved.starts_at), ("waiting", moved.starts_at)}
    assert len(busy) == 4
    again = await client.post(path(scene), data=hidden | {"step": "confirm"})
    assert again.status_code == 303, "the second press of the button finds that it is so, and changes nothing"
    assert (await only_meeting(scene)).sequence == 1
    assert len(await messages("booking-moved")) == 4


async def test_nothing_different_is_said(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    same = await client.post(path(scene), data=filled(await only_meeting(scene)))
    assert same.status_code == 422
    assert "Nothing is different yet" in same.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            {"zone": "Europe/Berlin", "date": "2027-03-28", "start": "02:30", "end": "05:00"},
            "The next possible time is 03:00.",
        ),
        ({"end": "08:00"}, "If it ends another day, fill in that day too."),
        ({"start": "", "end": ""}, "Please enter a time of day"),
        ({"zone": "Mars/Olympus"}, "This time zone is not known"),
        ({"link": "javascript:alert(1)"}, "a web address that begins with https://"),
        ({"room_id": "somewhere"}, "Please choose one of the list."),
        ({"room_id": str(MISSING)}, "This room does not exist."),
        ({"date": "\x00"}, "U+0000"),
        ({"zone": "x" * 500}, "too long"),
    ],
)
async def test_what_cannot_be_used_is_explained(
    client: httpx.AsyncClient, works: Works, values: dict[str, str], words: str
) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    refused = await client.post(path(scene), data=filled(await only_meeting(scene), **{"start": "10:00", **values}))
    assert refused.status_code == 422
    assert words in refused.text


async def test_a_time_that_happens_twice_is_asked_about_and_then_taken(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    meeting = await only_meeting(scene)
    values = {"zone": "Europe/Berlin", "date": "2026-10-25", "start": "02:30", "end": "05:00"}
    asked = await client.post(path(scene), data=filled(meeting, **values))
    assert asked.status_code == 422
    assert f'type="radio" name="{meeting.id}.start_fold" value="1"' in asked.text
    check = await client.post(path(scene), data=filled(meeting, **values, start_fold="1"))
    assert check.status_code == 200
    done = await client.post(path(scene), data=filled(meeting, **values, start_fold="1", step="confirm"))
    assert done.status_code == 303
    assert (await only_meeting(scene)).start_fold == 1


async def test_somebody_was_faster(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    """What was typed stays, what changed is told, and the next check is against the new state."""
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    meeting, seen_at = await only_meeting(scene), clock.now.isoformat()
    clock.move(minutes=2)
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(title="New name"))
    for step in ("check", "confirm"):
        stale = await client.post(
            path(scene), data=filled(meeting, start="14:00", end="16:00", step=step, seen_at=seen_at)
        )
        assert stale.status_code == 409
        assert "<ins>New name</ins>" in stale.text
        assert 'type="time" value="14:00"' in stale.text
        assert 'name="version" value="2"' in stale.text
    assert (
        await client.post(path(scene), data=filled(meeting, start="14:00", version=2, end="16:00"))
    ).status_code == 200
    odd = await client.post(path(scene), data=filled(meeting, start="14:00", end="16:00", seen_at="0001-01-01T00:00Z"))
    assert odd.status_code == 409


async def test_a_clash_is_shown_and_must_be_agreed_to(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    meeting, room_id = await only_meeting(scene), await a_room(works, zone="UTC")
    other = MeetingValues(
        local_start=meeting.local_start + timedelta(days=1),
        local_end=meeting.local_end + timedelta(days=1),
        zone="UTC",
        room_id=room_id,
    )
    await works.run(scene.manager, add_meeting, scene.session_id, other)
    # One more meeting is told, too; only what comes after counts here.
    await execute("DELETE FROM message WHERE kind = 'booking-moved'")
    day = f"{meeting.local_start + timedelta(days=1):%Y-%m-%d}"
    wanted = filled(meeting, version=2, date=day, room_id=str(room_id))
    check = await client.post(path(scene), data=wanted)
    assert "Blue room is taken in “Safe messaging” at the same time." in check.text
    found = re.search(rf'name="{meeting.id}.agreed" value="([0-9a-f]+)"', check.text)
    assert found is not None
    unticked = await client.post(path(scene), data=wanted | {"step": "confirm"})
    assert unticked.status_code == 422
    assert "Tick “Plan it anyway”" in unticked.text
    changed = await client.post(path(scene), data=wanted | {"step": "confirm", f"{meeting.id}.agreed": "0" * 16})
    assert "Something else was planned at these times in the meantime." in changed.text
    assert await messages("booking-moved") == []
    done = await client.post(path(scene), data=wanted | {"step": "confirm", f"{meeting.id}.agreed": found[1]})
    assert done.status_code == 303
    assert len(await execute("SELECT id FROM journal_entry WHERE event = 'ClashesAccepted'")) == 1


async def test_back_to_the_form_keeps_what_was_typed(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    back = await client.post(path(scene), data=filled(await only_meeting(scene), start="07:45", step="edit"))
    assert back.status_code == 200
    assert 'type="time" value="07:45"' in back.text


async def test_nothing_to_move(client: httpx.AsyncClient, works: Works, clock: FrozenClock) -> None:
    scene, _ = await full_scene(works)
    clock.move(days=14, hours=3)
    await sign_in(client, works, scene.manager)
    assert "There is no meeting to move" in (await client.get(path(scene))).text


@pytest.mark.parametrize("step", ["check", "confirm", "edit"])
async def test_strangers_cannot_even_ask(client: httpx.AsyncClient, works: Works, step: str) -> None:
    scene, _ = await full_scene(works)
    body = filled(await only_meeting(scene), start="14:00", end="16:00", step=step)
    for viewer in (await foreign_manager(works), scene.coordinator):
        await sign_in(client, works, viewer)
        assert (await client.post(path(scene), data=body)).status_code == 404
    assert (await works.run(scene.manager, _version, scene)) == 1


async def _version(_: object, scene: Scene) -> int:
    return (await lock_session(scene.session_id)).version


async def test_an_empty_or_foreign_form_changes_nothing(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    for body in ({}, {"version": "1"}, {f"{MISSING}.start": "10:00"}, {"step": "jump"}, {"version": "x" * 50}):
        answer = await client.post(path(scene), data=body)
        assert answer.status_code in (200, 422)
    assert await messages("booking-moved") == []


async def test_what_will_not_arrive_is_said_before(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await no_mail_reaches("northern-line-1@example.org")
    await sign_in(client, works, scene.manager)
    check = await client.post(path(scene), data=filled(await only_meeting(scene), start="14:00", end="16:00"))
    assert "4 messages are sent" in check.text
    assert "1 of them will not arrive" in check.text


async def test_marks_that_are_taken_back_are_said_before(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    day = await make_day(works, clock)
    clock.move(minutes=-40)
    await works.run(day.lead, save_marks, day.meeting_id, [mark(key) for key in day.enrollments[:2]])
    await sign_in(client, works, day.manager)
    meeting, version = await only_meeting(day.scene), (await lock_session(day.session_id)).version
    longer = await client.post(path(day.scene), data=filled(meeting, end="12:00", version=version))
    assert longer.status_code == 200
    assert "taken back" not in longer.text
    later = filled(meeting, start="14:00", end="16:00", version=version)
    check = await client.post(path(day.scene), data=later)
    assert "2 marks are taken back" in check.text
    assert len(await execute("SELECT id FROM mark WHERE status = 'present'")) == 2
    done = await client.post(path(day.scene), data=later | {"step": "confirm"})
    assert done.status_code == 303
    assert await execute("SELECT id FROM mark WHERE status = 'present'") == []


@pytest.mark.parametrize("reachable", [True, False])
async def test_who_teaches_is_written_to_exactly_when_the_preview_says_so(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock, reachable: bool
) -> None:
    """By the rule that tells calendars: the same number of mails leaves as was said, to the same people."""
    scene, _ = await full_scene(works)
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[4]))
    if not reachable:
        await execute("UPDATE person SET disabled_at = {} WHERE id = {}", clock.now, scene.people[4])
    clock.move(minutes=2)
    await post(works)
    await sign_in(client, works, scene.manager)
    meeting = await only_meeting(scene)
    version = (await lock_session(scene.session_id)).version
    wanted = filled(meeting, start="14:00", end="16:00", version=version)
    check = (await client.post(path(scene), data=wanted)).text
    assert ("Northern Line 4 (gets a mail)" in check, "not written to: please tell them" in check) == (
        reachable,
        not reachable,
    )
    assert f"{4 + reachable} messages are sent" in check
    await client.post(path(scene), data=wanted | {"step": "confirm"})
    clock.move(minutes=2)
    assert len(await post(works)) == 4 + reachable


async def test_further_meetings_are_told_by_mails_that_are_counted(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    """One mail carries one entry: whoever has a place in two meetings that move gets two."""
    scene, _ = await full_scene(works)
    first = await only_meeting(scene)
    day = timedelta(days=1)
    other = MeetingValues(local_start=first.local_start + day, local_end=first.local_end + day, zone="UTC")
    await works.run(scene.manager, add_meeting, scene.session_id, other)
    clock.move(minutes=2)
    await post(works)
    await sign_in(client, works, scene.manager)
    version = (await lock_session(scene.session_id)).version
    meetings = await list_meetings([scene.session_id])
    wanted = {key: value for m in meetings for key, value in filled(m, start="14:00", end="16:00").items()}
    wanted["version"] = str(version)
    await no_mail_reaches("northern-line-1@example.org")
    check = (await client.post(path(scene), data=wanted)).text
    assert "7 messages are sent" in check
    assert "2 of them will not arrive" in check, "both to the one address"
    assert "mail to the address comes back" in check
    await execute("DELETE FROM address_trouble")
    assert (await client.post(path(scene), data=wanted | {"step": "confirm"})).status_code == 303
    clock.move(minutes=2)
    assert len(await post(works)) == 7


async def one_moves_up(works: Works, scene: Scene) -> None:
    """One place is free, and whoever waits for it gets it when the session begins later."""
    still = SessionValues(waitlist_cutoff_hours=14 * 24)
    await works.run(scene.manager, edit_session, scene.session_id, still)
    leaves = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.manager, cancel_enrollment, leaves.id)


async def test_whoever_moves_up_by_the_move_is_counted_once(
    client: httpx.AsyncClient, works: Works, clock: FrozenClock
) -> None:
    scene, _ = await full_scene(works)
    clock.move(minutes=2)
    await one_moves_up(works, scene)
    await post(works)
    await sign_in(client, works, scene.manager)
    version = (await lock_session(scene.session_id)).version
    wanted = filled(await only_meeting(scene), start="14:00", end="16:00", version=version)
    check = (await client.post(path(scene), data=wanted)).text
    assert "1 person who waits gets a place" in check
    assert "3 messages are sent" in check
    await client.post(path(scene), data=wanted | {"step": "confirm"})
    clock.move(minutes=2)
    assert sorted(mail.kind for mail in await post(works)) == ["booking-moved", "booking-moved", "booking-promoted"]


async def test_of_many_whoever_moves_up_is_told_of_both(client: httpx.AsyncClient, works: Works) -> None:
    scene = await make_scene(works, mode="online", capacity_online=60)
    await crowd_in(works, scene, 60)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await one_moves_up(works, scene)
    await sign_in(client, works, scene.manager)
    await execute("DELETE FROM message")
    version = (await lock_session(scene.session_id)).version
    wanted = filled(await only_meeting(scene), start="14:00", end="16:00", version=version)
    assert "61 messages are sent" in (await client.post(path(scene), data=wanted)).text
    await client.post(path(scene), data=wanted | {"step": "confirm"})
    assert await make_messages(works, AUDIENCES) == 60
    assert await messages("booking-promoted") == ["northern-line-0@example.org"]
    told = {one.kind: one for one in (await list_messages(recipient="northern-line-0")).items}
    assert "in which you have a place" in render_message(told["booking-moved"], works.site).text


async def test_a_room_on_other_clocks_is_said_before(client: httpx.AsyncClient, works: Works) -> None:
    scene, _ = await full_scene(works)
    await sign_in(client, works, scene.manager)
    there, here = await a_room(works, zone="America/New_York"), await a_room(works, zone="UTC")
    meeting = await only_meeting(scene)
    check = (await client.post(path(scene), data=filled(meeting, room_id=str(there)))).text
    said = "where clocks show New York time, but its times were said in UTC: there it begins at 05:00."
    assert said in check
    assert (await only_meeting(scene)).room_id is None
    assert "where clocks show" not in (await client.post(path(scene), data=filled(meeting, room_id=str(here)))).text
