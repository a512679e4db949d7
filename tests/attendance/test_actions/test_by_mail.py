"""Closing by the link: what two presses at once and two ways at once come to."""

import asyncio

import pytest

from tests.attendance.test_actions.test_absences import taught
from tests.conftest import FrozenClock
from training.attendance.actions.by_mail import close_by_mail
from training.attendance.rules.rosters import NotAllRecorded, RosterClosedAlready
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Works


async def test_of_two_presses_one_closes(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    pressed = (works.run(trainer, close_by_mail, meeting, shown=ids, present=some) for some in (ids, ids[:1]))
    done = await asyncio.gather(*pressed, return_exceptions=True)
    assert sum(isinstance(one, RosterClosedAlready) for one in done) == 1
    assert sum(isinstance(one, tuple) for one in done) == 1
    rows = await execute("SELECT COUNT(*) AS n FROM journal_entry WHERE event = 'RosterClosed'")
    assert int(rows[0]["n"]) == 1


async def test_what_was_not_shown_keeps_it_open_and_nothing_is_kept(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    with pytest.raises(NotAllRecorded):
        await works.run(trainer, close_by_mail, scene.meeting_ids[0], shown=ids[:1], present=ids[:1])
    assert await execute("SELECT id FROM mark") == []
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, close_by_mail, scene.meeting_ids[0], shown=ids, present=ids)
