"""Completion is found in order, and each thing that was broken on purpose is found."""

import pytest

from tests.completion.judged import attend, close, taught
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.work import Works
from training.cli.completions import COMPLETION_CHECKS, find_wrong_completions

PLANTED = {
    "completed without a time": ("completion", "UPDATE enrollment SET completed_at = NULL WHERE state = 'completed'"),
    "an end of nothing": (
        "completion",
        "UPDATE enrollment SET completed_at = created_at WHERE state = 'not completed'",
    ),
    "more than they did": ("completion", "UPDATE overall SET meetings = 1"),
    "a certificate that stayed": (
        "good certificates",
        "UPDATE enrollment SET state = 'not completed', completed_at = NULL WHERE state = 'completed'",
    ),
}


@pytest.mark.parametrize("what", PLANTED)
async def test_in_order_and_what_is_broken_is_found(works: Works, clock: FrozenClock, what: str) -> None:
    of = await taught(works, 2)
    clock.move(days=18)
    await attend(works, of, of.enrollments[0], 2)
    await attend(works, of, of.enrollments[1], 1)
    await close(works, of)
    assert await find_wrong_completions(clock()) == []
    check, sql = PLANTED[what]
    await execute(sql)
    found = await find_wrong_completions(clock())
    assert check in {one.check for one in found}
    assert {one.check for one in found} <= set(COMPLETION_CHECKS)
