"""Rosters as they come, with messages that leave now and then: whoever was told something last was told what holds."""

import random
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from tests.attendance.made import Day, make_day, mark
from tests.attendance.test_actions.test_absences_later import POSTMAN
from tests.attendance.test_actions.test_check_in import learner
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from training.attendance.actions.contesting import contest_mark, decide_contest
from training.attendance.actions.marking import close_roster, reopen_roster, save_marks
from training.attendance.queries.wanted import find_unwanted_absences
from training.attendance.rules.absences import status_words
from training.attendance.rules.contests import Claim
from training.attendance.rules.statuses import ABSENT, Status
from training.base.database import execute
from training.base.errors import TrainingError
from training.base.work import Works
from training.outbox.actions.delivery import Due, claim

STEPS = 25
STATUSES = (Status.PRESENT, Status.NO_SHOW, Status.EXCUSED, Status.LATE, Status.NOT_RECORDED)
ABSENCES = {status_words(status) for status in ABSENT}


class Evening:
    """What people do with two rosters, and what leaves meanwhile."""

    def __init__(self, works: Works, clock: FrozenClock, day: Day, seed: int) -> None:
        self.works, self.clock, self.day = works, clock, day
        self.chance = random.Random(seed)
        self.sent: list[Due] = []

    async def step(self) -> None:
        self.clock.move(minutes=self.chance.choice((1, 5, 20)))
        what = self.chance.choice(
            (*[self.mark] * 5, *[self.close] * 2, *[self.post] * 2, self.reopen, self.contest, self.decide)
        )
        # What cannot be done now is refused.
        with suppress(TrainingError):
            await what()

    async def mark(self) -> None:
        said = mark(self.chance.choice(self.day.enrollments), self.chance.choice(STATUSES), reason="So it was")
        await self.works.run(self.day.lead, save_marks, self.meeting(), [said])

    async def close(self) -> None:
        rest: Any = self.chance.choice(("present", "no-show"))
        await self.works.run(self.day.lead, close_roster, self.meeting(), rest=rest)

    async def reopen(self) -> None:
        await self.works.run(self.day.lead, reopen_roster, self.meeting(), "Once more")

    async def contest(self) -> None:
        key = self.chance.choice(self.day.enrollments)
        claims = self.chance.choice((Status.PRESENT, Status.EXCUSED))
        claim = Claim(meeting_id=self.meeting(), claims=claims, words="It was not so")
        await self.works.run(await learner(key), contest_mark, key, claim)

    async def decide(self) -> None:
        for row in await execute("SELECT id FROM contest WHERE state = 'open'"):
            granted = self.chance.random() < 0.7
            await self.works.run(self.day.lead, decide_contest, UUID(str(row["id"])), granted=granted, answer="So")

    async def post(self) -> None:
        due = await self.works.run(POSTMAN, claim, "me", 500)
        unwanted = await find_unwanted_absences([one for one in due if one.kind.startswith("absence")])
        for one in due:
            state = "withdrawn" if one.id in unwanted else "sent"
            await execute("UPDATE message SET state = {}, sent_at = {} WHERE id = {}", state, self.clock.now, one.id)
        self.sent += [one for one in due if one.id not in unwanted]

    def meeting(self) -> UUID:
        return self.chance.choice(self.day.meeting_ids)

    async def heard(self) -> Mapping[tuple[str, UUID, UUID], str]:
        """What each reader heard last, by who reads, meeting and enrollment."""
        contests = await execute("SELECT id, meeting_id FROM contest")
        answered = {f"contest:{row['id']}": UUID(str(row["meeting_id"])) for row in contests}
        found = {}
        for one in self.sent:
            if one.kind == "absence-people":
                for key, person in zip(one.values["enrollments"], one.values["people"], strict=True):
                    found["coordinator", UUID(str(one.values["meeting_id"])), UUID(str(key))] = person["status"]
            elif one.subject_id and one.kind in ("absence", "absence-corrected", "contest-decided"):
                meeting = answered.get(one.topic) or UUID(str(one.values["meeting_id"]))
                found["learner", meeting, one.subject_id] = one.values["status"]
        return found


@pytest.mark.parametrize("seed", [*range(8), 94, 263, 931, 1311])
async def test_nobody_goes_on_believing_what_is_not_so(works: Works, clock: FrozenClock, seed: int) -> None:
    day = await make_day(works, clock, people=3, meetings=2)
    await bearer(works, day.scene.coordinator)
    clock.move(days=1, hours=3)
    evening = Evening(works, clock, day, seed)
    for _ in range(STEPS):
        await evening.step()
    await evening.post()
    heard = await evening.heard()
    closed = await execute(
        "SELECT k.meeting_id, k.enrollment_id, k.status FROM mark k JOIN roster r ON r.id = k.meeting_id"
        " WHERE r.closed_at IS NOT NULL"
    )
    for row in closed:
        status = Status(row["status"])
        for who in ("learner", "coordinator"):
            last = heard.get((who, UUID(str(row["meeting_id"])), UUID(str(row["enrollment_id"]))), "")
            assert (last == status_words(status)) if status in ABSENT else (last not in ABSENCES), (who, status, last)
