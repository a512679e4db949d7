"""An enrollment and what somebody decided about it."""

import pytest

from tests.completion.judged import taught
from training.base.errors import NotFound
from training.base.work import Works
from training.completion.actions.excepting import end_exception, except_by_hand
from training.completion.queries.exceptions import get_excepted
from training.completion.rules.excepting import ExceptionValues


async def test_as_it_stands(works: Works) -> None:
    of = await taught(works)
    (ada,) = of.enrollments
    found = await get_excepted(of.scene.manager, ada)
    assert (found.name, found.completed, found.version) == ("Northern Line 0", None, 0)
    values = ExceptionValues(completed=False, reason="Left at once")
    await works.run(of.scene.manager, except_by_hand, ada, values)
    found = await get_excepted(of.scene.manager, ada)
    assert (found.completed, found.reason, found.decided_by, found.version) == (False, "Left at once", "Mona", 1)
    await works.run(of.scene.manager, end_exception, ada)
    found = await get_excepted(of.scene.manager, ada)
    assert (found.completed, found.reason, found.version) == (None, None, 2)
    for viewer, key in ((of.scene.coordinator, ada), (of.scene.manager, of.scene.session_id)):
        with pytest.raises(NotFound):
            await get_excepted(viewer, key)
