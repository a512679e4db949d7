"""Reads of announcements: lists, what is due, what became of the copies, what is not wanted any more."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import SITE, FrozenClock
from tests.reminders.announced import copies, details, drafted, scheduled
from training.base.database import execute
from training.base.errors import Invalid, NotFound
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_enrollments
from training.outbox.actions import send_again
from training.outbox.mails import render_message
from training.outbox.queries import get_message, list_messages
from training.reminders.actions.announcements import (
    draft_announcement,
    schedule_announcement,
    send_test_copy,
    stop_announcement,
)
from training.reminders.jobs import send_announcements
from training.reminders.queries.announcements import (
    find_unwanted_copies,
    get_announcement,
    get_place,
    get_progress,
    list_announcements,
    list_choices,
    list_due_announcements,
    list_going_out,
)


async def two_in(works: Works) -> Scene:
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    return scene


async def test_pages_of_a_list_and_what_is_chosen(works: Works, clock: FrozenClock) -> None:
    scene, other = await two_in(works), await make_scene(works, tag=" Two")
    made = []
    for number in range(3):
        clock.move(seconds=1)
        made.append(await drafted(works, scene, subject=f"Number {number}"))
    await drafted(works, other)
    clock.move(seconds=1)
    made.append(await works.run(scene.manager, draft_announcement, "program", scene.program_id, details()))
    first = await list_announcements(scene.manager, limit=3)
    second = await list_announcements(scene.manager, limit=3, cursor=first.next_cursor)
    assert [one.id for one in [*first.items, *second.items]] == [one.id for one in reversed(made)]
    assert second.next_cursor is None
    of_session = await list_announcements(scene.manager, session_id=scene.session_id)
    assert len(of_session.items) == 3
    assert (await list_announcements(scene.manager, program_id=other.program_id)).items == ()
    assert (await list_announcements(scene.coordinator)).items == ()
    with pytest.raises(Invalid):
        await list_announcements(scene.manager, cursor="x")


async def test_what_can_be_written_to(works: Works) -> None:
    scene, other = await two_in(works), await make_scene(works, tag=" Two")
    choices = await list_choices(scene.manager)
    assert [(one.program_id, one.course_id, one.course_title) for one in choices] == [
        (scene.program_id, None, ""),
        (scene.program_id, scene.course_id, "Course"),
    ]
    assert (await get_place(scene.manager, "session", scene.session_id)).zone == "Europe/Dublin"
    for kind, subject_id in (("session", other.session_id), ("course", other.course_id), ("program", other.program_id)):
        with pytest.raises(NotFound):
            await get_place(scene.manager, kind, subject_id)


async def test_what_is_due_is_what_waits_for_a_time_that_came(works: Works, clock: FrozenClock) -> None:
    scene = await two_in(works)
    now, later = await scheduled(works, scene), await drafted(works, scene)
    await drafted(works, scene)
    await works.run(scene.manager, schedule_announcement, later.id, clock.now + timedelta(hours=1))
    assert await list_due_announcements(clock.now) == [now.id]
    assert set(await list_due_announcements(clock.now + timedelta(hours=1))) == {now.id, later.id}


async def test_a_copy_is_asked_about_again_before_it_leaves(works: Works, clock: FrozenClock) -> None:
    scene = await two_in(works)
    sent = await scheduled(works, scene)
    await works.run(scene.manager, send_test_copy, (await drafted(works, scene)).id)
    await send_announcements(works)
    clock.move(minutes=1)
    gone = (await list_enrollments(scene.manager, scene.session_id))[0]
    await works.run(scene.manager, cancel_enrollment, gone.id)
    assert len(await copies(sent.id)) == 2
    waiting = [one for one in (await list_messages()).items if one.kind == "announcement"]
    unwanted = await find_unwanted_copies(waiting)
    assert [one.recipient for one in waiting if one.id in unwanted] == [gone.email]
    assert (await get_progress(sent)).left


async def test_a_copy_of_a_stopped_announcement_that_is_sent_again_does_not_leave(
    works: Works, clock: FrozenClock
) -> None:
    scene = await two_in(works)
    sent = await scheduled(works, scene)
    clock.move(hours=1)
    await send_announcements(works)
    copy = "kind = 'announcement' AND recipient = {}"
    await execute(f"UPDATE message SET state = 'failed' WHERE {copy}", "northern-line-0@example.org")
    await works.run(scene.manager, stop_announcement, sent.id)
    (failed,) = [one for one in (await list_messages()).items if one.state == "failed"]
    again = await get_message(await works.run(scene.manager, send_again, failed.id))
    assert await find_unwanted_copies([again]) == {again.id: "The announcement was stopped."}


async def test_a_copy_that_goes_once_more_lets_nothing_go_out_again(works: Works) -> None:
    scene = await two_in(works)
    one = await scheduled(works, scene)
    await send_announcements(works)
    sent = await get_announcement(scene.manager, one.id)
    assert (await get_progress(sent)).going_out
    assert await list_going_out([sent]) == {one.id}
    await execute("UPDATE message SET state = 'bounced', sent_at = created_at WHERE topic = {}", sent.topic)
    assert not (await get_progress(sent)).going_out
    rows = await execute("SELECT id FROM message WHERE topic = {} ORDER BY id LIMIT 1", sent.topic)
    await works.run(scene.manager, send_again, UUID(str(rows[0]["id"])))
    progress = await get_progress(sent)
    assert (progress.left, progress.going_out) == (True, False), "it can be stopped, and yet everybody was written to"
    assert await list_going_out([sent]) == frozenset()


async def test_a_place_is_in_a_session_and_not_in_a_program(works: Works) -> None:
    scene = await two_in(works)
    draft = await works.run(scene.manager, draft_announcement, "program", scene.program_id, details())
    await works.run(scene.manager, schedule_announcement, draft.id)
    await scheduled(works, scene)
    await send_announcements(works)
    rows = await execute("SELECT id FROM message WHERE kind = 'announcement' ORDER BY id")
    texts = [render_message(await get_message(row["id"]), SITE).text for row in rows]
    assert sum("You get this because you have a place in a session of “" in text for text in texts) == 2
    assert sum("You get this because you have a place in “Safe messaging”." in text for text in texts) == 2
