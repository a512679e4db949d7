"""Since when somebody does not teach a session any more, by the journal."""

from uuid import UUID

import pytest

from tests.attendance.made import let_teach, make_day
from tests.conftest import FrozenClock
from training.attendance.queries.stopped import find_stopped
from training.base.work import Works
from training.schedule.actions import withdraw_trainer
from training.schedule.rules.sessions import TrainerRole


@pytest.mark.parametrize("how", ["off", "shadow"])
async def test_taken_off_or_made_a_shadow(works: Works, clock: FrozenClock, how: str) -> None:
    day = await make_day(works, clock)
    lead = day.lead.person_id
    assert lead is not None
    assert await find_stopped(lead, day.meeting_id) is None
    await let_teach(works, day, day.lead)
    assert await find_stopped(lead, day.meeting_id) is None
    clock.move(minutes=5)
    if how == "off":
        await works.run(day.manager, withdraw_trainer, day.session_id, lead)
    else:
        await let_teach(works, day, day.lead, TrainerRole.SHADOW)
    await let_teach(works, day, day.shadow, TrainerRole.SHADOW)
    at = clock.now
    clock.move(minutes=5)
    assert await find_stopped(lead, day.meeting_id) == at
    for person in (day.assistant.person_id, day.shadow.person_id, day.stranger.person_id, None):
        assert await find_stopped(person, day.meeting_id) is None
    assert await find_stopped(lead, UUID(int=404)) is None
