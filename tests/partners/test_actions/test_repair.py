"""A repaired contact address gets what was missed; the sign-in address is never touched."""

import pytest

from tests.partners.made import NOBODY, STAFF, make_coordinator, make_member, make_partner, manager_of
from tests.partners.missed import missed_by, sent_again
from training.base.database import execute
from training.base.errors import Invalid, NotFound, Stale
from training.base.work import Works
from training.outbox.queries import list_troubles
from training.partners import actions
from training.partners.queries import list_unreached, load_membership
from training.partners.rules import ContactAddressTaken, ContactAddressUnreached, MembershipOver
from training.people.queries import get_person


async def journal() -> list[str]:
    rows = await execute(
        "SELECT event FROM journal_entry WHERE event IN ('MemberEdited', 'ContactRepaired', 'MessageSentAgain')"
        " ORDER BY id"
    )
    return [str(row["event"]) for row in rows]


async def test_a_coordinator_repairs_an_address(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    await missed_by(works, ada, 2)
    done = await works.run(coordinator, actions.repair_contact, ada.id, "Ada@New.example", ada.version)
    assert (done.member.contact_email, done.member.name, done.again) == ("ada@new.example", "Ada", 2)
    assert await sent_again() == [("ada@new.example", "waiting")] * 2
    assert (await get_person(ada.person_id)).email == "ada@a.example"
    assert (await load_membership(ada.id)).version == ada.version + 1
    assert await list_unreached(STAFF, partner.id) == []
    assert sorted(await journal()) == ["ContactRepaired", "MemberEdited", "MessageSentAgain", "MessageSentAgain"]


async def test_the_same_address_may_work_again(works: Works) -> None:
    partner = await make_partner(works)
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    await missed_by(works, ada)
    done = await works.run(STAFF, actions.repair_contact, ada.id, "ada@a.example", ada.version)
    assert (done.again, done.member.version) == (1, ada.version)
    assert await list_unreached(STAFF, partner.id) == []
    assert await sent_again() == [("ada@a.example", "waiting")]


async def test_the_form_of_the_member_does_the_same(works: Works) -> None:
    partner = await make_partner(works)
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    await missed_by(works, ada)
    await works.run(STAFF, actions.edit_member, ada.id, name="Ada", contact_email="ada@new.example")
    assert await sent_again() == [("ada@new.example", "waiting")]


async def test_what_waits_goes_to_the_new_address(works: Works) -> None:
    partner = await make_partner(works)
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    (waits,) = await missed_by(works, ada)
    await execute("UPDATE message SET state = 'waiting' WHERE id = {}", waits)
    done = await works.run(STAFF, actions.repair_contact, ada.id, "ada@new.example", ada.version)
    assert (done.again, await sent_again()) == (0, [])
    (row,) = await execute("SELECT recipient, state FROM message WHERE id = {}", waits)
    assert (row["recipient"], row["state"]) == ("ada@new.example", "waiting")
    assert "ContactRepaired" in await journal()


async def test_nothing_of_another_partner_goes_to_an_address_that_this_one_gives(works: Works) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    elsewhere, _ = await make_member(works, other.id, "ada@a.example")
    await missed_by(works, elsewhere)
    done = await works.run(STAFF, actions.repair_contact, ada.id, "ada@new.example", ada.version)
    assert (done.again, await sent_again()) == (0, [])


async def test_who_may_not_finds_nothing(works: Works) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    foreign = await make_coordinator(works, other.id, "c@b.example")
    ada, herself = await make_member(works, partner.id, "ada@a.example")
    await missed_by(works, ada)
    for viewer in (foreign, herself, manager_of(partner.id), NOBODY):
        with pytest.raises(NotFound):
            await works.run(viewer, actions.repair_contact, ada.id, "eve@evil.example", ada.version)
    assert await sent_again() == []


async def test_what_cannot_be_repaired(works: Works) -> None:
    partner = await make_partner(works)
    await make_member(works, partner.id, "ben@a.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    for email, error in (("ben@a.example", ContactAddressTaken), ("nonsense", Invalid), ("a@x.invalid", Invalid)):
        with pytest.raises(error):
            await works.run(STAFF, actions.repair_contact, ada.id, email, ada.version)
    with pytest.raises(Stale):
        await works.run(STAFF, actions.repair_contact, ada.id, "ada@new.example", ada.version + 1)
    await works.run(STAFF, actions.end_membership, ada.id)
    with pytest.raises(MembershipOver):
        await works.run(STAFF, actions.repair_contact, ada.id, "ada@new.example")


async def test_nobody_clears_what_is_known_against_the_address_of_others(works: Works) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    foreign = await make_coordinator(works, other.id, "c@b.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    full, _ = await make_member(works, partner.id, "full@a.example")
    eve, _ = await make_member(works, other.id, "eve@b.example")
    await missed_by(works, ada)
    await missed_by(works, full, permanent=False)
    with pytest.raises(ContactAddressUnreached):
        await works.run(foreign, actions.repair_contact, eve.id, "ada@a.example", eve.version)
    with pytest.raises(ContactAddressUnreached):
        await works.run(foreign, actions.edit_member, eve.id, name="Eve", contact_email="ada@a.example")
    await works.run(foreign, actions.repair_contact, eve.id, "full@a.example", eve.version)
    known = await list_troubles(["ada@a.example", "full@a.example"])
    assert {address: str(each.kind) for address, each in known.items()} == {
        "ada@a.example": "hard",
        "full@a.example": "soft",
    }
