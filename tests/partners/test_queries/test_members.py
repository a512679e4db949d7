"""Who sees a partner's people: its coordinators and staff, nobody else."""

import pytest

from tests.partners.made import (
    MISSING,
    NOBODY,
    STAFF,
    make_coordinator,
    make_member,
    make_partner,
    make_person,
    make_program,
    manager_of,
)
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.partners import actions, queries
from training.partners.rules import MembershipState


@pytest.mark.parametrize("number", [1, 30])
async def test_a_list_of_members_is_one_statement(works: Works, number: int) -> None:
    partner = await make_partner(works)
    people = [(f"P {place}", f"p{place}@a.example") for place in range(number)]
    await works.run(STAFF, actions.ensure_members, partner.id, people)
    with watch_statements() as seen:
        found = await queries.list_members(STAFF, partner.id)
    assert (len(seen), len(found.items)) == (1, number)


async def test_people_are_seen_by_their_coordinators_and_staff_only(works: Works) -> None:
    mine, foreign, program = await make_partner(works, "A"), await make_partner(works, "B"), await make_program(works)
    await works.run(STAFF, actions.join_program, mine.id, program.id)
    member, ada = await make_member(works, mine.id, "ada@a.example", name="Ada")
    coordinator = await make_coordinator(works, mine.id, "c@a.example")
    stranger = await make_coordinator(works, foreign.id, "c@b.example")
    for viewer in (NOBODY, ada, stranger, manager_of(program.id)):
        for key in (mine.id, MISSING):
            with pytest.raises(NotFound):
                await queries.list_members(viewer, key)
        for key in (member.id, MISSING):
            with pytest.raises(NotFound):
                await queries.get_member(viewer, key)
    for viewer in (coordinator, STAFF):
        assert {m.contact_email for m in (await queries.list_members(viewer, mine.id)).items} == {
            "ada@a.example",
            "c@a.example",
        }
        assert await queries.get_member(viewer, member.id) == member


async def test_two_partners_know_one_person_under_different_names(works: Works) -> None:
    first, second = await make_partner(works, "A"), await make_partner(works, "B")
    await make_member(works, first.id, "ada@x.example", name="Ada at A")
    at_second, _ = await make_member(works, second.id, "ada@x.example", name="Ada at B")
    await works.run(STAFF, actions.edit_member, at_second.id, name="Ada at B", contact_email="ada@b.example")
    seen = {}
    for partner in (first, second):
        coordinator = await make_coordinator(works, partner.id, f"c@{partner.slug}.example")
        people = (await queries.list_members(coordinator, partner.id)).items
        seen[partner.name] = {(m.name, m.contact_email) for m in people if m.name != "Cleo"}
    assert seen == {"A": {("Ada at A", "ada@x.example")}, "B": {("Ada at B", "ada@b.example")}}


async def test_those_who_left_are_listed_when_asked_for(works: Works) -> None:
    partner = await make_partner(works)
    member, _ = await make_member(works, partner.id, "ada@a.example")
    await works.run(STAFF, actions.end_membership, member.id)
    assert (await queries.list_members(STAFF, partner.id)).items == ()
    gone = (await queries.list_members(STAFF, partner.id, ended=True)).items
    assert [m.state for m in gone] == [MembershipState.ENDED]


async def test_pages_of_members_follow_each_other(works: Works) -> None:
    partner = await make_partner(works)
    people = [("", f"p{place}@a.example") for place in range(5)]
    await works.run(STAFF, actions.ensure_members, partner.id, people)
    first = await queries.list_members(STAFF, partner.id, limit=3)
    second = await queries.list_members(STAFF, partner.id, limit=3, cursor=first.next_cursor)
    assert {m.contact_email for m in (*first.items, *second.items)} == {email for _, email in people}


async def test_a_person_sees_where_they_belong_and_who_asks(works: Works) -> None:
    partner, other, third = [await make_partner(works, name) for name in ("A", "B", "C")]
    _, ada = await make_member(works, partner.id, "ada@x.example")
    invited = await works.run(STAFF, actions.invite_member, other.id, email="ada@x.example", coordinator=True)
    await works.run(STAFF, actions.ensure_members, third.id, [("Ada", "ada@x.example")])
    own = await queries.list_own_memberships(ada)
    assert [(o.partner_name, o.state, o.coordinator) for o in own] == [
        ("A", MembershipState.CONFIRMED, False),
        ("B", MembershipState.INVITED, True),
    ]
    assert own[1].id == invited.id
    assert await queries.list_own_memberships(NOBODY) == []
    assert await queries.list_own_memberships(await make_person(works, "eve@x.example")) == []


async def test_who_may_book_is_counted(works: Works) -> None:
    partner = await make_partner(works)
    assert not await queries.has_coordinator(partner.id)
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="a@a.example", coordinator=True)
    assert await queries.has_coordinator(partner.id)
    assert await queries.count_other_coordinators(partner.id, MISSING) == 0
    await works.run(Viewer(person_id=invited.person_id), actions.accept_membership, invited.id)
    assert await queries.count_other_coordinators(partner.id, MISSING) == 1
    assert await queries.count_other_coordinators(partner.id, invited.person_id) == 0
    assert await queries.find_membership(partner.id, invited.person_id) == await queries.load_membership(invited.id)
    assert await queries.find_membership(partner.id, MISSING) is None
