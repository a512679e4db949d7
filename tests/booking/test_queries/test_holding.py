"""Whoever is judged is held meanwhile: two units of work, one half way, the other begun (a race on PostgreSQL only)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.booking.asked import one, order, outcomes
from tests.booking.made import Scene, make_scene
from tests.booking.nameless import member
from training.base.database import execute
from training.base.errors import SignInRequired
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import (
    Substitute,
    Target,
    Wanted,
    book_places,
    cancel_enrollment,
    move_over,
    replace_person,
    undo_cancellation,
)
from training.booking.actions.confirm import Choice, take_part
from training.booking.actions.naming import name_place
from training.booking.queries.holding import hold_enrolled, hold_members, hold_person, list_meetings_holding
from training.booking.rules import NobodyBooked
from training.partners.actions import end_membership
from training.people.actions import disable_person

MACHINE = Viewer.machine("test")
Second = Callable[[], Awaitable[Any]]


async def one_after_the_other(
    works: Works, viewer: Viewer, first: Callable[[Work], Awaitable[Any]], then: Second
) -> Any:
    """Do the first up to its commit, begin the second, then let both end; returns what the second came to.

    On SQLite the second begins after the first: a unit of work is alone there.
    """
    written, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(work: Work) -> None:
        await first(work)
        await work.flush()
        written.set()
        await go_on.wait()

    slow = asyncio.create_task(works.run(viewer, slowly))
    await written.wait()
    quick = asyncio.ensure_future(then())
    await asyncio.wait([quick], timeout=0.3)
    go_on.set()
    await slow
    return (await asyncio.gather(quick, return_exceptions=True))[0]


async def two_at_once(works: Works) -> tuple[Scene, Scene]:
    """Two sessions at the same time, both open to the first partner."""
    here, there = await make_scene(works), await make_scene(works, tag=" Two", audience="public")
    sql = "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}"
    await execute(sql, here.course_id, here.program_id, there.session_id)
    return here, there


async def places_of(person_id: UUID) -> int:
    sql = "SELECT count(*) AS n FROM enrollment WHERE person_id = {} AND state = 'enrolled'"
    return await one(sql, person_id)


async def test_two_bookings_at_once_give_one_place(works: Works) -> None:
    here, there = await two_at_once(works)
    elsewhere = replace(order(here, 0, 1), session_id=there.session_id, people=order(here, 1, 0).people)
    refused = await one_after_the_other(
        works,
        here.coordinator,
        lambda work: book_places(work, order(here, 0, 1)),
        lambda: works.run(here.coordinator, book_places, elsewhere),
    )
    assert isinstance(refused, NobodyBooked)
    assert [await places_of(person) for person in here.people[:2]] == [1, 1]


@pytest.mark.parametrize("how", ["name", "replace", "move", "self"])
async def test_whichever_way_they_come_in(works: Works, how: str) -> None:
    """Somebody is being booked for the one session and comes into the other by another way."""
    here, there = await two_at_once(works)
    both = replace(order(here, 1), session_id=there.session_id)
    taken = (await works.run(here.coordinator, book_places, both)).verdicts[0].enrollment_id
    assert taken is not None
    await execute("UPDATE session SET self_enrollment = {}, audience = 'public'", True)
    person = Wanted(membership_id=here.members[0])
    then: Second
    if how == "name":
        nameless = replace(both, people=(), open_places=1)
        await works.run(here.coordinator, book_places, nameless)
        place = (await execute("SELECT id FROM open_place"))[0]["id"]
        then = lambda: works.run(here.coordinator, name_place, UUID(str(place)), member(here, 0))  # noqa: E731
    elif how == "replace":
        then = lambda: works.run(here.coordinator, replace_person, taken, Substitute(person=person))  # noqa: E731
    elif how == "self":
        ana = Viewer(person_id=here.people[0], name="Ana")
        then = lambda: works.run(ana, take_part, there.session_id, Choice())  # noqa: E731
    else:
        later = await make_scene(works, tag=" Three", audience="public", starts_in=timedelta(days=90))
        await execute("UPDATE session SET course_id = {} WHERE id = {}", here.course_id, later.session_id)
        waits = await works.run(here.coordinator, book_places, replace(order(here, 0), session_id=later.session_id))
        moving = waits.verdicts[0].enrollment_id
        assert moving is not None
        then = lambda: works.run(here.coordinator, move_over, moving, Target(session_id=there.session_id))  # noqa: E731
    before = await places_of(here.people[0])
    refused = await one_after_the_other(works, here.coordinator, lambda work: book_places(work, order(here, 0)), then)
    assert isinstance(refused, Exception)
    assert await places_of(here.people[0]) == before + 1


async def waited_and_gone(works: Works) -> tuple[Scene, UUID]:
    """Somebody who waited and cancelled."""
    scene = await make_scene(works, capacity_in_person=1)
    booked = await works.run(scene.coordinator, book_places, order(scene, 1, 0))
    assert outcomes(booked) == ["enrolled", "waitlisted"]
    spot = booked.verdicts[1].enrollment_id
    assert spot is not None
    await works.run(scene.coordinator, cancel_enrollment, spot)
    return scene, spot


async def end(works: Works, scene: Scene, how: str) -> None:
    if how == "disable":
        await works.run(Viewer.machine("cli"), disable_person, scene.people[0])
    else:
        await works.run(scene.coordinator, end_membership, scene.members[0])


@pytest.mark.parametrize("how", ["disable", "leave"])
async def test_nobody_waits_who_left_or_was_switched_off_meanwhile(works: Works, how: str) -> None:
    scene, spot = await waited_and_gone(works)
    await one_after_the_other(
        works,
        scene.coordinator,
        lambda work: undo_cancellation(work, spot),
        lambda: end(works, scene, how),
    )
    assert await one("SELECT count(*) AS n FROM enrollment WHERE state = 'waitlisted'") == 0
    assert await one("SELECT waiting AS n FROM session") == 0


@pytest.mark.parametrize("how", ["disable", "leave"])
async def test_nobody_is_booked_who_left_or_was_switched_off_meanwhile(works: Works, how: str) -> None:
    scene, _ = await waited_and_gone(works)
    await one_after_the_other(
        works,
        scene.coordinator,
        lambda work: book_places(work, order(scene, 0)),
        lambda: end(works, scene, how),
    )
    assert await one("SELECT count(*) AS n FROM enrollment WHERE state = 'waitlisted'") == 0


async def test_whoever_is_switched_off_takes_no_part(works: Works) -> None:
    """Their page was asked for before that."""
    scene = await make_scene(works, audience="public", self_enrollment=True)
    await works.run(Viewer.machine("cli"), disable_person, scene.people[0])
    with pytest.raises(SignInRequired):
        await works.run(Viewer(person_id=scene.people[0]), take_part, scene.session_id, Choice())


async def test_whom_they_hold(works: Works) -> None:
    scene = await make_scene(works)
    mine = (scene.partner_id, scene.members[:2])

    async def hold(work: Work) -> None:
        await hold_members(*mine)
        await hold_members(scene.partner_id, [])
        assert [one.id for one in await list_meetings_holding(scene.session_id, *mine)] == list(scene.meeting_ids)
        assert [one.id for one in await list_meetings_holding(scene.session_id, scene.partner_id, [])]
        assert await hold_person(scene.people[0])
        assert not await hold_person(work.new_id())
        await hold_enrolled(scene.people[0], scene.partner_id, scene.members[0])
        await hold_enrolled(scene.people[0], None, None)

    await works.run(MACHINE, hold)
