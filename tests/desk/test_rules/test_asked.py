"""The journal of questions, answers and terms, as sentences."""

from typing import Any

import pytest

from training.desk.rules.asked import ASKED


@pytest.mark.parametrize(
    ("event", "data", "sentence"),
    [
        ("QuestionAdded", {}, "added a question."),
        ("TermsPublished", {"number": 2}, "published a new text of terms."),
        ("QuestionsAnswered", {"answered": 2, "consents": 1}, "answered 2 questions, agreed to one text, for Ana."),
        ("QuestionsAnswered", {"cleared": 1}, "took one answer away, for Ana."),
        ("QuestionsAnswered", {}, "changed nothing, for Ana."),
        ("ConsentWithdrawn", {"required": True}, "took back an agreement to required terms, for Ana."),
        ("ConsentWithdrawn", {}, "took back an agreement to optional terms, for Ana."),
    ],
)
def test_each_is_told(event: str, data: dict[str, Any], sentence: str) -> None:
    assert ASKED[event](data, "Ana") == (True, sentence)
