"""Finding people: by a part of the name or address, for staff only."""

import pytest

from tests.booking.asked import bearer
from tests.desk.made import a_viewer, another_program, staff
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.desk.queries.people import list_holdings, search_people


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ada", ["Ada"]),
        ("ADA", ["Ada"]),
        ("élodie", ["Élodie"]),
        ("Élo", ["Élodie"]),
        ("a host", ["Ada", "Mona", "Sam", "Élodie"]),
        ("@host.example mona", ["Mona"]),
        ("%", []),
        ("_", []),
        ("!", []),
        ("nobody", []),
        ("", ["Mona", "Sam"]),
        ("   ", ["Mona", "Sam"]),
    ],
)
async def test_search(works: Works, text: str, found: list[str]) -> None:
    me, program_id = await staff(works), await another_program(works)
    await a_viewer(works, "Ada")
    await a_viewer(works, "Élodie")
    mona = await a_viewer(works, "Mona", "program_manager", program_id)
    for viewer in (me, mona):
        await bearer(works, viewer)
    assert [person.name for person in await search_people(me, text)] == found


async def test_only_staff_searches(works: Works) -> None:
    with pytest.raises(NotFound):
        await search_people(await a_viewer(works, "Mona", "program_manager", await another_program(works)), "a")


async def test_roles_with_their_places_in_one_statement(works: Works) -> None:
    me = await staff(works)
    mona = await a_viewer(works, "Mona", "program_manager", await another_program(works, "Harbour week"))
    for viewer in (me, mona):
        await bearer(works, viewer)
    assert me.person_id is not None
    assert mona.person_id is not None
    with watch_statements() as seen:
        holdings = await list_holdings([me.person_id, mona.person_id])
    assert len(seen) == 1
    assert [(each.role, each.scope_name) for each in holdings[mona.person_id]] == [("program_manager", "Harbour week")]
    assert [(each.role, each.scope_name) for each in holdings[me.person_id]] == [("staff", "")]
    assert await list_holdings([]) == {}
