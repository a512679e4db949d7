"""What programs send and are told about contested marks."""

from uuid import UUID

import msgspec
import pytest

from training.attendance.rules.contests import Claim
from training.attendance.rules.statuses import Status
from training.attendance.schemas.contests import ContestIn, ContestTaken, DecisionIn
from training.base.errors import Invalid


def test_a_refusal_needs_an_answer() -> None:
    assert DecisionIn(granted=True).checked_answer() == ""
    assert DecisionIn(granted=False, answer="The chair was empty.").checked_answer() == "The chair was empty."
    with pytest.raises(Invalid):
        DecisionIn(granted=False, answer="  ").checked_answer()


def test_a_claim_is_one_of_the_statuses() -> None:
    one = ContestIn(meeting_id=UUID(int=1), claims=Status.LATE, words=" Traffic ")
    assert one.claim() == Claim(meeting_id=UUID(int=1), claims=Status.LATE, words="Traffic")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"meeting_id": "00000000-0000-0000-0000-000000000001", "claims": "dead"}', type=ContestIn)
    assert ContestTaken.of(UUID(int=2)).id == UUID(int=2)
