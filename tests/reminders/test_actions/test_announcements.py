"""Announcements: written, tried out, given a time, sent once, stopped."""

import asyncio
import re
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.crowd import MAKER, crowd_in
from tests.booking.made import Scene, make_scene
from tests.conftest import SITE, FrozenClock
from tests.reminders.announced import WORKER, copies, details, drafted, scheduled
from training.base.database import execute, watch_statements
from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.queries import list_enrollments
from training.outbox.jobs.fan_out import make_messages
from training.outbox.mails import render_message
from training.outbox.queries import get_message, list_messages
from training.people.tables import MailChoice
from training.reminders.actions.announcements import (
    AUDIENCES,
    delete_announcement,
    draft_announcement,
    edit_announcement,
    schedule_announcement,
    send_announcement,
    send_test_copy,
    stop_announcement,
)
from training.reminders.jobs import send_announcements
from training.reminders.queries.announcements import get_announcement, get_progress
from training.reminders.rules.announcements import (
    AnnouncementNotDraft,
    AnnouncementOver,
    AnnouncementState,
    Group,
    NobodyReached,
)


async def three_in(works: Works) -> Scene:
    """Three in, two waiting."""
    scene = await make_scene(works)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2, 3, 4))
    return scene


async def events() -> list[str]:
    """What the journal says of announcements, by name."""
    sql = "SELECT event FROM journal_entry WHERE event LIKE 'Announcement%' ORDER BY event"
    return [str(row["event"]) for row in await execute(sql)]


async def test_a_draft_is_deleted_and_the_journal_keeps_it(works: Works) -> None:
    scene = await three_in(works)
    draft = await drafted(works, scene)
    await works.run(scene.manager, send_test_copy, draft.id)
    with pytest.raises(Stale):
        await works.run(scene.manager, delete_announcement, draft.id, 7)
    await works.run(scene.manager, delete_announcement, draft.id, 1)
    with pytest.raises(NotFound):
        await works.run(scene.manager, delete_announcement, draft.id, 1)
    (kept,) = await execute("SELECT before FROM journal_entry WHERE event = 'AnnouncementDeleted'")
    assert "The room is upstairs." in str(kept["before"])


async def test_what_waits_or_went_out_is_not_deleted(works: Works) -> None:
    scene = await three_in(works)
    waiting = await scheduled(works, scene)
    with pytest.raises(AnnouncementNotDraft):
        await works.run(scene.manager, delete_announcement, waiting.id)
    await send_announcements(works)
    for _ in range(2):
        with pytest.raises(AnnouncementNotDraft):
            await works.run(scene.manager, delete_announcement, waiting.id)
        with suppress(AnnouncementOver):
            await works.run(scene.manager, stop_announcement, waiting.id)
    other = await make_scene(works, tag=" Two")
    draft = await drafted(works, scene)
    for viewer in (other.manager, scene.coordinator):
        with pytest.raises(NotFound):
            await works.run(viewer, delete_announcement, draft.id)


async def test_it_is_written_and_changed(works: Works) -> None:
    scene = await three_in(works)
    draft = await drafted(works, scene)
    assert (draft.state, draft.title, draft.program_name) == ("draft", "Safe messaging", "Program")
    assert (draft.author, draft.version, draft.zone) == ("Mona", 1, "Europe/Dublin")
    await works.run(scene.manager, send_test_copy, draft.id)
    new = details(Group.WAITLISTED, subject="Other")
    edited = await works.run(scene.manager, edit_announcement, draft.id, new, 1)
    assert (edited.subject, edited.segment, edited.version, edited.tested_at) == ("Other", new.segment, 2, None)
    same = await works.run(scene.manager, edit_announcement, draft.id, new, 2)
    assert same.version == 2
    with pytest.raises(Stale):
        await works.run(scene.manager, edit_announcement, draft.id, details(), 1)
    assert await events() == ["AnnouncementDrafted", "AnnouncementEdited", "AnnouncementTried"]


async def test_about_a_course_or_a_program(works: Works) -> None:
    scene = await three_in(works)
    for kind, subject_id in (("course", scene.course_id), ("program", scene.program_id)):
        draft = await works.run(scene.manager, draft_announcement, kind, subject_id, details())
        assert (draft.program_id, draft.session_id) == (scene.program_id, None)
    with pytest.raises(NotFound):
        await works.run(scene.manager, draft_announcement, "partner", scene.partner_id, details())
    with pytest.raises(Invalid):
        await works.run(scene.manager, draft_announcement, "session", scene.session_id, details(subject=""))


async def test_a_foreign_one_is_not_found(works: Works) -> None:
    scene, other = await three_in(works), await make_scene(works, tag=" Two")
    draft = await drafted(works, scene)
    for viewer in (other.manager, scene.coordinator, Viewer()):
        with pytest.raises(NotFound):
            await get_announcement(viewer, draft.id)
        for verb in (send_test_copy, schedule_announcement, stop_announcement):
            with pytest.raises(NotFound):
                await works.run(viewer, verb, draft.id)
        with pytest.raises(NotFound):
            await works.run(viewer, edit_announcement, draft.id, details())
        with pytest.raises(NotFound):
            await works.run(viewer, draft_announcement, "session", scene.session_id, details())


