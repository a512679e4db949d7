"""Whom mail does not reach: for those who may see the people of a partner, and nobody else."""

import pytest

from tests.conftest import FrozenClock
from tests.partners.made import NOBODY, STAFF, make_coordinator, make_member, make_partner
from tests.partners.missed import missed_by
from training.base.errors import NotFound
from training.base.work import Works
from training.partners import actions
from training.partners.queries import list_unreached


async def test_whose_mail_comes_back_is_listed_with_what_was_missed(works: Works, clock: FrozenClock) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    ada, _ = await make_member(works, partner.id, "ada@a.example", name="Ada")
    elsewhere, _ = await make_member(works, other.id, "ada@a.example", name="Another name")
    await missed_by(works, ada, 2)
    await missed_by(works, elsewhere)
    (found,) = await list_unreached(coordinator, partner.id)
    assert (found.membership_id, found.called, found.kind, found.missed) == (ada.id, "Ada", "hard", 2)
    assert (found.contact_email, found.last_at, found.version) == ("ada@a.example", clock.now, ada.version)
    assert [one.missed for one in await list_unreached(STAFF, other.id)] == [1]
    assert await list_unreached(STAFF, partner.id, elsewhere.id) == []


async def test_who_left_and_who_is_reached_again_is_not_listed(works: Works) -> None:
    partner = await make_partner(works)
    ada, _ = await make_member(works, partner.id, "ada@a.example")
    ben, _ = await make_member(works, partner.id, "ben@a.example")
    await missed_by(works, ada)
    await missed_by(works, ben, permanent=False)
    assert {one.kind for one in await list_unreached(STAFF, partner.id)} == {"hard", "soft"}
    await works.run(STAFF, actions.end_membership, ada.id)
    await works.run(STAFF, actions.repair_contact, ben.id, "ben@a.example")
    assert await list_unreached(STAFF, partner.id) == []


async def test_nobody_else_learns_of_it(works: Works) -> None:
    partner, other = await make_partner(works), await make_partner(works, "Other")
    foreign = await make_coordinator(works, other.id, "c@b.example")
    _, member = await make_member(works, partner.id, "ada@a.example")
    for viewer in (foreign, member, NOBODY):
        with pytest.raises(NotFound):
            await list_unreached(viewer, partner.id)
