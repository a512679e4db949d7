"""What is due is judged again in the moment of sending; each ends with one message or a stated reason."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.booking.test_actions.test_follow import one_day_later
from tests.conftest import FrozenClock
from tests.reminders.made import enrolled_scene, keys, letters, reminders, teach, tick
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.booking.tables import Booking, Enrollment
from training.people.tables import Person
from training.reminders.actions.sending import send_due
from training.reminders.jobs import KEEPER, deliver, plan_ahead
from training.reminders.rules.facts import Why
from training.schedule.actions import move_meetings


async def due_scene(works: Works, clock: FrozenClock, *numbers: int) -> Scene:
    """The day-before reminders are planned and due now."""
    scene = await enrolled_scene(works, *numbers)
    clock.move(days=12)
    await plan_ahead(works)
    clock.move(days=1)
    return scene


async def test_a_reminder_and_its_message_are_written_together(works: Works, clock: FrozenClock) -> None:
    scene = await due_scene(works, clock)
    assert await deliver(works) == 1
    (row,) = await execute("SELECT * FROM reminder WHERE state = 'sent'")
    (message,) = await execute("SELECT * FROM message WHERE kind = 'reminder-upcoming'")
    assert str(row["message_id"]) == str(message["id"])
    assert str(message["subject_id"]) == str(row["subject_id"])
    assert message["topic"] == f"enrollment:{row['subject_id']}"
    assert str(message["program_id"]) == str(scene.program_id)
    assert message["recipient"] == "northern-line-0@example.org"
    assert await deliver(works) == 0


@pytest.mark.parametrize(
    ("sql", "state", "why"),
    [
        (
            "UPDATE person SET disabled_at = created_at WHERE email LIKE 'northern-line-0@%'",
            "skipped",
            Why.DISABLED,
        ),
        ("UPDATE enrollment SET state = 'cancelled'", "dropped", Why.LEFT),
        ("UPDATE session SET state = 'cancelled'", "dropped", Why.CANCELLED),
        ("UPDATE session SET state = 'draft'", "dropped", Why.NOT_SHOWN),
        ("UPDATE membership SET contact_email = 'no address'", "skipped", Why.UNREACHABLE),
    ],
)
async def test_nothing_goes_to_whom_it_does_not_concern_any_more(
    works: Works, clock: FrozenClock, sql: str, state: str, why: Why
) -> None:
    """Changed behind the back of every event."""
    await due_scene(works, clock)
    await execute(sql)
    assert await deliver(works) == 0
    assert [(row.plan_key, row.reason) for row in await reminders(state) if row.plan_key == "day-before"] == [
        ("day-before", why)
    ]
    assert await letters() == []


async def test_who_chose_so_gets_none(works: Works, clock: FrozenClock) -> None:
    scene = await due_scene(works, clock)
    sql = "INSERT INTO mail_choice (id, person_id, sort, off_at) VALUES ({}, {}, 'reminders', {})"
    await execute(sql, scene.session_id, scene.people[0], clock.now)
    assert await deliver(works) == 0
    assert [row.reason for row in await reminders("skipped") if row.plan_key == "day-before"] == [Why.CHOSE_NOT]


async def test_moved_between_plan_and_sending(works: Works, clock: FrozenClock) -> None:
    scene = await due_scene(works, clock)
    await works.run(scene.manager, move_meetings, scene.session_id, [one_day_later(scene)])
    assert await tick(works) == 0
    clock.move(days=1, hours=1)
    assert await tick(works) == 1


async def test_a_new_start_that_no_event_told_of_drops_it(works: Works, clock: FrozenClock) -> None:
    await due_scene(works, clock)
    later = clock.now + timedelta(days=30)
    await execute("UPDATE meeting SET starts_at = {}, ends_at = {}", later, later + timedelta(hours=2))
    assert await deliver(works) == 0
    assert [row.reason for row in await reminders("dropped") if row.plan_key == "day-before"] == [Why.MOVED]


@pytest.mark.parametrize(
    ("hours_late", "sent", "why"),
    [(3, ["day-before"], None), (11.9, ["day-before"], None), (13, [], Why.TOO_LATE), (30, [], Why.TOO_LATE)],
)
async def test_after_a_standstill_a_stated_limit_decides(
    works: Works, clock: FrozenClock, hours_late: float, sent: list[str], why: Why | None
) -> None:
    await due_scene(works, clock)
    clock.move(hours=hours_late)
    await tick(works)
    assert await keys("sent") == sent
    assert [row.reason for row in await reminders("skipped") if row.plan_key == "day-before"] == ([why] if why else [])


async def test_restarted_across_the_instant_it_goes_out_once(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works)
    clock.move(days=12, hours=23, minutes=59)
    await tick(works)
    clock.move(minutes=2)
    assert [await tick(works), await tick(works)] == [1, 0]


async def test_who_enrolls_late_gets_only_what_still_makes_sense(works: Works, clock: FrozenClock) -> None:
    scene = await enrolled_scene(works)
    clock.move(days=13, hours=3)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    await tick(works)
    assert [row.plan_key for row in await reminders() if row.person_id == scene.people[1]] == [
        "day-before",
        "hour-before",
    ]
    assert [row.state for row in await reminders() if row.person_id == scene.people[1]] == ["sent", "planned"]
    clock.move(hours=20, minutes=30)
    await works.run(scene.coordinator, book_places, order(scene, 2))
    await tick(works)
    assert [row.plan_key for row in await reminders("sent") if row.person_id == scene.people[2]] == ["hour-before"]


async def test_two_workers_at_once_send_each_once(works: Works, clock: FrozenClock) -> None:
    await due_scene(works, clock, 0, 1, 2, 3, 4)
    await asyncio.gather(*(works.run(KEEPER, send_due, most=2) for _ in range(6)))
    while await deliver(works):
        pass
    assert await keys("sent") == ["day-before"] * 5
    assert len({letter.recipient for letter in await letters()}) == len(await letters()) == 5


async def test_two_workers_plan_the_same_once(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, 0, 1, 2)
    clock.move(days=12, hours=12)
    await asyncio.gather(*(plan_ahead(works) for _ in range(4)))
    assert await keys("planned") == ["day-before"] * 3 + ["hour-before"] * 3


async def test_quiet_hours_are_those_of_the_reader(works: Works, clock: FrozenClock) -> None:
    """The session begins at 09:00 UTC, which is 05:00 in New York: the hour before is the evening before there."""
    await enrolled_scene(works)
    await execute("UPDATE person SET zone = 'America/New_York', quiet_from = '21:00', quiet_until = '08:00'")
    clock.move(days=12, hours=6)
    await plan_ahead(works)
    assert [(row.plan_key, row.due_at.isoformat()) for row in await reminders("planned")] == [
        ("day-before", "2026-05-17T12:00:00+00:00"),
        ("hour-before", "2026-05-18T00:45:00+00:00"),
    ]


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        ("Europe/Berlin", "2026-10-25T09:00:00+00:00", "2026-10-24T08:00:00+00:00"),
        ("Europe/Berlin", "2026-03-29T08:00:00+00:00", "2026-03-28T09:00:00+00:00"),
        ("America/New_York", "2026-11-01T15:00:00+00:00", "2026-10-31T14:00:00+00:00"),
        ("America/New_York", "2026-03-08T14:00:00+00:00", "2026-03-07T15:00:00+00:00"),
    ],
)
async def test_days_on_which_clocks_change(works: Works, clock: FrozenClock, zone: str, start: str, due: str) -> None:
    begins = datetime.fromisoformat(start)
    clock.now = begins - timedelta(days=10)
    await enrolled_scene(works, starts_in=timedelta(days=10), zone=zone)
    sent = []
    while clock.now < begins:
        if await tick(works):
            sent.append(clock.now.astimezone(UTC).isoformat())
        clock.move(minutes=30)
    assert due in sent
    assert await keys("sent") == ["week-before", "day-before", "hour-before"]
    assert len(sent) == 3


JUMPS = (5, -5, 60, -60, 720, -720, 1440, -1440, 30, -30, 1, -1, 600, -600)


async def test_a_clock_that_jumps_fourteen_times(works: Works, clock: FrozenClock) -> None:
    await enrolled_scene(works, 0, 1)
    clock.move(days=11)
    for jump in JUMPS:
        clock.move(minutes=jump)
        await tick(works)
        clock.move(minutes=7)
        await tick(works)
    while clock.now < datetime(2026, 5, 18, 10, tzinfo=UTC):
        await tick(works)
        clock.move(minutes=20)
    assert sorted(await keys("sent")) == ["day-before"] * 2 + ["hour-before"] * 2
    assert {(row.plan_key, row.reason) for row in await reminders() if row.state != "sent"} == {
        ("week-before", Why.TOO_LATE)
    }
    assert len(await letters()) == 4


@pytest.mark.parametrize("jump", JUMPS)
async def test_a_jump_across_the_instant(works: Works, clock: FrozenClock, jump: int) -> None:
    """The clock jumps just when the reminder of the hour before is due, and back an hour of ticks later."""
    await enrolled_scene(works)
    clock.move(days=13, hours=22, minutes=58)
    await tick(works)
    clock.move(minutes=jump)
    for _ in range(4):
        await tick(works)
        clock.move(minutes=1)
    clock.move(minutes=-jump)
    for _ in range(60):
        await tick(works)
        clock.move(minutes=1)
    assert [row.state for row in await reminders() if row.plan_key == "hour-before"] == ["sent"]
    assert len(await letters()) == len(await keys("sent"))


async def test_trainers_waiting_people_and_coordinators(works: Works, clock: FrozenClock) -> None:
    closes = clock.now + timedelta(days=10)
    scene = await enrolled_scene(works, 0, 1, capacity_in_person=1, booking_closes_at=closes)
    await teach(works, scene, scene.people[7])
    await execute(
        "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at) VALUES ({}, {}, 'coordinator', {}, {})",
        scene.session_id,
        scene.coordinator.person_id,
        scene.partner_id,
        clock.now,
    )
    for _ in range(15 * 24):
        await tick(works)
        clock.move(hours=1)
    kinds = [(letter.kind, letter.recipient.partition("@")[0]) for letter in await letters()]
    assert sorted(kinds) == [
        ("briefing", "northern-line-7"),
        ("reminder-coordinating", "cora"),
        ("reminder-upcoming", "northern-line-0"),
        ("reminder-upcoming", "northern-line-0"),
        ("reminder-upcoming", "northern-line-0"),
        ("reminder-waiting", "northern-line-1"),
    ]


async def crowd(work: Work, scene: Scene, first: int, count: int) -> None:
    """So many people more with places, written directly."""
    booking_id = work.new_id()
    work.add(Booking, id=booking_id, code=f"C{first}", session_id=scene.session_id, booked_by=None, created_at=work.now)
    for number in range(first, first + count):
        person_id = work.new_id()
        email = f"crowd-{number}@example.org"
        work.add(Person, id=person_id, email=email, name="Crowd", quiet_from="", quiet_until="", created_at=work.now)
        work.add(
            Enrollment,
            id=work.new_id(),
            booking_id=booking_id,
            session_id=scene.session_id,
            person_id=person_id,
            mode="in_person",
            arrival=number,
            state_at=work.now,
            created_at=work.now,
        )


async def test_three_workers_send_hundreds_without_one_twice_or_lost(works: Works, clock: FrozenClock) -> None:
    """While two of them also plan, as workers do that were started together."""
    scene = await make_scene(works, zone="UTC")
    await works.run(KEEPER, crowd, scene, 0, 400)
    clock.move(days=12, hours=12)
    await asyncio.gather(plan_ahead(works), plan_ahead(works), plan_ahead(works))
    clock.move(hours=12)
    messages = await asyncio.gather(deliver(works), tick(works), tick(works))
    assert sum(messages) == 400
    assert await keys("sent") == ["day-before"] * 400
    assert len({letter.recipient for letter in await letters()}) == len(await letters()) == 400


async def test_the_number_of_statements_does_not_grow_with_people(works: Works, clock: FrozenClock) -> None:
    counted = {}
    for size in (10, 10_000):
        clock.now = datetime(2026, 5, 4, 9, tzinfo=UTC)
        scene = await make_scene(works, tag=f"-{size}", zone="UTC")
        for first in range(0, size, 2_000):
            await works.run(KEEPER, crowd, scene, size + first, min(2_000, size))
        clock.move(days=13)
        with watch_statements() as planning:
            await plan_ahead(works)
        with watch_statements() as sending:
            sent = await works.run(KEEPER, send_due)
        assert sent.messages == min(size, 100)
        reads = [text for text in planning if text.lstrip().startswith(("SELECT", "WITH"))]
        counted[size] = len(reads), len([text for text in sending if "SAVEPOINT" not in text])
        await execute("UPDATE session SET state = 'cancelled'")
        await plan_ahead(works)
    assert counted[10] == counted[10_000]
    assert counted[10][1] <= 20
