"""How many people a showing reaches is how many see it when they look."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.crowd import Crowd, make_crowd, seen
from tests.materials.made import MACHINE, again, grant, published
from tests.materials.prepared import prepare
from training.attendance.tables import Overall
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.materials.actions.editing import withdraw
from training.materials.queries.editing import get_scope
from training.materials.queries.reach import Known, Reach, count_reached, find_known
from training.materials.queries.showing import list_materials
from training.materials.rules.showing import Audience, Opens, Showing, Why
from training.materials.tables import MaterialPlacement


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
    # Who teaches it sees it on the page of the course all the same.
    assert (found.people, found.trainers, found.sessions) == (3, 3, 0)


async def test_two_statements(works: Works, clock: FrozenClock) -> None:
    day = await full_day(works, clock)
    for whose in ({"course_id": day.scene.course_id}, {"session_id": day.session_id}):
        scope = await get_scope(day.manager, **whose)
        with watch_statements() as seen:
            await count_reached(scope, Showing(opens=Opens.START), works.clock())
        assert len(seen) == 2


PLACEMENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "as the course says": ({}, {}),
    "left out of one": ({"hidden": True}, {}),
    "left out of both": ({"hidden": True}, {"hidden": True}),
    "another audience": ({"audience": "trainers"}, {"audience": "everyone"}),
    "another time": ({"opens": "start"}, {"opens": "attended"}),
    "both": ({"audience": "partners", "opens": "attended"}, {"hidden": True}),
    "a meeting that is not there": ({"opens": "start", "meeting_number": 7}, {}),
    "kept at a version": ({"pinned": True}, {"pinned": True}),
}
SHOWINGS = [
    Showing(audience=audience, opens=opens, offset_minutes=60 if opens is Opens.BEFORE else 0)
    for audience in Audience
    for opens in Opens
]


async def placed(works: Works, crowd: Crowd, material_id: UUID, said: tuple[dict[str, Any], dict[str, Any]]) -> None:
    """What the first and the second session say of a material."""

    async def write(work: Work) -> None:
        (version,) = await execute("SELECT id FROM material_version WHERE material_id = {}", material_id)
        for session_id, one in zip((crowd.day.session_id, crowd.second_id), said, strict=True):
            values = {name: value for name, value in one.items() if name != "pinned"}
            pinned = {"pinned_id": version["id"]} if "pinned" in one else {}
            ids = {"id": work.new_id(), "session_id": session_id, "material_id": material_id}
            work.add(MaterialPlacement, **ids, **pinned, **values)

    await works.run(MACHINE, write)


CROWDS = pytest.mark.parametrize(
    ("audience", "stopped"),
    [(audience, stopped) for audience in ("participating", "public", "invited") for stopped in (False, True)],
)


@CROWDS
async def test_what_a_course_says_counts_whom_the_gate_lets_in(
    works: Works, clock: FrozenClock, audience: str, stopped: bool
) -> None:
    crowd = await make_crowd(works, clock, audience, stopped=stopped)
    scene, materials = crowd.day.scene, dict[UUID, tuple[str, Showing]]()
    for name, said in PLACEMENTS.items():
        for showing in SHOWINGS:
            values = {key: getattr(showing, key) for key in Showing.__struct_fields__}
            key = await prepare(works, scene, of_course=True, **values)
            await placed(works, crowd, key, said)
            materials[key] = (name, showing)
    scope = await get_scope(crowd.day.manager, course_id=scene.course_id)
    for hours in (-3, 0, 3, 24 * 32):
        clock.now += timedelta(hours=hours)
        let_in = await seen(crowd, works, (crowd.day.session_id, crowd.second_id), scene.course_id)
        for key, about in materials.items():
            counted = await count_reached(scope, about[1], works.clock(), material_id=key)
            # Of what is open to anybody, those are counted of whom we know.
            if not counted.anybody:
                assert counted.now == len(let_in.get(key, ())), (about, hours)
            assert counted.now <= counted.people, (about, hours)
        clock.now -= timedelta(hours=hours)


@CROWDS
async def test_what_a_session_says_counts_whom_the_gate_lets_in(
    works: Works, clock: FrozenClock, audience: str, stopped: bool
) -> None:
    crowd = await make_crowd(works, clock, audience, stopped=stopped)
    scene, session_id = crowd.day.scene, crowd.day.session_id
    values = [{key: getattr(showing, key) for key in Showing.__struct_fields__} for showing in SHOWINGS]
    materials = {await prepare(works, scene, **each): showing for each, showing in zip(values, SHOWINGS, strict=True)}
    scope = await get_scope(crowd.day.manager, session_id=session_id)
    promised = {key: (await count_reached(scope, showing, works.clock())).people for key, showing in materials.items()}
    for hours in (-3, 0, 3, 24 * 32):
        clock.now += timedelta(hours=hours)
        let_in = await seen(crowd, works, (session_id,))
        for key, showing in materials.items():
            counted = await count_reached(scope, showing, works.clock(), material_id=key)
            if not counted.anybody:
                assert counted.now == len(let_in.get(key, ())), (showing, hours)
            if hours == 3 and showing.opens is not Opens.ATTENDED:
                assert counted.now == promised[key], showing
            hidden = await count_reached(scope, showing, works.clock(), hidden=True)
            assert (hidden.now, hidden.people, hidden.trainers, hidden.anybody) == (0, 0, 0, False)
        clock.now -= timedelta(hours=hours)


async def test_what_is_withdrawn_or_not_of_the_place_is_known(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True)
    course, session = {"course_id": day.scene.course_id}, {"session_id": day.session_id}
    of_course, of_session = await get_scope(day.manager, **course), await get_scope(day.manager, **session)
    first = works.clock()
    clock.move(hours=1)
    await again(works, day, material.id)
    assert await find_known(of_course, material.id) == Known(id=material.id, published_at=first)
    assert await find_known(of_session, material.id) is None
    await works.run(day.manager, withdraw, material.id)
    known = await find_known(of_course, material.id)
    assert known is not None
    assert known.withdrawn_at == works.clock()


async def test_who_is_recorded_as_absent_is_not_promised_what_they_do_not_get(works: Works, clock: FrozenClock) -> None:
    crowd = await make_crowd(works, clock)
    course = await get_scope(crowd.day.manager, course_id=crowd.day.scene.course_id)
    session = await get_scope(crowd.day.manager, session_id=crowd.day.session_id)
    there = Showing(opens=Opens.ATTENDED)
    # One is excused, one not there; before the end nobody knows how it will be in the end.
    assert (await count_reached(session, there, works.clock())).enrolled == 5
    clock.move(hours=3)
    found = await count_reached(session, there, works.clock())
    assert (found.people, found.now, found.trainers, found.enrolled, found.absent) == (6, 5, 3, 3, 2)
    # In the course, who was not there was at the other session, and one who waits here was, too.
    found = await count_reached(course, there, works.clock())
    assert (found.people, found.now, found.trainers, found.enrolled) == (8, 7, 3, 5)
