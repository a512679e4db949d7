"""What calendars answer: four programs are understood, and nothing hostile changes anything."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import SITE, FrozenClock
from tests.inbox.answered import ANSWERED
from tests.inbox.servers import DOVECOT, OPENSSL, dovecot
from tests.invites.answering import BOX, answer, answered_works, hand_in
from tests.invites.posted import Mail, post
from tests.schedule.made import STAFF
from training.base.database import execute
from training.base.envelopes import answer_address
from training.base.work import Works
from training.booking.actions import book_places, cancel_enrollment
from training.booking.actions.undo import undo_cancellation
from training.booking.jobs import give_back_declined
from training.booking.queries import list_enrollments
from training.desk.queries.board import load_board
from training.desk.queries.sessions import page_journal
from training.inbox.jobs import reading
from training.outbox.mails import make_letter, render_message
from training.outbox.queries import get_message
from training.schedule.actions import add_meeting, assign_trainer, move_meetings
from training.schedule.rules.values import Assignment, MeetingChange, MeetingValues


@pytest.fixture
def reads(works: Works, clock: FrozenClock) -> Works:
    """An installation that reads answers. `works` is asked for because it binds the database."""
    assert works.clock is clock
    return answered_works(clock)


async def invited(works: Works, *numbers: int, **values: Any) -> tuple[Scene, list[Mail]]:
    scene = await make_scene(works, **values)
    await works.run(scene.coordinator, book_places, order(scene, *(numbers or (0,))))
    return scene, [mail for mail in await post(works) if mail.calendar]


async def stands(scene: Scene) -> dict[str, str]:
    """What calendars answered, by name, of those with a place."""
    return {one.name: one.calendar_answer for one in await list_enrollments(scene.manager, scene.session_id)}


async def nothing_changed(scene: Scene) -> None:
    assert set((await stands(scene)).values()) == {""}
    assert [row["answer"] for row in await execute("SELECT answer FROM invite WHERE answer <> ''")] == []
    assert await execute("SELECT id FROM message WHERE state = 'waiting'") == []


async def waiting(kind: str) -> list[tuple[str, str]]:
    rows = await execute("SELECT id, recipient FROM message WHERE kind = {} AND state = 'waiting'", kind)
    return [(str(row["recipient"]), render_message(await get_message(row["id"]), SITE).text) for row in rows]


async def test_invite_and_mail_come_from_the_address_that_is_answered(reads: Works, clock: FrozenClock) -> None:
    _, (mail,) = await invited(reads)
    (row,) = await execute("SELECT id FROM invite")
    own = answer_address(BOX, UUID(str(row["id"])), SITE.secret_key)
    unfolded = mail.calendar.replace("\r\n ", "")
    assert f"mailto:{own}" in unfolded
    assert "RSVP=TRUE" in unfolded
    letter = make_letter(await get_message(mail.id), reads.site, clock.now)
    assert f"<{own}>".encode() in letter.replace(b"\r\n ", b" ").split(b"To:")[0]


async def test_without_an_address_nobody_is_asked_for_an_answer(works: Works) -> None:
    _, (mail,) = await invited(works)
    assert "RSVP=TRUE" not in mail.calendar.replace("\r\n ", "")


@pytest.mark.parametrize("program", ANSWERED)
async def test_answers_of_every_program_are_kept(reads: Works, clock: FrozenClock, program: str) -> None:
    scene, (mail,) = await invited(reads)
    for number, said in enumerate(("TENTATIVE", "ACCEPTED")):
        at = clock.now + timedelta(minutes=number)
        assert await hand_in(reads, answer(mail, said, at, program)) == ("handled", "")
        assert set((await stands(scene)).values()) == {said.lower()}
    (kept,) = await execute("SELECT excerpt, recipient, invite_id FROM incoming_mail LIMIT 1")
    assert (kept["excerpt"], kept["recipient"], bool(kept["invite_id"])) == ("", "", True)


async def test_who_declines_is_told_and_the_place_goes_to_who_waits(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads, 0, 1, capacity_in_person=1)
    assert await hand_in(reads, answer(mail, "DECLINED", clock.now, "exchange")) == ("handled", "")
    (own,) = await waiting("booking-calendar-declined")
    assert own[0] == "northern-line-0@example.org"
    assert "/places/" in own[1]
    (told,) = await waiting("booking-calendar-answer")
    assert told[0] == scene.coordinator.email
    assert "Northern Line 0 declined in the calendar" in told[1]
    assert "/keep" in told[1]
    clock.move(minutes=29)
    assert await give_back_declined(reads) == 0
    clock.move(minutes=1)
    assert await give_back_declined(reads) == 1
    assert await give_back_declined(reads) == 0
    found = await list_enrollments(scene.manager, scene.session_id, active=False)
    by_name = {one.name: (one.state.value, one.state_reason) for one in found}
    assert by_name["Northern Line 0"] == ("cancelled", "Declined in the calendar.")
    assert by_name["Northern Line 1"][0] == "enrolled"


async def test_who_comes_back_is_invited_anew_and_can_decline_anew(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads)
    await hand_in(reads, answer(mail, "DECLINED", clock.now))
    clock.move(minutes=30)
    assert await give_back_declined(reads) == 1
    assert [one.calendar_method for one in await post(reads) if one.calendar] == ["CANCEL"]
    (gone,) = await list_enrollments(scene.manager, scene.session_id, active=False)
    await reads.run(scene.coordinator, undo_cancellation, gone.id)
    assert await stands(scene) == {"Northern Line 0": ""}
    clock.move(minutes=2)
    again = [one for one in await post(reads) if one.calendar_method == "REQUEST"][-1]
    assert (await hand_in(reads, answer(mail, "DECLINED", clock.now)))[0] == "dropped"
    assert (await hand_in(reads, answer(again, "DECLINED", clock.now, "apple")))[0] == "handled"
    clock.move(minutes=30)
    assert await give_back_declined(reads) == 1


async def test_who_is_back_before_the_mail_left_can_decline_anew(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads)
    first = answer(mail, "DECLINED", clock.now)
    assert (await hand_in(reads, first))[0] == "handled"
    clock.move(minutes=30)
    assert await give_back_declined(reads) == 1
    (gone,) = await list_enrollments(scene.manager, scene.session_id, active=False)
    await reads.run(scene.coordinator, undo_cancellation, gone.id)
    assert [row["answer"] for row in await execute("SELECT answer FROM invite")] == [""]
    # The calendar was told nothing meanwhile. What was answered before counts no second time, a new answer does.
    assert (await hand_in(reads, first.replace(b"Subject: ", b"Subject: Once more: ")))[0] == "dropped"
    assert await stands(scene) == {"Northern Line 0": ""}
    assert (await hand_in(reads, answer(mail, "DECLINED", clock.now)))[0] == "handled"
    assert await stands(scene) == {"Northern Line 0": "declined"}
    clock.move(minutes=30)
    assert await give_back_declined(reads) == 1


async def test_a_meeting_that_is_added_was_not_declined(reads: Works, clock: FrozenClock) -> None:
    scene, mails = await invited(reads, 0, 1)
    await hand_in(reads, answer(mails[0], "DECLINED", clock.now))
    await hand_in(reads, answer(mails[1], "ACCEPTED", clock.now))
    day = datetime(2026, 5, 27, 10)
    more = MeetingValues(local_start=day, local_end=day + timedelta(hours=1), zone="Europe/Dublin")
    await reads.run(scene.manager, add_meeting, scene.session_id, more, accept_warnings=True)
    assert await stands(scene) == {"Northern Line 0": "partly", "Northern Line 1": ""}
    clock.move(minutes=31)
    assert await give_back_declined(reads) == 0
    new = [one for one in await post(reads) if one.recipient == mails[0].recipient and one.calendar_method == "REQUEST"]
    # Who says the same of every meeting gives the place back after all.
    for one in new:
        await hand_in(reads, answer(one, "DECLINED", clock.now))
    assert await stands(scene) == {"Northern Line 0": "declined", "Northern Line 1": ""}
    clock.move(minutes=30)
    assert await give_back_declined(reads) == 1


async def test_who_accepts_within_the_window_keeps_the_place(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads)
    await hand_in(reads, answer(mail, "DECLINED", clock.now))
    clock.move(minutes=20)
    await hand_in(reads, answer(mail, "ACCEPTED", clock.now))
    clock.move(minutes=20)
    assert await give_back_declined(reads) == 0
    assert await stands(scene) == {"Northern Line 0": "accepted"}
    (told,) = await waiting("booking-calendar-answer")
    assert "does so no longer" in told[1]


async def test_answers_that_come_in_another_order_end_alike(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads)
    later = answer(mail, "ACCEPTED", clock.now - timedelta(minutes=1))
    earlier = answer(mail, "DECLINED", clock.now - timedelta(minutes=2))
    assert (await hand_in(reads, later))[0] == "handled"
    state, reason = await hand_in(reads, earlier)
    assert (state, "later answer" in reason) == ("dropped", True)
    assert (await hand_in(reads, later))[0] == "handled"
    assert await stands(scene) == {"Northern Line 0": "accepted"}


async def test_one_meeting_of_several_frees_nothing(reads: Works, clock: FrozenClock) -> None:
    scene, mails = await invited(reads, meetings=3)
    assert len(mails) == 3
    await hand_in(reads, answer(mails[1], "DECLINED", clock.now))
    assert await stands(scene) == {"Northern Line 0": "partly"}
    (told,) = await waiting("booking-calendar-answer")
    assert "some of the meetings" in told[1]
    clock.move(hours=1)
    assert await give_back_declined(reads) == 0
    await hand_in(reads, answer(mails[0], "DECLINED", clock.now))
    await hand_in(reads, answer(mails[2], "DECLINED", clock.now))
    assert await stands(scene) == {"Northern Line 0": "declined"}
    clock.move(minutes=31)
    assert await give_back_declined(reads) == 1


async def test_after_the_deadline_nothing_is_freed_but_told(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads, starts_in=timedelta(hours=3), cancellation_hours=24)
    await hand_in(reads, answer(mail, "DECLINED", clock.now))
    (own,), (told,) = await waiting("booking-calendar-declined"), await waiting("booking-calendar-answer")
    assert "still yours" in own[1]
    assert "still theirs" in told[1]
    clock.move(hours=1)
    assert await give_back_declined(reads) == 0
    assert await stands(scene) == {"Northern Line 0": "declined"}


async def test_a_worker_that_stood_still_past_the_deadline_tells_and_frees_nothing(
    reads: Works, clock: FrozenClock
) -> None:
    scene, (mail,) = await invited(reads, starts_in=timedelta(hours=25), cancellation_hours=24)
    await hand_in(reads, answer(mail, "DECLINED", clock.now))
    clock.move(hours=2)
    assert await give_back_declined(reads) == 0
    assert [one.declines_at for one in await list_enrollments(scene.manager, scene.session_id)] == [None]
    assert any("still yours" in text for _, text in await waiting("booking-calendar-declined"))


async def test_a_session_that_moves_is_answered_anew(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads)
    await hand_in(reads, answer(mail, "DECLINED", clock.now))
    at = (clock.now + timedelta(days=20)).replace(tzinfo=None)
    change = MeetingChange(meeting_id=scene.meeting_ids[0], local_start=at, local_end=at + timedelta(hours=1))
    await reads.run(scene.manager, move_meetings, scene.session_id, [change], accept_warnings=True)
    assert await stands(scene) == {"Northern Line 0": ""}
    # Before the new time is told, and after.
    for _ in range(2):
        state, reason = await hand_in(reads, answer(mail, "DECLINED", clock.now + timedelta(seconds=1)))
        assert (state, "changed since" in reason) == ("dropped", True), reason
        clock.move(minutes=2)
        await post(reads)
    assert [row["answer"] for row in await execute("SELECT answer FROM invite")] == [""]
    clock.move(minutes=31)
    assert await give_back_declined(reads) == 0


async def test_a_trainer_who_declines_is_told_to_the_managers_and_stays(reads: Works, clock: FrozenClock) -> None:
    scene = await make_scene(reads)
    await execute(
        "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at) VALUES ({}, {}, {}, {}, {})",
        UUID(int=99),
        scene.manager.person_id,
        "program_manager",
        scene.program_id,
        clock.now,
    )
    trainer = scene.people[5]
    assigned = Assignment(person_id=trainer, meeting_ids=scene.meeting_ids)
    await reads.run(STAFF, assign_trainer, scene.session_id, assigned)
    clock.move(minutes=2)
    (mail,) = [one for one in await post(reads) if one.calendar]
    assert await hand_in(reads, answer(mail, "DECLINED", clock.now, "apple")) == ("handled", "")
    (told,) = await waiting("invite-trainer-declined")
    assert told[0] == scene.manager.email
    assert "Northern Line 5 declined in the calendar" in told[1]
    assert len(await execute("SELECT id FROM trainer_assignment")) == 1
    assert "InviteAnswered" in [entry.event for entry in (await page_journal(scene.session_id)).items]
    rows = await load_board(scene.manager, None, starts_before=clock.now + timedelta(days=28), ends_after=clock.now)
    assert [(one.name, one.answer) for one in rows.teaching] == [("Northern Line 5", "declined")]


EVE = "eve@elsewhere.example"
HOSTILE: dict[str, tuple[dict[str, Any], str, str]] = {
    "spoofed": ({"sender": EVE}, "review", "another address"),
    "uninvited": ({"attendee": EVE, "sender": EVE}, "review", "not invited"),
    "forwarded": ({"attendee": EVE}, "review", "not invited"),
    "a version never sent": ({"sequence": 7}, "review", "never sent"),
    "another entry": ({"uid": str(UUID(int=5))}, "review", "another entry"),
    "an entry of nobody": ({"uid": "x' OR 1=1 --"}, "review", "another entry"),
    "delegated": ({"swap": [(b"PARTSTAT=DECLINED", b"PARTSTAT=DELEGATED")]}, "review", "somebody else"),
    "sent by another": ({"swap": [(b"PARTSTAT", b'SENT-BY="mailto:x@y.example";PARTSTAT')]}, "review", "somebody else"),
    "another time": ({"swap": [(b"METHOD:REPLY", b"METHOD:COUNTER")]}, "review", "another time"),
    "several": (
        {"swap": [(b"END:VEVENT", b"END:VEVENT\r\nBEGIN:VEVENT\r\nUID:b\r\nEND:VEVENT")]},
        "review",
        "several",
    ),
    "malformed": ({"swap": [(b"END:VEVENT\r\n", b"")]}, "review", "malformed"),
    "oversized": ({"swap": [(b"SUMMARY:", b"SUMMARY:" + b"x" * 300_000)]}, "review", "longer"),
    "away": ({"headers": "Auto-Submitted: auto-replied"}, "review", "machine"),
    "from the future": ({"at": FrozenClock().now + timedelta(days=40)}, "review", "future"),
    "to nobody's address": ({"to": "invites@testserver.example"}, "review", "own address"),
    "to a forged address": ({"to": f"invites+{'0' * 32}.{'0' * 16}@testserver.example"}, "review", "own address"),
    "a gone invite": (
        {"to": answer_address(BOX, UUID(int=3), SITE.secret_key)},
        "dropped",
        "no such invitation",
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_nothing_hostile_changes_anything(reads: Works, clock: FrozenClock, case: str) -> None:
    other, state, words = HOSTILE[case]
    scene, (mail,) = await invited(reads)
    said = {"at": clock.now} | other
    found, reason = await hand_in(reads, answer(mail, "DECLINED", said.pop("at"), **said))
    assert (found, words in reason) == (state, True), reason
    await nothing_changed(scene)


async def test_whoever_left_answers_nothing_any_more(reads: Works, clock: FrozenClock) -> None:
    scene, (mail,) = await invited(reads)
    (one,) = await list_enrollments(scene.manager, scene.session_id)
    await reads.run(scene.coordinator, cancel_enrollment, one.id)
    await post(reads)
    state, reason = await hand_in(reads, answer(mail, "ACCEPTED", clock.now))
    assert (state, "no longer take part" in reason) == ("dropped", True)


async def test_one_persons_address_answers_for_nobody_else(reads: Works, clock: FrozenClock) -> None:
    scene, mails = await invited(reads, 0, 1)
    ada, bob = mails
    for raw in (
        answer(bob, "DECLINED", clock.now, to=_organizer(ada)),
        answer(ada, "DECLINED", clock.now, to=_organizer(bob)),
    ):
        assert (await hand_in(reads, raw))[0] == "review"
    await nothing_changed(scene)


def _organizer(mail: Mail) -> str:
    unfolded = mail.calendar.replace("\r\n ", "")
    return unfolded.split("ORGANIZER")[1].split("mailto:")[1].split("\r\n")[0]


async def test_a_person_who_writes_there_waits_to_be_read(reads: Works) -> None:
    scene, (mail,) = await invited(reads)
    text = f"From: {mail.recipient}\r\nTo: {_organizer(mail)}\r\nSubject: Parking\r\n\r\nWhere do I park?"
    state, reason = await hand_in(reads, text.encode())
    assert (state, "address of an invitation" in reason) == ("review", True)
    away = text.replace("Subject: Parking", "Subject: Out of office\r\nAuto-Submitted: auto-replied")
    assert (await hand_in(reads, away.encode()))[0] == "dropped"
    await nothing_changed(scene)


@pytest.mark.parametrize("server", ["dovecot"] if DOVECOT and OPENSSL else [])
async def test_answers_are_read_from_a_real_mailbox(
    reads: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, server: str
) -> None:
    scene, mails = await invited(reads, *range(4), capacity_in_person=4)
    said = ("ACCEPTED", "TENTATIVE", "DECLINED", "ACCEPTED")
    assert server
    with dovecot() as real:
        monkeypatch.setenv("SSL_CERT_FILE", str(real.folder / "cert.pem"))
        for mail, program, word in zip(mails, ANSWERED, said, strict=True):
            real.put(answer(mail, word, clock.now, program))
        real.put(answer(mails[0], "DECLINED", clock.now, sender=EVE))
        job = reading(f"imaps://reader:a%20pass%2Fword%3A%20100%25@localhost:{real.tls_port}/INBOX")
        assert await job(reads) == 5
        assert await job(reads) == 0
    assert list((await stands(scene)).values()) == [word.lower() for word in said]
