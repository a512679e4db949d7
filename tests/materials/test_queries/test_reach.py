"""How many people a showing reaches is how many see it when they look."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.made import MACHINE, grant, published
from training.attendance.tables import Overall
from training.base.database import execute, fetch, watch_statements
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.materials.queries.editing import get_scope
from training.materials.queries.reach import Reach, count_reached
from training.materials.queries.showing import list_materials
from training.materials.rules.showing import Audience, Opens, Showing, Why
from training.schedule.tables import SessionPartner


async def full_day(works: Works, clock: FrozenClock, **values: Any) -> Day:
    """Three enrolled, of whom one was there; three trainers; people of both partners, one of them enrolled as well;
    and two who wait."""
    day = await make_day(works, clock, people=3, **values)
    scene = day.scene
    for person_id in (scene.coordinator.person_id, scene.people[0], scene.people[5]):
        assert person_id is not None
        await grant(works, person_id, "member", scene.partner_id)
    assert scene.other_coordinator.person_id is not None
    await grant(works, scene.other_coordinator.person_id, "coordinator", scene.other_partner_id)

    async def attend(work: Work) -> None:
        key = day.enrollments[0]
        ids = {"id": key, "enrollment_id": key, "session_id": day.session_id}
        work.add(Overall, **ids, status="present", meetings=1, meetings_held=1, changed_at=work.now)

    await works.run(MACHINE, attend)
    return day


async def reached(day: Day, works: Works, showing: Showing, *, of_course: bool = False) -> Reach:
    whose = {"course_id": day.scene.course_id} if of_course else {"session_id": day.session_id}
    return await count_reached(await get_scope(day.manager, **whose), showing, works.clock())


async def grants_of(person_id: UUID) -> frozenset[Grant]:
    rows = await fetch(Grant, "SELECT role, scope_id FROM role_grant WHERE person_id = {}", person_id)
    return frozenset(rows)


async def looked(day: Day, works: Works, material_id: UUID) -> int:
    """How many of all the people there are see it when they look."""
    seen = 0
    for row in await execute("SELECT id FROM person"):
        person_id = UUID(str(row["id"]))
        if person_id == day.manager.person_id:
            continue
        viewer = Viewer(person_id=person_id, grants=await grants_of(person_id))
        try:
            found = await list_materials(viewer, day.session_id, works.clock())
        except NotFound:
            continue
        seen += material_id in {one.id for one in found.items}
    return seen


@pytest.mark.parametrize("session_audience", ["participating", "invited"])
@pytest.mark.parametrize("audience", Audience)
async def test_what_is_counted_is_who_sees_it(
    works: Works, clock: FrozenClock, audience: Audience, session_audience: str
) -> None:
    day = await full_day(works, clock)
    await execute("UPDATE session SET audience = {} WHERE id = {}", session_audience, day.session_id)
    if session_audience == "invited":

        async def invite(work: Work) -> None:
            ids = {"session_id": day.session_id, "partner_id": day.scene.partner_id}
            work.add(SessionPartner, id=work.new_id(), **ids)

        await works.run(MACHINE, invite)
    for opens in Opens:
        showing = Showing(audience=audience, opens=opens, offset_minutes=60 if opens is Opens.BEFORE else 0)
        values = {name: getattr(showing, name) for name in Showing.__struct_fields__}
        material = await published(works, day, **values)
        for hours in (-3, 0, 3):
            clock.now += timedelta(hours=hours)
            counted = (await reached(day, works, showing)).now
            assert counted == await looked(day, works, material.id), (opens, hours)
            clock.now -= timedelta(hours=hours)


async def test_a_sentence_has_its_numbers(works: Works, clock: FrozenClock) -> None:
    day = await full_day(works, clock)
    session = (await list_materials(day.manager, day.session_id, works.clock())).session
    later = Showing(audience=Audience.ENROLLED, opens=Opens.AFTER)
    assert await reached(day, works, later) == Reach(
        showing=later,
        people=6,
        now=3,
        trainers=3,
        enrolled=3,
        from_at=session.ends_at,
        why=Why.LATER,
        zone="Europe/Dublin",
        sessions=1,
    )
    there = Showing(opens=Opens.ATTENDED)
    clock.move(hours=3)
    found = await reached(day, works, there)
    assert (found.people, found.now, found.absent) == (6, 4, 0)

    async def missed(work: Work) -> None:
        key = day.enrollments[1]
        ids = {"id": key, "enrollment_id": key, "session_id": day.session_id}
        work.add(Overall, **ids, status="excused", changed_at=work.now)

    await works.run(MACHINE, missed)
    assert (await reached(day, works, there)).absent == 1
    wide = await reached(day, works, Showing(audience=Audience.PARTNERS))
    # Two more of the first partner, and the other partner's coordinator.
    assert (wide.people, wide.now, wide.anybody) == (9, 9, False)
    await execute("UPDATE session SET audience = 'public' WHERE id = {}", day.session_id)
    assert (await reached(day, works, Showing(audience=Audience.EVERYONE))).anybody
    assert not (await reached(day, works, Showing(audience=Audience.EVERYONE, opens=Opens.ATTENDED))).anybody


async def test_a_draft_reaches_nobody_but_who_teaches_yet(works: Works, clock: FrozenClock) -> None:
    day = await full_day(works, clock)
    await execute("UPDATE session SET state = 'draft' WHERE id = {}", day.session_id)
    found = await reached(day, works, Showing(audience=Audience.ENROLLED))
    assert (found.people, found.now, found.why, found.sessions) == (6, 3, Why.NOT_HELD, 0)
    assert not found.cancelled
    await execute("UPDATE session SET state = 'cancelled' WHERE id = {}", day.session_id)
    assert (await reached(day, works, Showing())).cancelled


async def test_where_a_course_has_no_such_meeting_nobody_sees_it(works: Works, clock: FrozenClock) -> None:
    day = await full_day(works, clock)
    for audience in (Audience.ENROLLED, Audience.PARTNERS, Audience.EVERYONE):
        showing = Showing(audience=audience, opens=Opens.START, meeting_number=7)
        found = await reached(day, works, showing, of_course=True)
        # Those who teach see everything.
        assert (found.people, found.enrolled, found.sessions, found.lacking, found.anybody) == (3, 0, 1, 1, False)
    first = Showing(audience=Audience.ENROLLED, opens=Opens.START, meeting_number=1)
    assert (await reached(day, works, first, of_course=True)).people == 6
    always = Showing(audience=Audience.ENROLLED, meeting_number=7)
    assert (await reached(day, works, always, of_course=True)).lacking == 0


async def test_disabled_accounts_are_not_counted(works: Works, clock: FrozenClock) -> None:
    day = await full_day(works, clock)
    await execute("UPDATE person SET disabled_at = {} WHERE id = {}", works.clock(), day.scene.people[1])
    assert (await reached(day, works, Showing())).people == 5


async def test_a_course_reaches_all_its_sessions(works: Works, clock: FrozenClock) -> None:
    day = await full_day(works, clock)
    found = await reached(day, works, Showing(), of_course=True)
    assert (found.people, found.now, found.sessions, found.anybody, found.why) == (6, 6, 1, False, Why.SEEN)
    found = await reached(day, works, Showing(opens=Opens.AFTER), of_course=True)
    assert (found.people, found.now, found.from_at, found.why) == (6, 3, None, Why.NO_DATE)
    found = await reached(day, works, Showing(audience=Audience.EVERYONE), of_course=True)
    assert (found.people, found.anybody) == (9, True)
    found = await reached(day, works, Showing(audience=Audience.PARTNERS, opens=Opens.AFTER), of_course=True)
    assert (found.people, found.now) == (9, 3)
    clock.move(hours=3)
    found = await reached(day, works, Showing(opens=Opens.ATTENDED), of_course=True)
    assert (found.people, found.now) == (6, 4)
    await execute("UPDATE session SET state = 'cancelled' WHERE id = {}", day.session_id)
    found = await reached(day, works, Showing(), of_course=True)
    assert (found.people, found.sessions) == (0, 0)


async def test_two_statements(works: Works, clock: FrozenClock) -> None:
    day = await full_day(works, clock)
    for whose in ({"course_id": day.scene.course_id}, {"session_id": day.session_id}):
        scope = await get_scope(day.manager, **whose)
        with watch_statements() as seen:
            await count_reached(scope, Showing(opens=Opens.START), works.clock())
        assert len(seen) == 2
