"""What a calendar's answers mean for a place."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from training.booking.rules import State
from training.booking.rules.declining import CalendarAnswer, Follows, Standing, follows, sum_up

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
HALF = timedelta(minutes=30)
STOOD = Standing(state=State.ENROLLED, answer="", declines_at=None, deadline=NOW + timedelta(days=2))
LATE = {"deadline": NOW - timedelta(seconds=1)}
GOES = {"answer": "declined", "declines_at": NOW + HALF}


@pytest.mark.parametrize(
    ("answers", "sum_of_them"),
    [
        ([], ""),
        ([""], ""),
        (["accepted"], "accepted"),
        (["accepted", ""], ""),
        (["accepted", "tentative"], "tentative"),
        (["accepted", "accepted"], "accepted"),
        (["declined"], "declined"),
        (["declined", "declined"], "declined"),
        (["declined", ""], "partly"),
        (["declined", "accepted", "tentative"], "partly"),
    ],
)
def test_answers_are_summed_up(answers: list[str], sum_of_them: str) -> None:
    assert sum_up(answers) == sum_of_them


@pytest.mark.parametrize(
    ("stood", "answer", "outcome", "goes_at"),
    [
        ({}, "accepted", Follows.NOTHING, None),
        ({}, "tentative", Follows.NOTHING, None),
        ({}, "", Follows.NOTHING, None),
        ({}, "declined", Follows.GIVES_BACK, NOW + HALF),
        ({"deadline": None}, "declined", Follows.GIVES_BACK, NOW + HALF),
        ({"deadline": NOW + timedelta(minutes=15)}, "declined", Follows.GIVES_BACK, NOW + timedelta(minutes=10)),
        ({"deadline": NOW}, "declined", Follows.GIVES_BACK, NOW),
        (LATE, "declined", Follows.TOO_LATE, None),
        (LATE | {"answer": "declined"}, "declined", Follows.NOTHING, None),
        (GOES, "declined", Follows.NOTHING, NOW + HALF),
        (GOES, "accepted", Follows.KEPT, None),
        (GOES, "tentative", Follows.KEPT, None),
        (GOES, "partly", Follows.KEPT, None),
        ({"answer": "declined"}, "declined", Follows.NOTHING, None),
        ({"answer": "declined"}, "accepted", Follows.NOTHING, None),
        ({}, "partly", Follows.PARTLY, None),
        ({"answer": "partly"}, "partly", Follows.NOTHING, None),
        ({"state": State.CANCELLED}, "declined", Follows.NOTHING, None),
        ({"state": State.COMPLETED}, "partly", Follows.NOTHING, None),
    ],
)
def test_what_an_answer_leads_to(
    stood: dict[str, Any], answer: CalendarAnswer, outcome: Follows, goes_at: datetime | None
) -> None:
    assert follows(replace(STOOD, **stood), answer, NOW) == (outcome, goes_at)
