"""Open places go back by hand and by rule, once each, and the next in line has them in the same transaction."""

import asyncio
import random
from uuid import UUID

import pytest

from tests.booking.asked import order
from tests.booking.made import Scene
from tests.booking.nameless import Tally, mailed, member, newcomer, place, take_open, tally, with_open
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound, Stale, TrainingError
from training.base.work import Work, Works
from training.booking.actions import book_places, cancel_enrollment, undo_booking
from training.booking.actions.giving_up import release_overdue, release_place, remind_of_names
from training.booking.actions.naming import name_place
from training.booking.actions.naming_links import make_naming_link
from training.booking.jobs import KEEPER, ask_for_names
from training.booking.queries import list_enrollments
from training.booking.queries.open_places import list_open_places
from training.booking.rules.open_places import OpenPlaceOver
from training.schedule.actions import cancel_session


async def test_given_back_by_hand(works: Works) -> None:
    scene, (first, second, third) = await with_open(works, 3)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    released = await works.run(scene.coordinator, release_place, first, reason="Nobody can", expected_version=1)
    assert (len(released.promoted), released.version) == (1, 2)
    assert await tally(scene) == Tally(taken=3, enrolled=1, open=2, waiting=0)
    found = await place(scene, first)
    assert (found.state, found.mode, found.state_reason) == ("released", "", "Given back by Cora. Nobody can")
    assert await mailed("open-released") == []
    with pytest.raises(OpenPlaceOver):
        await works.run(scene.coordinator, release_place, first)
    with pytest.raises(Stale):
        await works.run(scene.coordinator, release_place, second, expected_version=9)
    with pytest.raises(NotFound):
        await works.run(scene.other_coordinator, release_place, second)
    await works.run(scene.manager, release_place, third)
    assert await mailed("open-released") == ["cora@example.org"]


async def test_without_a_name_in_time_they_go_back_and_the_next_moves_up(works: Works, clock: FrozenClock) -> None:
    scene, (first, _) = await with_open(works, 2, 0)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, 2, other=True))
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    clock.move(days=10, hours=23, minutes=59, seconds=59)
    await ask_for_names(works)
    assert (await tally(scene)).open == 2
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    clock.move(seconds=1)
    assert await ask_for_names(works) == 2
    assert await tally(scene) == Tally(taken=3, enrolled=3, open=0, waiting=1)
    assert (await place(scene, first)).state_reason == "Had no name in time."
    assert await mailed("open-released") == ["cora@example.org"]
    assert await mailed("naming-over") == ["ana@example.org"]
    assert await mailed("promoted") == ["harbour-0@example.org", "harbour-1@example.org"]
    assert await ask_for_names(works) == 0


async def test_reminders_come_once_each(works: Works, clock: FrozenClock) -> None:
    """The session is in 14 days and asks for names 3 days before: reminders on days 4, 8 and 10."""
    scene, (first, second) = await with_open(works, 2)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    said = []
    for day in range(11):
        await ask_for_names(works)
        await ask_for_names(works)
        said.append((day, len(await mailed("open-due")), await mailed("naming")))
        await execute("UPDATE message SET state = 'sent', sent_at = created_at")
        clock.move(days=1)
    assert [each for each in said if each[1]] == [(day, 1, ["ana@example.org"]) for day in (4, 8, 10)]
    found = await place(scene, second)
    assert (found.chases, found.version) == (3, 1)
    assert await ask_for_names(works) == 2
    assert (await tally(scene)).taken == 0


