"""Many partners at once, found or added by name."""

import pytest

from tests.partners.made import MISSING, NOBODY, STAFF, make_partner, make_program, manager_of
from training.base.database import execute, fetch, watch_statements
from training.base.errors import Invalid, NotFound
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Works
from training.partners.actions import join_program, leave_program
from training.partners.actions.hosts import Host, ensure_hosts
from training.partners.rules import ConsentNeeded


class Row(Frozen, frozen=True, kw_only=True):
    name: str
    slug: str


async def _partners() -> list[Row]:
    return await fetch(Row, "SELECT name, slug FROM partner ORDER BY name")


async def test_hosts_are_added_once_and_take_part(works: Works) -> None:
    program = await make_program(works)
    names = ["GEOMAR (Kiel)", "geomar  kiel", "Stabi Hamburg"]
    made = await works.run(STAFF, ensure_hosts, program.id, names)
    assert sorted(made) == ["geomar kiel", "stabi hamburg"]
    assert [row.name for row in await _partners()] == ["GEOMAR (Kiel)", "Stabi Hamburg"]
    assert await works.run(STAFF, ensure_hosts, program.id, names) == made
    rows = await execute("SELECT event FROM journal_entry WHERE event LIKE 'Part%' ORDER BY event")
    assert [row["event"] for row in rows] == [
        "ParticipationStarted",
        "ParticipationStarted",
        "PartnerCreated",
        "PartnerCreated",
    ]


async def test_a_partner_that_is_there_is_found_by_any_spelling(works: Works) -> None:
    program = await make_program(works)
    partner = await make_partner(works, "King's College")
    made = await works.run(STAFF, ensure_hosts, program.id, ["KINGS COLLEGE"])
    assert made == {"kings college": Host(id=partner.id, left=False)}
    assert [row.name for row in await _partners()] == ["King's College"]


async def test_a_partner_that_left_the_program_is_not_let_in_again(works: Works) -> None:
    program = await make_program(works)
    partner = await make_partner(works)
    await works.run(STAFF, join_program, partner.id, program.id)
    await works.run(STAFF, leave_program, partner.id, program.id)
    made = await works.run(STAFF, ensure_hosts, program.id, [partner.name])
    assert made == {"alliance a": Host(id=partner.id, left=True)}
    assert (await execute("SELECT COUNT(*) AS n FROM participation WHERE ended_at IS NULL"))[0]["n"] == 0


async def test_names_that_give_the_same_slug_get_different_ones(works: Works) -> None:
    program = await make_program(works)
    await make_partner(works, "Santé")
    await works.run(STAFF, ensure_hosts, program.id, ["Sante", "Sânte", "東京大学", "京都大学"])
    slugs = {row.name: row.slug for row in await _partners()}
    assert len(set(slugs.values())) == 5
    assert slugs["東京大学"] == "partner"
    assert slugs["京都大学"].startswith("partner-")


async def test_the_number_of_statements_does_not_grow(works: Works) -> None:
    program = await make_program(works)
    counts = []
    for start, number in ((0, 1), (100, 60)):
        with watch_statements() as seen:
            await works.run(STAFF, ensure_hosts, program.id, [f"Host {n}" for n in range(start, start + number)])
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4


@pytest.mark.parametrize(
    "viewer", [NOBODY, Viewer(grants=frozenset({Grant(role="program_manager", scope_id=MISSING)}))]
)
async def test_only_a_manager_of_the_program_may(works: Works, viewer: Viewer) -> None:
    program = await make_program(works)
    with pytest.raises(NotFound):
        await works.run(viewer, ensure_hosts, program.id, ["Host"])
    assert await _partners() == []


async def test_a_manager_names_no_partner_that_never_took_part(works: Works) -> None:
    program, partner = await make_program(works), await make_partner(works)
    manager = manager_of(program.id)
    with pytest.raises(ConsentNeeded):
        await works.run(manager, ensure_hosts, program.id, ["New", partner.name])
    assert [row.name for row in await _partners()] == [partner.name]
    await works.run(STAFF, ensure_hosts, program.id, [partner.name])
    assert len(await works.run(manager, ensure_hosts, program.id, ["New", partner.name])) == 2


@pytest.mark.parametrize("name", ["...", "x" * 201, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 20])
async def test_a_name_that_cannot_be_used_is_refused(works: Works, name: str) -> None:
    program = await make_program(works)
    with pytest.raises(Invalid):
        await works.run(STAFF, ensure_hosts, program.id, [name])


async def test_nothing_asked_nothing_done(works: Works) -> None:
    program = await make_program(works)
    assert await works.run(STAFF, ensure_hosts, program.id, []) == {}