async def test_a_test_copy_goes_to_oneself_only(works: Works, clock: FrozenClock) -> None:
    scene = await three_in(works)
    draft = await drafted(works, scene)
    tested = await works.run(scene.manager, send_test_copy, draft.id)
    await works.run(scene.manager, send_test_copy, draft.id)
    assert (tested.tested_at, tested.version) == (clock.now, 1)
    found = [one for one in (await list_messages(recipient="mona")).items if one.state == "waiting"]
    words = render_message(found[0], SITE)
    assert (len(found), words.subject) == (1, "Test copy: Before we meet")
    assert "written to you alone" in words.text
    assert await copies(draft.id) == []
    with pytest.raises(Invalid):
        await works.run(Viewer.machine("cli"), send_test_copy, draft.id)


async def test_it_goes_out_once_to_each(works: Works) -> None:
    scene = await three_in(works)
    sent = await scheduled(works, scene, Group.ENROLLED, Group.WAITLISTED)
    assert await copies(sent.id) == []
    assert await asyncio.gather(*(send_announcements(works) for _ in range(3))) in ([1, 0, 0], [0, 1, 0], [0, 0, 1])
    assert await copies(sent.id) == [f"northern-line-{n}@example.org" for n in range(5)]
    after = await get_announcement(scene.manager, sent.id)
    assert (after.state, after.recipients, after.fan_out_id) == ("sent", 5, None)
    assert await send_announcements(works) == 0
    assert await events() == ["AnnouncementDrafted", "AnnouncementScheduled", "AnnouncementSent"]


async def test_nothing_goes_out_before_its_time(works: Works, clock: FrozenClock) -> None:
    scene = await three_in(works)
    draft = await drafted(works, scene)
    with pytest.raises(Invalid):
        await works.run(scene.manager, schedule_announcement, draft.id, clock.now - timedelta(seconds=1))
    at = clock.now + timedelta(hours=3)
    waiting = await works.run(scene.manager, schedule_announcement, draft.id, at, 1)
    assert (waiting.state, waiting.send_at, waiting.version) == ("scheduled", at, 2)
    assert await send_announcements(works) == 0
    assert await works.run(WORKER, send_announcement, draft.id) is None
    with pytest.raises(AnnouncementNotDraft):
        await works.run(scene.manager, edit_announcement, draft.id, details(subject="Other"))
    clock.move(hours=3)
    assert await send_announcements(works) == 1


