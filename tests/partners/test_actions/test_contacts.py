"""Typed contacts: added, corrected, checked, removed."""

import pytest
from msgspec.structs import replace

from tests.conftest import FrozenClock
from tests.partners.made import MISSING, answer, make_coordinator, make_partner
from training.base.errors import Invalid, NotFound
from training.base.work import Works
from training.partners import actions, queries
from training.partners.rules import MOST_CONTACTS, ContactDetails, ContactKind, ContactsLimit

FAY = ContactDetails(kind=ContactKind.FUND, name="Fay", email="Fay@A.example", phone="+49 30 123")


async def test_a_contact_lives_from_added_to_removed(works: Works, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    contact = await works.run(coordinator, actions.add_contact, partner.id, FAY)
    assert (contact.email, contact.checked_at) == ("fay@a.example", clock.now)
    clock.move(days=100)
    checked = await works.run(coordinator, actions.check_contact, contact.id)
    assert checked == replace(contact, checked_at=clock.now)
    clock.move(days=1)
    edited = await works.run(coordinator, actions.edit_contact, contact.id, replace(FAY, kind=ContactKind.HUB))
    assert await queries.list_contacts(coordinator, partner.id) == [edited]
    assert (edited.kind, edited.checked_at) == (ContactKind.HUB, clock.now)
    await works.run(coordinator, actions.remove_contact, contact.id)
    assert await queries.list_contacts(coordinator, partner.id) == []


async def test_a_contact_needs_an_address_that_can_be_used(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    with pytest.raises(Invalid):
        await works.run(coordinator, actions.add_contact, partner.id, replace(FAY, email="fay at a"))


async def test_there_is_an_end_to_contacts(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    for _ in range(MOST_CONTACTS):
        await works.run(coordinator, actions.add_contact, partner.id, FAY)
    with pytest.raises(ContactsLimit):
        await works.run(coordinator, actions.add_contact, partner.id, FAY)


async def test_foreign_contacts_and_missing_ones_answer_alike(works: Works) -> None:
    mine, foreign = await make_partner(works, "Mine"), await make_partner(works, "Foreign")
    coordinator = await make_coordinator(works, mine.id, "c@a.example")
    theirs = await works.run(
        await make_coordinator(works, foreign.id, "c@b.example"), actions.add_contact, foreign.id, FAY
    )
    answers = {await answer(works, coordinator, actions.add_contact, key, FAY) for key in (foreign.id, MISSING)}
    for key in (theirs.id, MISSING):
        answers.add(await answer(works, coordinator, actions.edit_contact, key, FAY))
        answers.add(await answer(works, coordinator, actions.check_contact, key))
        answers.add(await answer(works, coordinator, actions.remove_contact, key))
    assert answers == {("NotFound", NotFound().detail)}
