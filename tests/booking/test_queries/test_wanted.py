"""A message about a place leaves only while it is true."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.booking.asked import booked_one
from tests.booking.made import make_scene
from tests.booking.nameless import member, take_open, with_open
from tests.conftest import FrozenClock
from tests.smtp.mailer import Mailer, mail_server
from tests.smtp.posting import CLI, postman, write
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.booking.actions.naming import name_place
from training.booking.queries.wanted import find_unwanted
from training.outbox.actions.delivery import Due, claim

WORKER = Viewer.machine("worker")


@pytest.fixture(scope="module")
def server() -> Iterator[Mailer]:
    with mail_server() as mailer:
        yield mailer


async def claimed(works: Works) -> list[Due]:
    return await works.run(WORKER, claim, "me", 100)


async def give_up(enrollment_id: UUID) -> None:
    """End an enrollment behind the back of its messages, as if they had been claimed before."""
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", enrollment_id)


async def test_a_confirmation_and_a_reminder_of_a_place_that_was_given_up_do_not_leave(
    works: Works, server: Mailer
) -> None:
    server.forget()
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    kinds = ["booking-moved", "booking-session-confirmed"]
    for kind in kinds:
        await works.run(CLI, write, 1, kind=kind, subject_id=enrollment_id)
    assert await find_unwanted(await claimed(works)) == {}
    await execute("UPDATE message SET state = 'waiting'")
    await give_up(enrollment_id)
    carrier = postman(server, wanted={"booking": find_unwanted})
    assert await carrier.deliver(works) == 0
    await carrier.close()
    rows = await execute("SELECT kind, state, error FROM message ORDER BY kind")
    assert [(row["kind"], row["state"], row["error"]) for row in rows] == [
        (kind, "withdrawn", "The enrollment is cancelled now.") for kind in sorted(["booking-enrolled", *kinds])
    ]
    assert server.report()["taken"] == []


async def test_cancelling_leaves_only_the_cancellation(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    clock.move(minutes=1)
    await works.run(scene.coordinator, cancel_enrollment, enrollment_id)
    due = await claimed(works)
    unwanted = await find_unwanted(due)
    assert [one.kind for one in due if one.id not in unwanted] == ["booking-cancelled"]
    await execute("UPDATE enrollment SET state = 'waitlisted' WHERE id = {}", enrollment_id)
    unwanted = await find_unwanted(due)
    assert "booking-cancelled" not in [one.kind for one in due if one.id not in unwanted]


async def test_what_says_that_somebody_waits_leaves_only_while_they_do(works: Works) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    await execute("DELETE FROM message")
    about = {"kind": "booking-moved", "subject_id": enrollment_id}
    untrue = (await works.run(CLI, write, 1, **about, values={"waits": True}))[0]
    await works.run(CLI, write, 1, **about, values={"waits": False})
    due = await claimed(works)
    assert await find_unwanted(due) == {untrue: "The enrollment is enrolled now."}
    await execute("UPDATE enrollment SET state = 'waitlisted' WHERE id = {}", enrollment_id)
    assert await find_unwanted(due) == {}


async def test_what_is_sent_again_after_its_session_does_not_leave(works: Works) -> None:
    scene = await make_scene(works)
    enrollment_id = await booked_one(works, scene)
    assert await find_unwanted(await claimed(works)) == {}
    await execute("UPDATE session SET ends_at = (SELECT MAX(not_before) FROM message)")
    await execute("UPDATE message SET state = 'waiting'")
    told = (await works.run(CLI, write, 1, kind="booking-consent-withdrawn", subject_id=enrollment_id))[0]
    due = await claimed(works)
    unwanted = await find_unwanted(due)
    assert ([one.id for one in due if one.id not in unwanted], set(unwanted.values())) == (
        [told],
        {"The session is over."},
    )


async def test_a_link_to_name_a_place_that_has_a_name(works: Works) -> None:
    scene, (first, second) = await with_open(works, 2)
    [row] = await execute("SELECT booking_id FROM open_place WHERE id = {}", first)
    booking_id = UUID(str(row["booking_id"]))
    await execute("DELETE FROM message")
    ids = [
        (await works.run(CLI, write, 1, kind=kind, subject_id=subject))[0]
        for kind, subject in (
            ("booking-naming", first),
            ("booking-naming", second),
            ("booking-naming-over", first),
            ("booking-open-due", booking_id),
            ("booking-open-released", booking_id),
        )
    ]
    due = await claimed(works)
    assert await find_unwanted(due) == {}
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    assert await find_unwanted(due) == {ids[0]: "The place has a name or is gone."}
    await works.run(scene.coordinator, name_place, second, member(scene, 1))
    assert set(await find_unwanted(due)) == {ids[0], ids[1], ids[3]}


async def test_a_message_about_several_bookings_is_wanted_while_one_has_such_places(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    await take_open(works, scene, 1)
    rows = await execute("SELECT id FROM booking ORDER BY created_at, id")
    bookings = [str(row["id"]) for row in rows]
    await execute("DELETE FROM message")
    about = {"subject_id": UUID(bookings[0]), "values": {"bookings": bookings}}
    await works.run(CLI, write, 1, kind="booking-open-due", **about)
    (due,) = await claimed(works)
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    assert await find_unwanted([due]) == {}
    await execute("UPDATE open_place SET state = 'released', mode = '' WHERE state = 'open'")
    assert await find_unwanted([due]) == {due.id: "No place needs a name."}


async def test_many_cost_three_statements(works: Works) -> None:
    scene, (first, _) = await with_open(works, 2)
    enrollment_id = await booked_one(works, await make_scene(works, tag=" again"))
    for kind, subject in (("moved", enrollment_id), ("naming", first), ("open-due", scene.session_id)):
        await works.run(CLI, write, 10, kind=f"booking-{kind}", subject_id=subject)
    await works.run(CLI, write, 1, kind="booking-moved")
    due = await claimed(works)
    with watch_statements() as seen:
        await find_unwanted(due)
    assert len(seen) == 3
    with watch_statements() as seen:
        assert await find_unwanted([]) == {}
    assert seen == []
