"""Tokens of a partner: they stand for it, whoever made them, and for no partner that there is not."""

import pytest

from tests.conftest import FrozenClock
from tests.partners.made import MISSING, STAFF, make_coordinator, make_partner
from training.base.errors import NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.partners.actions import edit_partner, make_partner_token
from training.partners.rules import PartnerDetails
from training.people.actions import revoke_role
from training.people.queries import find_token
from training.people.rules import Role, TokenOrder, TokenScope

ORDER = TokenOrder(label="CRM sync", scopes=frozenset({TokenScope.READ}))


async def test_a_token_stands_for_the_partner(works: Works, clock: FrozenClock) -> None:
    partner = await make_partner(works, "Alder House")
    cleo = await make_coordinator(works, partner.id, "cleo@a.example")
    made = await works.run(cleo, make_partner_token, partner.id, ORDER)
    await works.run(STAFF, edit_partner, partner.id, PartnerDetails(name="Alder Homes"), 1)
    found = await find_token(made.token, clock.now)
    assert found is not None
    assert found.viewer == Viewer(
        name="Alder Homes (CRM sync)",
        grants=frozenset({Grant(role="coordinator", scope_id=partner.id)}),
        token_id=made.id,
        limited_to=frozenset({"read"}),
    )
    assert found.owner_id == partner.id


async def test_it_goes_on_when_its_maker_leaves(works: Works, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    cleo = await make_coordinator(works, partner.id, "cleo@a.example")
    assert cleo.person_id is not None
    made = await works.run(cleo, make_partner_token, partner.id, ORDER)
    await works.run(STAFF, revoke_role, cleo.person_id, Role.COORDINATOR, partner.id)
    found = await find_token(made.token, clock.now)
    assert found is not None
    assert found.viewer.scopes("coordinator") == {partner.id}


async def test_no_token_for_a_foreign_partner_nor_for_none(works: Works) -> None:
    mine, other = await make_partner(works, "Alliance A"), await make_partner(works, "Brook")
    cleo = await make_coordinator(works, mine.id, "cleo@a.example")
    for viewer, partner_id in ((cleo, other.id), (cleo, MISSING), (STAFF, MISSING)):
        with pytest.raises(NotFound):
            await works.run(viewer, make_partner_token, partner_id, ORDER)
