"""Who sees which partner takes part where."""

import pytest

from tests.partners.made import MISSING, NOBODY, STAFF, make_coordinator, make_partner, make_program, manager_of
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.partners import actions, queries


async def test_a_manager_sees_their_own_programs_only(works: Works) -> None:
    partner = await make_partner(works)
    programs = [await make_program(works, name) for name in ("First", "Second")]
    for program in programs:
        await works.run(STAFF, actions.join_program, partner.id, program.id)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    for viewer, names in (
        (STAFF, ["First", "Second"]),
        (coordinator, ["First", "Second"]),
        (manager_of(programs[0].id), ["First"]),
        (manager_of(MISSING), []),
    ):
        found = await queries.list_participations(viewer, partner.id)
        assert [participation.program_name for participation in found] == names
    assert await queries.is_participating_under(manager_of(programs[0].id), partner.id)
    assert not await queries.is_participating_under(manager_of(MISSING), partner.id)
    assert not await queries.is_participating_under(NOBODY, partner.id)
    other = await make_coordinator(works, (await make_partner(works, "B")).id, "c@b.example")
    for viewer in (NOBODY, other):
        for key in (partner.id, MISSING):
            with pytest.raises(NotFound):
                await queries.list_participations(viewer, key)


@pytest.mark.parametrize("number", [1, 30])
async def test_participants_are_one_statement_and_for_managers(works: Works, number: int) -> None:
    program = await make_program(works)
    partners = [await make_partner(works, f"P {place}") for place in range(number)]
    for partner in partners:
        await works.run(STAFF, actions.join_program, partner.id, program.id)
    with watch_statements() as seen:
        found = await queries.list_participants(manager_of(program.id), program.id)
        programs = await queries.list_participating(partner.id for partner in partners)
    assert (len(seen), len(found), programs) == (2, number, frozenset({program.id}))
    for key in (program.id, MISSING):
        with pytest.raises(NotFound):
            await queries.list_participants(manager_of(partners[0].id), key)
    assert await queries.list_participating([]) == frozenset()