async def test_to_nobody_it_does_not_go_at_once(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    draft = await drafted(works, scene)
    with pytest.raises(NobodyReached):
        await works.run(scene.manager, schedule_announcement, draft.id)
    await works.run(scene.manager, schedule_announcement, draft.id, clock.now + timedelta(hours=1))
    clock.move(hours=1)
    assert await send_announcements(works) == 1
    assert (await get_announcement(scene.manager, draft.id)).recipients == 0


async def test_stopped_before_it_goes_out_it_is_a_draft_again(works: Works) -> None:
    scene = await three_in(works)
    draft = await drafted(works, scene)
    with pytest.raises(AnnouncementOver):
        await works.run(scene.manager, stop_announcement, draft.id)
    await works.run(scene.manager, schedule_announcement, draft.id)
    stopped = await works.run(scene.manager, stop_announcement, draft.id)
    assert (stopped.state, stopped.send_at, stopped.version) == ("draft", None, 3)
    assert await send_announcements(works) == 0
    await works.run(scene.manager, edit_announcement, draft.id, details(subject="Better"))


async def test_what_is_left_is_stopped_and_what_has_left_stays(works: Works) -> None:
    scene = await three_in(works)
    sent = await scheduled(works, scene)
    await send_announcements(works)
    await execute(
        "UPDATE message SET state = 'sent', sent_at = created_at WHERE recipient = 'northern-line-0@example.org'"
    )
    stopped = await works.run(scene.manager, stop_announcement, sent.id)
    assert stopped.state is AnnouncementState.STOPPED
    progress = await get_progress(stopped)
    assert (progress.states, progress.making, progress.left) == ({"sent": 1, "withdrawn": 2}, False, False)
    with pytest.raises(AnnouncementOver):
        await works.run(scene.manager, stop_announcement, sent.id)
    assert "AnnouncementStopped" in await events()


async def test_two_thousand_get_one_copy_each_while_some_leave(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, mode="online")
    emails = await crowd_in(works, scene, 2000)
    sent = await scheduled(works, scene)
    await send_announcements(works)
    announcement = await get_announcement(scene.manager, sent.id)
    assert (announcement.recipients, (await get_progress(announcement)).making) == (2000, True)
    clock.move(minutes=1)
    everybody = await list_enrollments(scene.manager, scene.session_id)
    for gone in everybody[:3]:
        await works.run(scene.manager, cancel_enrollment, gone.id)

    async def unsubscribe(work: Work) -> None:
        work.add(MailChoice, id=work.new_id(), person_id=everybody[9].person_id, sort="announcements", off_at=work.now)

    await works.run(MAKER, unsubscribe)
    with watch_statements() as seen:
        made = await asyncio.gather(*(make_messages(works, AUDIENCES) for _ in range(2)))
    assert sum(made) == 1996
    assert await copies(sent.id) == sorted(set(emails) - {everybody[n].email for n in (0, 1, 2, 9)})
    assert len([sql for sql in seen if sql.startswith("INSERT")]) == 10, "one statement writes two hundred"


async def test_stopping_while_it_goes_out_to_many(works: Works) -> None:
    scene = await make_scene(works, mode="online")
    await crowd_in(works, scene, 600)
    sent = await scheduled(works, scene)
    await send_announcements(works)
    await asyncio.gather(
        make_messages(works, AUDIENCES),
        works.run(scene.manager, stop_announcement, sent.id),
        make_messages(works, AUDIENCES),
    )
    assert await copies(sent.id) == []
    assert (await execute("SELECT state FROM fan_out"))[0]["state"] in ("stopped", "done")
    assert (await get_announcement(scene.manager, sent.id)).state is AnnouncementState.STOPPED


async def test_the_words_are_plain_text_made_safe(works: Works) -> None:
    scene = await three_in(works)
    words = "<b>Bold</b> & {{ 7 * 7 }}\njavascript:alert(1)\n\nhttps://example.org/?a=1&b=2"
    sent = await scheduled(works, scene, subject="Rooms <script>", words=words)
    await execute("UPDATE session SET title = '<i>Title</i>'")
    await send_announcements(works)
    found = (await list_messages(recipient="northern-line-0")).items
    message = next(one for one in found if one.kind == "announcement")
    letter = render_message(await get_message(message.id), SITE)
    assert letter.subject == "Rooms <script>"
    assert "<b>" not in letter.html
    assert "<script" not in letter.html
    assert "<i>" not in letter.html
    assert "&lt;i&gt;Title&lt;/i&gt;" in letter.html
    assert 'href="https://example.org/?a=1&amp;b=2"' in letter.html
    assert not re.search(r'href="javascript', letter.html)
    assert "{{ 7 * 7 }}" in letter.text
    assert "because you have a place in" in letter.text
    assert letter.unsubscribe
    assert "@example.org" not in letter.text + letter.html, "nobody's address"
    assert str(sent.id) not in letter.text


async def test_each_group_is_told_why(works: Works) -> None:
    scene = await three_in(works)
    await scheduled(works, scene, Group.ENROLLED, Group.WAITLISTED)
    await send_announcements(works)
    mails = [one for one in (await list_messages()).items if one.kind == "announcement"]
    found = {one.recipient: render_message(one, SITE).text for one in mails}
    assert "have a place in" in " ".join(found["northern-line-0@example.org"].split())
    assert "on the waitlist of" in " ".join(found["northern-line-4@example.org"].split())


async def test_quiet_hours_put_a_copy_off(works: Works, clock: FrozenClock) -> None:
    scene = await three_in(works)
    await execute("UPDATE person SET zone = 'Asia/Tokyo' WHERE email = 'northern-line-0@example.org'")
    await execute("UPDATE person SET zone = 'Pacific/Honolulu' WHERE email = 'northern-line-1@example.org'")
    sent = await scheduled(works, scene)
    await send_announcements(works)
    rows = await execute(
        "SELECT id FROM message WHERE topic = {} AND not_before > {}", f"announcement:{sent.id}", clock.now
    )
    put_off = [(await get_message(UUID(str(row["id"])))).recipient for row in rows]
    assert put_off == ["northern-line-1@example.org"], "23:00 there, until eight in the morning"


async def test_one_that_fails_holds_up_no_other(works: Works) -> None:
    scene = await three_in(works)
    broken, good = await scheduled(works, scene), await scheduled(works, scene)
    await execute("UPDATE announcement SET segment = {} WHERE id = {}", '{"groups": ["nobody knows"]}', broken.id)
    assert await send_announcements(works) == 1
    assert len(await copies(good.id)) == 3
    rows = await execute("SELECT state FROM announcement WHERE id = {}", broken.id)
    assert rows[0]["state"] == "scheduled", "it is tried again"


async def test_a_copy_that_waits_too_long_is_not_sent(works: Works, clock: FrozenClock) -> None:
    scene = await three_in(works)
    sent = await scheduled(works, scene)
    await send_announcements(works)
    rows = await execute(
        "SELECT count(*) AS n FROM message WHERE topic = {} AND expires_at = {}",
        f"announcement:{sent.id}",
        clock.now + timedelta(days=3),
    )
    assert rows[0]["n"] == 3
