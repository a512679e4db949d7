"""People of a partner: named by a booking, corrected, made coordinator, ended."""

import asyncio
from typing import Any

import pytest

from tests.partners.made import MISSING, STAFF, answer, as_now, make_coordinator, make_member, make_partner, make_person
from training.base.database import fetch, watch_statements
from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Works
from training.partners import actions, queries
from training.partners.rules import (
    ContactAddressTaken,
    InvitationUnknown,
    LastCoordinator,
    MembershipOver,
    MembershipState,
)
from training.people.rules import AddressUnusable


class Account(Frozen, frozen=True, kw_only=True):
    """An account as its owner knows it."""

    email: str
    name: str


async def accounts() -> list[Account]:
    return await fetch(Account, "SELECT email, name FROM person ORDER BY email")


async def test_strangers_become_members_not_asked_yet(works: Works) -> None:
    partner = await make_partner(works)
    people = [("Ada", "Ada@A.example"), ("Bob", "bob@a.example")]
    members = await works.run(STAFF, actions.ensure_members, partner.id, people)
    assert [(m.name, m.contact_email, m.state, m.asked) for m in members] == [
        ("Ada", "ada@a.example", MembershipState.INVITED, False),
        ("Bob", "bob@a.example", MembershipState.INVITED, False),
    ]
    assert members == [await queries.load_membership(member.id) for member in members]
    assert await works.run(STAFF, actions.ensure_members, partner.id, people) == members
    assert await fetch(Account, "SELECT recipient AS email, '' AS name FROM message") == []


async def test_an_account_that_was_there_makes_no_difference(works: Works) -> None:
    partner = await make_partner(works)
    await make_person(works, "known@x.example", "Secret Real Name")
    known, new = await works.run(
        STAFF, actions.ensure_members, partner.id, [("", "known@x.example"), ("", "new@x.example")]
    )
    assert (known.name, known.state, known.asked) == (new.name, new.state, new.asked)
    assert Account(email="known@x.example", name="Secret Real Name") in await accounts()
    assert Account(email="new@x.example", name="") in await accounts()


async def test_somebody_is_known_by_contact_address_then_by_sign_in_address(works: Works) -> None:
    partner = await make_partner(works)
    member, _ = await make_member(works, partner.id, "ada@home.example", name="Ada")
    edited = await works.run(STAFF, actions.edit_member, member.id, name="Ada L.", contact_email="ada@work.example")
    same = await works.run(
        STAFF, actions.ensure_members, partner.id, [("A", "ada@work.example"), ("B", "ada@home.example")]
    )
    assert same == [edited, edited]
    assert [account.email for account in await accounts()] == ["ada@home.example"]


async def test_the_same_person_twice_is_one_membership(works: Works) -> None:
    partner = await make_partner(works)
    twice = await works.run(
        STAFF, actions.ensure_members, partner.id, [("Ada", "ada@a.example"), ("Other", "ADA@a.example")]
    )
    assert (twice[0], twice[0].name) == (twice[1], "Ada")


async def test_somebody_who_left_is_named_again(works: Works) -> None:
    partner = await make_partner(works)
    member, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    await works.run(STAFF, actions.end_membership, member.id)
    back = (await works.run(STAFF, actions.ensure_members, partner.id, [("Ada B.", "ada@a.example")]))[0]
    assert (back.id, back.state, back.name) == (member.id, MembershipState.INVITED, "Ada B.")
    assert back == await queries.load_membership(member.id)


async def test_an_address_that_is_none_is_named_by_its_place(works: Works) -> None:
    partner = await make_partner(works)
    with pytest.raises(AddressUnusable) as caught:
        await works.run(STAFF, actions.ensure_members, partner.id, [("A", "a@a.example"), ("B", "nonsense")])
    assert set(caught.value.fields) == {"people[1].email"}
    assert await works.run(STAFF, actions.ensure_members, partner.id, []) == []


async def test_the_number_of_statements_does_not_depend_on_the_number_of_people(works: Works) -> None:
    partner = await make_partner(works)
    counts = set()
    for number in (1, 30):
        people = [(f"P {place}", f"p{place}-of-{number}@a.example") for place in range(number)]
        for _ in range(2):
            with watch_statements() as seen:
                await works.run(STAFF, actions.ensure_members, partner.id, people)
            counts.add((_, len(seen)))
    assert len(counts) == 2


