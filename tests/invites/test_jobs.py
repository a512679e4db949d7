"""What the worker does for invites: along with messages, when something changed, and once an hour."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import SITE, FrozenClock
from tests.invites.posted import Mail, Program, post
from training.base.database import execute, fetch_one
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.booking.actions import Substitute, Wanted, book_places, cancel_enrollment, replace_person
from training.invites.actions.checking import ask_check
from training.invites.jobs import accompanying, compare_due, sweep
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.schedule.actions import edit_session, move_meetings
from training.schedule.rules.values import MeetingChange, SessionValues


class Due(Frozen, frozen=True, kw_only=True):
    due_at: object


async def booked(works: Works, *numbers: int, **values: object) -> tuple[Scene, list[UUID]]:
    """A scene in which these members have a place."""
    scene = await make_scene(works, **values)  # type: ignore[arg-type]
    found = await works.run(scene.coordinator, book_places, order(scene, *numbers))
    return scene, [verdict.enrollment_id for verdict in found.verdicts if verdict.enrollment_id]


def of(mails: list[Mail], number: int) -> list[Mail]:
    """The mails to one member."""
    return [mail for mail in mails if mail.recipient == f"northern-line-{number}@example.org"]


async def rename(work: Work, session_id: UUID, title: str) -> None:
    await edit_session(work, session_id, SessionValues(title=title))


async def test_whoever_gets_a_place_gets_one_mail_with_its_entry(works: Works) -> None:
    scene, _ = await booked(works, 0)
    mails = await post(works)
    assert [(mail.kind, mail.calendar_method) for mail in mails] == [("booking-enrolled", "REQUEST")]
    assert Program().take(mails).entries.keys() == set(scene.meeting_ids)
    assert await post(works) == []
    assert await sweep(works) == 0


async def test_of_several_meetings_each_has_a_mail(works: Works) -> None:
    scene, _ = await booked(works, 0, meetings=3)
    mails = await post(works)
    assert [mail.kind for mail in mails] == ["booking-enrolled", "invite-new", "invite-new"]
    shown = Program().take(mails).entries
    assert [shown[key].title for key in scene.meeting_ids] == [
        f"Safe messaging (part {number} of 3)" for number in (1, 2, 3)
    ]
    words = render_message(await get_message(mails[1].id), SITE)
    assert words.subject == "For your calendar: Safe messaging, part 2 of 3"
    assert "/places/" in words.text


async def test_a_change_is_told_a_minute_later_with_what_was_before(works: Works, clock: FrozenClock) -> None:
    scene, _ = await booked(works, 0)
    program = Program().take(await post(works))
    await works.run(scene.manager, rename, scene.session_id, "Safe")
    assert await post(works) == []
    clock.move(seconds=30)
    await works.run(scene.manager, rename, scene.session_id, "Safe messaging for all")
    clock.move(seconds=45)
    assert await post(works) == []
    clock.move(seconds=15)
    (mail,) = await post(works)
    assert mail.kind == "invite-update"
    words = render_message(await get_message(mail.id), SITE).text
    assert "What changed: title" in words
    assert "before: Safe messaging\n" in words
    assert program.take([mail]).entries[scene.meeting_ids[0]].title == "Safe messaging for all"
    assert program.sequence(scene.meeting_ids[0]) == 2


async def test_there_and_back_is_nothing(works: Works, clock: FrozenClock) -> None:
    scene, _ = await booked(works, 0)
    await post(works)
    for title in ("Safe", "Safe messaging"):
        await works.run(scene.manager, rename, scene.session_id, title)
    clock.move(minutes=2)
    assert await post(works) == []


async def test_nobody_waits_longer_than_five_minutes(works: Works, clock: FrozenClock) -> None:
    scene, _ = await booked(works, 0)
    await post(works)
    for number in range(12):
        await works.run(scene.manager, rename, scene.session_id, f"Title {number}")
        clock.move(seconds=30)
    found = await fetch_one(Due, "SELECT due_at FROM invite_check WHERE id = {}", scene.session_id)
    assert found is not None
    assert len(await post(works)) == 1


async def test_a_move_is_one_mail_and_two_within_a_minute_as_well(works: Works, clock: FrozenClock) -> None:
    scene, _ = await booked(works, 0)
    program = Program().take(await post(works))
    meeting_id = scene.meeting_ids[0]
    was = program.entries[meeting_id].start
    for days in (1, 2):
        start = (was + timedelta(days=days)).replace(tzinfo=None)
        change = MeetingChange(meeting_id=meeting_id, local_start=start, local_end=start + timedelta(hours=2))
        await works.run(scene.manager, move_meetings, scene.session_id, [change])
        clock.move(seconds=20)
    assert await post(works) == []
    clock.move(seconds=60)
    (mail,) = await post(works)
    assert (mail.kind, mail.calendar_method) == ("booking-moved", "REQUEST")
    assert program.take([mail]).entries[meeting_id].start == was + timedelta(days=2)
    assert "before: Mon 18 May 2026" in render_message(await get_message(mail.id), SITE).text
    clock.move(hours=1)
    assert await sweep(works) == 0


async def test_leaving_withdraws_and_what_was_never_told_is_not_withdrawn(works: Works) -> None:
    scene, (first, second) = await booked(works, 0, 1)
    (enrolled, _) = await post(works)
    await works.run(scene.coordinator, cancel_enrollment, first)
    (mail,) = await post(works)
    assert (mail.kind, mail.calendar_method) == ("booking-cancelled", "CANCEL")
    assert Program().take([mail, enrolled]).gone == set(scene.meeting_ids)
    await execute("UPDATE message SET state = 'superseded', sent_at = NULL WHERE recipient LIKE '%-1@%'")
    await works.run(scene.coordinator, cancel_enrollment, second)
    (silent,) = await post(works)
    assert (silent.kind, silent.calendar) == ("booking-cancelled", "")
    assert await sweep(works) == 0


async def test_what_an_event_missed_is_told_within_the_hour(works: Works, clock: FrozenClock) -> None:
    scene, _ = await booked(works, 0)
    await post(works)
    await execute("UPDATE session SET title = 'By hand' WHERE id = {}", scene.session_id)
    assert await sweep(works) == 1
    (mail,) = await post(works)
    assert mail.kind == "invite-update"
    await execute("DELETE FROM invite")
    assert await sweep(works) == 1
    clock.move(days=30)
    assert await sweep(works) == 0


async def test_where_no_mail_leaves_one_sees_what_would_go_along(works: Works) -> None:
    _, _ = await booked(works, 0, 1)
    tick = accompanying()
    assert await tick(works) == 2
    assert await tick(works) == 0
    rows = await execute("SELECT calendar_method FROM message WHERE state = 'waiting'")
    assert [row["calendar_method"] for row in rows] == ["REQUEST", "REQUEST"]


async def test_one_that_fails_holds_up_no_other(works: Works, clock: FrozenClock) -> None:
    scene, _ = await booked(works, 0)
    await post(works)
    await works.run(scene.manager, rename, scene.session_id, "Another")
    await execute("UPDATE invite SET told = '[]'")
    clock.move(minutes=2)
    assert await compare_due(works) == 0


@pytest.mark.parametrize("state", ["draft", "published"])
async def test_a_draft_is_not_checked(works: Works, state: str) -> None:
    scene = await make_scene(works, state=state)
    await works.run(scene.manager, ask_check, [scene.session_id])
    await works.run(scene.manager, ask_check, [])
    assert len(await execute("SELECT id FROM invite_check")) == (state == "published")


async def test_a_place_given_back_and_taken_again_at_once_is_no_change_of_an_entry(works: Works) -> None:
    """Another enrollment stands behind the same entries: one mail tells of the place, and none of what stayed."""
    scene, (first,) = await booked(works, 0, meetings=2)
    program = Program().take(await post(works))
    before = program.entries
    await works.run(scene.coordinator, cancel_enrollment, first)
    again = await works.run(scene.coordinator, book_places, order(scene, 0))
    program.take(mails := await post(works))
    assert "invite-update" not in {mail.kind for mail in mails}
    assert program.entries == before
    subjects = {UUID(str(row["subject_id"])) for row in await execute("SELECT subject_id FROM invite")}
    assert subjects == {again.verdicts[0].enrollment_id}
    assert await sweep(works) == 0
    # Whoever gives it back then is told of both.
    (second,) = subjects
    await works.run(scene.coordinator, cancel_enrollment, second)
    assert program.take(await post(works)).entries == {}


async def test_somebody_replaced_and_back_at_once_is_told_of_no_change(works: Works) -> None:
    scene, (first,) = await booked(works, 0, meetings=2)
    program = Program().take(of(await post(works), 0))
    before = program.entries
    place = first
    for number in (1, 0):
        instead = Substitute(person=Wanted(membership_id=scene.members[number]))
        place = (await works.run(scene.coordinator, replace_person, place, instead)).new_enrollment_id
    mails = await post(works)
    assert "invite-update" not in {mail.kind for mail in mails}
    assert program.take(of(mails, 0)).entries == before
    assert await sweep(works) == 0
