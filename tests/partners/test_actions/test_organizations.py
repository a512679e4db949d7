"""Adding and changing partner organizations."""

import asyncio
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.partners.made import (
    MISSING,
    NOBODY,
    STAFF,
    answer,
    make_coordinator,
    make_partner,
    make_program,
    manager_of,
)
from training.base.errors import Conflict, Invalid, NotFound, Stale
from training.base.work import Works
from training.partners import actions, queries
from training.partners.rules import ParentImpossible, PartnerDetails, PartnerNameTaken

DETAILS = PartnerDetails(name="Alliance A", country="DE", website="https://a.example")


async def test_a_partner_is_kept_as_it_was_said(works: Works) -> None:
    made = await works.run(STAFF, actions.create_partner, DETAILS)
    assert await queries.get_partner(STAFF, made.id) == made
    assert await queries.get_partner(STAFF, "alliance-a") == made
    assert (made.version, made.parent_name) == (1, "")


@pytest.mark.parametrize("spelling", ["ALLIANCE a", " Alliance-A!", "Alliance\u00a0A"])
async def test_a_name_is_taken_in_every_spelling(works: Works, spelling: str) -> None:
    await make_partner(works)
    with pytest.raises(PartnerNameTaken):
        await works.run(STAFF, actions.create_partner, PartnerDetails(name=spelling))


async def test_names_that_share_a_slug_get_numbers(works: Works) -> None:
    slugs = [(await make_partner(works, name)).slug for name in ("Über", "Uber", "いのち", "こころ")]
    assert slugs == ["uber", "uber-2", "partner", "partner-2"]


async def test_of_two_who_add_the_same_name_at_once_one_wins(works: Works) -> None:
    results = await asyncio.gather(
        *(works.run(STAFF, actions.create_partner, PartnerDetails(name=name)) for name in ("Mind UK", "mind-uk")),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Partner", "PartnerNameTaken"]


async def test_a_program_manager_adds_partners_to_a_program_of_their_own(works: Works) -> None:
    mine, theirs = await make_program(works, "Mine"), await make_program(works, "Theirs")
    manager = manager_of(mine.id)
    with pytest.raises(Invalid) as caught:
        await works.run(manager, actions.create_partner, DETAILS)
    assert set(caught.value.fields) == {"program_id"}
    foreign = await answer(works, manager, actions.create_partner, DETAILS, theirs.id)
    assert foreign == await answer(works, manager, actions.create_partner, DETAILS, MISSING)
    partner = await works.run(manager, actions.create_partner, DETAILS, mine.id)
    assert [p.program_id for p in await queries.list_participations(manager, partner.id)] == [mine.id]


async def test_a_manager_names_no_parent(works: Works) -> None:
    program, parent = await make_program(works), await make_partner(works, "Parent")
    with pytest.raises(NotFound):
        await works.run(
            manager_of(program.id), actions.create_partner, replace(DETAILS, parent_id=parent.id), program.id
        )


async def test_nobody_else_adds_partners(works: Works) -> None:
    partner = await make_partner(works, "Mine")
    for viewer in (NOBODY, await make_coordinator(works, partner.id, "c@a.example")):
        assert (await answer(works, viewer, actions.create_partner, DETAILS))[0] == "NotFound"


async def test_a_coordinator_changes_their_own_partner_but_not_its_parent(works: Works) -> None:
    partner, parent = await make_partner(works), await make_partner(works, "Parent")
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    edited = await works.run(
        coordinator, actions.edit_partner, partner.id, replace(DETAILS, name="Alliance Anew"), expected_version=1
    )
    assert edited == await queries.get_partner(coordinator, partner.id)
    assert (edited.name, edited.slug, edited.version, edited.country) == ("Alliance Anew", "alliance-a", 2, "DE")
    with pytest.raises(ParentImpossible):
        await works.run(coordinator, actions.edit_partner, partner.id, replace(DETAILS, parent_id=parent.id))


async def test_a_new_spelling_of_the_own_name_is_no_conflict(works: Works) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    await works.run(STAFF, actions.edit_partner, partner.id, PartnerDetails(name="ALLIANCE A"))
    with pytest.raises(PartnerNameTaken):
        await works.run(STAFF, actions.edit_partner, other.id, PartnerDetails(name="alliance-a"))


async def test_a_stale_edit_shows_the_current_state(works: Works) -> None:
    partner = await make_partner(works)
    await works.run(STAFF, actions.edit_partner, partner.id, DETAILS, expected_version=1)
    with pytest.raises(Stale) as caught:
        await works.run(STAFF, actions.edit_partner, partner.id, DETAILS, expected_version=1)
    assert caught.value.data["current"]["version"] == 2


async def test_a_foreign_partner_and_a_missing_one_answer_alike(works: Works) -> None:
    mine, foreign = await make_partner(works, "Mine"), await make_partner(works, "Foreign")
    coordinator = await make_coordinator(works, mine.id, "c@a.example")
    answers = {await answer(works, coordinator, actions.edit_partner, key, DETAILS) for key in (foreign.id, MISSING)}
    assert answers == {("NotFound", NotFound().detail)}


async def test_staff_builds_families_of_three_levels(works: Works) -> None:
    top = await make_partner(works, "Top")
    chapter = await make_partner(works, "Chapter", top.id)
    local = await make_partner(works, "Local", chapter.id)
    assert (local.parent_name, (await queries.get_partner(STAFF, local.id)).parent_name) == ("Chapter", "Chapter")
    for child, parent in ((top.id, local.id), (top.id, MISSING)):
        with pytest.raises(ParentImpossible):
            await works.run(STAFF, actions.edit_partner, child, PartnerDetails(name="Top", parent_id=parent))
    with pytest.raises(ParentImpossible):
        await make_partner(works, "Too deep", local.id)
    freed = await works.run(STAFF, actions.edit_partner, chapter.id, PartnerDetails(name="Chapter"))
    assert (freed.parent_id, freed.parent_name) == (None, "")


async def test_no_circle_is_closed_by_several_at_once(works: Works) -> None:
    ids = [(await make_partner(works, name)).id for name in ("Aa", "Bb", "Cc")]

    async def put(child: int, parent: int) -> UUID | None:
        details = PartnerDetails(name=("Aa", "Bb", "Cc")[child], parent_id=ids[parent])
        return (await works.run(STAFF, actions.edit_partner, ids[child], details)).parent_id

    results = await asyncio.gather(put(0, 1), put(1, 2), put(2, 0), return_exceptions=True)
    assert sum(isinstance(result, ParentImpossible) for result in results) == 1
    assert not any(isinstance(result, Conflict) for result in results)
    assert len(await queries.list_parents()) == 2