async def test_two_bookings_that_name_the_same_stranger_at_once_name_one(works: Works) -> None:
    partner = await make_partner(works)
    results = await asyncio.gather(
        *(works.run(STAFF, actions.ensure_members, partner.id, [("Ada", "ada@a.example")]) for _ in range(3))
    )
    assert len({members[0].id for members in results}) == 1


async def test_a_contact_address_is_corrected_and_the_sign_in_address_stays(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    member, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    edited = await works.run(
        coordinator,
        actions.edit_member,
        member.id,
        name="Ada Lovelace",
        contact_email="Ada@Work.example",
        expected_version=member.version,
    )
    assert (edited.name, edited.contact_email, edited.version) == ("Ada Lovelace", "ada@work.example", 3)
    assert [account.email for account in await accounts()] == ["ada@a.example", "c@a.example"]
    with pytest.raises(ContactAddressTaken):
        await works.run(coordinator, actions.edit_member, member.id, name="Ada", contact_email="c@a.example")
    with pytest.raises(Invalid) as caught:
        await works.run(coordinator, actions.edit_member, member.id, name="Ada", contact_email="x")
    assert set(caught.value.fields) == {"contact_email"}


async def test_a_stale_edit_is_refused_without_telling_the_person_id(works: Works) -> None:
    partner = await make_partner(works)
    member, _ = await make_member(works, partner.id, "ada@a.example")
    with pytest.raises(Stale) as caught:
        await works.run(
            STAFF, actions.edit_member, member.id, name="A", contact_email="a@a.example", expected_version=1
        )
    assert caught.value.data["current"]["version"] == 2
    assert "person_id" not in caught.value.data["current"]


async def test_a_member_becomes_coordinator_and_stops_being_one(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    member, ada = await make_member(works, partner.id, "ada@a.example")
    raised = await works.run(coordinator, actions.set_coordinator, member.id, True, expected_version=2)
    assert raised == await queries.load_membership(member.id)
    assert Grant(role="coordinator", scope_id=partner.id) in (await as_now(ada)).grants
    assert await works.run(coordinator, actions.set_coordinator, member.id, True) == raised
    lowered = await works.run(coordinator, actions.set_coordinator, member.id, False)
    assert (lowered.coordinator, lowered.version) == (False, 4)
    assert (await as_now(ada)).grants == {Grant(role="member", scope_id=partner.id)}


async def test_an_invitation_can_be_raised_before_it_is_accepted(works: Works) -> None:
    partner = await make_partner(works)
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    raised = await works.run(STAFF, actions.set_coordinator, invited.id, True)
    assert raised == await queries.load_membership(invited.id)
    assert (raised.state, raised.coordinator) == (MembershipState.INVITED, True)


async def test_the_last_coordinator_stays_unless_staff_says_so(works: Works) -> None:
    partner = await make_partner(works)
    member, only = await make_member(works, partner.id, "c@a.example", coordinator=True)
    for verb, args in ((actions.set_coordinator, (False,)), (actions.end_membership, ())):
        assert (await answer(works, only, verb, member.id, *args))[0] == "LastCoordinator"
    assert not (await works.run(STAFF, actions.set_coordinator, member.id, False)).coordinator


async def test_two_coordinators_who_remove_each_other_at_once_leave_one(works: Works) -> None:
    partner = await make_partner(works)
    first, one = await make_member(works, partner.id, "one@a.example", coordinator=True)
    second, two = await make_member(works, partner.id, "two@a.example", coordinator=True)
    results = await asyncio.gather(
        works.run(one, actions.set_coordinator, second.id, False),
        works.run(two, actions.set_coordinator, first.id, False),
        return_exceptions=True,
    )
    assert sum(isinstance(result, LastCoordinator) for result in results) == 1


async def test_ending_takes_the_roles_at_once(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    member, ada = await make_member(works, partner.id, "ada@a.example", coordinator=True)
    ended = await works.run(coordinator, actions.end_membership, member.id, expected_version=2)
    assert (ended.state, ended.coordinator) == (MembershipState.ENDED, False)
    assert (await as_now(ada)).grants == frozenset()
    assert await works.run(coordinator, actions.end_membership, member.id) == ended
    for verb in (actions.edit_member, actions.set_coordinator):
        more = {"name": "", "contact_email": "x@a.example"} if verb is actions.edit_member else {"coordinator": True}
        assert (await answer(works, coordinator, verb, member.id, **more))[0] == MembershipOver.__name__


async def test_of_who_has_left_the_name_is_corrected_and_nothing_else(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    member, ada = await make_member(works, partner.id, "ada@a.example", name="Adah")
    ended = await works.run(coordinator, actions.end_membership, member.id)
    right: dict[str, Any] = {"name": "Ada", "contact_email": "ada@a.example", "coordinator": False}
    for wrong in ({"contact_email": "thief@a.example"}, {"coordinator": True}):
        refused = await answer(works, coordinator, actions.change_member, member.id, **{**right, **wrong})
        assert refused == (MembershipOver.__name__, MembershipOver().detail)
    again = await answer(works, coordinator, actions.repair_contact, member.id, "ada@a.example")
    assert again[0] == MembershipOver.__name__
    assert await queries.load_membership(member.id) == ended
    saved = await works.run(coordinator, actions.change_member, member.id, **right)
    assert saved == await queries.load_membership(member.id)
    assert (saved.name, saved.state, saved.version) == ("Ada", MembershipState.ENDED, ended.version + 1)
    assert (await as_now(ada)).grants == frozenset()


async def test_a_person_may_leave_by_themselves(works: Works) -> None:
    partner = await make_partner(works)
    member, ada = await make_member(works, partner.id, "ada@a.example")
    assert await answer(works, ada, actions.end_membership, member.id) == ("NotFound", NotFound().detail)
    eve = await make_person(works, "eve@b.example")
    refusals = {await answer(works, eve, actions.leave_partner, key) for key in (member.id, MISSING)}
    assert refusals == {("InvitationUnknown", InvitationUnknown().detail)}
    assert (await works.run(ada, actions.leave_partner, member.id)).state is MembershipState.ENDED


async def test_everything_about_a_member_is_changed_at_once_or_not_at_all(works: Works) -> None:
    partner = await make_partner(works)
    member, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    values: dict[str, Any] = {"name": "Ada L.", "contact_email": "ada@work.example", "coordinator": True}
    changed = await works.run(STAFF, actions.change_member, member.id, **values, expected_version=2)
    assert changed == await queries.load_membership(member.id)
    assert (changed.name, changed.coordinator) == ("Ada L.", True)
    only = await as_now(Viewer(person_id=member.person_id))
    wrong = {"name": "Nobody", "contact_email": "ada@work.example", "coordinator": False}
    assert (await answer(works, only, actions.change_member, member.id, **wrong))[0] == "LastCoordinator"
    assert await queries.load_membership(member.id) == changed


async def test_a_foreign_member_and_a_missing_one_answer_alike(works: Works) -> None:
    mine, foreign = await make_partner(works, "Mine"), await make_partner(works, "Foreign")
    coordinator = await make_coordinator(works, mine.id, "c@a.example")
    theirs, _ = await make_member(works, foreign.id, "bob@b.example")
    answers = {
        await answer(works, coordinator, actions.invite_member, k, email="x@x.example") for k in (foreign.id, MISSING)
    }
    for key in (theirs.id, MISSING):
        answers.add(await answer(works, coordinator, actions.end_membership, key))
        answers.add(await answer(works, coordinator, actions.set_coordinator, key, True))
        answers.add(await answer(works, coordinator, actions.edit_member, key, name="", contact_email="x@x.example"))
    assert answers == {("NotFound", NotFound().detail)}


async def test_whose_membership_begins_is_told(works: Works) -> None:
    partner = await make_partner(works)
    [ada] = await works.run(STAFF, actions.ensure_members, partner.id, [("Ada", "ada@a.example")])
    people = [("Ada", "ada@a.example"), ("Bob", "bob@a.example")]
    named = await works.run(STAFF, actions.name_members, partner.id, people)
    assert named.members[0] == ada
    assert named.fresh == {named.members[1].id}
    assert (await works.run(STAFF, actions.name_members, partner.id, people)).fresh == frozenset()
