"""Reads of messages: whose they are, how many, and why they were written."""

from datetime import timedelta

import pytest

from tests.conftest import FrozenClock
from tests.desk.made import a_viewer, foreign_manager, full_scene, staff
from tests.desk.test_pages.test_messages import end, ids_of, many
from training.base.database import execute, watch_statements
from training.base.errors import Invalid, NotFound
from training.base.work import Work, Works
from training.booking.actions import cancel_enrollment
from training.desk.queries.messages import (
    MOST_COUNTED,
    count_messages,
    find_mail_trouble,
    find_stuck_since,
    find_superseding,
    get_message_view,
    list_causes,
    list_names_in,
    list_undelivered_ids,
    page_messages,
)
from training.desk.rules.messages import Shown, Wanted
from training.outbox.actions import enqueue, send_again
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
    assert await list_undelivered_ids(scene.manager, Wanted(), 10) == [first]
    assert await list_undelivered_ids(scene.manager, Wanted(shown=Shown.SENT), 10) == []
    again = await works.run(scene.manager, send_again, first)
    assert (await get_message_view(scene.manager, first)).repeated_by == again
    assert (await get_message_view(scene.manager, again)).again_of == first
    assert await list_undelivered_ids(scene.manager, Wanted(), 10) == []
    assert (await count_messages(scene.manager, Wanted()))[Shown.UNDELIVERED] == 0


async def test_counting_stops_at_ten_thousand(works: Works) -> None:
    scene, _ = await full_scene(works)
    await many(works, scene, MOST_COUNTED + 20)
    assert (await count_messages(scene.manager, Wanted()))[Shown.FAILED] == MOST_COUNTED + 1


async def test_trouble_with_mail(works: Works, clock: FrozenClock) -> None:
    scene, _ = await full_scene(works)
    began = clock.now
    assert (await find_mail_trouble(scene.manager, clock.now)).stuck_since is None
    await end((await ids_of("booking-enrolled"))[0], "expired")
    clock.move(minutes=5, seconds=1)
    trouble = await find_mail_trouble(scene.manager, clock.now, scene.program_id)
    assert (trouble.undelivered, trouble.stuck_since) == (1, began)
    foreign = await find_mail_trouble(await foreign_manager(works), clock.now)
    assert (foreign.undelivered, foreign.stuck_since) == (0, began), "they wait for the same mail server"
    later = clock.now + timedelta(days=1)
    await execute("UPDATE message SET not_before = {} WHERE state = 'waiting'", later)
    assert await find_stuck_since(clock.now) is None, "what is not due yet waits for nothing"


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
