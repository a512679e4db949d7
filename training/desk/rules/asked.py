"""The journal of questions, answers and terms, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any


def _count(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"


def _plain(what: str) -> Callable[[Mapping[str, Any], str], tuple[bool, str]]:
    return lambda _, __: (True, what)


def _answered(data: Mapping[str, Any], name: str) -> tuple[bool, str]:
    counts = ((key, int(data.get(key, 0))) for key in ("answered", "cleared", "consents"))
    words = {"answered": "answered {}", "cleared": "took {} away", "consents": "agreed to {}"}
    nouns = {"answered": "question", "cleared": "answer", "consents": "text"}
    parts = [words[key].format(_count(number, nouns[key])) for key, number in counts if number]
    return True, f"{', '.join(parts) or 'changed nothing'}, for {name}."


def _unagreed(data: Mapping[str, Any], name: str) -> tuple[bool, str]:
    kind = "required" if data.get("required") else "optional"
    return True, f"took back an agreement to {kind} terms, for {name}."


ASKED: dict[str, Callable[[Mapping[str, Any], str], tuple[bool, str]]] = {
    "QuestionAdded": _plain("added a question."),
    "QuestionEdited": _plain("changed a question."),
    "QuestionsOrdered": _plain("put the questions in another order."),
    "QuestionRetired": _plain("retired a question."),
    "TermsAdded": _plain("added terms."),
    "TermsEdited": _plain("changed the title of terms, or whether they are required."),
    "TermsPublished": _plain("published a new text of terms."),
    "TermsRetired": _plain("retired terms."),
    "QuestionsAnswered": _answered,
    "ConsentWithdrawn": _unagreed,
}
"""Whether somebody did it, and the sentence; the name is of the person whose place it is."""
