"""Days as they come: whatever is done in whatever order, nothing is lost and the sums are right."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.booking.asked import one
from tests.conftest import FrozenClock
from training.attendance.actions.correcting import Correction, correct_overall
from training.attendance.actions.marking import close_roster, reopen_roster, save_all_but, save_marks
from training.attendance.actions.recording import record_marks
from training.attendance.queries.access import find_roster_meeting
from training.attendance.rules.marks import Saved
from training.attendance.rules.statuses import BY_MACHINE, Status, Way
from training.base.errors import Conflict
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.cli.days import find_wrong_days

STEPS = 40


class Doing:
    """Somebody does one thing after the other, by chance."""

    def __init__(self, works: Works, clock: FrozenClock, day: Day, seed: int) -> None:
        self.works, self.clock, self.day = works, clock, day
        self.chance = random.Random(seed)
        self.kept = 0

    async def step(self) -> None:
        """One of the things that happen on such a day."""
        self.clock.move(seconds=self.chance.randrange(0, 120))
        what = self.chance.choices(
            (self.mark, self.machine, self.fill, self.close, self.reopen, self.correct), (9, 4, 1, 1, 2, 1)
        )
        await what[0]()

    def meeting(self) -> Any:
        return self.chance.choice(self.day.meeting_ids)

    def marks(self) -> list[Any]:
        people = self.chance.sample(self.day.enrollments, self.chance.randint(1, 4))
        return [
            mark(
                key,
                self.chance.choice(list(Status)),
                minutes_late=self.chance.randrange(1, 30),
                minutes_early=5,
                reason=self.chance.choice(("", "Told us")),
                base_version=self.chance.choice((None, 0, 1, 2, 3)),
                made_at=self.chance.choice((None, self.clock.now - timedelta(minutes=self.chance.randrange(90)))),
            )
            for key in people
        ]

    def count(self, saved: Saved) -> None:
        """Every attempt that was judged is in the history."""
        self.kept += sum(one.taken or one.code not in ("reason-missing", "roster-closed") for one in saved.marks)

    async def mark(self) -> None:
        way = self.chance.choice((Way.ROSTER, Way.OFFLINE))
        viewer = self.chance.choice((self.day.lead, self.day.assistant, self.day.manager))
        self.count(await self.works.run(viewer, save_marks, self.meeting(), self.marks(), way=way))

    async def machine(self) -> None:
        meeting = await find_roster_meeting(self.meeting())
        way = self.chance.choice(sorted(BY_MACHINE))
        self.count(await self.works.run(ANONYMOUS, record_marks, meeting, self.marks(), way=way))

    async def fill(self) -> None:
        excepted = self.chance.sample(self.day.enrollments, 2)
        self.count(await self.works.run(self.day.lead, save_all_but, self.meeting(), excepted))

    async def close(self) -> None:
        try:
            self.count(await self.works.run(self.day.manager, close_roster, self.meeting(), rest="no-show"))
        except Conflict:
            """It is closed already, or has not begun."""

    async def reopen(self) -> None:
        try:
            await self.works.run(self.day.manager, reopen_roster, self.meeting(), "Once more")
        except Conflict:
            """It is open."""

    async def correct(self) -> None:
        status: Any = self.chance.choice(("", "present", "no-show"))
        correction = Correction(status=status, reason="Told us")
        await self.works.run(self.day.manager, correct_overall, self.chance.choice(self.day.enrollments), correction)


@pytest.mark.parametrize("seed", range(6))
async def test_a_day_as_it_comes(works: Works, clock: FrozenClock, seed: int) -> None:
    day = await make_day(works, clock, people=5, meetings=2)
    clock.move(days=1)
    doing = Doing(works, clock, day, seed)
    for _ in range(STEPS):
        await doing.step()
    assert await find_wrong_days() == []
    assert await one("SELECT count(*) AS n FROM mark_change") == doing.kept
