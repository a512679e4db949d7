"""Whether an answer counts: one case after the other."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.invites.rules.replies import Asked, Outcome, Replied, judge_reply

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
MEETING = UUID("0192f0c1-2345-7abc-8def-0123456789ab")
REPLIED = Replied(
    sender="ada@lighthouse.example",
    uid=str(MEETING),
    attendee="ada@lighthouse.example",
    answer="declined",
    sequence=2,
    stamp=NOW - timedelta(minutes=1),
)
ASKED = Asked(
    meeting_id=MEETING,
    address="ada@lighthouse.example",
    withdrawn=False,
    over=False,
    moved=False,
    sequence=2,
    answer="",
    answer_stamp=None,
    answer_sequence=0,
)
KNOWN = {"answer": "accepted", "answer_stamp": REPLIED.stamp, "answer_sequence": 2}
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("replied", "asked", "outcome", "words"),
    [
        ({}, {}, Outcome.TAKEN, ""),
        ({"sender": "Ada@Lighthouse.example"}, {"address": "ADA@lighthouse.example"}, Outcome.TAKEN, ""),
        ({"uid": str(MEETING).upper()}, {}, Outcome.TAKEN, ""),
        ({"uid": "another"}, {}, Outcome.DOUBTFUL, "another entry"),
        ({"attendee": "eve@lighthouse.example"}, {}, Outcome.DOUBTFUL, "not invited"),
        ({"attendee": "eve@x.example", "sender": "eve@x.example"}, {}, Outcome.DOUBTFUL, "not invited"),
        ({"sender": "eve@lighthouse.example"}, {}, Outcome.DOUBTFUL, "another address"),
        ({"sender": ""}, {}, Outcome.DOUBTFUL, "another address"),
        ({"sequence": 3}, {}, Outcome.DOUBTFUL, "never sent"),
        ({"sequence": 1}, {}, Outcome.STALE, "changed since"),
        ({"sequence": 1}, {"withdrawn": True}, Outcome.STALE, "no longer take part"),
        ({}, {"withdrawn": True}, Outcome.STALE, "no longer take part"),
        ({}, {"over": True}, Outcome.STALE, "over"),
        ({}, {"moved": True}, Outcome.STALE, "changed since"),
        ({"stamp": NOW + timedelta(days=2)}, {}, Outcome.DOUBTFUL, "future"),
        ({"stamp": NOW + HOUR}, {}, Outcome.TAKEN, ""),
        ({}, KNOWN, Outcome.TAKEN, ""),
        ({"answer": "accepted"}, KNOWN, Outcome.STALE, "later answer"),
        ({}, KNOWN | {"answer": ""}, Outcome.STALE, "later answer"),
        ({"stamp": REPLIED.stamp + HOUR}, KNOWN | {"answer": ""}, Outcome.TAKEN, ""),
        ({"stamp": REPLIED.stamp - HOUR}, KNOWN, Outcome.STALE, "later answer"),
        ({"stamp": REPLIED.stamp - HOUR}, KNOWN | {"answer_sequence": 1}, Outcome.TAKEN, ""),
        ({"stamp": REPLIED.stamp + HOUR}, KNOWN, Outcome.TAKEN, ""),
    ],
)
def test_what_becomes_of_an_answer(
    replied: dict[str, Any], asked: dict[str, Any], outcome: Outcome, words: str
) -> None:
    found, reason = judge_reply(replace(REPLIED, **replied), replace(ASKED, **asked), NOW)
    assert (found, bool(reason)) == (outcome, bool(words))
    assert words in reason


def test_an_invite_that_is_gone_is_answered_by_nobody() -> None:
    outcome, reason = judge_reply(REPLIED, None, NOW)
    assert (outcome, bool(reason)) == (Outcome.DROPPED, True)
