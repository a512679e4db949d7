"""Invites that go along with other messages, over a real line, whatever happens on the way."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.invites.posted import Program, post
from tests.smtp.mailer import Mailer, mail_server
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.booking.actions import book_places, cancel_enrollment
from training.invites.actions.along import go_along
from training.invites.jobs import COMPANIONS, KEEPER
from training.outbox.actions.delivery import look_at
from training.outbox.actions.repeat import send_again
from training.outbox.jobs.deliver import Postman
from training.outbox.rules.servers import parse_mail_url
from training.outbox.sender import Sender
from training.outbox.tables import AddressTrouble


@pytest.fixture(scope="module")
def server() -> Iterator[Mailer]:
    with mail_server() as mailer:
        yield mailer


@pytest.fixture
def mailer(server: Mailer) -> Mailer:
    server.behave()
    server.forget()
    return server


def postman(mailer: Mailer) -> Postman:
    return Postman(Sender(parse_mail_url(mailer.url()), "testserver.example"), companions=COMPANIONS)


async def booked(works: Works, *numbers: int, **values: int) -> tuple[Scene, list[UUID]]:
    scene = await make_scene(works, **values)  # type: ignore[arg-type]
    found = await works.run(scene.coordinator, book_places, order(scene, *numbers))
    return scene, [verdict.enrollment_id for verdict in found.verdicts if verdict.enrollment_id]


async def test_a_letter_that_is_tried_again_is_the_same(works: Works, clock: FrozenClock, mailer: Mailer) -> None:
    await booked(works, 0)
    mailer.fail("busy", 1)
    carrier = postman(mailer)
    await carrier.deliver(works)
    (first,) = await execute("SELECT calendar, state FROM message")
    assert "METHOD:REQUEST" in first["calendar"]
    clock.move(hours=2)
    carrier = postman(mailer)
    await carrier.deliver(works)
    await carrier.close()
    (second,) = await execute("SELECT calendar, state FROM message")
    assert (second["calendar"], second["state"]) == (first["calendar"], "sent")
    assert len(await execute("SELECT id FROM invite")) == 1
    assert "text/calendar" in mailer.report()["last"]


async def test_the_further_meetings_leave_in_the_same_run(works: Works, mailer: Mailer) -> None:
    await booked(works, 0, 1, meetings=3)
    carrier = postman(mailer)
    assert await carrier.deliver(works) == 6
    await carrier.close()


async def test_the_number_of_statements_does_not_grow_with_the_messages(works: Works) -> None:
    counts = []
    for tag, people in ((" a", 1), (" b", 6)):
        scene = await make_scene(works, tag=tag, capacity_in_person=9)
        await works.run(scene.coordinator, book_places, order(scene, *range(people)))
        rows = await execute("SELECT id FROM message WHERE state = 'waiting' AND calendar = ''")
        due = await look_at([UUID(str(row["id"])) for row in rows])
        with watch_statements() as seen:
            assert len(await works.run(KEEPER, go_along, due)) == people
        counts.append(len(seen))
    assert counts[0] == counts[1]


async def test_two_who_look_at_once_tell_once(works: Works) -> None:
    await booked(works, 0)
    (row,) = await execute("SELECT id FROM message")
    due = await look_at([UUID(str(row["id"]))])
    await asyncio.gather(*(works.run(KEEPER, go_along, due) for _ in range(4)))
    (invite,) = await execute("SELECT sequence FROM invite")
    assert invite["sequence"] == 0


async def test_what_was_given_back_and_taken_again_is_told_in_order(works: Works, clock: FrozenClock) -> None:
    scene, (enrollment,) = await booked(works, 0)
    program = Program().take(await post(works))
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    clock.move(seconds=1)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    mails = await post(works)
    assert [mail.kind for mail in mails] == ["booking-cancelled", "booking-enrolled"]
    assert program.take(mails).entries.keys() == set(scene.meeting_ids)
    assert program.take(reversed(mails)).entries.keys() == set(scene.meeting_ids)


async def test_what_failed_is_told_once_more_with_todays_words(works: Works, clock: FrozenClock) -> None:
    scene, _ = await booked(works, 0, meetings=2)
    program = Program()
    mails = await post(works)
    await execute("UPDATE message SET state = 'failed', sent_at = NULL WHERE kind = 'invite-new'")
    assert await post(works) == []
    clock.move(minutes=1)
    await works.run(KEEPER, send_again, mails[1].id)
    (again,) = await post(works)
    assert (again.kind, again.calendar_method) == ("invite-new", "REQUEST")
    assert program.take([mails[0], again]).entries.keys() == set(scene.meeting_ids)
    assert program.sequence(scene.meeting_ids[1]) == 1


async def test_a_repaired_address_gets_the_entry_and_the_dead_one_nothing(works: Works, clock: FrozenClock) -> None:
    scene, (enrollment,) = await booked(works, 0)
    (mail,) = await post(works)

    async def dies(work: Work) -> None:
        row = {"id": work.new_id(), "address": mail.recipient, "since": work.now, "last_at": work.now}
        work.add(AddressTrouble, **row, kind="hard")

    await works.run(KEEPER, dies)
    await execute("UPDATE message SET state = 'failed', sent_at = NULL")
    await execute("UPDATE membership SET contact_email = 'new@example.org' WHERE id = {}", scene.members[0])
    clock.move(minutes=1)
    await works.run(KEEPER, send_again, mail.id, recipient="new@example.org")
    (again,) = await post(works)
    assert (again.recipient, again.calendar_method) == ("new@example.org", "REQUEST")
    assert Program().take([again]).entries.keys() == set(scene.meeting_ids)
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    (gone,) = await post(works)
    assert (gone.recipient, gone.calendar_method) == ("new@example.org", "CANCEL")
