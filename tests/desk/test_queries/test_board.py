"""What the board reads: own programs only, and never more statements for more sessions."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.desk.made import a_viewer, another_program, foreign_manager, staff
from tests.schedule.busied import busy
from tests.schedule.made import MACHINE, STAFF, WEEK_AFTER, a_course, a_program, a_room, a_session, manager_of
from training.base.database import watch_statements
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.desk.queries.board import BoardRows, load_board
from training.desk.rules.board import HORIZON
from training.schedule.actions import assign_trainer
from training.schedule.rules.values import Assignment, MeetingValues
from training.schedule.tables import Meeting, Session


async def load(clock: FrozenClock, viewer: Viewer, program_id: UUID | None = None) -> BoardRows:
    return await load_board(
        viewer,
        program_id,
        starts_before=clock.now + HORIZON,
        ends_after=clock.now,
    )


async def test_managers_see_their_own_programs(works: Works, clock: FrozenClock) -> None:
    scene, foreign, boss = await make_scene(works), await foreign_manager(works), await staff(works)
    seen = {
        viewer.name: [s.id for s in (await load(clock, viewer)).sessions] for viewer in (scene.manager, foreign, boss)
    }
    assert seen == {"Mona": [scene.session_id], "Fred": [], "Sam": [scene.session_id]}
    assert [m.id for m in (await load(clock, scene.manager)).sittings] == list(scene.meeting_ids)
    other = await another_program(works)
    assert (await load(clock, boss, program_id=other)).sessions == ()
    assert len((await load(clock, boss, program_id=scene.program_id)).sessions) == 1
    assert (await load(clock, foreign, program_id=scene.program_id)) == BoardRows(
        sessions=(), sittings=(), teaching=(), twice=()
    )


@pytest.mark.parametrize(("starts_in", "seen"), [(-1, 1), (27, 1), (29, 0), (-30, 0)])
async def test_the_window(works: Works, clock: FrozenClock, starts_in: int, seen: int) -> None:
    scene = await make_scene(works, starts_in=timedelta(hours=-1) if starts_in == -1 else timedelta(days=starts_in))
    assert len((await load(clock, scene.manager)).sessions) == seen


async def test_who_and_what_is_planned_twice(works: Works, clock: FrozenClock) -> None:
    mine, theirs = await a_program(works, "Mine"), await a_program(works, "Theirs")
    room_id = await a_room(works)
    trainer = (await a_viewer(works, "Tomasz")).person_id
    assert trainer is not None
    meeting = MeetingValues(local_start=WEEK_AFTER.local_start, local_end=WEEK_AFTER.local_end, room_id=room_id)
    ids = []
    for program_id, title in ((mine, "One"), (theirs, "Two")):
        course = await a_course(works, program_id)
        session_id = await a_session(works, course.id, meeting, publish=True, title=title)
        await works.run(STAFF, assign_trainer, session_id, Assignment(person_id=trainer), accept_warnings=True)
        ids.append(session_id)
    seen = await load(clock, manager_of(mine))
    assert sorted((t.session_id == ids[0], t.subject_name, t.other_title) for t in seen.twice) == [
        (True, "Blue room", ""),
        (True, "Tomasz", ""),
    ]
    assert [t.name for t in seen.teaching] == ["Tomasz"]
    both = await load(clock, manager_of(mine, theirs))
    assert {t.other_title for t in both.twice} == {"One", "Two"}


async def fill(works: Works, scene: Scene, count: int) -> None:
    """More sessions of the scene's program, each with a meeting."""

    async def add(work: Work) -> None:
        at = work.now + timedelta(days=3)
        for number in range(count):
            key = work.new_id()
            work.add(
                Session,
                id=key,
                program_id=scene.program_id,
                course_id=scene.course_id,
                title=f"Session {number}",
                state="published",
                capacity_in_person=10,
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                created_at=work.now,
            )
            work.add(
                Meeting,
                id=work.new_id(),
                session_id=key,
                local_start=at.replace(tzinfo=None),
                local_end=(at + timedelta(hours=1)).replace(tzinfo=None),
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                changed_at=work.now,
            )

    await works.run(MACHINE, add)


async def test_as_many_statements_for_500_sessions_as_for_10(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    counts = []
    for more in (9, 490):
        await fill(works, scene, more)
        with watch_statements() as seen:
            rows = await load(clock, scene.manager)
        counts.append((len(rows.sessions), len(rows.sittings), len(seen)))
    assert counts == [(10, 10, 4), (500, 500, 4)]


async def test_trainers_who_became_busy_by_their_own_calendars(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    tara = scene.people[5]
    await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=tara))
    (sitting,) = (await load(clock, scene.manager)).sittings
    end = sitting.ends_at
    await busy(works, tara, (sitting.starts_at, end), (end - timedelta(hours=1), end), (end, end + timedelta(hours=1)))
    (twice,) = (await load(clock, scene.manager)).twice
    assert (twice.subject_id, twice.meeting_id, twice.other_title, twice.own_calendar) == (tara, sitting.id, "", True)
    assert (await load(clock, await foreign_manager(works))).twice == ()
