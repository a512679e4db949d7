"""Whom an order means: each person once, new ones told apart, and nobody made a member by looking."""

import pytest

from tests.booking.asked import one
from tests.booking.made import Scene, make_scene
from training.base.errors import NotFound
from training.base.work import Works
from training.booking.actions import Order, Wanted
from training.booking.actions.wanted import list_previewed, member_wanted, members_wanted

NIA = Wanted(name="Nia", email="Nia@example.org")


def wanting(scene: Scene, *people: Wanted) -> Order:
    return Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people)


async def test_newcomers_are_told_apart(works: Works) -> None:
    scene = await make_scene(works)
    known, typed = Wanted(membership_id=scene.members[0]), Wanted(name="", email="northern-line-1@example.org")
    ids, fresh = await works.run(scene.coordinator, members_wanted, wanting(scene, known, NIA, typed, NIA))
    assert (ids[0], ids[2], len(ids)) == (scene.members[0], scene.members[1], 3)
    assert fresh == {ids[1]}
    assert await works.run(scene.coordinator, members_wanted, wanting(scene, NIA)) == ([ids[1]], frozenset())
    assert await works.run(scene.coordinator, member_wanted, scene.partner_id, NIA) == (ids[1], False)
    assert await works.run(scene.coordinator, member_wanted, scene.partner_id, known) == (scene.members[0], False)
    _, new = await works.run(scene.coordinator, member_wanted, scene.partner_id, Wanted(name="", email="b@example.org"))
    assert new


async def test_looking_makes_nobody_a_member(works: Works) -> None:
    scene = await make_scene(works)
    before = await one("SELECT count(*) AS n FROM membership")
    found = await list_previewed(wanting(scene, Wanted(membership_id=scene.members[0]), NIA, NIA))
    assert [each.name for each in found] == ["Northern Line 0", "Nia"]
    with pytest.raises(NotFound):
        await list_previewed(wanting(scene, Wanted(membership_id=scene.other_members[0])))
    assert await one("SELECT count(*) AS n FROM membership") == before
