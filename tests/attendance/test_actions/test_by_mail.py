"""Closing by the link: what two presses at once and two ways at once come to."""

import asyncio

import pytest

from tests.attendance.test_actions.test_absences import mark, taught
from tests.conftest import FrozenClock
from training.attendance.actions.by_mail import OVERTAKEN, Tapped, close_by_mail
from training.attendance.rules.rosters import NotAllRecorded, RosterClosedAlready
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Works


async def test_of_two_presses_one_closes(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting = scene.meeting_ids[0]
    pressed = (
        works.run(trainer, close_by_mail, meeting, shown=dict.fromkeys(ids, 0), present=some) for some in (ids, ids[:1])
    )
    done = await asyncio.gather(*pressed, return_exceptions=True)
    assert sum(isinstance(one, RosterClosedAlready) for one in done) == 1
    assert sum(isinstance(one, Tapped) for one in done) == 1
    rows = await execute("SELECT COUNT(*) AS n FROM journal_entry WHERE event = 'RosterClosed'")
    assert int(rows[0]["n"]) == 1


async def test_what_was_not_shown_keeps_it_open_and_nothing_is_kept(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    with pytest.raises(NotAllRecorded):
        await works.run(trainer, close_by_mail, scene.meeting_ids[0], shown={ids[0]: 0}, present=ids[:1])
    assert await execute("SELECT id FROM mark") == []
    with pytest.raises(NotFound):
        await works.run(
            scene.coordinator, close_by_mail, scene.meeting_ids[0], shown=dict.fromkeys(ids, 0), present=ids
        )


async def test_what_a_colleague_marked_meanwhile_is_not_overwritten(works: Works, clock: FrozenClock) -> None:
    scene, trainer, ids = await taught(works, clock)
    meeting, shown = scene.meeting_ids[0], dict.fromkeys(ids, 0)
    await mark(works, scene.manager, meeting, ids[0], Status.EXCUSED, reason="ill, told me at the door")
    done = await works.run(trainer, close_by_mail, meeting, shown=shown, present=ids)
    assert len(done.overtaken) == 1
    rows = await execute("SELECT status, reason, way FROM mark ORDER BY enrollment_id")
    assert [(row["status"], row["reason"], row["way"]) for row in rows] == [
        ("excused", "ill, told me at the door", "roster"),
        ("present", "", "mail"),
    ]
    (lost,) = await execute("SELECT status, way, why FROM mark_change WHERE NOT taken")
    assert (lost["status"], lost["way"], lost["why"]) == ("present", "mail", OVERTAKEN)
    assert await execute("SELECT id FROM roster WHERE closed_at IS NOT NULL") == []
    # Having seen it, they may say otherwise.
    done = await works.run(trainer, close_by_mail, meeting, shown=dict.fromkeys(ids, 1), present=ids[1:])
    assert done.overtaken == ()
    assert len(await execute("SELECT id FROM roster WHERE closed_at IS NOT NULL")) == 1
