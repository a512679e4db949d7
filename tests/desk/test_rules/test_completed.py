"""The journal of completion, certificates and surveys, as sentences."""

from typing import Any

import pytest

from training.desk.rules.completed import COMPLETED


@pytest.mark.parametrize(
    ("event", "data", "by_somebody", "sentence"),
    [
        (
            "CompletionRuleSet",
            {"scope": "course", "rule_id": "x"},
            True,
            "said what it takes to complete, for the course.",
        ),
        (
            "CompletionRuleSet",
            {"scope": "session", "rule_id": None},
            True,
            "took back what it takes to complete, for this session, so that the wider rule holds.",
        ),
        ("CompletionDecided", {"state": "completed"}, False, "Ana has completed it."),
        ("CompletionDecided", {"state": "not completed"}, False, "Ana has not completed it."),
        ("CompletionDecided", {"state": "enrolled"}, False, "Whether Ana completes it is open again."),
        ("CompletionExcepted", {"completed": True}, True, "decided by hand that Ana has completed it."),
        ("CompletionExcepted", {"completed": False}, True, "decided by hand that Ana has not completed it."),
        ("CompletionExcepted", {"completed": None}, True, "lets the rule decide again whether Ana completes it."),
        ("CertificateIssued", {"edition": 1}, False, "The certificate of Ana was issued."),
        ("CertificateIssued", {"edition": 2}, True, "issued the certificate of Ana anew (edition 2)."),
        ("CertificateRevoked", {}, True, "revoked the certificate of Ana."),
        ("SurveyEdited", {}, True, "changed what is asked afterwards."),
        ("SurveyAsked", {"asked": 1}, False, "One person was asked how it was."),
        ("SurveyAsked", {"asked": 7}, False, "7 people were asked how it was."),
        ("SurveyAnswered", {}, False, "Somebody answered what was asked afterwards."),
    ],
)
def test_each_is_told(event: str, data: dict[str, Any], by_somebody: bool, sentence: str) -> None:
    assert COMPLETED[event](data, "Ana") == (by_somebody, sentence)
