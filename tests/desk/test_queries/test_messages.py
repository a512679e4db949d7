"""Reads of messages: whose they are, how many, and why they were written."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.desk.made import a_viewer, foreign_manager, full_scene, staff
from tests.desk.posted import end, ids_of, many
from training.base.database import execute, watch_statements
from training.base.errors import Invalid, NotFound
from training.base.work import Work, Works
from training.booking.actions import cancel_enrollment
from training.desk.queries.messages import (
    MOST_COUNTED,
    Stuck,
    count_messages,
    count_unreached,
    find_mail_trouble,
    find_stuck,
    find_superseding,
    get_message_view,
    list_causes,
    list_names_in,
    list_sendable,
    page_messages,
)
from training.desk.rules.messages import Shown, Wanted
from training.outbox.actions import enqueue, send_again
from training.outbox.queries import find_obstacle_to
from training.outbox.rules.again import MessageOver, MessageReplaced, MessageUnreached
from training.people.rules import Permission


async def test_only_messages_of_the_viewers_programs(works: Works) -> None:
    scene, _ = await full_scene(works)
    mine = await page_messages(scene.manager, Wanted())
    assert len(mine.items) == 4
    assert {message.program_id for message in mine.items} == {scene.program_id}
    assert {message.partner_id for message in mine.items} == {scene.partner_id}
    everything = await page_messages(await staff(works), Wanted())
    assert len(everything.items) >= 4
    for viewer in (await foreign_manager(works), scene.coordinator, await a_viewer(works, "Lea")):
        assert (await page_messages(viewer, Wanted())).items == ()
        assert set((await count_messages(viewer, Wanted())).values()) == {0}
        for permission in (Permission.OUTBOX_SEE, Permission.OUTBOX_MANAGE):
            with pytest.raises(NotFound):
                await get_message_view(viewer, mine.items[0].id, permission)
    with pytest.raises(Invalid):
        await page_messages(scene.manager, Wanted(), cursor="x")


async def test_what_did_not_arrive_until_somebody_sends_it_again(works: Works) -> None:
    scene, _ = await full_scene(works)
    first = (await ids_of("booking-enrolled"))[0]
    await end(first, "failed")
    counts = await count_messages(scene.manager, Wanted())
    assert counts == dict.fromkeys(Shown, 0) | {Shown.UNDELIVERED: 1, Shown.FAILED: 1, Shown.WAITING: 3}
    assert await list_sendable(scene.manager, Wanted(), works.clock(), 10) == {first: ""}
    assert await list_sendable(scene.manager, Wanted(shown=Shown.SENT), works.clock(), 10) == {}
    again = await works.run(scene.manager, send_again, first)
    assert (await get_message_view(scene.manager, first)).repeated_by == again
    assert (await get_message_view(scene.manager, again)).again_of == first
    assert await list_sendable(scene.manager, Wanted(), works.clock(), 10) == {}
    assert (await count_messages(scene.manager, Wanted()))[Shown.UNDELIVERED] == 0


async def test_what_can_be_sent_again_and_what_would_come_back(works: Works, clock: FrozenClock) -> None:
    """The condition of the list agrees with what is said of each message alone."""
    scene, _ = await full_scene(works)
    await execute("UPDATE message SET state = 'failed', topic = '' WHERE program_id IS NOT NULL")
    fine, dead, over, replaced = await ids_of_program(scene)
    await execute("UPDATE message SET kind = 'reminder-upcoming', expires_at = {} WHERE id = {}", clock.now, over)
    await execute(
        "UPDATE message SET kind = 'booking-enrolled', topic = 'x', subject_id = NULL, person_id = NULL,"
        " recipient = 'ada@example.org' WHERE id IN ({}, {})",
        replaced,
        fine,
    )
    await execute("UPDATE message SET kind = 'booking-moved', created_at = {} WHERE id = {}", later(clock), fine)
    await execute(
        "INSERT INTO address_trouble (id, address, kind, reason, times, since, last_at)"
        " SELECT id, recipient, 'hard', 'gone', 1, created_at, created_at FROM message WHERE id = {}",
        dead,
    )
    await execute("UPDATE message SET person_id = NULL WHERE id = {}", dead)
    assert await list_sendable(scene.manager, Wanted(), clock.now, 10) == {fine: ""}
    assert await count_unreached(scene.manager, Wanted(), clock.now) == 1
    assert await count_unreached(await foreign_manager(works), Wanted(), clock.now) == 0
    said = {one: type(await find_obstacle_to(one, clock.now)) for one in (fine, dead, over, replaced)}
    assert said == {fine: type(None), dead: MessageUnreached, over: MessageOver, replaced: MessageReplaced}


def later(clock: FrozenClock) -> datetime:
    return clock.now + timedelta(seconds=1)


async def ids_of_program(scene: Scene) -> list[UUID]:
    """The messages of the scene's program, each to another address."""
    rows = await execute("SELECT id FROM message WHERE program_id = {} ORDER BY id", scene.program_id)
    ids = [UUID(str(row["id"])) for row in rows]
    for number, message_id in enumerate(ids):
        await execute("UPDATE message SET recipient = {} WHERE id = {}", f"r{number}@example.org", message_id)
    return ids


