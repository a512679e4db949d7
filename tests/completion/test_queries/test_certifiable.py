"""Who of a session has a certificate, and who could have one."""

from uuid import uuid4

import pytest

from tests.completion.certified import completed
from tests.completion.test_pages.test_certificates import issued
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.completion.actions.certificates import revoke
from training.completion.queries.certifiable import get_certified_session, list_candidates, list_completed


async def test_those_who_completed_it_and_those_who_had(works: Works) -> None:
    made, _ = await issued(works, 3)
    key = made.enrollments
    await execute("UPDATE membership SET name = 'Zoë' WHERE id = {}", made.scene.members[0])
    await works.run(made.scene.manager, revoke, [key[1]], "Not there")
    await execute("UPDATE enrollment SET state = 'not completed' WHERE id = {}", key[1])
    found = {one.enrollment_id: one for one in await list_candidates(made.scene.session_id, "training")}
    assert {one: (found[one].completed, found[one].due, found[one].differs) for one in key} == {
        key[0]: (True, True, True),
        key[1]: (False, False, False),
        key[2]: (True, False, False),
    }
    assert await list_completed(made.scene.session_id) == [key[0], key[2]]
    assert await list_completed(made.scene.session_id, (key[2], uuid4())) == [key[2]]


async def test_as_many_statements_for_many(works: Works) -> None:
    seen = []
    for people in (1, 20):
        made = await completed(works, people, tag=f" {people}")
        with watch_statements() as statements:
            assert len(await list_candidates(made.scene.session_id, "training")) == people
        seen.append(len(statements))
    assert seen == [4, 4]


async def test_the_session_of_somebody_else(works: Works) -> None:
    made = await completed(works)
    assert (await get_certified_session(made.scene.manager, made.scene.session_id)).program_name == "Program"
    for viewer, key in ((made.scene.coordinator, made.scene.session_id), (made.scene.manager, uuid4())):
        with pytest.raises(NotFound):
            await get_certified_session(viewer, key)
