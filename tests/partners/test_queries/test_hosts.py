"""Partners by many folded names at once."""

from tests.partners.made import STAFF, make_partner, make_program
from training.base.work import Works
from training.partners.actions import join_program
from training.partners.queries.hosts import list_hosts, list_taken_slugs


async def test_hosts_are_found_with_their_participation_in_this_program_only(works: Works) -> None:
    here, elsewhere = await make_program(works, "Here"), await make_program(works, "Elsewhere")
    partner, other = await make_partner(works, "Alliance A"), await make_partner(works, "Alliance B")
    joined = await works.run(STAFF, join_program, partner.id, here.id)
    await works.run(STAFF, join_program, other.id, elsewhere.id)
    found = {host.folded_name: host for host in await list_hosts(here.id, ["alliance a", "alliance b", "nobody"])}
    assert sorted(found) == ["alliance a", "alliance b"]
    assert found["alliance a"].participation_id == joined.id
    assert found["alliance b"].participation_id is None
    assert await list_hosts(here.id, []) == []


async def test_taken_slugs_are_told_exactly(works: Works) -> None:
    await make_partner(works, "Alliance A")
    assert await list_taken_slugs(["alliance-a", "alliance", "alliance-b"]) == {"alliance-a"}
