"""Joining and leaving programs."""

import asyncio
from uuid import UUID

from msgspec.structs import replace

from tests.conftest import FrozenClock
from tests.partners.made import MISSING, STAFF, answer, make_coordinator, make_partner, make_program, manager_of
from training.base.database import fetch
from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.partners import actions, queries


class Named(Frozen, frozen=True, kw_only=True):
    """The name of an event."""

    event: str


async def test_a_partner_joins_leaves_and_joins_again(works: Works, clock: FrozenClock) -> None:
    partner, program = await make_partner(works), await make_program(works)
    manager = manager_of(program.id)
    joined = await works.run(STAFF, actions.join_program, partner.id, program.id)
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
    assert (await answer(works, manager, actions.join_program, partner.id, program.id))[0] == "ConsentNeeded"
    assert await works.run(STAFF, actions.join_program, partner.id, program.id) == joined
    rows = await fetch(Named, "SELECT event FROM journal_entry WHERE event LIKE 'Participation%' ORDER BY event")
    assert [row.event for row in rows] == ["ParticipationEnded", "ParticipationStarted", "ParticipationStarted"]


async def test_two_managers_who_add_a_partner_at_once_add_it_once(works: Works) -> None:
    partner, program = await make_partner(works), await make_program(works)
    both = await asyncio.gather(*(works.run(STAFF, actions.join_program, partner.id, program.id) for _ in range(2)))
    assert both[0] == both[1]


async def test_a_manager_brings_no_partner_in_that_has_not_agreed(works: Works) -> None:
    partner, program = await make_partner(works), await make_program(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    manager = manager_of(program.id)
    assert (await answer(works, manager, actions.join_program, partner.id, program.id))[0] == "ConsentNeeded"
    assert (await answer(works, manager, queries_contacts, partner.id))[0] == "NotFound"
    assert await queries.list_participants(manager, program.id) == []
    both = replace(coordinator, grants=coordinator.grants | manager.grants)
    joined = await works.run(both, actions.join_program, partner.id, program.id)
    assert await queries.list_participants(manager, program.id) == [joined]


async def queries_contacts(work: Work, partner_id: UUID) -> object:
    """What the actor of this work is shown of a partner's contacts."""
    return await queries.list_contacts(work.actor, partner_id)


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
