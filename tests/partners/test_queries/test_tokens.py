"""Who reads the tokens of a partner."""

import pytest

from tests.partners.made import (
    MISSING,
    NOBODY,
    STAFF,
    make_coordinator,
    make_member,
    make_partner,
    make_program,
    manager_of,
)
from training.base.errors import NotFound
from training.base.work import Works
from training.partners.actions import make_partner_token
from training.partners.queries import list_tokens
from training.people.rules import TokenOrder, TokenScope

ORDER = TokenOrder(label="CRM sync", scopes=frozenset({TokenScope.READ}))


async def test_coordinators_and_staff_see_them_and_nobody_else(works: Works) -> None:
    mine, other = await make_partner(works, "Alliance A"), await make_partner(works, "Brook")
    cleo = await make_coordinator(works, mine.id, "cleo@a.example")
    bo = await make_coordinator(works, other.id, "bo@b.example")
    _, mia = await make_member(works, mine.id, "mia@a.example")
    made = await works.run(cleo, make_partner_token, mine.id, ORDER)
    for viewer in (cleo, STAFF):
        assert [(token.id, token.made_by) for token in await list_tokens(viewer, mine.id)] == [
            (made.id, "cleo@a.example")
        ]
    program = await make_program(works)
    for viewer in (bo, mia, manager_of(program.id), NOBODY):
        with pytest.raises(NotFound):
            await list_tokens(viewer, mine.id)
    assert await list_tokens(bo, other.id) == []
    with pytest.raises(NotFound):
        await list_tokens(STAFF, MISSING)
