"""Every route, as every role, with every kind of id."""

import pytest

from tests.access.asking import Asking
from tests.access.facts import ROLES, Role
from tests.access.routes import ENTRIES
from tests.access.walk import walk


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
async def test_everything_is_answered_as_the_table_says(asking: Asking, role: Role) -> None:
    problems = await walk(asking, role, ENTRIES)
    assert not problems, "\n".join(problems)
