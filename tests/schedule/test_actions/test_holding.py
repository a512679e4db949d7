"""How every verb begins."""

import pytest
from msgspec.structs import replace

from tests.schedule.made import MISSING, NOBODY, STAFF, a_course, a_program, a_session, manager_of
from training.base.errors import NotFound, Stale
from training.base.work import Works
from training.schedule.actions.holding import check_not_over, hold
from training.schedule.queries import lock_session
from training.schedule.rules.sessions import SessionOver, State


async def test_a_session_is_held_by_those_who_manage_it_and_saw_it_as_it_is(works: Works) -> None:
    program, other = await a_program(works), await a_program(works, "Other")
    key = await a_session(works, (await a_course(works, program)).id)
    for viewer in (STAFF, manager_of(program)):
        for version in (None, 1):
            assert (await works.run(viewer, hold, key, version)).id == key
    with pytest.raises(Stale):
        await works.run(STAFF, hold, key, 2)
    for viewer, wanted in ((NOBODY, key), (manager_of(other), key), (STAFF, MISSING)):
        with pytest.raises(NotFound):
            await works.run(viewer, hold, wanted, 7)


@pytest.mark.parametrize("state", State)
async def test_what_is_over_is_left_alone(works: Works, state: State) -> None:
    key = await a_session(works, (await a_course(works, await a_program(works))).id)
    session = replace(await lock_session(key), state=state)
    if state in (State.CLOSED, State.CANCELLED):
        with pytest.raises(SessionOver):
            check_not_over(session)
    else:
        check_not_over(session)
