"""What places do when the schedule changes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.booking.asked import counters, one, order, outcomes
from tests.booking.crowd import crowd_in, told_of
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.booking.actions import Booked, book_places, cancel_enrollment
from training.booking.jobs import AUDIENCES
from training.booking.queries import list_enrollments
from training.booking.rules.requests import NOBODYS_DOMAIN
from training.catalogue.rules import Mode
from training.outbox.jobs.fan_out import make_messages
from training.outbox.mails import render_message
from training.outbox.queries import get_message, list_messages
from training.schedule.actions import add_meeting, cancel_session, edit_session, move_meetings
from training.schedule.queries import list_meetings
from training.schedule.rules.promises import DeadlinePromised
from training.schedule.rules.sessions import CapacityBelowTaken, ModeWaitedFor
from training.schedule.rules.values import MeetingChange, MeetingValues, SessionValues


async def full(works: Works, **values: Any) -> tuple[Scene, Booked]:
    """Three in, two waiting."""
    scene = await make_scene(works, **values)
    return scene, await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4))


async def kinds(kind: str) -> list[str]:
    """Who was written to, in order."""
    return [
        str(row["recipient"])
        for row in await execute("SELECT recipient FROM message WHERE kind = {} ORDER BY id", kind)
    ]


async def test_more_places_are_given_in_order(works: Works) -> None:
    scene, _ = await full(works)
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(capacity_in_person=4))
    assert await counters(scene) == (4, 0, 1)
    assert await kinds("booking-promoted") == ["northern-line-3@example.org"]
    cause = await execute("SELECT cause_id FROM journal_entry WHERE event = 'EnrollmentPromoted'")
    resized = await execute("SELECT id FROM journal_entry WHERE event = 'SessionResized'")
    assert str(cause[0]["cause_id"]) == str(resized[0]["id"]), "the journal says why"


async def test_fewer_places_than_are_taken_are_refused(works: Works) -> None:
    scene, _ = await full(works)
    with pytest.raises(CapacityBelowTaken):
        await works.run(scene.manager, edit_session, scene.session_id, SessionValues(capacity_in_person=2))
    assert await counters(scene) == (3, 0, 2)


async def test_a_new_rule_opens_the_way(works: Works) -> None:
    scene = await make_scene(works, overtaking=False, capacity_in_person=4)
    await works.run(scene.other_coordinator, book_places, order(scene, 1, other=True))
    together = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, together=True))
    single = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    assert outcomes(together) + outcomes(single) == ["waitlisted"] * 5
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(overtaking=True))
    assert await counters(scene) == (2, 0, 4)
    assert await kinds("booking-promoted") == ["harbour-0@example.org"]


async def test_everybody_is_told_of_a_move_and_their_time_moves_too(works: Works) -> None:
    scene, _ = await full(works, meetings=2)
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert await kinds("booking-moved") == [f"northern-line-{n}@example.org" for n in range(5)]
    wrong = await one(
        "SELECT count(*) AS n FROM occupancy o JOIN meeting m ON m.id = o.meeting_id"
        " WHERE o.starts_at <> m.starts_at OR o.ends_at <> m.ends_at"
    )
    assert wrong == 0
    assert await one("SELECT count(*) AS n FROM occupancy WHERE kind = 'learner'") == 6


def one_day_later(scene: Scene) -> MeetingChange:
    """The first meeting on the next day at ten, for three hours."""
    start = (FrozenClock().now + timedelta(days=15)).replace(hour=10, tzinfo=None)
    return MeetingChange(meeting_id=scene.meeting_ids[0], local_start=start, local_end=start + timedelta(hours=3))


async def test_moving_away_from_the_cutoff_lets_the_waitlist_move(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=20), capacity_in_person=1)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    clock.move(hours=10)
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(capacity_in_person=2))
    assert await counters(scene) == (1, 0, 1), "after the cut-off nobody is moved up by itself"
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert await counters(scene) == (2, 0, 0)


async def test_a_meeting_more_takes_the_time_of_whoever_is_in(works: Works) -> None:
    scene, _ = await full(works)
    start = (FrozenClock().now + timedelta(days=20)).replace(hour=10, tzinfo=None)
    more = MeetingValues(local_start=start, local_end=start + timedelta(hours=1), zone="Europe/Dublin")
    await works.run(scene.manager, add_meeting, scene.session_id, more)
    assert await one("SELECT count(*) AS n FROM occupancy WHERE kind = 'learner'") == 6


def in_two_days() -> MeetingValues:
    """A meeting before all others, and after the deadlines that the session had."""
    start = (FrozenClock().now + timedelta(days=2)).replace(hour=11, tzinfo=None)
    return MeetingValues(local_start=start, local_end=start + timedelta(hours=2), zone="Europe/Dublin")


async def test_everybody_is_told_of_a_meeting_more(works: Works) -> None:
    scene, booked = await full(works)
    await works.run(scene.manager, add_meeting, scene.session_id, in_two_days())
    assert await kinds("booking-moved") == [f"northern-line-{n}@example.org" for n in range(5)]
    # Until a day from now, although the deadline would be over by the new start.
    first = booked.verdicts[0].enrollment_id
    assert first is not None
    await works.run(scene.coordinator, cancel_enrollment, first)


async def test_a_draft_tells_nobody_of_its_meetings(works: Works) -> None:
    scene = await make_scene(works, state="draft")
    await works.run(scene.manager, add_meeting, scene.session_id, in_two_days())
    assert await one("SELECT count(*) AS n FROM message") == 0


async def test_what_people_were_told_is_not_taken_back(works: Works) -> None:
    scene, booked = await full(works)
    with pytest.raises(DeadlinePromised):
        await works.run(scene.manager, edit_session, scene.session_id, SessionValues(cancellation_hours=360))
    first = booked.verdicts[0].enrollment_id
    assert first is not None
    await works.run(scene.coordinator, cancel_enrollment, first)
    course = SessionValues(inherit=("cancellation_hours",))
    await execute("UPDATE course SET cancellation_hours = 360")
    with pytest.raises(DeadlinePromised):
        await works.run(scene.manager, edit_session, scene.session_id, course)


async def test_a_cancelled_session_lets_everybody_go(works: Works) -> None:
    scene, _ = await full(works)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    assert await list_enrollments(scene.manager, scene.session_id) == []
    states = {
        (e.state.value, e.state_reason) for e in await list_enrollments(scene.manager, scene.session_id, active=False)
    }
    assert states == {("cancelled", "The trainer is ill.")}
    assert await counters(scene) == (0, 0, 0)
    assert len(await kinds("booking-session-cancelled")) == 5
    assert await one("SELECT count(*) AS n FROM occupancy") == 0


async def test_a_mode_that_somebody_waits_for_is_not_given_up(works: Works) -> None:
    """Who waits for a place online only would wait for ever in a session that is held in a room."""
    scene = await make_scene(works, mode="hybrid", capacity_in_person=2, capacity_online=1)
    online = order(scene, 0, 1, accepts=(Mode.ONLINE,))
    booked = await works.run(scene.coordinator, book_places, online)
    waits = booked.verdicts[1].enrollment_id
    assert waits is not None
    await works.run(scene.coordinator, cancel_enrollment, waits)
    await works.run(scene.coordinator, book_places, order(scene, 2, accepts=(Mode.ONLINE,)))
    to_room = SessionValues(mode=Mode.IN_PERSON, capacity_in_person=2)
    with pytest.raises(CapacityBelowTaken):
        await works.run(scene.manager, edit_session, scene.session_id, to_room)
    taken = booked.verdicts[0].enrollment_id
    assert taken is not None
    await works.run(scene.manager, edit_session, scene.session_id, SessionValues(waitlist_cutoff_hours=8760))
    await works.run(scene.manager, cancel_enrollment, taken)
    assert await counters(scene) == (0, 0, 1)
    with pytest.raises(ModeWaitedFor) as refused:
        await works.run(scene.manager, edit_session, scene.session_id, to_room)
    assert refused.value.data == {"field": "mode", "waiting": 1}


async def test_a_move_that_concerns_many_is_one_row_with_the_words_of_its_moment(
    works: Works, clock: FrozenClock
) -> None:
    scene = await make_scene(works, mode="online", capacity_online=60)
    emails = await crowd_in(works, scene, 60)
    waits = await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3))
    assert outcomes(waits) == ["waitlisted"] * 4
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert await told_of("booking-moved") == []
    clock.move(minutes=1)
    late = await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    gone = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.manager, cancel_enrollment, gone.id)
    await works.run(
        scene.manager, edit_session, scene.session_id, SessionValues(title="Renamed meanwhile", capacity_online=60)
    )
    assert await make_messages(works, AUDIENCES) == 63
    told = await told_of("booking-moved")
    assert set(told) == set(emails + [f"northern-line-{n}@example.org" for n in range(4)]) - {gone.email}
    assert late.verdicts, "whoever came later knows the new times"
    for message in (await list_messages(recipient="northern-line-3")).items:
        words = render_message(await get_message(message.id), works.site)
        assert "Renamed" not in words.text, "as it was when the session moved"


async def test_whoever_waits_is_told_so_and_each_has_their_own_link(works: Works) -> None:
    scene = await make_scene(works, mode="online", capacity_online=60)
    await crowd_in(works, scene, 60)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    await make_messages(works, AUDIENCES)
    found = {one.recipient: one for one in (await list_messages(limit=100)).items if one.kind == "booking-moved"}
    assert len(found) == 61
    assert "on the waitlist" in render_message(found["northern-line-0@example.org"], works.site).text
    assert "Your place stays\nyours" in render_message(found["crowd-00007@example.org"], works.site).text
    assert len({str(one.values["place_link"]) for one in found.values()}) == 61


async def test_a_second_move_takes_the_place_of_the_first(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, meetings=2, mode="online")
    emails = await crowd_in(works, scene, 300)
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    first = await one("SELECT count(*) AS n FROM fan_out WHERE state = 'waiting'")
    clock.move(minutes=1)
    await works.run(scene.manager, move_meetings, scene.session_id, [two_days_later(scene)])
    states = [str(row["state"]) for row in await execute("SELECT state FROM fan_out ORDER BY id")]
    assert (first, states) == (1, ["stopped", "waiting"])
    await make_messages(works, AUDIENCES)
    assert await told_of("booking-moved") == emails


async def test_a_cancelled_session_tells_everybody_once(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, mode="online")
    emails = await crowd_in(works, scene, 2000)
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    clock.move(minutes=1)
    left = (await list_enrollments(scene.manager, scene.session_id))[5]
    await works.run(scene.manager, cancel_enrollment, left.id)
    clock.move(minutes=1)
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    made = await asyncio.gather(make_messages(works, AUDIENCES), make_messages(works, AUDIENCES))
    assert sum(made) == 1999
    assert await told_of("booking-session-cancelled") == sorted(set(emails) - {left.email})
    assert await told_of("booking-moved") == []


async def test_where_meetings_were_held_the_others_are_told_as_cancelled(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, meetings=3)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    meetings = await list_meetings([scene.session_id])
    held, *rest = [f"{one.local_start.day} {one.local_start:%b %Y}" for one in meetings]
    clock.now = meetings[0].ends_at
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    (found,) = [one for one in (await list_messages()).items if one.kind == "booking-session-cancelled"]
    words = render_message(await get_message(found.id), works.site)
    for text in (words.text, words.html):
        assert "The rest of this session will not take place." in " ".join(text.split())
        assert [held in text, *(date in text for date in rest)] == [False, True, True]


async def test_whoever_did_not_confirm_is_not_called_by_name_and_a_stand_in_gets_nothing(works: Works) -> None:
    scene = await make_scene(works, mode="online")
    await crowd_in(works, scene, 60, state="requested", keeps_until=FrozenClock().now + timedelta(hours=1))
    await execute("UPDATE person SET email = {} WHERE email = 'crowd-00003@example.org'", f"x{NOBODYS_DOMAIN}")
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    assert await make_messages(works, AUDIENCES) == 59
    for message in (await list_messages(limit=100)).items:
        assert (message.recipient_name, message.values["name"]) == ("", "")


def two_days_later(scene: Scene) -> MeetingChange:
    """The first meeting two days later at ten, for three hours."""
    start = (FrozenClock().now + timedelta(days=16)).replace(hour=10, tzinfo=None)
    return MeetingChange(meeting_id=scene.meeting_ids[0], local_start=start, local_end=start + timedelta(hours=3))
