"""Joining and leaving programs."""

import asyncio

from tests.conftest import FrozenClock
from tests.partners.made import MISSING, STAFF, answer, make_coordinator, make_partner, make_program, manager_of
from training.base.database import fetch
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Works
from training.partners import actions, queries


class Named(Frozen, frozen=True, kw_only=True):
    """The name of an event."""

    event: str


async def test_a_partner_joins_leaves_and_joins_again(works: Works, clock: FrozenClock) -> None:
    partner, program = await make_partner(works), await make_program(works)
    manager = manager_of(program.id)
    joined = await works.run(manager, actions.join_program, partner.id, program.id)
    assert await works.run(manager, actions.join_program, partner.id, program.id) == joined
    assert await queries.list_participants(manager, program.id) == [joined]
    assert await queries.list_participating([partner.id]) == {program.id}
    clock.move(days=1)
    left = await works.run(manager, actions.leave_program, partner.id, program.id)
    assert left.ended_at == clock.now
    assert await works.run(manager, actions.leave_program, partner.id, program.id) == left
    assert await queries.list_participating([partner.id]) == frozenset()
    assert await queries.list_participations(STAFF, partner.id) == []
    assert await queries.list_participations(STAFF, partner.id, ended=True) == [left]
    assert await works.run(manager, actions.join_program, partner.id, program.id) == joined
    rows = await fetch(Named, "SELECT event FROM journal_entry WHERE event LIKE 'Participation%' ORDER BY event")
    assert [row.event for row in rows] == ["ParticipationEnded", "ParticipationStarted", "ParticipationStarted"]


async def test_two_managers_who_add_a_partner_at_once_add_it_once(works: Works) -> None:
    partner, program = await make_partner(works), await make_program(works)
    both = await asyncio.gather(*(works.run(STAFF, actions.join_program, partner.id, program.id) for _ in range(2)))
    assert both[0] == both[1]


async def test_only_a_manager_of_the_program_decides(works: Works) -> None:
    partner, program = await make_partner(works), await make_program(works)
    await works.run(STAFF, actions.join_program, partner.id, program.id)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    answers = set()
    for viewer in (coordinator, manager_of(MISSING)):
        for key in (program.id, MISSING):
            answers.add(await answer(works, viewer, actions.join_program, partner.id, key))
            answers.add(await answer(works, viewer, actions.leave_program, partner.id, key))
    answers.add(await answer(works, manager_of(program.id), actions.join_program, MISSING, program.id))
    answers.add(await answer(works, manager_of(program.id), actions.leave_program, MISSING, program.id))
    assert answers == {("NotFound", NotFound().detail)}