async def test_nobody_is_reminded_of_what_has_a_name_or_was_just_booked(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(scene.coordinator, name_place, first, member(scene, 0))
    clock.move(days=3, hours=12)
    await take_open(works, scene, 1)
    clock.move(hours=13)
    assert await ask_for_names(works) == 0
    assert await mailed("open-due") == []
    clock.move(days=4)
    assert await ask_for_names(works) == 1


async def test_all_who_coordinate_are_told_when_the_booker_has_left(works: Works, clock: FrozenClock) -> None:
    scene, _ = await with_open(works, 1)
    await execute(
        "UPDATE role_grant SET person_id = {} WHERE person_id = {}", scene.people[3], scene.coordinator.person_id
    )
    clock.move(days=4)
    await ask_for_names(works)
    assert await mailed("open-due") == ["northern-line-3@example.org"]


async def test_all_who_coordinate_are_told_when_a_program_booked(works: Works, clock: FrozenClock) -> None:
    """A partner's API token books for the partner, and nobody in person."""
    scene, _ = await with_open(works, 1)
    await execute("UPDATE booking SET booked_by = NULL")
    clock.move(days=4)
    assert await ask_for_names(works) == 1
    assert await mailed("open-due") == ["cora@example.org"]
    assert (await tally(scene)).open == 1


async def test_the_deadline_moves_with_the_session(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    clock.move(days=10, hours=12)
    assert await ask_for_names(works) == 1
    later = "UPDATE session SET starts_at = {}, ends_at = {} WHERE id = {}"
    found = await place(scene, first)
    assert found.starts_at is not None
    start = found.starts_at.replace(month=6)
    await execute(later, start, start, scene.session_id)
    clock.move(days=1)
    assert await ask_for_names(works) == 0
    assert (await place(scene, first)).chases == 0
    clock.now = (await place(scene, first)).until
    assert await ask_for_names(works) == 1


async def test_a_clock_that_jumps_back_and_forth_reminds_once(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    clock.move(days=4, minutes=6)
    assert await ask_for_names(works) == 1
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    for jump in ({"days": -1}, {"days": 1, "minutes": 14}):
        clock.move(**jump)
        assert await ask_for_names(works) == 0
    assert (await mailed("open-due"), await mailed("naming")) == ([], [])


async def test_without_a_date_a_place_is_not_immortal(works: Works, clock: FrozenClock) -> None:
    scene, _ = await with_open(works, 1)
    await execute("UPDATE session SET starts_at = NULL, ends_at = NULL WHERE id = {}", scene.session_id)
    await execute("UPDATE participation SET ended_at = {}", clock.now)
    clock.move(days=179)
    await ask_for_names(works)
    assert (await tally(scene)).open == 1
    clock.move(days=1)
    await ask_for_names(works)
    assert (await tally(scene)).open == 0


async def test_two_workers_have_one_effect(works: Works, clock: FrozenClock) -> None:
    scene, _ = await with_open(works, 2)
    clock.move(days=4)
    await asyncio.gather(*(ask_for_names(works) for _ in range(4)))
    assert len(await mailed("open-due")) == 1
    clock.move(days=7)
    done = await asyncio.gather(*(ask_for_names(works) for _ in range(4)))
    assert sum(done) == 2
    assert await tally(scene) == Tally(taken=0, enrolled=0, open=0, waiting=0)
    events = await execute("SELECT id FROM journal_entry WHERE event = 'OpenPlaceReleased'")
    assert len(events) == 2


class _KilledError(Exception):
    pass


async def test_a_crash_in_between_leaves_nothing_or_everything(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, 1, 2, other=True))
    booking_id = (await place(scene, first)).booking_id
    clock.move(days=10, hours=12)

    async def killed(work: Work, action: object) -> None:
        await action(work, scene.session_id, booking_id)  # type: ignore[operator]
        await work.flush()
        raise _KilledError

    for action in (remind_of_names, release_overdue):
        with pytest.raises(_KilledError):
            await works.run(KEEPER, killed, action)
    assert await mailed("open-due") == []
    assert await tally(scene) == Tally(taken=3, enrolled=2, open=1, waiting=1)
    await ask_for_names(works)
    clock.move(hours=12)
    with pytest.raises(_KilledError):
        await works.run(KEEPER, killed, release_overdue)
    assert (await tally(scene)).open == 1
    await ask_for_names(works)
    assert await tally(scene) == Tally(taken=3, enrolled=3, open=0, waiting=0)
    assert len(await mailed("open-released")) == 1


async def test_a_cancelled_session_ends_them_and_says_so(works: Works) -> None:
    scene, (first, _) = await with_open(works, 2)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    await works.run(scene.manager, cancel_session, scene.session_id, "The trainer is ill.")
    assert await tally(scene) == Tally(taken=0, enrolled=0, open=0, waiting=0)
    assert await mailed("open-released") == ["cora@example.org"]
    assert await mailed("naming-over") == ["ana@example.org"]
    assert (await place(scene, first)).state_reason == "The trainer is ill."


async def _anything(works: Works, scene: Scene, chance: random.Random, clock: FrozenClock, number: int) -> None:
    """One random step of those that places without names go through."""
    places = await list_open_places(scene.manager, "session", scene.session_id)
    people = await list_enrollments(scene.manager, scene.session_id)
    step = chance.choice(("book", "book", "wait", "name", "name", "new", "release", "cancel", "undo", "time"))
    one: UUID | None = chance.choice(places).id if places else None
    if step == "book":
        await take_open(works, scene, chance.randint(1, 3))
    elif step == "wait":
        await works.run(scene.coordinator, book_places, order(scene, chance.randrange(8), chance.randrange(8)))
    elif step == "name" and one:
        await works.run(scene.coordinator, name_place, one, member(scene, chance.randrange(8)))
    elif step == "new" and one:
        await works.run(scene.manager, name_place, one, newcomer("New", f"new{number}@example.org"))
    elif step == "release" and one:
        await works.run(scene.coordinator, release_place, one)
    elif step == "cancel" and people:
        await works.run(scene.manager, cancel_enrollment, chance.choice(people).id)
    elif step == "undo" and places:
        await works.run(scene.coordinator, undo_booking, chance.choice(places).booking_id)
    elif step == "time":
        clock.move(hours=chance.choice((1, 12, 30)))
        await ask_for_names(works)


@pytest.mark.parametrize("seed", range(6))
async def test_counters_are_what_is_kept_whatever_happens(works: Works, clock: FrozenClock, seed: int) -> None:
    chance = random.Random(seed)
    scene, _ = await with_open(
        works, 1, mode="hybrid", capacity_in_person=3, capacity_online=3, overtaking=bool(seed % 2)
    )
    done = 0
    for number in range(40):
        try:
            await _anything(works, scene, chance, clock, number)
            done += 1
        except TrainingError:
            pass
        counted = await tally(scene)
        assert counted.taken <= 6
    assert done > 10