async def test_counting_stops_at_ten_thousand(works: Works) -> None:
    scene, _ = await full_scene(works)
    await many(works, scene, MOST_COUNTED + 20)
    assert (await count_messages(scene.manager, Wanted()))[Shown.FAILED] == MOST_COUNTED + 1


async def test_trouble_with_mail(works: Works, clock: FrozenClock) -> None:
    scene, _ = await full_scene(works)
    began = clock.now
    assert (await find_mail_trouble(scene.manager, clock.now)).stuck is None
    await end((await ids_of("booking-enrolled"))[0], "expired")
    await execute("UPDATE message SET error = 'No answer in time.' WHERE state = 'waiting'")
    clock.move(minutes=5, seconds=1)
    trouble = await find_mail_trouble(scene.manager, clock.now, scene.program_id)
    (row,) = await execute("SELECT COUNT(*) AS n FROM message WHERE state = 'waiting'")
    stuck = Stuck(since=began, number=row["n"], said="No answer in time.")
    assert (trouble.undelivered, trouble.stuck) == (1, stuck)
    foreign = await find_mail_trouble(await foreign_manager(works), clock.now)
    assert foreign.undelivered == 0
    assert foreign.stuck is not None, "they wait for the same mail server"
    later = clock.now + timedelta(days=1)
    await execute("UPDATE message SET not_before = {} WHERE state = 'waiting'", later)
    assert await find_stuck(clock.now) is None, "what is not due yet waits for nothing"


async def test_why_each_was_written_in_one_statement(works: Works, clock: FrozenClock) -> None:
    scene, booked = await full_scene(works)
    left = booked.verdicts[0].enrollment_id
    assert left is not None
    clock.move(hours=1)
    await works.run(scene.coordinator, cancel_enrollment, left)
    messages = (await page_messages(scene.manager, Wanted())).items
    with watch_statements() as seen:
        causes = await list_causes(messages)
        names = await list_names_in(causes.values())
    assert len(seen) == 2
    why = {(message.kind, causes[message.id].event) for message in messages}
    assert why == {
        ("booking-enrolled", "PlacesBooked"),
        ("booking-waitlisted", "PlacesBooked"),
        ("booking-cancelled", "EnrollmentCancelled"),
        ("booking-promoted", "EnrollmentPromoted"),
    }
    assert str(scene.partner_id) in names
    assert await list_causes([]) == {}
    assert await list_names_in([]) == {}


async def test_the_message_that_replaced_another(works: Works, clock: FrozenClock) -> None:
    scene, _ = await full_scene(works)

    async def write(work: Work) -> None:
        await enqueue(
            work,
            supersede=True,
            kind="notice",
            template="people/sign-in",
            recipient="ada@example.org",
            topic="x:1",
            program_id=scene.program_id,
        )

    for _ in range(3):
        await works.run(scene.manager, write)
        clock.move(minutes=1)
    ids = await ids_of("notice")
    views = [await get_message_view(scene.manager, message_id) for message_id in ids]
    assert [view.state for view in views] == ["superseded", "superseded", "waiting"]
    assert [await find_superseding(view) for view in views] == [ids[1], ids[2], None]
