"""The journal of completion, certificates and surveys, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

_SCOPES = {"program": "the program", "course": "the course", "session": "this session"}
_STATES = {
    "completed": "{name} has completed it.",
    "not completed": "{name} has not completed it.",
}
_OPEN_AGAIN = "Whether {name} completes it is open again."


def _rule(data: Mapping[str, Any], _: str) -> tuple[bool, str]:
    scope = _SCOPES.get(str(data.get("scope")), "it")
    if data.get("rule_id"):
        return True, f"said what it takes to complete, for {scope}."
    return True, f"took back what it takes to complete, for {scope}, so that the wider rule holds."


def _decided(data: Mapping[str, Any], name: str) -> tuple[bool, str]:
    return False, _STATES.get(str(data.get("state")), _OPEN_AGAIN).format(name=name)


def _excepted(data: Mapping[str, Any], name: str) -> tuple[bool, str]:
    if data.get("completed") is None:
        return True, f"lets the rule decide again whether {name} completes it."
    return True, f"decided by hand that {name} has {'' if data['completed'] else 'not '}completed it."


def _issued(data: Mapping[str, Any], name: str) -> tuple[bool, str]:
    edition = int(data.get("edition", 1))
    if edition > 1:
        return True, f"issued the certificate of {name} anew (edition {edition})."
    return False, f"The certificate of {name} was issued."


def _asked(data: Mapping[str, Any], _: str) -> tuple[bool, str]:
    asked = int(data.get("asked", 0))
    return False, f"{'One person was' if asked == 1 else f'{asked} people were'} asked how it was."


COMPLETED: dict[str, Callable[[Mapping[str, Any], str], tuple[bool, str]]] = {
    "CompletionRuleSet": _rule,
    "CompletionDecided": _decided,
    "CompletionExcepted": _excepted,
    "CertificateIssued": _issued,
    "CertificateRevoked": lambda _, name: (True, f"revoked the certificate of {name}."),
    "SurveyEdited": lambda _, __: (True, "changed what is asked afterwards."),
    "SurveyAsked": _asked,
    "SurveyAnswered": lambda _, __: (False, "Somebody answered what was asked afterwards."),
}
"""Whether somebody did it, and the sentence; the name is of the person whose place it is. Who answered is not said."""
